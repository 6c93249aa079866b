package ninebark.storagenode.shard;

import ninebark.storagenode.ShardKey;

/** Where a shard's record is. */
record ShardLocation(LogPosition position, int headerBytes, int shardBytes) {
  long recordBytes() {
    return RecordFormat.recordBytes(headerBytes, shardBytes);
  }

  /** A shard with its place, in the order of the keys. */
  record Entry(ShardKey key, ShardLocation location) {}
}
