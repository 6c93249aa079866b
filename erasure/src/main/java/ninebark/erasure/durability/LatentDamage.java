package ninebark.erasure.durability;

import java.time.Duration;

/**
 * Silent corruption of shards, found by the scrubber on its next pass: half an interval later on
 * average.
 *
 * @param repair how long a damaged shard takes to mend once it is found: one shard, not a whole
 *     disk
 */
public record LatentDamage(FailureRate perShard, Duration scrubInterval, Duration repair) {
  public static final LatentDamage NONE =
      new LatentDamage(FailureRate.perYear(0), Duration.ofDays(14), Duration.ZERO);

  public LatentDamage {
    if (scrubInterval.isNegative() || scrubInterval.isZero()) {
      throw new IllegalArgumentException(
          "the scrub interval must be more than zero, found " + scrubInterval);
    }
    if (repair.isNegative()) {
      throw new IllegalArgumentException(
          "the repair of a damaged shard must not take less than zero, found " + repair);
    }
  }

  public boolean none() {
    return perShard.perYear() == 0;
  }

  /** How long a damaged shard stays damaged. */
  public Duration exposure() {
    return scrubInterval.dividedBy(2).plus(repair);
  }
}
