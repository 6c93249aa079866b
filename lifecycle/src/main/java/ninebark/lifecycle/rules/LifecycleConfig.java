package ninebark.lifecycle.rules;

import java.time.Duration;
import ninebark.metadata.lifecycle.DayLength;

/**
 * How lifecycle rules are followed.
 *
 * @param dayLength how long the days are that rules count; shorter ones are for tests and teaching
 * @param interval how often buckets are looked for whose rules are to be followed
 * @param pageCount the most versions looked at, and so actions sent to the index, at once
 * @param pagesPerTurn the most pages of one bucket before the others have their turn
 * @param versionsPerSecond the most versions looked at
 * @param actionsPerSecond the most actions
 * @param transitionsAtOnce how many versions are carried to other classes side by side
 * @param transitionBytesPerSecond the most bytes carried, all of them together
 */
public record LifecycleConfig(
    Duration dayLength,
    Duration interval,
    int pageCount,
    int pagesPerTurn,
    long versionsPerSecond,
    long actionsPerSecond,
    int transitionsAtOnce,
    long transitionBytesPerSecond) {
  public static final LifecycleConfig DEFAULT =
      new LifecycleConfig(
          Duration.ofDays(1), Duration.ofMinutes(1), 1_000, 100, 100_000, 5_000, 4, 64 << 20);

  public LifecycleConfig {
    if (interval.toMillis() < 1 || dayLength.toMillis() < 1) {
      throw new IllegalArgumentException("lifecycle's interval and day are at least 1 ms");
    }
    if (pageCount < 1 || pageCount > 10_000 || pagesPerTurn < 1) {
      throw new IllegalArgumentException(
          "a lifecycle page has 1 to 10000 versions, and a turn at least one page");
    }
    if (transitionsAtOnce < 1 || transitionsAtOnce > 256) {
      throw new IllegalArgumentException("lifecycle carries 1 to 256 versions at once");
    }
    if (versionsPerSecond < 1 || actionsPerSecond < 1 || transitionBytesPerSecond < 1) {
      throw new IllegalArgumentException("lifecycle's rates are at least 1 per second");
    }
  }

  public DayLength day() {
    return new DayLength(dayLength);
  }
}
