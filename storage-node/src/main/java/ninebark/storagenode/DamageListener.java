package ninebark.storagenode;

/**
 * Hears of shards that reads found missing or damaged, and of those that a stripe was acknowledged
 * without. Called on reading and writing threads: be quick.
 */
public interface DamageListener {
  /** What was wrong. */
  enum Finding {
    /** The disk does not hold the shard; it may not even be there. */
    MISSING,
    /** The disk holds something else than what was written. */
    DAMAGED
  }

  void found(Extent extent, int shard, DiskId disk, Finding finding);
}
