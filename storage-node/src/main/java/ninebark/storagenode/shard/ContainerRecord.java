package ninebark.storagenode.shard;

import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;

/** What a container's log consists of. */
sealed interface ContainerRecord {
  /** Bytes after the header, without padding. */
  int bodyBytes();

  /** A shard: header, then its bytes. */
  record Shard(ShardLabel label, BlockChecksums checksums) implements ContainerRecord {
    public Shard {
      if (checksums.count() != BlockChecksums.blockCount(label.shardBytes())) {
        throw new IllegalArgumentException(
            "a shard of "
                + label.shardBytes()
                + " bytes has one checksum per block, found "
                + checksums.count());
      }
    }

    ShardKey key() {
      return label.key();
    }

    @Override
    public int bodyBytes() {
      return label.shardBytes();
    }
  }

  /**
   * Says that a shard was erased, so that an index rebuilt from the containers does not bring it
   * back.
   *
   * @param target the container that held the shard then; when it is gone, so is the need for this
   * @param asOf records of the key before this position are erased, later ones are not
   */
  record Tombstone(ShardKey key, int target, LogPosition asOf) implements ContainerRecord {
    @Override
    public int bodyBytes() {
      return 0;
    }
  }

  /**
   * Lies over what a crash left unfinished between whole records, so that nobody later takes it for
   * damage.
   */
  record Filler(int bodyBytes) implements ContainerRecord {}
}
