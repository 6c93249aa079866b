package ninebark.scrubber.rebuild;

import java.time.Duration;

/**
 * How lost shards are made again.
 *
 * @param queueCount the most stripes that wait; beyond it the ones that can lose most are left out
 *     until the next roll call
 * @param repairsAtOnce how many stripes are repaired side by side; each takes the memory of a
 *     stripe and its parity
 * @param repairsPerDisk how many of them may use one disk
 * @param marginOneSharePercent of the time, and so of the disks' bytes, that repairs of stripes
 *     that can still lose one shard may take; stripes that can lose none wait for nothing
 * @param calmSharePercent the same for stripes that can lose more than one
 * @param calmDelay how long these wait before they are repaired: most absences are short
 * @param grace how long a disk may be away before it counts as lost
 * @param eventPercent when more of the disks than this went away within {@code eventWindow}, it is
 *     taken for trouble of the network, and repairs of calm stripes are not begun for {@code grace}
 * @param stuckFactor a repair that takes so many times what was expected gives its place to others
 *     and is begun again without the disks it waits for
 * @param stuckFloor no repair is called stuck sooner than this
 * @param deadline how long one shard may take to be written
 * @param retryDelay how long a repair that could not be made waits, the first time; doubled each
 *     time
 * @param retryDelayLimit the longest that is doubled to
 */
public record RebuildConfig(
    int queueCount,
    int repairsAtOnce,
    int repairsPerDisk,
    int marginOneSharePercent,
    int calmSharePercent,
    Duration calmDelay,
    Duration grace,
    int eventPercent,
    Duration eventWindow,
    int stuckFactor,
    Duration stuckFloor,
    Duration deadline,
    Duration retryDelay,
    Duration retryDelayLimit) {
  public static final RebuildConfig DEFAULT =
      new RebuildConfig(
          50_000,
          4,
          4,
          50,
          15,
          Duration.ofMinutes(15),
          Duration.ofMinutes(15),
          10,
          Duration.ofMinutes(10),
          5,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofMinutes(10));

  public RebuildConfig {
    if (queueCount < 1 || repairsAtOnce < 1 || repairsPerDisk < 1) {
      throw new IllegalArgumentException("rebuild's counts are at least 1");
    }
    if (marginOneSharePercent < 1
        || marginOneSharePercent > 100
        || calmSharePercent < 1
        || calmSharePercent > 100
        || eventPercent < 1
        || eventPercent > 100) {
      throw new IllegalArgumentException("rebuild's percentages are 1 to 100");
    }
    if (stuckFactor < 2) {
      throw new IllegalArgumentException("a repair is stuck at 2 times the expected or more");
    }
    if (calmDelay.isNegative()
        || grace.isNegative()
        || !eventWindow.isPositive()
        || !stuckFloor.isPositive()
        || !deadline.isPositive()
        || !retryDelay.isPositive()
        || retryDelayLimit.compareTo(retryDelay) < 0) {
      throw new IllegalArgumentException(
          "rebuild's delays are not negative, its deadlines and windows are positive, and the"
              + " longest retry delay is not below the first");
    }
  }
}
