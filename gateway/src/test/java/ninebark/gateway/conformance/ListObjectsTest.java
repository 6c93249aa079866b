package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import ninebark.gateway.TestStore;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both listings of current objects: pages, markers, roll-up, encodings and their errors. */
@Covers({S3Operation.LIST_OBJECTS, S3Operation.LIST_OBJECTS_V2})
class ListObjectsTest {
  private static TestStore store;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
    TestBuckets.make(http, "list");
    for (var key : List.of("a", "b/1", "b/2", "b/c/3", "d", "e%20f", "g%2Bh", "%C3%A4")) {
      assertThat(http.put("/list/" + key, key).status()).isEqualTo(200);
    }
    TestBuckets.make(http, "empty");
  }

  @AfterAll
  static void close() {
    store.close();
  }

  /** Keys and, behind them, prefixes, joined by commas. */
  private static String names(String target) {
    var answer = http.get(target);
    assertThat(answer.verdict()).isEqualTo("200");
    var keys = answer.xml().all("Contents").stream().map(each -> each.required("Key"));
    var prefixes = answer.xml().all("CommonPrefixes").stream().map(each -> each.required("Prefix"));
    return String.join(",", java.util.stream.Stream.concat(keys, prefixes).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "''|a,b/1,b/2,b/c/3,d,e f,g+h,ä",
        "prefix=b|b/1,b/2,b/c/3",
        "prefix=b/|b/1,b/2,b/c/3",
        "prefix=b/c|b/c/3",
        "prefix=x|''",
        "delimiter=/|a,d,e f,g+h,ä,b/",
        "delimiter=/&prefix=b|b/",
        "delimiter=/&prefix=b/|b/1,b/2,b/c/",
        "delimiter=/&prefix=b/c/|b/c/3",
        "delimiter=c/|a,b/1,b/2,d,e f,g+h,ä,b/c/",
        "delimiter=|a,b/1,b/2,b/c/3,d,e f,g+h,ä",
        "prefix=&delimiter=/&max-keys=|a,d,e f,g+h,ä,b/",
        "prefix=e%20|e f",
        "prefix=g%2B|g+h",
        "prefix=g+|''",
      })
  void keysAreChosenAndRolledUp(String query, String names) {
    assertThat(names("/list?" + query)).isEqualTo(names);
    assertThat(names("/list?list-type=2&" + query)).isEqualTo(names);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "marker=a|b/1,b/2,b/c/3,d,e f,g+h,ä",
        "marker=b/1|b/2,b/c/3,d,e f,g+h,ä",
        "marker=b/11|b/2,b/c/3,d,e f,g+h,ä",
        "marker=b/&delimiter=/|d,e f,g+h,ä",
        "marker=b/1&delimiter=/|d,e f,g+h,ä",
        "marker=zzz|ä",
        "marker=%C3%A4|''",
      })
  void theFirstVersionGoesOnBehindItsMarker(String query, String names) {
    assertThat(names("/list?" + query)).isEqualTo(names);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "start-after=a|b/1,b/2,b/c/3,d,e f,g+h,ä",
        "start-after=b/1&prefix=b/|b/2,b/c/3",
        "start-after=zz|ä",
        "start-after=b/1&delimiter=/|d,e f,g+h,ä",
        "start-after=|a,b/1,b/2,b/c/3,d,e f,g+h,ä",
      })
  void theSecondVersionStartsAfterAKey(String query, String names) {
    assertThat(names("/list?list-type=2&" + query)).isEqualTo(names);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/list?max-keys=0", "/list?list-type=2&max-keys=0"})
  void aPageOfNothingIsEmptyAndLast(String target) {
    var page = http.get(target);
    assertThat(page.element("MaxKeys")).isEqualTo("0");
    assertThat(page.element("IsTruncated")).isEqualTo("false");
    assertThat(page.xml().all("Contents")).isEmpty();
    if (target.contains("list-type")) {
      assertThat(page.element("KeyCount")).isEqualTo("0");
      assertThat(page.element("NextContinuationToken")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-1,400 InvalidArgument",
    "x,400 InvalidArgument",
    "2147483648,400 InvalidArgument",
    "1.5,400 InvalidArgument",
  })
  void aSizeThatIsNoneIsRefused(String size, String verdict) {
    for (var list : List.of("/list?", "/list?list-type=2&", "/list?versions&")) {
      var answer = http.get(list + "max-keys=" + size);
      assertThat(answer.verdict()).isEqualTo(verdict);
      assertThat(answer.element("ArgumentName")).isEqualTo("max-keys");
      assertThat(answer.element("ArgumentValue")).isEqualTo(size);
    }
  }

  @Test
  void noPageIsLongerThanAThousand() {
    assertThat(http.get("/list?max-keys=5000").element("MaxKeys")).isEqualTo("1000");
    assertThat(http.get("/list?list-type=2&max-keys=5000").element("MaxKeys")).isEqualTo("1000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "!!!", "bm90IHVyLi4_", "AAAA=", "%C3%A4", "_w"})
  void aForeignTokenIsRefused(String token) {
    // The last is well-formed and not UTF-8; what decodes to a key is a place like any other.
    var answer = http.get("/list?list-type=2&continuation-token=" + token);
    if (token.equals("bm90IHVyLi4_")) {
      assertThat(answer.status()).isEqualTo(200);
      return;
    }
    assertThat(answer.verdict()).isEqualTo("400 InvalidArgument");
    assertThat(answer.element("ArgumentName")).isEqualTo("continuation-token");
  }

  @Test
  void aTokenOutweighsStartAfterAndBothAreToldBack() {
    var first = http.get("/list?list-type=2&max-keys=2&start-after=a");
    assertThat(first.element("KeyCount")).isEqualTo("2");
    assertThat(first.element("StartAfter")).isEqualTo("a");
    var token = first.element("NextContinuationToken");
    var next = http.get("/list?list-type=2&start-after=a&continuation-token=" + token);
    assertThat(next.element("ContinuationToken")).isEqualTo(token);
    assertThat(next.xml().all("Contents").getFirst().required("Key")).isEqualTo("b/c/3");
  }

  @Test
  void aPageMayEndBehindARolledUpPrefix() {
    var first = http.get("/list?delimiter=/&max-keys=2");
    assertThat(first.element("IsTruncated")).isEqualTo("true");
    assertThat(first.element("NextMarker")).isEqualTo("b/");
    assertThat(names("/list?delimiter=/&marker=b/")).isEqualTo("d,e f,g+h,ä");
    var second = http.get("/list?list-type=2&delimiter=/&max-keys=2");
    assertThat(second.element("KeyCount")).isEqualTo("2");
    var token = second.element("NextContinuationToken");
    assertThat(names("/list?list-type=2&delimiter=/&continuation-token=" + token))
        .isEqualTo("d,e f,g+h,ä");
  }

  @Test
  void withoutADelimiterTheFirstVersionNamesNoNextMarker() {
    var page = http.get("/list?max-keys=2");
    assertThat(page.element("IsTruncated")).isEqualTo("true");
    assertThat(page.element("NextMarker")).isEmpty();
  }

  @Test
  void namesAreEncodedWhenAsked() {
    var page = http.get("/list?list-type=2&encoding-type=url&prefix=e%20&start-after=a%20b");
    assertThat(page.element("EncodingType")).isEqualTo("url");
    assertThat(page.element("Prefix")).isEqualTo("e%20");
    assertThat(page.element("StartAfter")).isEqualTo("a%20b");
    assertThat(page.xml().all("Contents").getFirst().required("Key")).isEqualTo("e%20f");
    var first = http.get("/list?encoding-type=url&prefix=g%2B&delimiter=%2F");
    assertThat(first.element("Prefix")).isEqualTo("g%2B");
    assertThat(first.element("Delimiter")).isEqualTo("/");
  }

  @Test
  void anEncodingNobodyKnowsIsRefused() {
    for (var list : List.of("/list?", "/list?list-type=2&", "/list?versions&", "/list?uploads&")) {
      var answer = http.get(list + "encoding-type=base64");
      assertThat(answer.verdict()).isEqualTo("400 InvalidArgument");
      assertThat(answer.element("ArgumentName")).isEqualTo("encoding-type");
    }
  }

  @Test
  void ownersAreToldInTheFirstVersionAndOnRequestInTheSecond() {
    assertThat(http.get("/list?prefix=a").text()).contains("<Owner>");
    assertThat(http.get("/list?list-type=2&prefix=a").text()).doesNotContain("<Owner>");
    assertThat(http.get("/list?list-type=2&prefix=a&fetch-owner=true").text()).contains("<Owner>");
  }

  @Test
  void anEntryTellsSizeTagClassAndChecksum() {
    var entry = http.get("/list?list-type=2&prefix=d").xml().all("Contents").getFirst();
    assertThat(entry.required("Size")).isEqualTo("1");
    assertThat(entry.required("StorageClass")).isEqualTo("STANDARD");
    assertThat(entry.required("ChecksumAlgorithm")).isEqualTo("CRC64NVME");
    assertThat(entry.required("ChecksumType")).isEqualTo("FULL_OBJECT");
    assertThat(entry.required("ETag")).startsWith("\"").endsWith("\"").hasSize(34);
    assertThat(entry.required("LastModified")).matches("\\d{4}-\\d\\d-\\d\\dT[\\d:]{8}\\.\\d{3}Z");
  }

  @Test
  void anEmptyBucketIsAnEmptyPage() {
    assertThat(names("/empty")).isEmpty();
    var page = http.get("/empty?list-type=2");
    assertThat(page.element("KeyCount")).isEqualTo("0");
    assertThat(page.element("Name")).isEqualTo("empty");
    assertThat(page.element("IsTruncated")).isEqualTo("false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/none", "/none?list-type=2", "/none?versions", "/none?uploads"})
  void aBucketThatIsNotThereHasNoListing(String target) {
    var answer = http.get(target);
    assertThat(answer.verdict()).isEqualTo("404 NoSuchBucket");
    assertThat(answer.element("BucketName")).isEqualTo("none");
  }
}
