package ninebark.scrubber.patrol;

import java.time.Duration;
import java.util.List;
import ninebark.storagenode.file.Medium;

/**
 * How often everything is looked at.
 *
 * @param flashInterval within it every byte on a flash disk is read
 * @param spinningInterval the same for spinning disks
 * @param ceilingBytesPerSecond how fast one disk is read while clients rest; while they do not,
 *     only as fast as the interval demands
 * @param busyBytesPerSecond clients that move more than this do not rest
 * @param youngAges how old a stripe is when it is read for the first times, before it takes part in
 *     the rounds of all: faults of writing show early, while the client may still have its source
 * @param youngInterval how often stripes are looked for that have reached such an age
 * @param rollCallInterval how often the disks of each group are asked what they hold
 * @param parityEvery one in so many stripes is read from all its disks in a roll call, and its
 *     shards are checked against each other; another one each time
 * @param settle how old a stripe is before a shard of it can be missing, and how long the first
 *     pass waits after a start
 * @param pauseLimit after it a pause ends by itself
 */
public record PatrolConfig(
    Duration flashInterval,
    Duration spinningInterval,
    long ceilingBytesPerSecond,
    long busyBytesPerSecond,
    List<Duration> youngAges,
    Duration youngInterval,
    Duration rollCallInterval,
    int parityEvery,
    Duration settle,
    Duration pauseLimit) {
  public static final PatrolConfig DEFAULT =
      new PatrolConfig(
          Duration.ofDays(7),
          Duration.ofDays(14),
          16L << 20,
          1L << 20,
          List.of(Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7)),
          Duration.ofMinutes(10),
          Duration.ofDays(1),
          8,
          Duration.ofMinutes(2),
          Duration.ofDays(1));

  /** Within it every byte is read. */
  Duration interval(Medium medium) {
    return switch (medium) {
      case FLASH -> flashInterval;
      case SPINNING -> spinningInterval;
    };
  }

  public PatrolConfig {
    youngAges = List.copyOf(youngAges);
    if (!flashInterval.isPositive()
        || !spinningInterval.isPositive()
        || !youngInterval.isPositive()
        || rollCallInterval.compareTo(Duration.ofMillis(1)) < 0
        || !pauseLimit.isPositive()
        || settle.isNegative()
        || youngAges.stream().anyMatch(age -> !age.isPositive())) {
      throw new IllegalArgumentException("patrol's intervals and ages are positive");
    }
    if (ceilingBytesPerSecond < 1 || busyBytesPerSecond < 0 || parityEvery < 1) {
      throw new IllegalArgumentException(
          "patrol's ceiling is at least 1 byte a second, and parity is checked of one in 1 or more");
    }
  }
}
