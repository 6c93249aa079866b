package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import ninebark.gateway.TestStore;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RenameObject on ordinary buckets. */
@Covers(S3Operation.RENAME_OBJECT)
class RenameObjectTest {
  private static final String SOURCE = "x-amz-rename-source: ";
  private static TestStore store;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
    TestBuckets.make(http, "names");
    TestBuckets.make(http, "others");
    TestBuckets.makeVersioned(store, http, "versions");
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static String put(String target, String body, String... headers) {
    var answer = http.put(target, body, headers);
    assertThat(answer.status()).isEqualTo(200);
    return answer.header("etag");
  }

  private static SignedHttp.Answer rename(String source, String target, String... headers) {
    var all = new ArrayList<String>(List.of(headers));
    all.add(SOURCE + source);
    return http.put(target + "?renameObject", "", all.toArray(String[]::new));
  }

  @Test
  void theObjectHasItsNewNameOnly() {
    var bytes = TestBuckets.random(50_000, 1);
    var etag =
        http.send("PUT", "/names/old", bytes, "x-amz-meta-a: 1", "x-amz-tagging: t=1")
            .header("etag");
    int before = store.stripes.count();
    var answer = rename("/names/old", "/names/new");
    assertThat(answer.verdict()).isEqualTo("200");
    assertThat(answer.bytes()).isEmpty();
    assertThat(http.head("/names/old").status()).isEqualTo(404);
    var got = http.get("/names/new");
    assertThat(got.bytes()).isEqualTo(bytes);
    assertThat(got.header("etag")).isEqualTo(etag);
    assertThat(got.header("x-amz-meta-a")).isEqualTo("1");
    assertThat(got.header("x-amz-tagging-count")).isEqualTo("1");
    assertThat(store.stripes.count()).isEqualTo(before);
  }

  @Test
  void theSdkRenames() {
    put("/names/sdk%20old", "sdk");
    try (var s3 = store.sdk()) {
      s3.renameObject(
          request -> request.bucket("names").key("sdk new").renameSource("names/sdk%20old"));
      assertThat(
              s3.getObjectAsBytes(request -> request.bucket("names").key("sdk new")).asUtf8String())
          .isEqualTo("sdk");
    }
  }

  @Test
  void annotationsMoveWithTheirObject() {
    put("/names/noted", "x");
    http.put("/names/noted?annotation&annotationName=n", "note");
    assertThat(rename("names/noted", "/names/noted-2").verdict()).isEqualTo("200");
    assertThat(http.get("/names/noted-2?annotation&annotationName=n").text()).isEqualTo("note");
  }

  @Test
  void theTargetIsReplaced() {
    put("/names/winner", "winner");
    put("/names/loser", "loser");
    assertThat(rename("names/winner", "/names/loser").verdict()).isEqualTo("200");
    assertThat(http.get("/names/loser").text()).isEqualTo("winner");
    assertThat(http.head("/names/winner").status()).isEqualTo(404);
  }

  @Test
  void anObjectMayBeRenamedToItself() {
    put("/names/same", "same");
    assertThat(rename("names/same", "/names/same").verdict()).isEqualTo("200");
    assertThat(http.get("/names/same").text()).isEqualTo("same");
  }

  @ParameterizedTest
  @CsvSource({
    "names/none,404 NoSuchKey",
    "others/key,400 InvalidArgument",
    "names,400 InvalidArgument",
    "names/%FF,400 InvalidArgument",
    "names/present?versionId=null,400 InvalidArgument"
  })
  void aSourceThatCannotBeRenamedIsAnError(String source, String verdict) {
    put("/names/present", "x");
    assertThat(rename(source, "/names/never").verdict()).isEqualTo(verdict);
    assertThat(http.head("/names/never").status()).isEqualTo(404);
  }

  @Test
  void theSourceMustBeNamed() {
    assertThat(http.put("/names/x?renameObject", "").verdict()).isEqualTo("400 InvalidArgument");
  }

  @Test
  void oddKeysAreRenamedByteForByte() {
    put("/names/a%2F..%2F%3Fb%25%20+", "odd");
    assertThat(rename("names/a/..%2F%3Fb%25%20+", "/names/%5Cc%0A").verdict()).isEqualTo("200");
    assertThat(http.get("/names/%5Cc%0A").text()).isEqualTo("odd");
  }

  @Test
  void anotherAccountMayNotRename() {
    put("/names/guarded", "x");
    var answer =
        SignedHttp.other(store).put("/names/stolen?renameObject", "", SOURCE + "names/guarded");
    assertThat(answer.verdict()).isEqualTo("403 AccessDenied");
  }

