package ninebark.scrubber;

import java.time.Duration;

/**
 * How damaged shards are made again.
 *
 * @param queueCount the most shards that wait; a reader that meets one more will report it again
 * @param pause how long to rest after each shard, so that clients come first
 * @param deadline how long one shard may take to be written
 */
public record RebuildConfig(int queueCount, Duration pause, Duration deadline) {
  public static final RebuildConfig DEFAULT =
      new RebuildConfig(10_000, Duration.ofMillis(5), Duration.ofSeconds(30));

  public RebuildConfig {
    if (queueCount < 1) {
      throw new IllegalArgumentException(
          "the rebuild queue holds at least 1 shard, found " + queueCount);
    }
    if (pause.isNegative() || deadline.isZero() || deadline.isNegative()) {
      throw new IllegalArgumentException(
          "rebuild's pause is not negative, and its deadline is positive");
    }
  }
}
