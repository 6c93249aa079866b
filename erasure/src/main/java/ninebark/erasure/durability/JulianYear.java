package ninebark.erasure.durability;

import java.time.Duration;

/** A year of 8,766 hours: the unit in which all rates of this package count. */
public final class JulianYear {
  public static final double HOURS = 8766;
  private static final double NANOS = HOURS * 3600e9;

  private JulianYear() {}

  /** How many years a duration is. */
  public static double yearsIn(Duration duration) {
    return (duration.getSeconds() * 1e9 + duration.getNano()) / NANOS;
  }

  /** How many hours a duration is. */
  public static double hoursIn(Duration duration) {
    return yearsIn(duration) * HOURS;
  }

  /** The duration of so many years, to the nanosecond. */
  public static Duration ofYears(double years) {
    double nanos = years * NANOS;
    long seconds = (long) (nanos / 1e9);
    return Duration.ofSeconds(seconds, (long) (nanos - seconds * 1e9));
  }

  /** The duration of so many hours, to the nanosecond. */
  public static Duration ofHours(double hours) {
    return ofYears(hours / HOURS);
  }
}
