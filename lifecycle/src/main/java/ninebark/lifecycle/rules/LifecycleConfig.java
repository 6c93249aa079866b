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
 */
public record LifecycleConfig(
    Duration dayLength,
    Duration interval,
    int pageCount,
    int pagesPerTurn,
    long versionsPerSecond,
    long actionsPerSecond) {
  public static final LifecycleConfig DEFAULT =
      new LifecycleConfig(Duration.ofDays(1), Duration.ofMinutes(1), 1_000, 100, 100_000, 5_000);

  public LifecycleConfig {
    if (interval.toMillis() < 1 || dayLength.toMillis() < 1) {
      throw new IllegalArgumentException("lifecycle's interval and day are at least 1 ms");
    }
    if (pageCount < 1 || pageCount > 10_000 || pagesPerTurn < 1) {
      throw new IllegalArgumentException(
          "a lifecycle page has 1 to 10000 versions, and a turn at least one page");
    }
    if (versionsPerSecond < 1 || actionsPerSecond < 1) {
      throw new IllegalArgumentException("lifecycle's rates are at least 1 per second");
    }
  }

  public DayLength day() {
    return new DayLength(dayLength);
  }
}