  /** E is the ETag at that end, X another; P is before it was written, F after. */
  @ParameterizedTest
  @CsvSource({
    "x-amz-rename-source-if-match,E,200",
    "x-amz-rename-source-if-match,X,412",
    "x-amz-rename-source-if-match,*,200",
    "x-amz-rename-source-if-none-match,X,200",
    "x-amz-rename-source-if-none-match,E,412",
    "x-amz-rename-source-if-none-match,*,412",
    "x-amz-rename-source-if-modified-since,P,200",
    "x-amz-rename-source-if-modified-since,F,412",
    "x-amz-rename-source-if-unmodified-since,F,200",
    "x-amz-rename-source-if-unmodified-since,P,412",
    "if-match,E,200",
    "if-match,X,412",
    "if-none-match,*,412",
    "if-modified-since,P,200",
    "if-modified-since,F,412",
    "if-unmodified-since,F,200",
    "if-unmodified-since,P,412"
  })
  void conditionsOfBothEndsAreJudged(String header, String sign, int status) {
    var source = put("/names/from", "source");
    var target = put("/names/onto", "target");
    var value =
        switch (sign) {
          case "E" -> header.startsWith("x-amz") ? source : target;
          case "X" -> "\"0123456789abcdef0123456789abcdef\"";
          case "P" -> HttpDates.http(Instant.now().minus(Duration.ofDays(1)));
          case "F" -> HttpDates.http(Instant.now().plus(Duration.ofDays(1)));
          default -> sign;
        };
    var answer = rename("names/from", "/names/onto", header + ": " + value);
    assertThat(answer.status()).isEqualTo(status);
    if (status == 412) {
      assertThat(answer.code()).isEqualTo("PreconditionFailed");
      assertThat(answer.element("Condition")).isEqualToIgnoringCase(header);
      assertThat(http.get("/names/from").text()).isEqualTo("source");
      assertThat(http.get("/names/onto").text()).isEqualTo("target");
    } else {
      assertThat(http.get("/names/onto").text()).isEqualTo("source");
    }
  }

  @Test
  void allConditionsMustHold() {
    var etag = put("/names/many", "x");
    var answer =
        rename(
            "names/many",
            "/names/many-2",
            "x-amz-rename-source-if-match: " + etag,
            "x-amz-rename-source-if-none-match: " + etag);
    assertThat(answer.verdict()).isEqualTo("412 PreconditionFailed");
    assertThat(
            rename(
                    "names/many",
                    "/names/many-2",
                    "x-amz-rename-source-if-match: " + etag,
                    "if-none-match: *")
                .verdict())
        .isEqualTo("200");
  }

  @Test
  void whatIsNoConditionIsRefusedAndNotPassedOver() {
    put("/names/strict", "x");
    assertThat(rename("names/strict", "/names/strict-2", "if-none-match: \"a\"").verdict())
        .isEqualTo("501 NotImplemented");
    assertThat(rename("names/strict", "/names/strict-2", "if-modified-since: tomorrow").verdict())
        .isEqualTo("400 InvalidArgument");
    assertThat(http.head("/names/strict").status()).isEqualTo(200);
  }

  @Test
  void aRepeatWithTheSameTokenSucceedsAgain() {
    put("/names/once", "x");
    var token = "x-amz-client-token: token-1";
    assertThat(rename("names/once", "/names/twice", token).verdict()).isEqualTo("200");
    assertThat(rename("names/once", "/names/twice", token).verdict()).isEqualTo("200");
    assertThat(rename("names/once", "/names/twice").verdict()).isEqualTo("404 NoSuchKey");
    assertThat(rename("names/twice", "/names/once", token).verdict())
        .isEqualTo("400 IdempotencyParameterMismatch");
    assertThat(http.head("/names/twice").status()).isEqualTo(200);
  }

  @Test
  void aTokenHasUpTo64VisibleCharacters() {
    put("/names/token", "x");
    assertThat(
            rename("names/token", "/names/token-2", "x-amz-client-token: " + "t".repeat(65))
                .verdict())
        .isEqualTo("400 InvalidArgument");
    assertThat(rename("names/token", "/names/token-2", "x-amz-client-token: a b").verdict())
        .isEqualTo("400 InvalidArgument");
  }

  @Test
  void whereVersionsAreKeptTheSourceGetsADeleteMarker() {
    var old = http.put("/versions/old", "kept").header("x-amz-version-id");
    assertThat(rename("versions/old", "/versions/new").verdict()).isEqualTo("200");
    var gone = http.get("/versions/old");
    assertThat(gone.verdict()).isEqualTo("404 NoSuchKey");
    assertThat(gone.header("x-amz-delete-marker")).isEqualTo("true");
    assertThat(http.get("/versions/old?versionId=" + old).text()).isEqualTo("kept");
    assertThat(http.get("/versions/new").text()).isEqualTo("kept");
  }
}
