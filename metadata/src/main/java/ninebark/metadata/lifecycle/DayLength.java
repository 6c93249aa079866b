package ninebark.metadata.lifecycle;

import java.time.Duration;
import java.time.Instant;

/**
 * How long the days are that rules count: 24 hours, or much less for tests and for teaching. Days
 * begin at midnight UTC, shorter ones at multiples of their length since 1970.
 */
public record DayLength(Duration length) {
  public static final DayLength REAL = new DayLength(Duration.ofDays(1));

  public DayLength {
    if (length.toMillis() < 1) {
      throw new IllegalArgumentException("a day has at least 1 ms, found " + length);
    }
  }

  /**
   * The first beginning of a day that comes after so many days.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days">
   *     Lifecycle rules: based on an object's age</a>
   */
  public Instant after(Instant from, int days) {
    return beginning(Math.addExact(number(from), Math.addExact(days, 1L)));
  }

  /** Which day a moment belongs to, counted since 1970. */
  public long number(Instant moment) {
    return Math.floorDiv(moment.toEpochMilli(), length.toMillis());
  }

  /** When a day begins. */
  public Instant beginning(long number) {
    return Instant.ofEpochMilli(Math.multiplyExact(number, length.toMillis()));
  }
}
