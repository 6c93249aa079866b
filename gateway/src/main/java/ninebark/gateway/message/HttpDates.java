package ninebark.gateway.message;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The dates of HTTP (whole seconds, GMT) and of S3's XML (milliseconds, Z). */
public final class HttpDates {
  private static final DateTimeFormatter HTTP =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter XML =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** RFC 9110 5.6.7: the preferred form and the two obsolete ones; S3 takes ISO 8601 as well. */
  private static final List<DateTimeFormatter> ACCEPTED =
      List.of(
          DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT),
          DateTimeFormatter.ofPattern("EEEE, dd-MMM-yy HH:mm:ss 'GMT'", Locale.ROOT)
              .withZone(ZoneOffset.UTC),
          new DateTimeFormatterBuilder()
              .appendPattern("EEE MMM ppd HH:mm:ss yyyy")
              .toFormatter(Locale.ROOT)
              .withZone(ZoneOffset.UTC),
          DateTimeFormatter.ISO_OFFSET_DATE_TIME);

  private HttpDates() {}

  public static String http(Instant instant) {
    return HTTP.format(instant);
  }

  public static String xml(Instant instant) {
    return XML.format(instant);
  }

  /** A date of ISO 8601, as XML has it. */
  public static Optional<Instant> parseXml(String text) {
    try {
      return Optional.of(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text.strip(), Instant::from));
    } catch (DateTimeException notADate) {
      return Optional.empty();
    }
  }

  public static Optional<Instant> parse(String text) {
    for (var format : ACCEPTED) {
      try {
        return Optional.of(format.parse(text.strip(), Instant::from));
      } catch (DateTimeException other) {
        // not this form; the next one may fit
      }
    }
    return Optional.empty();
  }
}
