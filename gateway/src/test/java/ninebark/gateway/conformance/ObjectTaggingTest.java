package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import ninebark.gateway.TestStore;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.Tag;

/** Tags of objects: set with the object or after it, read, removed, and their limits. */
@Covers({
  S3Operation.GET_OBJECT_TAGGING,
  S3Operation.PUT_OBJECT_TAGGING,
  S3Operation.DELETE_OBJECT_TAGGING
})
class ObjectTaggingTest {
  private static TestStore store;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
    TestBuckets.make(http, "tags");
    TestBuckets.makeVersioned(store, http, "versions");
    assertThat(http.put("/tags/k", "x").status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static String document(String... keysAndValues) {
    var xml = new StringBuilder("<Tagging><TagSet>");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      xml.append("<Tag><Key>")
          .append(keysAndValues[i])
          .append("</Key><Value>")
          .append(keysAndValues[i + 1])
          .append("</Value></Tag>");
    }
    return xml + "</TagSet></Tagging>";
  }

  @Test
  void theSdkSetsReadsAndRemovesTags() {
    try (var s3 = store.sdk()) {
      var first = Tag.builder().key("a").value("1").build();
      var second = Tag.builder().key("ü 9").value("").build();
      s3.putObjectTagging(
          request ->
              request.bucket("tags").key("k").tagging(tagging -> tagging.tagSet(first, second)));
      assertThat(s3.getObjectTagging(request -> request.bucket("tags").key("k")).tagSet())
          .containsExactlyInAnyOrder(first, second);
      s3.deleteObjectTagging(request -> request.bucket("tags").key("k"));
      assertThat(s3.getObjectTagging(request -> request.bucket("tags").key("k")).tagSet())
          .isEmpty();
    }
  }

  @Test
  void theAnswersHaveTheirStatus() {
    assertThat(http.put("/tags/k?tagging", document("a", "1")).status()).isEqualTo(200);
    assertThat(http.get("/tags/k?tagging").header("content-type")).isEqualTo("application/xml");
    assertThat(http.delete("/tags/k?tagging").status()).isEqualTo(204);
    assertThat(http.get("/tags/k?tagging").text()).contains("<TagSet></TagSet>");
    assertThat(http.delete("/tags/k?tagging").status()).isEqualTo(204);
  }

  @Test
  void settingTagsChangesNothingElse() {
    http.put("/tags/still", "x", "x-amz-meta-a: 1");
    var before = http.head("/tags/still");
    http.put("/tags/still?tagging", document("a", "1"));
    var after = http.head("/tags/still");
    assertThat(after.header("etag")).isEqualTo(before.header("etag"));
    assertThat(after.header("last-modified")).isEqualTo(before.header("last-modified"));
    assertThat(after.header("x-amz-meta-a")).isEqualTo("1");
  }

  @Test
  void theCountIsToldOnReadsWhereThereAreAny() {
    http.put("/tags/count", "x", "x-amz-tagging: a=1&b=2&c=3");
    assertThat(http.get("/tags/count").header("x-amz-tagging-count")).isEqualTo("3");
    assertThat(http.head("/tags/count").header("x-amz-tagging-count")).isEqualTo("3");
    http.delete("/tags/count?tagging");
    assertThat(http.head("/tags/count").headers().has("x-amz-tagging-count")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=1|<Tag><Key>a</Key><Value>1</Value></Tag>",
        "a=|<Tag><Key>a</Key><Value></Value></Tag>",
        "a|<Tag><Key>a</Key><Value></Value></Tag>",
        "a=b=c|<Tag><Key>a</Key><Value>b=c</Value></Tag>",
        "a+b=c%20d|<Tag><Key>a b</Key><Value>c d</Value></Tag>",
        "%C3%BC=%E2%80%A2|400 InvalidTag",
        "%C3%BC=1|<Tag><Key>ü</Key><Value>1</Value></Tag>",
        "a=1&|<Tag><Key>a</Key><Value>1</Value></Tag>",
        "a%3Db=1|<Tag><Key>a=b</Key><Value>1</Value></Tag>",
        "a=1&a=2|400 InvalidArgument",
        "a=%ZZ|400 InvalidArgument",
        "a=%FF|400 InvalidArgument",
        "=1|400 InvalidTag",
        "a=<|400 InvalidTag",
        "aws:a=1|400 InvalidTag"
      })
  void theHeaderIsAQueryOfNamesAndValues(String header, String expected) {
    var answer = http.put("/tags/header", "x", "x-amz-tagging: " + header);
    if (answer.status() == 200) {
      assertThat(http.get("/tags/header?tagging").text())
          .contains("<TagSet>" + expected + "</TagSet>");
    } else {
      assertThat(answer.verdict()).isEqualTo(expected);
    }
  }

