package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import ninebark.gateway.TestStore;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.message.PercentCoding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients that sign with version 2 can do, and what their signatures do not protect. */
class LegacySignatureTest {
  private static TestStore store;
  private static SignedHttp plain;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    plain = SignedHttp.anonymous(store);
    assertThat(SignedHttp.root(store).put("/legacy", "").status()).isEqualTo(200);
    assertThat(SignedHttp.root(store).put("/legacy/there", "it is").status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static String hmac(String text) {
    try {
      var mac = Mac.getInstance("HmacSHA1");
      mac.init(
          new SecretKeySpec(TestStore.SECRET_KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Signs in the header.
   *
   * @param resource as it stands in the string to sign
   */
  private static SignedHttp.Answer send(
      String method, String target, String resource, String body, String... headers) {
    var date = HttpDates.http(Instant.now());
    var amz = new ArrayList<String>();
    var type = "";
    for (var header : headers) {
      if (header.startsWith("x-amz-")) {
        amz.add(header.replace(": ", ":") + "\n");
      }
      if (header.startsWith("content-type: ")) {
        type = header.substring(14);
      }
    }
    amz.sort(null);
    var toSign = method + "\n\n" + type + "\n" + date + "\n" + String.join("", amz) + resource;
    var all = new ArrayList<>(List.of(headers));
    all.add("date: " + date);
    all.add("authorization: AWS " + TestStore.ACCESS_KEY + ":" + hmac(toSign));
    return plain.send(
        method, target, body.getBytes(StandardCharsets.UTF_8), all.toArray(String[]::new));
  }

  private static String presigned(String method, String resource, Instant expires) {
    var toSign = method + "\n\n\n" + expires.getEpochSecond() + "\n" + resource;
    return "AWSAccessKeyId="
        + TestStore.ACCESS_KEY
        + "&Expires="
        + expires.getEpochSecond()
        + "&Signature="
        + PercentCoding.encode(hmac(toSign));
  }

  private static Instant soon() {
    return Instant.now().plusSeconds(300);
  }

  // --- what works -------------------------------------------------------------------------------

  @Test
  void objectsAreWrittenReadListedAndDeleted() {
    assertThat(
            send("PUT", "/legacy/a%20b", "/legacy/a%20b", "text", "content-type: text/plain")
                .status())
        .isEqualTo(200);
    assertThat(send("GET", "/legacy/a%20b", "/legacy/a%20b", "").text()).isEqualTo("text");
    assertThat(send("HEAD", "/legacy/a%20b", "/legacy/a%20b", "").header("content-type"))
        .isEqualTo("text/plain");
    assertThat(send("GET", "/legacy?prefix=a&max-keys=5", "/legacy", "").text())
        .contains("<Key>a b</Key>");
    assertThat(send("GET", "/legacy?list-type=2&prefix=a", "/legacy", "").text())
        .contains("<KeyCount>1</KeyCount>");
    assertThat(send("GET", "/", "/", "").text()).contains("<Name>legacy</Name>");
    assertThat(send("DELETE", "/legacy/a%20b", "/legacy/a%20b", "").status()).isEqualTo(204);
  }

  @Test
  void headersOfAmazonAreSigned() {
    var answer =
        send(
            "PUT",
            "/legacy/meta",
            "/legacy/meta",
            "x",
            "x-amz-meta-b: 2",
            "x-amz-meta-a: 1",
            "x-amz-storage-class: STANDARD");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(send("HEAD", "/legacy/meta", "/legacy/meta", "").header("x-amz-meta-a"))
        .isEqualTo("1");
  }

  @Test
  void subResourcesAreSigned() {
    assertThat(send("GET", "/legacy?acl", "/legacy?acl", "").status()).isEqualTo(200);
    assertThat(send("GET", "/legacy?location", "/legacy?location", "").status()).isEqualTo(200);
    var upload = send("POST", "/legacy/parts?uploads", "/legacy/parts?uploads", "");
    var id = upload.element("UploadId");
    assertThat(id).isNotEmpty();
    var resource = "/legacy/parts?partNumber=1&uploadId=" + id;
    assertThat(send("PUT", resource, resource, "part").status()).isEqualTo(200);
    assertThat(
            send("PUT", "/legacy/parts?uploadId=" + id + "&partNumber=1", resource, "part")
                .status())
        .isEqualTo(200);
    assertThat(
            send("DELETE", "/legacy/parts?uploadId=" + id, "/legacy/parts?uploadId=" + id, "")
                .status())
        .isEqualTo(204);
  }

  @Test
  void theBucketOfTheHostHeaderIsPartOfThePath() {
    assertThat(send("GET", "/there", "/legacy/there", "", "host: legacy.s3.localhost").text())
        .isEqualTo("it is");
    assertThat(send("GET", "/there", "/there", "", "host: legacy.s3.localhost").verdict())
        .isEqualTo("403 SignatureDoesNotMatch");
  }

  @Test
  void aPresignedUrlReadsAndWrites() {
    assertThat(plain.get("/legacy/there?" + presigned("GET", "/legacy/there", soon())).text())
        .isEqualTo("it is");
    assertThat(plain.put("/legacy/put?" + presigned("PUT", "/legacy/put", soon()), "x").status())
        .isEqualTo(200);
    assertThat(plain.head("/legacy/there?" + presigned("GET", "/legacy/there", soon())).status())
        .isEqualTo(403);
  }

  @Test
  void responseHeadersOfAPresignedUrlAreSigned() {
    var override = "response-content-type=text/html";
    var signature = presigned("GET", "/legacy/there?" + override, soon());
    assertThat(
            plain
                .get("/legacy/there?response-content-type=text%2Fhtml&" + signature)
                .header("content-type"))
        .isEqualTo("text/html");
    assertThat(plain.get("/legacy/there?" + override + "x&" + signature).verdict())
        .isEqualTo("403 SignatureDoesNotMatch");
  }

  // --- what is refused --------------------------------------------------------------------------

  @Test
  void anExpiredUrlIsRefused() {
    var answer =
        plain.get(
            "/legacy/there?" + presigned("GET", "/legacy/there", Instant.now().minusSeconds(2)));
    assertThat(answer.verdict()).isEqualTo("403 AccessDenied");
    assertThat(answer.element("Message")).isEqualTo("Request has expired");
  }

  /** A URL for one thing must not become one for another by a parameter that is not signed. */
  @ParameterizedTest
  @CsvSource({
    "GET,/legacy/there,attributes",
    "GET,/legacy/there,legal-hold",
    "GET,/legacy/there,retention",
    "PUT,/legacy/there,legal-hold",
    "PUT,/legacy/there,retention",
    "PUT,/legacy/there,renameObject",
    "PUT,/legacy,encryption",
    "PUT,/legacy,publicAccessBlock",
    "PUT,/legacy,ownershipControls",
    "GET,/legacy,policyStatus",
    "GET,/legacy,publicAccessBlock",
    "DELETE,/legacy,encryption",
    "DELETE,/legacy,publicAccessBlock"
  })
  void newerParametersCannotBeSlippedIn(String method, String path, String parameter) {
    var target = path + "?" + presigned(method, path, soon()) + "&" + parameter;
    var answer = plain.send(method, target, new byte[0]);
    assertThat(answer.verdict()).isEqualTo("403 AccessDenied");
    assertThat(answer.element("Message")).contains("does not cover");
    assertThat(send(method, path + "?" + parameter, path, "").verdict())
        .isEqualTo("403 AccessDenied");
  }

  @ParameterizedTest
  @ValueSource(strings = {"acl", "tagging", "versionId=null", "uploads", "cors", "policy"})
  void olderOnesBreakTheSignature(String parameter) {
    var target = "/legacy/there?" + presigned("GET", "/legacy/there", soon()) + "&" + parameter;
    assertThat(plain.get(target).verdict()).isEqualTo("403 SignatureDoesNotMatch");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x-amz-acl: private", "x-amz-meta-a: 1", "x-amz-copy-source: /legacy/there"})
  void headersCannotBeAdded(String header) {
    var target = "/legacy/added?" + presigned("PUT", "/legacy/added", soon());
    assertThat(plain.put(target, "x", header).verdict()).isEqualTo("403 SignatureDoesNotMatch");
    assertThat(
            plain.put(target + "&" + header.replace(": ", "=").replace("/", "%2F"), "x").verdict())
        .isEqualTo("403 SignatureDoesNotMatch");
    assertThat(SignedHttp.root(store).head("/legacy/added").status()).isEqualTo(404);
  }

  @Test
  void anUnknownKeyAndAWrongSignatureAreTold() {
    var date = "date: " + HttpDates.http(Instant.now());
    assertThat(plain.get("/legacy/there", date, "authorization: AWS stranger:x").verdict())
        .isEqualTo("403 InvalidAccessKeyId");
    var wrong =
        plain.get("/legacy/there", date, "authorization: AWS " + TestStore.ACCESS_KEY + ":x");
    assertThat(wrong.verdict()).isEqualTo("403 SignatureDoesNotMatch");
    assertThat(wrong.element("StringToSign")).startsWith("GET\n").endsWith("\n/legacy/there");
    assertThat(wrong.text()).doesNotContain(TestStore.SECRET_KEY);
  }

  @Test
  void otherAccountsStayOutside() {
    assertThat(SignedHttp.other(store).put("/not-yours", "").status()).isEqualTo(200);
    assertThat(send("GET", "/not-yours", "/not-yours", "").verdict()).isEqualTo("403 AccessDenied");
  }

  @Test
  void versionTwoCanBeSwitchedOff() {
    try (var strict = TestStore.start(config -> config.withSignatureVersionTwo(false))) {
      var anonymous = SignedHttp.anonymous(strict);
      var date = "date: " + HttpDates.http(Instant.now());
      assertThat(anonymous.get("/", date, "authorization: AWS key:signature").verdict())
          .isEqualTo("400 InvalidRequest");
      assertThat(anonymous.get("/b/k?" + presigned("GET", "/b/k", soon())).verdict())
          .isEqualTo("400 InvalidRequest");
      var form = new BrowserForm().allowed("key", "k").signedLegacy("b").file("a", "x");
      assertThat(SignedHttp.root(strict).put("/b-forms", "").status()).isEqualTo(200);
      assertThat(form.post(strict, "/b-forms").verdict()).isEqualTo("400 InvalidRequest");
    }
  }
}
