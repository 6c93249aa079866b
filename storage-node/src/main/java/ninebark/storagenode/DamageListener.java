package ninebark.storagenode;

/** Hears of shards that reads found missing or damaged. Called on reading threads: be quick. */
public interface DamageListener {
  /** What was wrong. */
  enum Finding {
    /** The disk answers and does not hold the shard. */
    MISSING,
    /** The disk holds something else than what was written. */
    DAMAGED
  }

  void found(Extent extent, int shard, DiskId disk, Finding finding);
}
