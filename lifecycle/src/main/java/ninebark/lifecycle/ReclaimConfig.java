package ninebark.lifecycle;

import java.time.Duration;

/**
 * When the space of dead bytes comes back.
 *
 * @param interval how often garbage is looked for
 * @param grace how long bytes stay after nothing names them, for readers that still hold them
 * @param batchCount the most garbage rows erased before they are forgotten by one command
 * @param orphanInterval how often the disks are searched for stripes that no commit ever named
 * @param orphanAge how old a stripe must be before its commit is forbidden and it counts as an
 *     orphan; longer than any one upload of an object or a part may last
 */
public record ReclaimConfig(
    Duration interval,
    Duration grace,
    int batchCount,
    Duration orphanInterval,
    Duration orphanAge) {
  public static final ReclaimConfig DEFAULT =
      new ReclaimConfig(
          Duration.ofSeconds(30),
          Duration.ofMinutes(15),
          500,
          Duration.ofHours(6),
          Duration.ofHours(24));

  public ReclaimConfig {
    if (interval.toMillis() < 1 || orphanInterval.toMillis() < 1) {
      throw new IllegalArgumentException("reclaim's intervals are at least 1 ms");
    }
    if (grace.isNegative() || orphanAge.isNegative()) {
      throw new IllegalArgumentException("reclaim's ages are not negative");
    }
    if (batchCount < 1 || batchCount > 10_000) {
      throw new IllegalArgumentException(
          "a batch of reclaim has 1 to 10000 rows, found " + batchCount);
    }
  }
}
