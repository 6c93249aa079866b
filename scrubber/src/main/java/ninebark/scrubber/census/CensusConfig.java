package ninebark.scrubber.census;

import java.time.Duration;

/**
 * How often everything is counted, and how gently.
 *
 * @param interval from the beginning of one census to that of the next
 * @param settle how old a stripe is before it is expected to be where it belongs, how long the
 *     first census waits after a start, and how long a stripe stays away before it is called lost
 * @param pageCount how many rows or shards are compared at once
 * @param sharePercent how much of the time the census works while clients rest
 * @param busySharePercent the same while they do not
 */
public record CensusConfig(
    Duration interval, Duration settle, int pageCount, int sharePercent, int busySharePercent) {
  public static final CensusConfig DEFAULT =
      new CensusConfig(Duration.ofHours(6), Duration.ofMinutes(2), 1_000, 30, 5);

  public CensusConfig {
    if (interval.toMillis() < 1 || settle.isNegative()) {
      throw new IllegalArgumentException(
          "the census' interval is at least 1 ms, and its settling time is not negative");
    }
    if (pageCount < 1 || pageCount > 100_000) {
      throw new IllegalArgumentException(
          "a page of the census has 1 to 100000 rows, found " + pageCount);
    }
    if (!isShare(sharePercent) || !isShare(busySharePercent)) {
      throw new IllegalArgumentException("the census works 1 to 100 percent of the time");
    }
  }

  private static boolean isShare(int percent) {
    return percent >= 1 && percent <= 100;
  }
}
