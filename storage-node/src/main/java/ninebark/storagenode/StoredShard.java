package ninebark.storagenode;

/** A shard that a disk holds, as its index knows it; the bytes were not looked at. */
public record StoredShard(ShardKey key, int shardBytes) {}
