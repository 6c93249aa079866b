package ninebark.erasure.durability;

/**
 * How many shards are synced when a write is acknowledged. The code's promise holds only for all.
 */
public record Acknowledgement(Redundancy redundancy, int syncedShards) {
  public Acknowledgement {
    if (syncedShards < redundancy.k() || syncedShards > redundancy.n()) {
      throw new IllegalArgumentException(
          "a write of "
              + redundancy.label()
              + " is acknowledged at "
              + redundancy.k()
              + " to "
              + redundancy.n()
              + " synced shards, found "
              + syncedShards);
    }
  }

  /** Shards that may be lost the moment after, before the rest is written. */
  public int marginAtFirst() {
    return Math.min(redundancy.tolerance(), syncedShards - redundancy.k());
  }
}