  @Test
  void tenTagsAreEnough() {
    var ten = IntStream.range(0, 10).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining("&"));
    assertThat(http.put("/tags/ten", "x", "x-amz-tagging: " + ten).status()).isEqualTo(200);
    assertThat(http.put("/tags/ten", "x", "x-amz-tagging: " + ten + "&more=1").verdict())
        .isEqualTo("400 BadRequest");
    var eleven =
        IntStream.range(0, 11).boxed().flatMap(i -> java.util.stream.Stream.of("k" + i, "v"));
    assertThat(http.put("/tags/ten?tagging", document(eleven.toArray(String[]::new))).verdict())
        .isEqualTo("400 BadRequest");
    assertThat(http.head("/tags/ten").header("x-amz-tagging-count")).isEqualTo("10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"k", "ü", "語"})
  void lengthsAreCountedInCharacters(String letter) {
    var key = letter.repeat(128);
    var value = letter.repeat(256);
    assertThat(http.put("/tags/k?tagging", document(key, value)).status()).isEqualTo(200);
    assertThat(http.put("/tags/k?tagging", document(key + letter, "")).verdict())
        .isEqualTo("400 InvalidTag");
    assertThat(http.put("/tags/k?tagging", document("a", value + letter)).verdict())
        .isEqualTo("400 InvalidTag");
    var header = PercentCoding.encode(key) + "=" + PercentCoding.encode(value);
    assertThat(http.put("/tags/long", "x", "x-amz-tagging: " + header).status()).isEqualTo(200);
    assertThat(
            http.put("/tags/long", "x", "x-amz-tagging: " + PercentCoding.encode(key + letter))
                .status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<Tagging/>|400 MalformedXML",
        "<Tagging><TagSet/></Tagging>|200",
        "<Tagging><TagSet/><TagSet/></Tagging>|400 MalformedXML",
        "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>|400 MalformedXML",
        "<Tagging><TagSet><Tag><Value>a</Value></Tag></TagSet></Tagging>|400 MalformedXML",
        "<Tagging><TagSet><Other/></TagSet></Tagging>|400 MalformedXML",
        "<Other/>|400 MalformedXML",
        "not xml|400 MalformedXML"
      })
  void theDocumentIsChecked(String xml, String verdict) {
    assertThat(http.put("/tags/k?tagging", xml).verdict()).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({"a,1,a,2", "'',1,b,2", "a#,1,b,2", "a,1*,b,2", "aws:x,1,b,2"})
  void keysAndValuesAreChecked(String key1, String value1, String key2, String value2) {
    http.put("/tags/checked", "x", "x-amz-tagging: before=1");
    assertThat(http.put("/tags/checked?tagging", document(key1, value1, key2, value2)).verdict())
        .isEqualTo("400 InvalidTag");
    assertThat(http.get("/tags/checked?tagging").text()).contains("before");
  }

  @Test
  void anEmptyBodyIsNoDocument() {
    assertThat(http.put("/tags/k?tagging", "").verdict()).isEqualTo("400 MalformedXML");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE"})
  void aKeyThatIsMissingHasNoTags(String method) {
    var body =
        method.equals("PUT") ? document("a", "1").getBytes(StandardCharsets.UTF_8) : new byte[0];
    assertThat(http.send(method, "/tags/none?tagging", body).verdict()).isEqualTo("404 NoSuchKey");
    assertThat(http.send(method, "/nowhere/none?tagging", body).verdict())
        .isEqualTo("404 NoSuchBucket");
    assertThat(http.send(method, "/tags/k?tagging&versionId=nonsense", body).verdict())
        .isEqualTo("400 InvalidArgument");
    assertThat(http.send(method, "/tags/k?tagging&versionId=", body).verdict())
        .isEqualTo("400 InvalidArgument");
    assertThat(
            http.send(method, "/tags/k?tagging&versionId=00000000000000010000000000000001", body)
                .verdict())
        .isEqualTo("404 NoSuchVersion");
    assertThat(SignedHttp.other(store).send(method, "/tags/k?tagging", body).verdict())
        .isEqualTo("403 AccessDenied");
  }

  @Test
  void eachVersionHasItsOwnTags() {
    var first = http.put("/versions/k", "1", "x-amz-tagging: n=1").header("x-amz-version-id");
    var second = http.put("/versions/k", "2").header("x-amz-version-id");
    assertThat(http.get("/versions/k?tagging").header("x-amz-version-id")).isEqualTo(second);
    assertThat(http.get("/versions/k?tagging").text()).contains("<TagSet></TagSet>");
    var old = http.get("/versions/k?tagging&versionId=" + first);
    assertThat(old.text()).contains("<Key>n</Key>");
    assertThat(old.header("x-amz-version-id")).isEqualTo(first);
    var put = http.put("/versions/k?tagging&versionId=" + first, document("n", "one"));
    assertThat(put.header("x-amz-version-id")).isEqualTo(first);
    assertThat(http.get("/versions/k?tagging&versionId=" + first).text()).contains("one");
    var deleted = http.delete("/versions/k?tagging&versionId=" + first);
    assertThat(deleted.header("x-amz-version-id")).isEqualTo(first);
    assertThat(http.get("/versions/k?tagging&versionId=" + first).text())
        .contains("<TagSet></TagSet>");
  }

  @Test
  void aDeleteMarkerHasNoTags() {
    http.put("/versions/marked", "1");
    var marker = http.delete("/versions/marked").header("x-amz-version-id");
    assertThat(http.get("/versions/marked?tagging").verdict()).isEqualTo("404 NoSuchKey");
    var answer = http.get("/versions/marked?tagging&versionId=" + marker);
    assertThat(answer.verdict()).isEqualTo("405 MethodNotAllowed");
    assertThat(answer.header("x-amz-delete-marker")).isEqualTo("true");
    assertThat(http.put("/versions/marked?tagging", document("a", "1")).verdict())
        .isEqualTo("405 MethodNotAllowed");
  }

  @Test
  void operationsThatTagNothingRefuseTheHeader() {
    assertThat(http.get("/tags/k", "x-amz-tagging: a=1").verdict()).isEqualTo("501 NotImplemented");
  }
}
