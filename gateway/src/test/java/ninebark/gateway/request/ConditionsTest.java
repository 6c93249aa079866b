package ninebark.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.metadata.ETag;
import ninebark.metadata.Precondition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {
  private static final ETag ETAG = new ETag("abc");
  private static final Instant MODIFIED = Instant.parse("2026-01-01T00:00:00.700Z");

  /** Every combination of the four read conditions, against RFC 9110 13.2.2 written out again. */
  @Test
  void readConditionsHaveTheirPrecedence() {
    String[] tags = {"", "\"abc\"", "\"other\"", "*", "abc", "\"x\", \"abc\""};
    String[] dates = {"", "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"};
    for (var match : tags) {
      for (var unmodified : dates) {
        for (var noneMatch : tags) {
          for (var modified : dates) {
            var headers = Headers.builder();
            add(headers, "if-match", match);
            add(headers, "if-none-match", noneMatch);
            addDate(headers, "if-unmodified-since", unmodified);
            addDate(headers, "if-modified-since", modified);
            var verdict = Conditions.ofRead(headers.build(), ETAG, MODIFIED);
            assertThat(kind(verdict))
                .as("%s %s %s %s", match, unmodified, noneMatch, modified)
                .isEqualTo(expected(match, unmodified, noneMatch, modified));
          }
        }
      }
    }
  }

  private static void add(Headers.Builder headers, String name, String value) {
    if (!value.isEmpty()) {
      headers.add(name, value);
    }
  }

  private static void addDate(Headers.Builder headers, String name, String iso) {
    if (!iso.isEmpty()) {
      headers.add(name, HttpDates.http(Instant.parse(iso)));
    }
  }

  private static String expected(String match, String unmod, String noneMatch, String mod) {
    if (!match.isEmpty()) {
      if (!holds(match)) {
        return "412";
      }
    } else if (!unmod.isEmpty()
        && Instant.parse("2026-01-01T00:00:00Z").isAfter(Instant.parse(unmod))) {
      return "412";
    }
    if (!noneMatch.isEmpty()) {
      return holds(noneMatch) ? "304" : "200";
    }
    if (!mod.isEmpty() && !Instant.parse("2026-01-01T00:00:00Z").isAfter(Instant.parse(mod))) {
      return "304";
    }
    return "200";
  }

  private static boolean holds(String tags) {
    return tags.contains("abc") || tags.equals("*");
  }

  private static String kind(Conditions.Verdict verdict) {
    return switch (verdict) {
      case Conditions.Verdict.Proceed() -> "200";
      case Conditions.Verdict.NotModified() -> "304";
      case Conditions.Verdict.Failed(var condition) -> "412";
    };
  }

  @Test
  void writeConditionsAreUnderstoodOrRefused() {
    assertThat(write("if-none-match", "*")).isEqualTo(new Precondition.Absent());
    assertThat(write("if-match", "*")).isEqualTo(new Precondition.Present());
    assertThat(write("if-match", "\"abc\"")).isEqualTo(new Precondition.Matches(ETAG));
    assertThat(write("if-match", "abc")).isEqualTo(new Precondition.Matches(ETAG));
    assertThat(Conditions.ofWrite(Headers.EMPTY)).isEqualTo(Precondition.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"if-none-match|\"abc\"", "if-match|\"a\", \"b\"", "if-match|\"\""})
  void conditionsThatAreNotOfferedAreNeverIgnored(String name, String value) {
    assertThatThrownBy(() -> write(name, value))
        .isInstanceOfSatisfying(
            S3Exception.class,
            refused -> assertThat(refused.error()).isEqualTo(S3Error.NOT_IMPLEMENTED));
  }

  private static Precondition write(String name, String value) {
    return Conditions.ofWrite(Headers.builder().add(name, value).build());
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0,10,0,1",
    "bytes=0-9,10,0,10",
    "bytes=0-99,10,0,10",
    "bytes=5-,10,5,5",
    "bytes=-3,10,7,3",
    "bytes=-99,10,0,10",
    "bytes=9-9,10,9,1",
    "bytes=2-99999999999999999999,10,2,8"
  })
  void rangesAreCutToTheObject(String header, long size, long first, long length) {
    assertThat(ByteRange.parse(header, size)).contains(new ByteRange(first, length));
  }

  @ParameterizedTest
  @CsvSource({"bytes=10-", "bytes=10-11", "bytes=-0", "bytes=99999999999999999999-"})
  void rangesOutsideAreNotSatisfiable(String header) {
    assertThatThrownBy(() -> ByteRange.parse(header, 10))
        .isInstanceOfSatisfying(
            S3Exception.class,
            refused -> assertThat(refused.error()).isEqualTo(S3Error.INVALID_RANGE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"bytes=0-1,3-4", "bytes=5-4", "items=0-1", "bytes=", "bytes=-", "bytes=a-b", "0-1"})
  void whatIsNoSingleRangeOfBytesIsIgnored(String header) {
    assertThat(ByteRange.parse(header, 10)).isEqualTo(Optional.empty());
  }
}
