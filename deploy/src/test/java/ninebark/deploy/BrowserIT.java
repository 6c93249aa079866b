package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import ninebark.gateway.sigv4.AmzDate;
import ninebark.gateway.sigv4.CredentialScope;
import ninebark.gateway.sigv4.SigningKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CORSRule;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A page of another origin in a real browser: it uploads by a form and reads by fetch what the
 * bucket's rules share, and the browser keeps all else from it. Skipped where there is no Chromium,
 * unless {@code NINEBARK_BROWSER=required}.
 */
class BrowserIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String TEXT = "from the page: über, 日本, \r\n--boundary?";
  private static final String FILE_NAME = "my file ü.txt";
  private static final Pattern WEBSITES = Pattern.compile("websites\\s+http://[^:]*:(\\d+)");

  @TempDir static Path folder;
  private static StoreProcess store;
  private static HttpServer pages;
  private static final CompletableFuture<String> FOUND = new CompletableFuture<>();
  private static JsonNode found;

  @BeforeAll
  static void visit() throws Exception {
    var browser = Chromium.find();
    if (browser.isEmpty() && "required".equals(System.getenv("NINEBARK_BROWSER"))) {
      throw new IllegalStateException(
          "no Chromium on the PATH, and NINEBARK_BROWSER=required says that there must be one");
    }
    assumeTrue(
        browser.isPresent(),
        "no Chromium on the PATH: what browsers do with forms and CORS is not tested here"
            + " (Debian: apt install chromium)");
    var config = folder.resolve("ninebark.yaml");
    Files.writeString(config, "gateway: {website: {listen: '127.0.0.1:0'}}\n");
    store =
        StoreProcess.start(
            folder.resolve("data"), StoreProcess.Options.PLAIN.with("--config", config.toString()));
    pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var origin = "http://127.0.0.1:" + pages.getAddress().getPort();
    prepare(origin);
    var page = page(origin);
    pages.createContext("/", exchange -> answer(exchange, page));
    pages.createContext(
        "/found",
        exchange -> {
          FOUND.complete(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          answer(exchange, "thanks");
        });
    pages.start();
    try (var chromium = Chromium.open(browser.get(), folder.resolve("profile"), origin + "/page")) {
      try {
        found = JsonMapper.shared().readTree(FOUND.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
      } catch (TimeoutException silent) {
        throw new IllegalStateException(
            "the page told nothing within "
                + PATIENCE
                + (chromium.isAlive() ? "" : "; the browser is gone")
                + ":\n"
                + chromium.log(),
            silent);
      }
    }
    assertThat(found.path("trouble").asString("")).isEmpty();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (pages != null) {
      pages.stop(0);
    }
    if (store != null) {
      assertThat(store.stop()).describedAs("exit code after SIGTERM").isZero();
    }
  }

  private static void answer(HttpExchange exchange, String html) throws IOException {
    var bytes = html.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** One bucket with a rule for the page, one without, and a website. */
  private static void prepare(String origin) {
    try (var s3 = store.client()) {
      for (var bucket : new String[] {"shared", "closed", "site"}) {
        s3.createBucket(request -> request.bucket(bucket));
      }
      s3.putObject(
          request -> request.bucket("closed").key("secret"), RequestBody.fromString("secret"));
      share(s3, "shared", origin);
      share(s3, "site", origin);
      s3.deletePublicAccessBlock(request -> request.bucket("site"));
      s3.putBucketPolicy(
          request ->
              request
                  .bucket("site")
                  .policy(
                      """
                      {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                       "Principal": "*", "Action": "s3:GetObject",
                       "Resource": "arn:aws:s3:::site/*"}]}"""));
      s3.putObject(
          request -> request.bucket("site").key("index.html"), RequestBody.fromString("home"));
      s3.putBucketWebsite(
          request ->
              request
                  .bucket("site")
                  .websiteConfiguration(
                      website -> website.indexDocument(index -> index.suffix("index.html"))));
    }
  }

  private static void share(S3Client s3, String bucket, String origin) {
    s3.putBucketCors(
        request ->
            request
                .bucket(bucket)
                .corsConfiguration(
                    cors ->
                        cors.corsRules(
                            CORSRule.builder()
                                .allowedOrigins(origin)
                                .allowedMethods("GET", "PUT")
                                .allowedHeaders("content-type")
                                .exposeHeaders("etag")
                                .build())));
  }

  private static String page(String origin) throws IOException {
    var given = new LinkedHashMap<String, Object>();
    given.put("text", TEXT);
    given.put("fileName", FILE_NAME);
    given.put("formUrl", store.endpoint() + "/shared");
    given.put("fields", form(origin + "/uploaded"));
    try (var presigner =
        S3Presigner.builder()
            .endpointOverride(store.endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(StoreProcess.ACCESS_KEY, StoreProcess.SECRET_KEY)))
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
            .build()) {
      given.put("readUrl", get(presigner, "shared", "up/" + FILE_NAME));
      given.put("missingUrl", get(presigner, "shared", "missing"));
      given.put("closedUrl", get(presigner, "closed", "secret"));
      given.put(
          "writeUrl",
          presigner
              .presignPutObject(
                  presign ->
                      presign
                          .signatureDuration(Duration.ofMinutes(10))
                          .putObjectRequest(
                              put ->
                                  put.bucket("shared")
                                      .key("written")
                                      .contentType("text/x-of-the-page")))
              .url()
              .toString());
    }
    var websites = WEBSITES.matcher(store.output());
    assertThat(websites.find()).as(store.output()).isTrue();
    given.put("websiteUrl", "http://site.s3-website.localhost:" + websites.group(1) + "/");
    try (var html = BrowserIT.class.getResourceAsStream("/browser/page.html")) {
      return new String(html.readAllBytes(), StandardCharsets.UTF_8)
          .replace("/*GIVEN*/{}", JsonMapper.shared().writeValueAsString(given));
    }
  }

  private static String get(S3Presigner presigner, String bucket, String key) {
    return presigner
        .presignGetObject(
            presign ->
                presign
                    .signatureDuration(Duration.ofMinutes(10))
                    .getObjectRequest(request -> request.bucket(bucket).key(key)))
        .url()
        .toString();
  }

  /** The fields of a form that may upload below {@code up/} and then leads to this URL. */
  private static Map<String, String> form(String redirect) {
    var amzDate = AmzDate.format(Instant.now());
    var scope = new CredentialScope(amzDate.substring(0, 8), "us-east-1", "s3");
    var fields = new LinkedHashMap<String, String>();
    fields.put("key", "up/${filename}");
    fields.put("Content-Type", "text/plain");
    fields.put("success_action_redirect", redirect);
    fields.put("x-amz-algorithm", "AWS4-HMAC-SHA256");
    fields.put("x-amz-credential", StoreProcess.ACCESS_KEY + "/" + scope);
    fields.put("x-amz-date", amzDate);
    var policy =
        """
        {"expiration": "%s", "conditions": [{"bucket": "shared"},
         ["starts-with", "$key", "up/"], ["starts-with", "$Content-Type", "text/"],
         ["eq", "$success_action_redirect", "%s"], {"x-amz-algorithm": "AWS4-HMAC-SHA256"},
         ["starts-with", "$x-amz-credential", ""], ["starts-with", "$x-amz-date", ""],
         ["content-length-range", 1, 1000]]}
        """
            .formatted(Instant.now().plus(Duration.ofMinutes(10)), redirect);
    var base64 = Base64.getEncoder().encodeToString(policy.getBytes(StandardCharsets.UTF_8));
    fields.put("policy", base64);
    fields.put("x-amz-signature", SigningKey.derive(StoreProcess.SECRET_KEY, scope).sign(base64));
    return fields;
  }

  // --- what the page found ----------------------------------------------------------------------

  @Test
  void a_form_uploads_and_leads_back_to_the_page() {
    var back = URI.create(found.get("uploaded").stringValue());
    assertThat(back.getPath()).isEqualTo("/uploaded");
    assertThat(back.getQuery())
        .startsWith("bucket=shared&key=up/" + FILE_NAME + "&etag=\"")
        .endsWith("\"");
    try (var s3 = store.client()) {
      var object = s3.getObjectAsBytes(request -> request.bucket("shared").key("up/" + FILE_NAME));
      assertThat(object.asUtf8String()).isEqualTo(TEXT);
      assertThat(object.response().contentType()).isEqualTo("text/plain");
    }
  }

  @Test
  void the_page_reads_what_the_rule_shares() {
    var read = found.get("read");
    assertThat(read.get("status").asInt()).isEqualTo(200);
    assertThat(read.get("text").stringValue()).isEqualTo(TEXT);
    assertThat(read.get("etag").stringValue()).startsWith("\"");
    assertThat(read.get("requestId").isNull()).as("a header the rule does not expose").isTrue();
  }

  @Test
  void the_page_writes_what_the_rule_allows() {
    assertThat(found.get("written").get("status").asInt()).isEqualTo(200);
    try (var s3 = store.client()) {
      var object = s3.getObjectAsBytes(request -> request.bucket("shared").key("written"));
      assertThat(object.asUtf8String()).isEqualTo(TEXT);
      assertThat(object.response().contentType()).isEqualTo("text/x-of-the-page");
    }
  }

  @Test
  void the_page_sees_errors_of_what_is_shared() {
    assertThat(found.get("missing").get("status").asInt()).isEqualTo(404);
    assertThat(found.get("missing").get("text").stringValue()).contains("NoSuchKey");
  }

  @Test
  void without_a_rule_the_browser_refuses() {
    assertThat(found.get("withoutRule").get("refused").stringValue()).contains("TypeError");
    assertThat(found.get("preflightWithoutRule").get("refused").stringValue())
        .contains("TypeError");
    assertThat(found.get("deletedWithoutRule").get("refused").stringValue()).contains("TypeError");
    try (var s3 = store.client()) {
      assertThat(
              s3.getObjectAsBytes(request -> request.bucket("shared").key("written"))
                  .asUtf8String())
          .isEqualTo(TEXT);
    }
  }

  @Test
  void a_bucket_is_a_website() {
    assertThat(found.get("website").get("status").asInt()).isEqualTo(200);
    assertThat(found.get("website").get("text").stringValue()).isEqualTo("home");
  }
}
