package ninebark.scrubber.rebuild;

import java.util.Optional;
import ninebark.erasure.ShardSet;

/** How a repair ended. */
sealed interface Outcome {
  /** The stripe is nobody's: it was erased, or it will never be named. */
  record Erased() implements Outcome {}

  /**
   * @param whole shards that are right on their disks now, made again or found so
   * @param alsoGone shards of the stripe that turned out to be missing or damaged on the way
   * @param wrong shards that turned out to contradict the others
   * @param trouble why not all targets are whole, if they are not
   */
  record Attempted(
      ShardSet whole, ShardSet alsoGone, ShardSet wrong, Optional<String> trouble, Work work)
      implements Outcome {}

  /**
   * What it took.
   *
   * @param readBytes read from disks, what was read in vain included
   * @param writtenBytes of shards made again
   * @param madeCount shards made again
   * @param unprovenCount those of them that no other shard was left to prove
   */
  record Work(long readBytes, long writtenBytes, int madeCount, int unprovenCount) {
    static final Work NONE = new Work(0, 0, 0, 0);
  }
}
