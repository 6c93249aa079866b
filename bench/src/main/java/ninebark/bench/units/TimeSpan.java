package ninebark.bench.units;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as people write them: {@code 500ms}, {@code 30s}, {@code 1m30s}, {@code 2h}. */
public final class TimeSpan {
  private static final Pattern PIECE =
      Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?)(us|ms|s|m|h|)");

  private TimeSpan() {}

  /**
   * A bare number is in seconds.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static Duration parse(String text) {
    var left = text.strip().toLowerCase(Locale.ROOT);
    var pieces = PIECE.matcher(left);
    double nanos = 0;
    int at = 0;
    while (at < left.length()) {
      if (!pieces.find(at) || pieces.start() != at || pieces.end() == at) {
        throw notATime(text);
      }
      var unit = pieces.group(2);
      if (unit.isEmpty() && (at > 0 || pieces.end() < left.length())) {
        throw notATime(text);
      }
      nanos +=
          Double.parseDouble(pieces.group(1))
              * switch (unit) {
                case "us" -> 1e3;
                case "ms" -> 1e6;
                case "m" -> 60e9;
                case "h" -> 3600e9;
                default -> 1e9;
              };
      at = pieces.end();
    }
    if (left.isEmpty() || nanos > 9e18) {
      throw notATime(text);
    }
    return Duration.ofNanos(Math.round(nanos));
  }

  /** A latency with three significant digits and the unit that suits it. */
  public static String format(long nanos) {
    if (nanos < 1_000_000) {
      return digits(nanos / 1e3) + " us";
    }
    if (nanos < 1_000_000_000) {
      return digits(nanos / 1e6) + " ms";
    }
    return digits(nanos / 1e9) + " s";
  }

  private static String digits(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }

  private static IllegalArgumentException notATime(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is not a duration; write it like 500ms, 30s, 1m30s or 2h");
  }

  /** For the command line. */
  public static final class Converter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException notATime) {
        throw new TypeConversionException(notATime.getMessage());
      }
    }
  }
}
