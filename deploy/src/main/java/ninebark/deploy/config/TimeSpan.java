package ninebark.deploy.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A duration as people write it: {@code 250 ms}, {@code 20s}, {@code 15 min}, {@code 1 h}, {@code 7
 * d}.
 */
public final class TimeSpan {
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,15})\\s*(ms|s|min|h|d)");

  private TimeSpan() {}

  public static Optional<Duration> parse(String text) {
    var match = SHAPE.matcher(text.strip());
    if (!match.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(match.group(1));
    try {
      return Optional.of(
          switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "min" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          });
    } catch (ArithmeticException tooLong) {
      return Optional.empty();
    }
  }

  /** The largest unit that says it exactly. */
  static String format(Duration span) {
    long millis = span.toMillis();
    if (millis == 0) {
      return "0 s";
    }
    if (millis % 86_400_000 == 0) {
      return millis / 86_400_000 + " d";
    }
    if (millis % 3_600_000 == 0) {
      return millis / 3_600_000 + " h";
    }
    if (millis % 60_000 == 0) {
      return millis / 60_000 + " min";
    }
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }
}
