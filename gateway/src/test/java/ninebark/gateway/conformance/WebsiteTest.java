package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.gateway.TestStore;
import ninebark.gateway.WebsiteConfig;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.RoutingRule;

/** Buckets as websites: the document, and what visitors get. */
@Covers({
  S3Operation.PUT_BUCKET_WEBSITE,
  S3Operation.GET_BUCKET_WEBSITE,
  S3Operation.DELETE_BUCKET_WEBSITE
})
class WebsiteTest {
  private static final String INDEX = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>";
  private static final String ERROR = "<ErrorDocument><Key>error.html</Key></ErrorDocument>";
  private static TestStore store;
  private static SignedHttp root;
  private static SignedHttp visitor;

  @BeforeAll
  static void open() {
    store =
        TestStore.start(
            config ->
                config.withWebsite(
                    new WebsiteConfig(
                        Optional.of(InetSocketAddress.createUnresolved("127.0.0.1", 0)),
                        List.of("web.localhost"))));
    root = SignedHttp.root(store);
    visitor = SignedHttp.visitor(store);
    publish("site");
    put("/site/index.html", "home", "content-type: text/html");
    put("/site/error.html", "sorry", "content-type: text/html");
    put("/site/a.txt", "text of a");
    put("/site/docs/index.html", "docs home");
    put("/site/docs/page.html", "a page");
    put("/site/moved", "old", "x-amz-website-redirect-location: /docs/page.html");
    put("/site/away", "", "x-amz-website-redirect-location: https://example.com/x?y");
    put("/site/large", "x".repeat(100_000));
    put("/site/large-moved", "x".repeat(100_000), "x-amz-website-redirect-location: /index.html");
  }

  @AfterAll
  static void close() {
    store.close();
  }

  /** A bucket that anyone may read and list. */
  private static void publish(String bucket) {
    put("/" + bucket, "");
    assertThat(root.delete("/" + bucket + "?publicAccessBlock").status()).isEqualTo(204);
    var policy =
        """
        {"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
           "Resource": "arn:aws:s3:::BUCKET/*"},
          {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket",
           "Resource": "arn:aws:s3:::BUCKET"}]}
        """;
    assertThat(
            root.put("/" + bucket + "?policy", policy.strip().replace("BUCKET", bucket)).status())
        .isEqualTo(204);
  }

  private static void put(String target, String body, String... headers) {
    assertThat(root.put(target, body, headers).status()).isEqualTo(200);
  }

  private static void configure(String content) {
    put("/site?website", document(content));
  }

  private static String document(String content) {
    return "<WebsiteConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        + content
        + "</WebsiteConfiguration>";
  }

  private static String rules(String... rules) {
    return "<RoutingRules><RoutingRule>"
        + String.join("</RoutingRule><RoutingRule>", rules)
        + "</RoutingRule></RoutingRules>";
  }

  private static SignedHttp.Answer visit(String path, String... headers) {
    return visitBy("GET", path, headers);
  }

  private static SignedHttp.Answer visitBy(String method, String path, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    if (all.stream().noneMatch(each -> each.startsWith("host:"))) {
      all.add("host: site.web.localhost:8080");
    }
    return visitor.send(method, path, new byte[0], all.toArray(String[]::new));
  }

  @BeforeEach
  void withPages() {
    configure(INDEX + ERROR);
  }

  // --- the document -----------------------------------------------------------------------------

  @Test
  void theDocumentIsKeptWordForWord() {
    var text = document(" " + INDEX + "<!-- kept -->");
    put("/site?website", text);
    assertThat(root.get("/site?website").text()).isEqualTo(text);
    assertThat(root.delete("/site?website").status()).isEqualTo(204);
    assertThat(root.get("/site?website").verdict()).isEqualTo("404 NoSuchWebsiteConfiguration");
    assertThat(visit("/").status()).isEqualTo(404);
    assertThat(visit("/").header("x-amz-error-code")).isEqualTo("NoSuchWebsiteConfiguration");
  }

