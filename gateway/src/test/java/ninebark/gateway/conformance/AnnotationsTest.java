package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import ninebark.gateway.TestStore;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.AnnotationEntry;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.NoSuchAnnotationException;

/** Named payloads beside an object. */
@Covers({
  S3Operation.PUT_OBJECT_ANNOTATION,
  S3Operation.GET_OBJECT_ANNOTATION,
  S3Operation.LIST_OBJECT_ANNOTATIONS,
  S3Operation.DELETE_OBJECT_ANNOTATION
})
class AnnotationsTest {
  private static final int MAX_BYTES = 1 << 20;
  private static TestStore store;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
    TestBuckets.make(http, "notes");
    TestBuckets.makeVersioned(store, http, "versions");
    assertThat(http.put("/notes/k", "x").status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    store.close();
    assertThat(store.stripes.openReaders).hasValue(0);
    assertThat(store.stripes.openWriters).hasValue(0);
  }

  private static String at(String key, String name) {
    return "/notes/" + key + "?annotation&annotationName=" + name;
  }

  private static void object(String key) {
    assertThat(http.put("/notes/" + key, "body of " + key).status()).isEqualTo(200);
  }

  @Test
  void theSdkPutsReadsListsAndRemovesThem() {
    object("sdk");
    try (var s3 = store.sdk()) {
      var put =
          s3.putObjectAnnotation(
              request -> request.bucket("notes").key("sdk").annotationName("labels"),
              RequestBody.fromString("{\"cat\": 0.9}"));
      assertThat(put.key()).isEqualTo("sdk");
      assertThat(put.annotationName()).isEqualTo("labels");
      var got =
          s3.getObjectAnnotationAsBytes(
              request ->
                  request
                      .bucket("notes")
                      .key("sdk")
                      .annotationName("labels")
                      .checksumMode(ChecksumMode.ENABLED));
      assertThat(got.asUtf8String()).isEqualTo("{\"cat\": 0.9}");
      assertThat(got.response().eTag()).isEqualTo(put.eTag());
      var list = s3.listObjectAnnotations(request -> request.bucket("notes").key("sdk"));
      assertThat(list.annotations())
          .extracting(AnnotationEntry::annotationName)
          .containsExactly("labels");
      assertThat(list.annotations().getFirst().size()).isEqualTo(12);
      assertThat(list.annotationCount()).isEqualTo(1);
      s3.deleteObjectAnnotation(
          request -> request.bucket("notes").key("sdk").annotationName("labels"));
      assertThatThrownBy(
              () ->
                  s3.getObjectAnnotationAsBytes(
                      request -> request.bucket("notes").key("sdk").annotationName("labels")))
          .isInstanceOf(NoSuchAnnotationException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16 * 1024, 16 * 1024 + 1, MAX_BYTES})
  void payloadsOfAllSizesComeBack(int length) {
    object("sizes");
    var payload = "n".repeat(length);
    var put = http.put(at("sizes", "size-" + length), payload);
    assertThat(put.verdict()).isEqualTo("200");
    var got = http.get(at("sizes", "size-" + length));
    assertThat(got.text()).isEqualTo(payload);
    assertThat(got.header("etag")).isEqualTo(put.header("etag"));
    assertThat(got.header("last-modified")).endsWith("GMT");
  }

  @Test
  void moreThanOneMebibyteIsTooLargeAndNothingTooSmall() {
    var large = http.put(at("k", "n"), "n".repeat(MAX_BYTES + 1));
    assertThat(large.verdict()).isEqualTo("400 EntityTooLarge");
    assertThat(large.element("MaxSizeAllowed")).isEqualTo("1048576");
    assertThat(http.put(at("k", "n"), "").verdict()).isEqualTo("400 InvalidRequest");
    assertThat(http.get(at("k", "n")).verdict()).isEqualTo("404 NoSuchAnnotation");
  }

  @Test
  void charactersOfAllLengthsAreText() {
    object("text");
    var text = "aü€😀".repeat(20_000);
    assertThat(http.put(at("text", "n"), text).verdict()).isEqualTo("200");
    assertThat(http.get(at("text", "n")).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ff", "61c3", "c0af", "eda080", "e282", "f09f98", "8061", "f4908080"})
  void whatIsNoUtf8IsRefused(String hex) {
    var bytes = java.util.HexFormat.of().parseHex(hex);
    assertThat(http.send("PUT", at("k", "binary"), bytes).verdict())
        .isEqualTo("415 UnsupportedMediaType");
    var behind = new byte[100_000 + bytes.length];
    java.util.Arrays.fill(behind, (byte) 'a');
    System.arraycopy(bytes, 0, behind, 100_000, bytes.length);
    int before = store.stripes.count();
    assertThat(http.send("PUT", at("k", "binary"), behind).verdict())
        .isEqualTo("415 UnsupportedMediaType");
    assertThat(store.stripes.count()).isEqualTo(before);
    assertThat(http.get(at("k", "binary")).verdict()).isEqualTo("404 NoSuchAnnotation");
  }

  @Test
  void aSecondOfTheSameNameTakesTheFirstsPlace() {
    object("twice");
    http.put(at("twice", "n"), "n".repeat(50_000));
    http.put(at("twice", "n"), "second");
    assertThat(http.get(at("twice", "n")).text()).isEqualTo("second");
    assertThat(http.get("/notes/twice?annotation").element("AnnotationCount")).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource({
    "labels,200",
    "a/b%20c%2F..,200",
    "%C3%BC%E8%AA%9E,200",
    "as-is,200",
    "aws,400 InvalidAnnotationName",
    "AWS-x,400 InvalidAnnotationName",
    "s3,400 InvalidAnnotationName",
    "S3x,400 InvalidAnnotationName",
    "a%00,400 InvalidAnnotationName",
    "'',400 InvalidAnnotationName"
  })
  void namesAreChecked(String name, String verdict) {
    object("names");
    assertThat(http.put(at("names", name), "note").verdict()).isEqualTo(verdict);
    if (verdict.equals("200")) {
      assertThat(http.get(at("names", name)).text()).isEqualTo("note");
    }
  }

  @Test
  void aNameHasUpTo512Bytes() {
    object("long");
    assertThat(http.put(at("long", "n".repeat(512)), "note").verdict()).isEqualTo("200");
    assertThat(http.put(at("long", "n".repeat(513)), "note").verdict())
        .isEqualTo("400 AnnotationNameTooLong");
    assertThat(http.put(at("long", "%C3%BC".repeat(257)), "note").verdict())
        .isEqualTo("400 AnnotationNameTooLong");
    assertThat(http.put("/notes/long?annotation", "note").verdict())
        .isEqualTo("400 InvalidAnnotationName");
  }

  @Test
  void checksumsAreComparedKeptAndTold() {
    object("sums");
    var sha256 = "x-amz-checksum-sha256: ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    var put = http.put(at("sums", "n"), "abc", sha256);
    assertThat(put.header("x-amz-checksum-sha256")).startsWith("ungWv48B");
    assertThat(put.header("x-amz-checksum-type")).isEqualTo("FULL_OBJECT");
    assertThat(http.get(at("sums", "n")).headers().has("x-amz-checksum-sha256")).isFalse();
    var got = http.get(at("sums", "n"), "x-amz-checksum-mode: ENABLED");
    assertThat(got.header("x-amz-checksum-sha256")).startsWith("ungWv48B");
    assertThat(http.put(at("sums", "n"), "abd", sha256).verdict()).isEqualTo("400 BadDigest");
    assertThat(http.put(at("sums", "n"), "abd", "content-md5: kAFQmDzST7DWlj99KOF/cg==").verdict())
        .isEqualTo("400 BadDigest");
    assertThat(http.get(at("sums", "n")).text()).isEqualTo("abc");
  }

  @Test
  void theObjectMayBeRequiredToBeTheOneKnown() {
    object("matched");
    var etag = http.head("/notes/matched").header("etag");
    assertThat(http.put(at("matched", "n"), "a", "x-amz-object-if-match: \"00\"").verdict())
        .isEqualTo("412 PreconditionFailed");
    assertThat(http.put(at("matched", "n"), "a", "x-amz-object-if-match: " + etag).verdict())
        .isEqualTo("200");
    assertThat(http.delete(at("matched", "n"), "x-amz-object-if-match: \"00\"").verdict())
        .isEqualTo("412 PreconditionFailed");
    assertThat(http.get(at("matched", "n")).text()).isEqualTo("a");
    assertThat(http.delete(at("matched", "n"), "x-amz-object-if-match: " + etag).status())
        .isEqualTo(204);
  }

  @Test
  void annotatingChangesNothingOfTheObject() {
    object("calm");
    var before = http.head("/notes/calm");
    http.put(at("calm", "n"), "note");
    var after = http.head("/notes/calm");
    assertThat(after.header("etag")).isEqualTo(before.header("etag"));
    assertThat(after.header("last-modified")).isEqualTo(before.header("last-modified"));
    assertThat(after.header("content-length")).isEqualTo(before.header("content-length"));
  }

  @Test
  void overwritingTheObjectTakesThemAway() {
    object("fresh");
    http.put(at("fresh", "n"), "note");
    object("fresh");
    assertThat(http.get(at("fresh", "n")).verdict()).isEqualTo("404 NoSuchAnnotation");
    assertThat(http.get("/notes/fresh?annotation").element("AnnotationCount")).isEqualTo("0");
  }

  @Test
  void listsComeInPagesInOrderOfName() {
    object("list");
    for (var name : new String[] {"b", "a", "ü", "c/2", "c/1"}) {
      http.put(at("list", ninebark.gateway.message.PercentCoding.encode(name)), name);
    }
    var names = new ArrayList<String>();
    var token = "";
    int pages = 0;
    do {
      var page =
          http.get(
              "/notes/list?annotation&max-annotation-results=2"
                  + (token.isEmpty() ? "" : "&continuation-token=" + token));
      assertThat(page.element("MaxAnnotationResults")).isEqualTo("2");
      assertThat(page.element("ContinuationToken")).isEqualTo(token);
      for (var entry : page.xml().all("Annotations").getFirst().all("AnnotationEntry")) {
        names.add(entry.required("AnnotationName"));
        assertThat(entry.required("Size")).isNotEqualTo("0");
        assertThat(entry.required("ChecksumAlgorithm")).isEqualTo("CRC64NVME");
      }
      token = page.element("NextContinuationToken");
      pages++;
    } while (!token.isEmpty());
    assertThat(names).containsExactly("a", "b", "c/1", "c/2", "ü");
    assertThat(pages).isEqualTo(3);
    var some = http.get("/notes/list?annotation&annotation-prefix=c/");
    assertThat(some.element("AnnotationPrefix")).isEqualTo("c/");
    assertThat(some.element("AnnotationCount")).isEqualTo("2");
  }

  @Test
  void anEmptyListIsAnswered() {
    object("bare");
    var answer = http.get("/notes/bare?annotation");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.element("Key")).isEqualTo("bare");
    assertThat(answer.element("Bucket")).isEqualTo("notes");
    assertThat(answer.element("AnnotationCount")).isEqualTo("0");
    assertThat(http.get("/notes/bare?annotation&max-annotation-results=0").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "max-annotation-results=x,400 InvalidArgument",
    "max-annotation-results=-1,400 InvalidArgument",
    "continuation-token=!,400 InvalidArgument",
    "continuation-token=,400 InvalidArgument",
    "annotation-prefix=a%00,400 InvalidPrefix"
  })
  void listsRefuseWhatTheyDoNotUnderstand(String parameter, String verdict) {
    assertThat(http.get("/notes/k?annotation&" + parameter).verdict()).isEqualTo(verdict);
  }

  @Test
  void aThousandAreEnough() {
    object("full");
    for (int i = 0; i < 1000; i++) {
      assertThat(http.put(at("full", "n" + i), "x").status()).isEqualTo(200);
    }
    assertThat(http.put(at("full", "more"), "x").verdict())
        .isEqualTo("400 AnnotationLimitExceeded");
    assertThat(http.put(at("full", "n7"), "replaced").status()).isEqualTo(200);
    assertThat(http.get("/notes/full?annotation").element("AnnotationCount")).isEqualTo("1000");
    http.delete(at("full", "n1"));
    assertThat(http.put(at("full", "more"), "x").status()).isEqualTo(200);
  }

  @Test
  void deletingWhatIsNotThereIsDone() {
    assertThat(http.delete(at("k", "never")).status()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE"})
  void aMissingObjectHasNone(String method) {
    var body = method.equals("PUT") ? "x".getBytes(StandardCharsets.UTF_8) : new byte[0];
    assertThat(http.send(method, at("none", "n"), body).verdict()).isEqualTo("404 NoSuchKey");
    assertThat(http.send(method, "/nowhere/k?annotation&annotationName=n", body).verdict())
        .isEqualTo("404 NoSuchBucket");
    assertThat(SignedHttp.other(store).send(method, at("k", "n"), body).verdict())
        .isEqualTo("403 AccessDenied");
  }

  @Test
  void eachVersionHasItsOwn() {
    var first = http.put("/versions/k", "1").header("x-amz-version-id");
    http.put("/versions/k?annotation&annotationName=n", "of the first");
    var second = http.put("/versions/k", "2").header("x-amz-version-id");
    var none = http.get("/versions/k?annotation&annotationName=n");
    assertThat(none.verdict()).isEqualTo("404 NoSuchAnnotation");
    var old = http.get("/versions/k?annotation&annotationName=n&versionId=" + first);
    assertThat(old.text()).isEqualTo("of the first");
    assertThat(old.header("x-amz-object-version-id")).isEqualTo(first);
    var put = http.put("/versions/k?annotation&annotationName=n", "of the second");
    assertThat(put.header("x-amz-object-version-id")).isEqualTo(second);
    assertThat(
            http.get("/versions/k?annotation&versionId=" + first).header("x-amz-object-version-id"))
        .isEqualTo(first);
    var deleted = http.delete("/versions/k?annotation&annotationName=n&versionId=" + first);
    assertThat(deleted.header("x-amz-object-version-id")).isEqualTo(first);
    assertThat(http.get("/versions/k?annotation&annotationName=n").text())
        .isEqualTo("of the second");
  }

  @Test
  void aDeleteMarkerHasNone() {
    http.put("/versions/marked", "1");
    var marker = http.delete("/versions/marked").header("x-amz-version-id");
    assertThat(http.get("/versions/marked?annotation").verdict()).isEqualTo("404 NoSuchKey");
    assertThat(
            http.put("/versions/marked?annotation&annotationName=n&versionId=" + marker, "x")
                .verdict())
        .isEqualTo("405 MethodNotAllowed");
  }
}
