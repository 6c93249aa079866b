package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import ninebark.gateway.TestStore;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept with an object and given back with it. */
@Covers({S3Operation.PUT_OBJECT, S3Operation.GET_OBJECT, S3Operation.HEAD_OBJECT})
class MetadataTest {
  private static TestStore store;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
    TestBuckets.make(http, "metadata");
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "content-type|text/html; charset=\"utf-8\"",
        "cache-control|public, max-age=60",
        "content-disposition|attachment; filename*=UTF-8''%e2%82%ac",
        "content-language|de, en",
        "expires|Thu, 01 Dec 1994 16:00:00 GMT",
        "expires|whenever it likes",
        "content-encoding|gzip",
        "x-amz-website-redirect-location|/elsewhere"
      })
  void headersComeBackAsTheyWent(String name, String value) {
    assertThat(http.put("/metadata/k", "x", name + ": " + value).status()).isEqualTo(200);
    assertThat(http.get("/metadata/k").header(name)).isEqualTo(value);
    assertThat(http.head("/metadata/k").header(name)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "aws-chunked|",
        "aws-chunked,gzip|gzip",
        "gzip,aws-chunked|gzip",
        "gzip, AWS-Chunked, br|gzip,br",
        "gzip|gzip"
      })
  void theFramingIsTakenOffTheContentEncoding(String sent, String kept) {
    http.put("/metadata/k", "x", "content-encoding: " + sent);
    assertThat(http.head("/metadata/k").header("content-encoding"))
        .isEqualTo(kept == null ? "" : kept);
  }

  @Test
  void withoutATypeItIsBinary() {
    http.put("/metadata/k", "x");
    assertThat(http.head("/metadata/k").header("content-type")).isEqualTo("binary/octet-stream");
  }

  @Test
  void userMetadataKeepsItsCaseOfValueAndLosesThatOfItsName() {
    http.put("/metadata/k", "x", "X-Amz-Meta-MiXed: MiXed", "x-amz-meta-empty:");
    var head = http.head("/metadata/k");
    assertThat(head.header("x-amz-meta-mixed")).isEqualTo("MiXed");
    assertThat(head.headers().has("x-amz-meta-empty")).isTrue();
  }

  @Test
  void valuesOfOneNameAreJoined() {
    http.put("/metadata/k", "x", "x-amz-meta-a: 1", "x-amz-meta-a: 2");
    assertThat(http.head("/metadata/k").header("x-amz-meta-a")).isEqualTo("1,2");
  }

  @ParameterizedTest
  @CsvSource({"1,2047,200", "1,2048,400", "48,2000,200", "48,2001,400", "2048,0,200"})
  void namesAndValuesHaveTwoKibibytesTogether(int nameBytes, int valueBytes, int status) {
    var answer =
        http.put(
            "/metadata/limit",
            "x",
            "x-amz-meta-" + "n".repeat(nameBytes) + ": " + "v".repeat(valueBytes));
    assertThat(answer.status()).isEqualTo(status);
    if (status == 400) {
      assertThat(answer.code()).isEqualTo("MetadataTooLarge");
      assertThat(answer.element("MaxSizeAllowed")).isEqualTo("2048");
      assertThat(answer.element("Size")).isEqualTo(Integer.toString(nameBytes + valueBytes));
    }
  }

  @Test
  void theLimitHoldsForUploadsToo() {
    var answer = http.post("/metadata/u?uploads", "", "x-amz-meta-n: " + "v".repeat(2048));
    assertThat(answer.verdict()).isEqualTo("400 MetadataTooLarge");
  }

  /** The example of S3's manual: UTF-8 that went as it is comes back in the form of RFC 2047. */
  @Test
  void metadataBeyondAsciiComesBackEncoded() {
    var raw = new String("ÄMÄZÕÑ S3".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    http.put("/metadata/k", "x", "x-amz-meta-nonascii: " + raw, "x-amz-meta-ascii: AMAZONS3");
    var head = http.head("/metadata/k");
    assertThat(head.header("x-amz-meta-nonascii"))
        .isEqualTo("=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=");
    assertThat(head.header("x-amz-meta-ascii")).isEqualTo("AMAZONS3");
  }

  @Test
  void metadataThatIsEncodedAlreadyStaysSo() {
    var value = "=?UTF-8?B?w4RNw4RaIFMz?=";
    http.put("/metadata/k", "x", "x-amz-meta-nonascii: " + value);
    assertThat(http.head("/metadata/k").header("x-amz-meta-nonascii")).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"there", "ftp://there", "HTTP://there"})
  void aRedirectGoesSomewhere(String location) {
    assertThat(
            http.put("/metadata/k", "x", "x-amz-website-redirect-location: " + location).verdict())
        .isEqualTo("400 InvalidRedirectLocation");
  }

  @Test
  void aRedirectHasUpTo2048Characters() {
    assertThat(
            http.put("/metadata/k", "x", "x-amz-website-redirect-location: /" + "r".repeat(2047))
                .status())
        .isEqualTo(200);
    assertThat(
            http.put("/metadata/k", "x", "x-amz-website-redirect-location: /" + "r".repeat(2048))
                .verdict())
        .isEqualTo("400 InvalidRedirectLocation");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "response-content-type|content-type",
        "response-content-language|content-language",
        "response-expires|expires",
        "response-cache-control|cache-control",
        "response-content-disposition|content-disposition",
        "response-content-encoding|content-encoding"
      })
  void aSignedReadMayAskForOtherHeaders(String parameter, String header) {
    http.put("/metadata/over", "x", header + ": stored");
    assertThat(http.get("/metadata/over?" + parameter + "=asked%20for").headers().all(header))
        .containsExactly("asked for");
    assertThat(http.head("/metadata/over?" + parameter + "=asked").header(header))
        .isEqualTo("asked");
    assertThat(http.get("/metadata/over").header(header)).isEqualTo("stored");
  }

  @Test
  void anAnonymousReadMayNot() {
    TestBuckets.make(http, "public-metadata");
    http.put("/public-metadata/k", "x");
    assertThat(http.delete("/public-metadata?publicAccessBlock").status()).isEqualTo(204);
    var policy =
        """
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
         "Action": "s3:GetObject", "Resource": "arn:aws:s3:::public-metadata/*"}]}""";
    assertThat(http.put("/public-metadata?policy", policy).status()).isLessThan(300);
    var anonymous = SignedHttp.anonymous(store);
    assertThat(anonymous.get("/public-metadata/k").text()).isEqualTo("x");
    assertThat(anonymous.get("/public-metadata/k?response-content-type=text/html").verdict())
        .isEqualTo("400 InvalidRequest");
  }

  @Test
  void anAskedForHeaderCannotBreakOutOfItsLine() {
    http.put("/metadata/k", "x");
    var answer = http.get("/metadata/k?response-content-type=a%0D%0Ax-evil:%20yes");
    assertThat(answer.headers().has("x-evil")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "x-amz-write-offset-bytes: 1",
    "x-amz-server-side-encryption-customer-algorithm: AES256",
    "x-amz-rename-source: metadata/k",
    "x-amz-copy-source-if-match: \"x\"",
    "x-amz-copy-source-if-spoken-to: no",
    "x-amz-copy-source-range: bytes=0-1",
    "x-amz-object-if-match: \"x\""
  })
  void whatCannotBeDoneHereIsRefusedByName(String header) {
    var answer = http.put("/metadata/refused", "x", header);
    assertThat(answer.verdict()).isEqualTo("501 NotImplemented");
    assertThat(answer.element("Header")).isEqualTo(header.substring(0, header.indexOf(':')));
    assertThat(http.head("/metadata/refused").status()).isEqualTo(404);
  }
}
