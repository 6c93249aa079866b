/**
 * Bytes: one shard on one disk, one stripe across many disks, and where the next one goes.
 *
 * <p>Knows nothing of buckets, keys or S3 beyond the {@link ninebark.storagenode.Owner} it writes
 * beside a shard. A storage node calls nobody.
 *
 * <p>Start at {@link ninebark.storagenode.Stripes}.
 */
package ninebark.storagenode;
