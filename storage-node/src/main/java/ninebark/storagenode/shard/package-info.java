/**
 * Shards on one disk: append-only containers, the index that finds a shard in them, group commit,
 * recovery after a crash, and reclamation of what was erased.
 *
 * <p>Knows nothing of other disks, of placement or of codes. Start at {@link
 * ninebark.storagenode.shard.ShardStore}; the bytes are in {@link
 * ninebark.storagenode.shard.RecordFormat}, {@link ninebark.storagenode.shard.ContainerFormat} and
 * {@link ninebark.storagenode.shard.IdentityFormat}.
 */
package ninebark.storagenode.shard;
