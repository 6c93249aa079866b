package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import ninebark.gateway.TestStore;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.CORSRule;

/** Pages of other origins: what a bucket lets them do, and how browsers are told. */
@Covers({
  S3Operation.PUT_BUCKET_CORS,
  S3Operation.GET_BUCKET_CORS,
  S3Operation.DELETE_BUCKET_CORS,
  S3Operation.PREFLIGHT
})
class CorsTest {
  private static final String VARY =
      "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
  private static TestStore store;
  private static SignedHttp root;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    root = SignedHttp.root(store);
    assertThat(root.put("/cors", "").status()).isEqualTo(200);
    assertThat(root.put("/cors/page", "text").status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @BeforeEach
  void withoutRules() {
    assertThat(root.delete("/cors?cors").status()).isEqualTo(204);
  }

  private static String rule(String... elements) {
    var text = new StringBuilder("<CORSRule>");
    for (var element : elements) {
      int equals = element.indexOf('=');
      var name = element.substring(0, equals);
      text.append('<').append(name).append('>').append(element.substring(equals + 1));
      text.append("</").append(name).append('>');
    }
    return text + "</CORSRule>";
  }

  private static String document(String... rules) {
    return "<CORSConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        + String.join("", rules)
        + "</CORSConfiguration>";
  }

  private static void put(String... rules) {
    assertThat(root.put("/cors?cors", document(rules)).status()).isEqualTo(200);
  }

  private static SignedHttp.Answer preflight(
      String target, String origin, String method, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    all.add("origin: " + origin);
    all.add("access-control-request-method: " + method);
    return SignedHttp.anonymous(store)
        .send("OPTIONS", target, new byte[0], all.toArray(String[]::new));
  }

  // --- the document -----------------------------------------------------------------------------

  @Test
  void rulesAreKeptWordForWord() {
    assertThat(root.get("/cors?cors").verdict()).isEqualTo("404 NoSuchCORSConfiguration");
    var text =
        document(
            "\n  ",
            rule("AllowedOrigin=https://a.example", "AllowedMethod=GET", "ID=one"),
            "<!-- kept --> ");
    assertThat(root.put("/cors?cors", text).status()).isEqualTo(200);
    var answer = root.get("/cors?cors");
    assertThat(answer.text()).isEqualTo(text);
    assertThat(answer.header("content-type")).isEqualTo("application/xml");
    assertThat(root.delete("/cors?cors").status()).isEqualTo(204);
    assertThat(root.delete("/cors?cors").status()).isEqualTo(204);
    assertThat(root.get("/cors?cors").verdict()).isEqualTo("404 NoSuchCORSConfiguration");
  }

  @Test
  void theSdkReadsWhatItWrote() {
    try (var s3 = store.sdk()) {
      var rule =
          CORSRule.builder()
              .id("r")
              .allowedMethods("GET", "PUT")
              .allowedOrigins("https://*.example")
              .allowedHeaders("*")
              .exposeHeaders("etag", "x-amz-request-id")
              .maxAgeSeconds(3000)
              .build();
      s3.putBucketCors(
          request -> request.bucket("cors").corsConfiguration(cors -> cors.corsRules(rule)));
      assertThat(s3.getBucketCors(request -> request.bucket("cors")).corsRules())
          .containsExactly(rule);
      s3.deleteBucketCors(request -> request.bucket("cors"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<CORSConfiguration/>|400 MalformedXML",
        "<Other/>|400 MalformedXML",
        "not xml|400 MalformedXML",
        "''|400 MalformedXML",
        "<CORSConfiguration><CORSRule/></CORSConfiguration>|400 MalformedXML",
        "<CORSConfiguration><Rule/></CORSConfiguration>|400 MalformedXML",
        "AllowedOrigin=*|400 MalformedXML",
        "AllowedMethod=GET|400 MalformedXML",
        "AllowedOrigin=*,AllowedMethod=PATCH|400 InvalidRequest",
        "AllowedOrigin=*,AllowedMethod=OPTIONS|400 InvalidRequest",
        "AllowedOrigin=*,AllowedMethod=get|400 InvalidRequest",
        "AllowedOrigin=*,AllowedMethod=*|400 InvalidRequest",
        "AllowedOrigin=*,AllowedMethod=|400 MalformedXML",
        "AllowedOrigin=,AllowedMethod=GET|400 MalformedXML",
        "AllowedOrigin=http://*.*,AllowedMethod=GET|400 InvalidRequest",
        "AllowedOrigin=*,AllowedMethod=GET,AllowedHeader=x-*-*|400 InvalidRequest",
        "AllowedOrigin=*,AllowedMethod=GET,ExposeHeader=x-*|400 InvalidRequest",
        "AllowedOrigin=*,AllowedMethod=GET,MaxAgeSeconds=x|400 MalformedXML",
        "AllowedOrigin=*,AllowedMethod=GET,MaxAgeSeconds=-1|400 MalformedXML",
        "AllowedOrigin=*,AllowedMethod=GET,MaxAgeSeconds=99999999999|400 MalformedXML",
        "AllowedOrigin=*,AllowedMethod=GET,MaxAgeSeconds=1,MaxAgeSeconds=2|400 MalformedXML",
        "AllowedOrigin=*,AllowedMethod=GET,Unknown=1|400 MalformedXML",
        "AllowedOrigin=*,AllowedMethod=GET,MaxAgeSeconds=0|200",
        "AllowedOrigin=*,AllowedMethod=GET,AllowedHeader=*,ExposeHeader=etag|200",
        "AllowedOrigin=http://*.example:8080,AllowedMethod=DELETE,AllowedHeader=x-amz-*|200"
      })
  void documentsAreChecked(String text, String verdict) {
    var body = text.startsWith("Allowed") ? document(rule(text.split(",", -1))) : text;
    assertThat(root.put("/cors?cors", body).verdict()).isEqualTo(verdict);
    assertThat(root.get("/cors?cors").status()).isEqualTo(verdict.equals("200") ? 200 : 404);
  }

  @Test
  void thereAreLimits() {
    var one = rule("AllowedOrigin=*", "AllowedMethod=GET");
    assertThat(root.put("/cors?cors", document(one.repeat(100))).status()).isEqualTo(200);
    assertThat(root.put("/cors?cors", document(one.repeat(101))).verdict())
        .isEqualTo("400 InvalidRequest");
    var id = rule("ID=" + "i".repeat(255), "AllowedOrigin=*", "AllowedMethod=GET");
    assertThat(root.put("/cors?cors", document(id)).status()).isEqualTo(200);
    assertThat(root.put("/cors?cors", document(id.replace("<ID>", "<ID>i"))).verdict())
        .isEqualTo("400 InvalidRequest");
    assertThat(root.put("/cors?cors", document(id, id)).verdict()).isEqualTo("400 InvalidRequest");
    var origins =
        IntStream.range(0, 2000)
            .mapToObj(i -> "AllowedOrigin=https://host-number-" + i + ".example")
            .collect(Collectors.toList());
    origins.add("AllowedMethod=GET");
    assertThat(root.put("/cors?cors", document(rule(origins.toArray(String[]::new)))).verdict())
        .isEqualTo("400 MaxMessageLengthExceeded");
  }

  @Test
  void onlyTheOwnerSetsRules() {
    var body = document(rule("AllowedOrigin=*", "AllowedMethod=GET"));
    assertThat(SignedHttp.other(store).put("/cors?cors", body).verdict())
        .isEqualTo("403 AccessDenied");
    assertThat(SignedHttp.anonymous(store).put("/cors?cors", body).verdict())
        .isEqualTo("403 AccessDenied");
    assertThat(SignedHttp.other(store).get("/cors?cors").verdict()).isEqualTo("403 AccessDenied");
  }

  // --- preflights -------------------------------------------------------------------------------

  @Test
  void withoutRulesEveryPreflightIsRefused() {
    var answer = preflight("/cors/page", "https://a.example", "GET");
    assertThat(answer.verdict()).isEqualTo("403 AccessForbidden");
    assertThat(answer.element("Message"))
        .isEqualTo("CORSResponse: CORS is not enabled for this bucket.");
    assertThat(answer.element("Method")).isEqualTo("GET");
    assertThat(answer.element("ResourceType")).isEqualTo("OBJECT");
    assertThat(answer.header("access-control-allow-origin")).isEmpty();
    assertThat(preflight("/cors", "https://a.example", "GET").element("ResourceType"))
        .isEqualTo("BUCKET");
  }

  @Test
  void aBucketThatIsNotThereLetsNobodyIn() {
    var answer = preflight("/nowhere-at-all/page", "https://a.example", "GET");
    assertThat(answer.verdict()).isEqualTo("403 AccessForbidden");
    assertThat(answer.element("Message")).isEqualTo("CORSResponse: Bucket not found");
  }

  @Test
  void aPreflightNamesOriginAndMethod() {
    put(rule("AllowedOrigin=*", "AllowedMethod=GET"));
    var anonymous = SignedHttp.anonymous(store);
    assertThat(anonymous.send("OPTIONS", "/cors/page", new byte[0]).verdict())
        .isEqualTo("400 BadRequest");
    assertThat(anonymous.send("OPTIONS", "/cors/page", new byte[0], "origin: https://a").verdict())
        .isEqualTo("400 BadRequest");
    for (var method : new String[] {"PATCH", "OPTIONS", "get", "*"}) {
      assertThat(preflight("/cors/page", "https://a", method).verdict())
          .isEqualTo("400 BadRequest");
    }
  }

  @Test
  void anAllowedPreflightSaysWhatIsAllowed() {
    put(
        rule(
            "AllowedOrigin=https://a.example",
            "AllowedMethod=GET",
            "AllowedMethod=PUT",
            "AllowedHeader=x-amz-*",
            "AllowedHeader=Content-Type",
            "ExposeHeader=ETag",
            "ExposeHeader=x-amz-version-id",
            "MaxAgeSeconds=600"));
    var answer =
        preflight(
            "/cors/page",
            "https://a.example",
            "PUT",
            "access-control-request-headers: X-Amz-Meta-A, content-type");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.bytes()).isEmpty();
    assertThat(answer.header("access-control-allow-origin")).isEqualTo("https://a.example");
    assertThat(answer.header("access-control-allow-methods")).isEqualTo("GET, PUT");
    assertThat(answer.header("access-control-allow-headers"))
        .isEqualTo("x-amz-meta-a, content-type");
    assertThat(answer.header("access-control-expose-headers")).isEqualTo("ETag, x-amz-version-id");
    assertThat(answer.header("access-control-max-age")).isEqualTo("600");
    assertThat(answer.header("access-control-allow-credentials")).isEqualTo("true");
    assertThat(answer.header("vary")).isEqualTo(VARY);
    assertThat(answer.header("x-amz-request-id")).isNotEmpty();
  }

  @Test
  void aRuleForAllNamesNoOriginAndTakesNoCredentials() {
    put(rule("AllowedOrigin=*", "AllowedMethod=GET"));
    var answer = preflight("/cors/page", "https://a.example", "GET");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
    assertThat(answer.header("access-control-allow-credentials")).isEmpty();
    assertThat(answer.header("access-control-allow-headers")).isEmpty();
    assertThat(answer.header("access-control-max-age")).isEmpty();
    assertThat(answer.header("access-control-expose-headers")).isEmpty();
    assertThat(answer.header("vary")).isEqualTo(VARY);
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example,https://a.example,true",
    "https://a.example,https://a.example:8443,false",
    "https://a.example,http://a.example,false",
    "https://a.example,https://A.example,false",
    "https://a.example,https://a.example.evil,false",
    "https://a.example,null,false",
    "null,null,true",
    "https://*.example,https://a.example,true",
    "https://*.example,https://a.b.example,true",
    "https://*.example,https://.example,true",
    "https://*.example,https://example,false",
    "https://*.example,https://a.example.evil,false",
    "http*://a.example,https://a.example,true",
    "http*,http,true",
    "*,anything at all,true",
    "*example,https://a.example,true",
    "ab*ba,aba,false"
  })
  void originsMatchExactlyOrByOneStar(String pattern, String origin, boolean matches) {
    put(rule("AllowedOrigin=" + pattern, "AllowedMethod=GET"));
    assertThat(preflight("/cors/page", origin, "GET").verdict())
        .isEqualTo(matches ? "200" : "403 AccessForbidden");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x-amz-*|X-Amz-Acl|true",
        "x-amz-*|x-amz-|true",
        "x-amz-*|x-am|false",
        "X-Amz-Acl|x-amz-acl|true",
        "*|anything|true",
        "*|a, b, c|true",
        "a|a, b|false",
        "a|''|true",
        "a|' , a ,'|true",
        "*-md5|content-md5|true",
        "content-*5|content-md5|true"
      })
  void everyHeaderAskedForMustBeAllowed(String allowed, String asked, boolean matches) {
    put(rule("AllowedOrigin=*", "AllowedMethod=GET", "AllowedHeader=" + allowed));
    assertThat(
            preflight("/cors/page", "https://a", "GET", "access-control-request-headers: " + asked)
                .verdict())
        .isEqualTo(matches ? "200" : "403 AccessForbidden");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "HEAD", "POST", "DELETE"})
  void methodsMatchExactly(String method) {
    put(rule("AllowedOrigin=*", "AllowedMethod=" + method));
    for (var asked : new String[] {"GET", "PUT", "HEAD", "POST", "DELETE"}) {
      var answer = preflight("/cors/page", "https://a", asked);
      assertThat(answer.verdict()).isEqualTo(asked.equals(method) ? "200" : "403 AccessForbidden");
      if (!asked.equals(method)) {
        assertThat(answer.element("Message"))
            .startsWith("CORSResponse: This CORS request is not allowed.");
      }
    }
  }

  @Test
  void theFirstRuleThatFitsIsTheOne() {
    put(
        rule("AllowedOrigin=https://a", "AllowedMethod=PUT", "MaxAgeSeconds=1"),
        rule("AllowedOrigin=https://a", "AllowedMethod=GET", "MaxAgeSeconds=2"),
        rule("AllowedOrigin=*", "AllowedMethod=GET", "MaxAgeSeconds=3"));
    assertThat(preflight("/cors/page", "https://a", "PUT").header("access-control-max-age"))
        .isEqualTo("1");
    assertThat(preflight("/cors/page", "https://a", "GET").header("access-control-max-age"))
        .isEqualTo("2");
    assertThat(preflight("/cors/page", "https://b", "GET").header("access-control-max-age"))
        .isEqualTo("3");
    assertThat(preflight("/cors/page", "https://b", "PUT").status()).isEqualTo(403);
  }

  @Test
  void preflightsKnowBucketsOfTheHostHeaderAndSubResources() {
    put(rule("AllowedOrigin=*", "AllowedMethod=PUT"));
    assertThat(preflight("/page", "https://a", "PUT", "host: cors.s3.localhost").status())
        .isEqualTo(200);
    assertThat(preflight("/cors/page?uploadId=1&partNumber=1", "https://a", "PUT").status())
        .isEqualTo(200);
    assertThat(preflight("/cors?X-Amz-Signature=x&AWSAccessKeyId=y", "https://a", "PUT").status())
        .isEqualTo(200);
  }

  @Test
  void changesOfTheRulesCountAtOnce() {
    put(rule("AllowedOrigin=https://a", "AllowedMethod=GET"));
    assertThat(preflight("/cors/page", "https://a", "GET").status()).isEqualTo(200);
    put(rule("AllowedOrigin=https://b", "AllowedMethod=GET"));
    assertThat(preflight("/cors/page", "https://a", "GET").status()).isEqualTo(403);
    assertThat(root.delete("/cors?cors").status()).isEqualTo(204);
    assertThat(preflight("/cors/page", "https://b", "GET").status()).isEqualTo(403);
  }

  // --- the requests themselves ------------------------------------------------------------------

  @Test
  void answersSayThatThePageMayReadThem() {
    put(
        rule(
            "AllowedOrigin=https://a.example",
            "AllowedMethod=GET",
            "ExposeHeader=ETag",
            "MaxAgeSeconds=9"));
    var answer = root.get("/cors/page", "origin: https://a.example");
    assertThat(answer.text()).isEqualTo("text");
    assertThat(answer.header("access-control-allow-origin")).isEqualTo("https://a.example");
    assertThat(answer.header("access-control-allow-credentials")).isEqualTo("true");
    assertThat(answer.header("access-control-allow-methods")).isEqualTo("GET");
    assertThat(answer.header("access-control-expose-headers")).isEqualTo("ETag");
    assertThat(answer.header("access-control-max-age")).isEqualTo("9");
    assertThat(answer.header("vary")).isEqualTo(VARY);
  }

  @Test
  void errorsSaySoToo() {
    put(rule("AllowedOrigin=https://a", "AllowedMethod=GET"));
    var missing = root.get("/cors/none", "origin: https://a");
    assertThat(missing.verdict()).isEqualTo("404 NoSuchKey");
    assertThat(missing.header("access-control-allow-origin")).isEqualTo("https://a");
    var denied = SignedHttp.anonymous(store).get("/cors/page", "origin: https://a");
    assertThat(denied.verdict()).isEqualTo("403 AccessDenied");
    assertThat(denied.header("access-control-allow-origin")).isEqualTo("https://a");
    var forged =
        SignedHttp.as(store, TestStore.ACCESS_KEY, "wrong").get("/cors/page", "origin: https://a");
    assertThat(forged.verdict()).isEqualTo("403 SignatureDoesNotMatch");
    assertThat(forged.header("access-control-allow-origin")).isEqualTo("https://a");
    var notModified = root.get("/cors/page", "origin: https://a", "if-none-match: *");
    assertThat(notModified.status()).isEqualTo(304);
    assertThat(notModified.header("access-control-allow-origin")).isEqualTo("https://a");
  }

  @Test
  void withoutAFittingRuleNothingIsShared() {
    put(rule("AllowedOrigin=https://a", "AllowedMethod=GET"));
    for (var answer :
        List.of(
            root.get("/cors/page", "origin: https://b"),
            root.put("/cors/other", "x", "origin: https://a"),
            root.get("/cors/page"))) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("access-control-allow-origin")).isEmpty();
      assertThat(answer.header("access-control-allow-credentials")).isEmpty();
    }
    assertThat(root.get("/cors/page", "origin: https://b").header("vary")).isEqualTo(VARY);
  }

  @Test
  void withoutRulesNothingIsSharedEver() {
    var answer = root.get("/cors/page", "origin: https://a");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("access-control-allow-origin")).isEmpty();
    assertThat(answer.header("vary")).isEmpty();
    assertThat(root.get("/", "origin: https://a").header("access-control-allow-origin")).isEmpty();
    assertThat(root.get("/nowhere-at-all/k", "origin: https://a").verdict())
        .isEqualTo("404 NoSuchBucket");
  }

  @Test
  void aFormsAnswerIsSharedByTheRuleForPost() {
    put(rule("AllowedOrigin=https://a", "AllowedMethod=POST"));
    var form = new BrowserForm().allowed("key", "form").signed("cors").file("f", "x");
    var answer = form.post(store, "/cors", "origin: https://a");
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("access-control-allow-origin")).isEqualTo("https://a");
    var refused = new BrowserForm().field("key", "form").file("f", "x");
    assertThat(refused.post(store, "/cors", "origin: https://a").header("vary")).isEqualTo(VARY);
  }
}