  @Test
  void theSdkReadsWhatItWrote() {
    try (var s3 = store.sdk()) {
      s3.putBucketWebsite(
          request ->
              request
                  .bucket("site")
                  .websiteConfiguration(
                      site ->
                          site.indexDocument(index -> index.suffix("i.html"))
                              .errorDocument(error -> error.key("e.html"))
                              .routingRules(
                                  RoutingRule.builder()
                                      .condition(when -> when.keyPrefixEquals("old/"))
                                      .redirect(to -> to.replaceKeyPrefixWith("new/"))
                                      .build())));
      var site = s3.getBucketWebsite(request -> request.bucket("site"));
      assertThat(site.indexDocument().suffix()).isEqualTo("i.html");
      assertThat(site.routingRules().getFirst().redirect().replaceKeyPrefixWith())
          .isEqualTo("new/");
      s3.deleteBucketWebsite(request -> request.bucket("site"));
    }
  }

  private static final String TO = "<Redirect><HostName>h</HostName></Redirect>";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "|400 InvalidArgument",
        "<Other/>|400 MalformedXML",
        "<IndexDocument/>|400 MalformedXML",
        "<IndexDocument><Suffix></Suffix></IndexDocument>|400 InvalidArgument",
        "<IndexDocument><Suffix>a/b</Suffix></IndexDocument>|400 InvalidArgument",
        "<ErrorDocument><Key>e</Key></ErrorDocument>|400 InvalidArgument",
        INDEX + "<ErrorDocument><Key></Key></ErrorDocument>|400 InvalidArgument",
        INDEX + INDEX + "|400 MalformedXML",
        INDEX + "|200",
        "<RedirectAllRequestsTo><HostName>example.com</HostName></RedirectAllRequestsTo>|200",
        "<RedirectAllRequestsTo><HostName>h:8080</HostName><Protocol>https</Protocol></RedirectAllRequestsTo>|200",
        "<RedirectAllRequestsTo><HostName>h</HostName><Protocol>ftp</Protocol></RedirectAllRequestsTo>|400 InvalidRequest",
        "<RedirectAllRequestsTo><HostName></HostName></RedirectAllRequestsTo>|400 InvalidArgument",
        "<RedirectAllRequestsTo><HostName>h/x?y</HostName></RedirectAllRequestsTo>|400 InvalidArgument",
        "<RedirectAllRequestsTo/>|400 MalformedXML",
        "<RedirectAllRequestsTo><HostName>h</HostName></RedirectAllRequestsTo>"
            + INDEX
            + "|400 InvalidArgument",
        INDEX + "<RoutingRules/>|400 MalformedXML",
        INDEX + "<RoutingRules><RoutingRule/></RoutingRules>|400 MalformedXML",
        INDEX
            + "<RoutingRules><RoutingRule><Redirect/></RoutingRule></RoutingRules>|400 InvalidRequest",
        INDEX
            + "<RoutingRules><RoutingRule><Condition/>"
            + TO
            + "</RoutingRule></RoutingRules>|400 InvalidRequest",
        INDEX + "<RoutingRules><RoutingRule>" + TO + "</RoutingRule></RoutingRules>|200",
        INDEX
            + "<RoutingRules><RoutingRule><Condition><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition>"
            + TO
            + "</RoutingRule></RoutingRules>|200",
        INDEX
            + "<RoutingRules><RoutingRule><Condition><HttpErrorCodeReturnedEquals>200</HttpErrorCodeReturnedEquals></Condition>"
            + TO
            + "</RoutingRule></RoutingRules>|400 InvalidRequest",
        INDEX
            + "<RoutingRules><RoutingRule><Condition><HttpErrorCodeReturnedEquals>x</HttpErrorCodeReturnedEquals></Condition>"
            + TO
            + "</RoutingRule></RoutingRules>|400 InvalidRequest",
        INDEX
            + "<RoutingRules><RoutingRule><Redirect><HttpRedirectCode>302</HttpRedirectCode></Redirect></RoutingRule></RoutingRules>|200",
        INDEX
            + "<RoutingRules><RoutingRule><Redirect><HttpRedirectCode>200</HttpRedirectCode></Redirect></RoutingRule></RoutingRules>|400 InvalidRequest",
        INDEX
            + "<RoutingRules><RoutingRule><Redirect><HttpRedirectCode>304</HttpRedirectCode></Redirect></RoutingRule></RoutingRules>|400 InvalidRequest",
        INDEX
            + "<RoutingRules><RoutingRule><Redirect><Protocol>gopher</Protocol></Redirect></RoutingRule></RoutingRules>|400 InvalidRequest",
        INDEX
            + "<RoutingRules><RoutingRule><Redirect><ReplaceKeyWith>a</ReplaceKeyWith><ReplaceKeyPrefixWith>b</ReplaceKeyPrefixWith></Redirect></RoutingRule></RoutingRules>|400 InvalidRequest"
      })
  void documentsAreChecked(String content, String verdict) {
    assertThat(root.delete("/site?website").status()).isEqualTo(204);
    assertThat(root.put("/site?website", document(content == null ? "" : content)).verdict())
        .isEqualTo(verdict);
    assertThat(root.get("/site?website").status()).isEqualTo(verdict.equals("200") ? 200 : 404);
  }

  @Test
  void thereAreFiftyRulesAtMost() {
    var rule = "<RoutingRule>" + TO + "</RoutingRule>";
    configure(INDEX + "<RoutingRules>" + rule.repeat(50) + "</RoutingRules>");
    assertThat(
            root.put(
                    "/site?website",
                    document(INDEX + "<RoutingRules>" + rule.repeat(51) + "</RoutingRules>"))
                .verdict())
        .isEqualTo("400 InvalidRequest");
  }

  // --- pages ------------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "/,home",
    "/index.html,home",
    "/a.txt,text of a",
    "/a%2Etxt,text of a",
    "/docs/,docs home",
    "/docs/page.html,a page",
    "/docs/page.html?versionId=x&acl,a page"
  })
  void objectsArePages(String path, String text) {
    var answer = visit(path);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(text);
    assertThat(answer.header("etag")).isNotEmpty();
    assertThat(answer.header("x-amz-request-id")).isNotEmpty();
  }

  @Test
  void pagesAreGivenAsTheObjectsTheyAre() {
    assertThat(visit("/").header("content-type")).isEqualTo("text/html");
    var head = visitBy("HEAD", "/");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.bytes()).isEmpty();
    assertThat(head.header("content-length")).isEqualTo("4");
    var range = visit("/a.txt", "range: bytes=5-6");
    assertThat(range.status()).isEqualTo(206);
    assertThat(range.text()).isEqualTo("of");
    assertThat(visit("/a.txt", "if-none-match: *").status()).isEqualTo(304);
    assertThat(visit("/large").bytes()).hasSize(100_000);
  }

  @Test
  void aFolderIsLedToItsSlash() {
    var answer = visit("/docs");
    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.header("location")).isEqualTo("/docs/");
    assertThat(visit("/none").status()).isEqualTo(404);
    put("/site/f%C3%BC r/index.html".replace(" ", "%20"), "x");
    assertThat(visit("/f%C3%BC%20r").header("location")).isEqualTo("/f%C3%BC%20r/");
  }

  @Test
  void anObjectMayLeadElsewhere() {
    for (var method : new String[] {"GET", "HEAD"}) {
      var moved = visitBy(method, "/moved");
      assertThat(moved.status()).isEqualTo(301);
      assertThat(moved.header("location")).isEqualTo("/docs/page.html");
      assertThat(moved.bytes()).isEmpty();
      assertThat(visitBy(method, "/away").header("location")).isEqualTo("https://example.com/x?y");
      assertThat(visitBy(method, "/large-moved").status()).isEqualTo(301);
    }
    assertThat(store.stripes.openReaders.get()).isZero();
    var object = root.get("/site/moved");
    assertThat(object.status()).isEqualTo(200);
    assertThat(object.header("x-amz-website-redirect-location")).isEqualTo("/docs/page.html");
  }

  // --- errors -----------------------------------------------------------------------------------

  @Test
  void whatIsMissingShowsThePageForErrors() {
    var answer = visit("/none");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).isEqualTo("sorry");
    assertThat(answer.header("content-type")).isEqualTo("text/html");
    assertThat(answer.header("x-amz-error-code")).isEqualTo("NoSuchKey");
    assertThat(visitBy("HEAD", "/none").status()).isEqualTo(404);
    assertThat(visit("/none", "range: bytes=0-0", "if-none-match: *").text()).isEqualTo("sorry");
  }

  @Test
  void withoutThatPageOneIsWritten() {
    configure(INDEX);
    var answer = visit("/no%3Cscript%3E&'\"ne");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("content-type")).isEqualTo("text/html; charset=utf-8");
    assertThat(answer.text())
        .contains("<title>404 Not Found</title>", "<li>Code: NoSuchKey</li>")
        .contains("<li>Key: no&lt;script&gt;&amp;&#39;&#34;ne</li>")
        .contains("<li>RequestId: " + answer.header("x-amz-request-id") + "</li>")
        .doesNotContain("<script>");
    assertThat(visitBy("HEAD", "/none").bytes()).isEmpty();
  }

  @Test
  void whereThatPageIsMissingTooItSaysSo() {
    configure(INDEX + "<ErrorDocument><Key>absent.html</Key></ErrorDocument>");
    var answer = visit("/none");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text())
        .contains("An Error Occurred While Attempting to Retrieve a Custom Error Document")
        .contains("<li>Key: none</li>", "<li>Key: absent.html</li>");
  }

  @Test
  void strangersSeeOnlyWhatThePolicyLetsThem() {
    put("/private-site", "");
    put("/private-site/index.html", "secret");
    put("/private-site?website", document(INDEX));
    var answer = visit("/", "host: private-site.web.localhost");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("x-amz-error-code")).isEqualTo("AccessDenied");
    assertThat(answer.text()).doesNotContain("secret");
    var signed =
        visit(
            "/?X-Amz-Signature=x",
            "host: private-site.web.localhost",
            "authorization: AWS4-HMAC-SHA256 x");
    assertThat(signed.status()).isEqualTo(403);
  }

  @Test
  void whoMayNotListIsNotToldWhatIsMissing() {
    publish("unlisted");
    put("/unlisted/there.html", "x");
    put("/unlisted?website", document(INDEX));
    assertThat(
            root.put(
                    "/unlisted?policy",
                    """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
                     "Action": "s3:GetObject", "Resource": "arn:aws:s3:::unlisted/*"}]}
                    """
                        .strip())
                .status())
        .isEqualTo(204);
    assertThat(visit("/there.html", "host: unlisted.web.localhost").status()).isEqualTo(200);
    assertThat(visit("/none.html", "host: unlisted.web.localhost").status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "POST", "DELETE", "PATCH"})
  void visitorsOnlyLook(String method) {
    var answer = visitBy(method, "/a.txt");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow")).isEqualTo("GET, HEAD, OPTIONS");
    assertThat(answer.text()).contains("MethodNotAllowed");
    assertThat(visit("/a.txt").text()).isEqualTo("text of a");
  }

  // --- hosts ------------------------------------------------------------------------------------

  @Test
  void aHostMayBeTheBucketsName() {
    publish("www.example.com");
    put("/www.example.com/index.html", "of its own");
    put("/www.example.com?website", document(INDEX));
    assertThat(visit("/", "host: www.example.com").text()).isEqualTo("of its own");
    assertThat(visit("/", "host: WWW.Example.com:8080").text()).isEqualTo("of its own");
    assertThat(visit("/", "host: www.example.com.web.localhost").text()).isEqualTo("of its own");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1:8080", "web.localhost", "nobody.web.localhost", "[::1]:8080", "A_b"})
  void otherHostsShowNothing(String host) {
    var answer = visit("/site/index.html", "host: " + host);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).contains("<li>Code: NoSuchBucket</li>");
  }

  // --- redirects --------------------------------------------------------------------------------

  @Test
  void aWholeSiteMayBeElsewhere() {
    configure("<RedirectAllRequestsTo><HostName>example.com</HostName></RedirectAllRequestsTo>");
    var answer = visit("/docs/a%20b?q=1");
    assertThat(answer.status()).isEqualTo(301);
    assertThat(answer.header("location")).isEqualTo("http://example.com/docs/a%20b?q=1");
    configure(
        "<RedirectAllRequestsTo><HostName>example.com</HostName><Protocol>https</Protocol>"
            + "</RedirectAllRequestsTo>");
    assertThat(visit("/").header("location")).isEqualTo("https://example.com/");
  }

  private static String when(String prefix, String error) {
    return "<Condition>"
        + (prefix.isEmpty() ? "" : "<KeyPrefixEquals>" + prefix + "</KeyPrefixEquals>")
        + (error.isEmpty()
            ? ""
            : "<HttpErrorCodeReturnedEquals>" + error + "</HttpErrorCodeReturnedEquals>")
        + "</Condition>";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "docs/||<ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith>|/docs/page.html|301 http://site.web.localhost:8080/documents/page.html",
        "docs/||<ReplaceKeyPrefixWith></ReplaceKeyPrefixWith>|/docs/x|301 http://site.web.localhost:8080/x",
        "docs/||<ReplaceKeyWith>a b.html</ReplaceKeyWith>|/docs/x|301 http://site.web.localhost:8080/a%20b.html",
        "docs/||<HostName>h.example</HostName>|/docs/x|301 http://h.example/docs/x",
        "docs/||<HostName>h.example</HostName><Protocol>https</Protocol>|/docs/x%20y|301 https://h.example/docs/x%20y",
        "docs/||<Protocol>https</Protocol><HttpRedirectCode>307</HttpRedirectCode>|/docs/x|307 https://site.web.localhost:8080/docs/x",
        "docs/||<HostName>h</HostName>|/a.txt|200",
        "docs||<HostName>h</HostName>|/docs|301 http://h/docs",
        "|404|<HostName>h</HostName>|/none|301 http://h/none",
        "|404|<HostName>h</HostName>|/a.txt|200",
        "|403|<HostName>h</HostName>|/none|404",
        "docs/|404|<ReplaceKeyPrefixWith>report/</ReplaceKeyPrefixWith><HttpRedirectCode>302</HttpRedirectCode>|/docs/none|302 http://site.web.localhost:8080/report/none",
        "docs/|404|<HostName>h</HostName>|/docs/page.html|200",
        "docs/|404|<HostName>h</HostName>|/none|404"
      })
  void rulesLeadElsewhere(String prefix, String error, String to, String path, String expected) {
    configure(
        INDEX
            + ERROR
            + rules(
                when(prefix == null ? "" : prefix, error == null ? "" : error)
                    + "<Redirect>"
                    + to
                    + "</Redirect>"));
    var answer = visit(path);
    var location = answer.header("location");
    assertThat(answer.status() + (location.isEmpty() ? "" : " " + location)).isEqualTo(expected);
  }

  @Test
  void theFirstRuleThatFitsIsTheOne() {
    configure(
        INDEX
            + rules(
                when("docs/private/", "") + "<Redirect><HostName>one</HostName></Redirect>",
                when("docs/", "") + "<Redirect><HostName>two</HostName></Redirect>",
                "<Redirect><HostName>three</HostName></Redirect>"));
    assertThat(visit("/docs/private/x").header("location")).isEqualTo("http://one/docs/private/x");
    assertThat(visit("/docs/x").header("location")).isEqualTo("http://two/docs/x");
    assertThat(visit("/").header("location")).isEqualTo("http://three/");
  }

  // --- pages of other origins -------------------------------------------------------------------

  @Test
  void otherOriginsAreToldByTheRulesOfTheBucket() {
    put(
        "/site?cors",
        "<CORSConfiguration><CORSRule><AllowedOrigin>https://a</AllowedOrigin>"
            + "<AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>");
    assertThat(visit("/", "origin: https://a").header("access-control-allow-origin"))
        .isEqualTo("https://a");
    assertThat(visit("/none", "origin: https://a").header("access-control-allow-origin"))
        .isEqualTo("https://a");
    assertThat(visit("/", "origin: https://b").header("access-control-allow-origin")).isEmpty();
    assertThat(
            visitBy("OPTIONS", "/", "origin: https://a", "access-control-request-method: GET")
                .status())
        .isEqualTo(200);
    assertThat(
            visitBy("OPTIONS", "/", "origin: https://b", "access-control-request-method: GET")
                .status())
        .isEqualTo(403);
    assertThat(root.delete("/site?cors").status()).isEqualTo(204);
  }

  @Test
  void thereIsNoListenerUnlessOneIsAskedFor() {
    try (var plain = TestStore.start()) {
      assertThat(plain.websiteAddress()).isEmpty();
    }
  }
}
