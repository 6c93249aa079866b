package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import ninebark.gateway.TestStore;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The conditions of GET and HEAD, in the order of RFC 9110 13.2.2, and ranges under them. */
@Covers({S3Operation.GET_OBJECT, S3Operation.HEAD_OBJECT})
class ReadConditionsTest {
  private static final String BODY = "0123456789";
  private static TestStore store;
  private static SignedHttp http;
  private static String etag = "";
  private static Instant modified = Instant.EPOCH;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
    TestBuckets.make(http, "reads");
    etag = http.put("/reads/k", BODY, "cache-control: max-age=7").header("etag");
    modified = HttpDates.parse(http.head("/reads/k").header("last-modified")).orElseThrow();
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static String fill(String header) {
    return header
        .replace("ETAG", etag)
        .replace("BARE", etag.substring(1, etag.length() - 1))
        .replace("BEFORE", HttpDates.http(modified.minusSeconds(1)))
        .replace("THEN", HttpDates.http(modified))
        .replace("AFTER", HttpDates.http(modified.plusSeconds(1)));
  }

  private static String[] headers(String text) {
    return text.isEmpty() ? new String[0] : fill(text).split(" & ", -1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "if-match: ETAG|200",
        "if-match: BARE|200",
        "if-match: *|200",
        "if-match: \"a\", ETAG|200",
        "if-match: \"other\"|412",
        "if-none-match: ETAG|304",
        "if-none-match: BARE|304",
        "if-none-match: *|304",
        "if-none-match: \"a\", ETAG|304",
        "if-none-match: \"other\"|200",
        "if-modified-since: BEFORE|200",
        "if-modified-since: THEN|304",
        "if-modified-since: AFTER|304",
        "if-unmodified-since: BEFORE|412",
        "if-unmodified-since: THEN|200",
        "if-unmodified-since: AFTER|200",
        "if-modified-since: no date|200",
        "if-unmodified-since: no date|200",
        // A tag outweighs the date of the same sense.
        "if-match: ETAG & if-unmodified-since: BEFORE|200",
        "if-match: \"other\" & if-unmodified-since: AFTER|412",
        "if-none-match: \"other\" & if-modified-since: AFTER|200",
        "if-none-match: ETAG & if-modified-since: BEFORE|304",
        // What would forbid the answer is asked first.
        "if-match: ETAG & if-none-match: ETAG|304",
        "if-match: \"other\" & if-none-match: ETAG|412",
        "if-unmodified-since: BEFORE & if-none-match: ETAG|412",
        "if-unmodified-since: AFTER & if-modified-since: AFTER|304",
      })
  void conditionsAreJudgedInOrder(String conditions, int status) {
    var get = http.get("/reads/k", headers(conditions));
    var head = http.head("/reads/k", headers(conditions));
    assertThat(get.status()).isEqualTo(status);
    assertThat(head.status()).isEqualTo(status);
    switch (status) {
      case 200 -> assertThat(get.text()).isEqualTo(BODY);
      case 304 -> {
        assertThat(get.bytes()).isEmpty();
        assertThat(get.header("etag")).isEqualTo(etag);
        assertThat(get.header("cache-control")).isEqualTo("max-age=7");
        assertThat(get.headers().has("content-type")).isFalse();
      }
      default -> {
        assertThat(get.code()).isEqualTo("PreconditionFailed");
        assertThat(get.element("Condition")).isIn("If-Match", "If-Unmodified-Since");
        assertThat(head.bytes()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "range: bytes=2-4|206|234",
        "range: bytes=2-4 & if-range: ETAG|206|234",
        "range: bytes=2-4 & if-range: \"other\"|200|0123456789",
        "range: bytes=2-4 & if-range: W/ETAG|200|0123456789",
        "range: bytes=2-4 & if-range: THEN|206|234",
        "range: bytes=2-4 & if-range: BEFORE|200|0123456789",
        "range: bytes=2-4 & if-range: AFTER|200|0123456789",
        "range: bytes=2-4 & if-match: ETAG|206|234",
        "range: bytes=-3|206|789",
        "range: bytes=7-|206|789",
        "range: bytes=5-100|206|56789",
        "range: bytes=0-0|206|0",
        // What is no range, or several, is answered whole: RFC 9110 14.2.
        "range: bytes=4-2|200|0123456789",
        "range: lines=2-4|200|0123456789",
        "range: bytes=0-1,3-4|200|0123456789",
        "if-range: \"other\"|200|0123456789",
      })
  void rangesHoldAsLongAsTheirConditions(String asked, int status, String body) {
    var answer = http.get("/reads/k", headers(asked));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).isEqualTo(body);
    assertThat(answer.headers().has("content-range")).isEqualTo(status == 206);
    assertThat(answer.header("accept-ranges")).isEqualTo("bytes");
  }

  @ParameterizedTest
  @CsvSource({"bytes=10-", "bytes=10-20", "bytes=999-1000", "bytes=-0"})
  void aRangeBehindTheEndNamesTheSize(String range) {
    var answer = http.get("/reads/k", "range: " + range);
    assertThat(answer.verdict()).isEqualTo("416 InvalidRange");
    assertThat(answer.element("RangeRequested")).isEqualTo(range);
    assertThat(answer.element("ActualObjectSize")).isEqualTo("10");
    assertThat(answer.header("content-range")).isEqualTo("bytes */10");
  }

  @Test
  void aConditionOnWhatIsNotThereIsNotFound() {
    assertThat(http.get("/reads/none", "if-match: *").verdict()).isEqualTo("404 NoSuchKey");
    assertThat(http.get("/reads/none", "if-none-match: *").verdict()).isEqualTo("404 NoSuchKey");
    assertThat(http.head("/reads/none", "if-match: *").status()).isEqualTo(404);
  }

  @Test
  void aConditionOfAnotherVersionIsJudgedByThatVersion() {
    TestBuckets.makeVersioned(store, http, "old-reads");
    var old = http.put("/old-reads/k", "old");
    http.put("/old-reads/k", "new");
    var target = "/old-reads/k?versionId=" + old.header("x-amz-version-id");
    assertThat(http.get(target, "if-match: " + old.header("etag")).text()).isEqualTo("old");
    assertThat(http.get("/old-reads/k", "if-match: " + old.header("etag")).status()).isEqualTo(412);
  }
}
