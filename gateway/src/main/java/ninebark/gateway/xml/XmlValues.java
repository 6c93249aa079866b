package ninebark.gateway.xml;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** The values that texts of documents stand for, empty where a text is none. Pure. */
public final class XmlValues {
  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,18}");

  private XmlValues() {}

  public static Optional<Boolean> flag(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "1" -> Optional.of(true);
      case "false", "0" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  public static OptionalInt number(String text) {
    var found = longNumber(text);
    return found.isPresent() && found.getAsLong() == (int) found.getAsLong()
        ? OptionalInt.of((int) found.getAsLong())
        : OptionalInt.empty();
  }

  public static OptionalLong longNumber(String text) {
    var digits = text.strip();
    return NUMBER.matcher(digits).matches()
        ? OptionalLong.of(Long.parseLong(digits))
        : OptionalLong.empty();
  }

  /** A date is its midnight; a time without a zone is UTC. */
  public static Optional<Instant> moment(String text) {
    var iso = text.strip();
    try {
      if (iso.indexOf('T') < 0) {
        return Optional.of(LocalDate.parse(iso).atStartOfDay(ZoneOffset.UTC).toInstant());
      }
      int time = iso.indexOf('T');
      boolean zoned = iso.endsWith("Z") || iso.indexOf('+', time) > 0 || iso.indexOf('-', time) > 0;
      return Optional.of(
          zoned
              ? OffsetDateTime.parse(iso).toInstant()
              : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException notADate) {
      return Optional.empty();
    }
  }
}
