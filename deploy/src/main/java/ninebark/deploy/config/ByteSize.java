package ninebark.deploy.config;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it: {@code 4 MiB}, {@code 512KiB}, {@code 1.5 GB}, {@code
 * 4096}.
 */
final class ByteSize {
  private static final Pattern SHAPE =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(B|KiB|MiB|GiB|TiB|kB|KB|MB|GB|TB)?");
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB"};

  private ByteSize() {}

  static Optional<Long> parse(String text) {
    var match = SHAPE.matcher(text.strip());
    if (!match.matches()) {
      return Optional.empty();
    }
    long unit =
        switch (match.group(2)) {
          case null -> 1;
          case "KiB" -> 1L << 10;
          case "MiB" -> 1L << 20;
          case "GiB" -> 1L << 30;
          case "TiB" -> 1L << 40;
          case "kB", "KB" -> 1_000L;
          case "MB" -> 1_000_000L;
          case "GB" -> 1_000_000_000L;
          case "TB" -> 1_000_000_000_000L;
          default -> 1;
        };
    try {
      return Optional.of(
          new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(unit)).longValueExact());
    } catch (ArithmeticException tooLargeOrAFraction) {
      return Optional.empty();
    }
  }

  /** The shortest exact form: {@code 4 MiB}, {@code 4097 B}. */
  static String format(long bytes) {
    int unit = 0;
    long value = bytes;
    while (unit < BINARY.length - 1 && value != 0 && value % 1024 == 0) {
      value /= 1024;
      unit++;
    }
    return value + " " + BINARY[unit];
  }
}
