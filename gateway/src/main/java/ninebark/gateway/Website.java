package ninebark.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import ninebark.gateway.document.BucketDocuments;
import ninebark.gateway.document.CorsDocument;
import ninebark.gateway.document.WebsiteDocument;
import ninebark.gateway.document.WebsiteDocument.Change;
import ninebark.gateway.document.WebsiteDocument.Pages;
import ninebark.gateway.document.WebsiteDocument.RedirectAll;
import ninebark.gateway.document.WebsiteDocument.Rule;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.http.Exchange;
import ninebark.gateway.http.HttpService;
import ninebark.gateway.http.Refusal;
import ninebark.gateway.http.ResponseHead;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.operation.CrossOrigin;
import ninebark.gateway.request.Address;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Bucket;

/**
 * Shows buckets as websites to anyone their policies let in, each under a host of its own: {@code
 * bucket.base-domain}, or a host that is called like the bucket. Buckets never share a host, so
 * that the scripts of one have no part in the pages of another. Threads: safe.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html">Hosting
 *     a static website</a>
 */
final class Website implements HttpService {
  private static final String REDIRECT = "x-amz-website-redirect-location";
  private static final String HTML = "text/html; charset=utf-8";

  private final WebsiteConfig config;
  private final Door door;
  private final BucketDocuments documents;
  private final InstantSource clock;

  Website(WebsiteConfig config, Door door, BucketDocuments documents, InstantSource clock) {
    this.config = config;
    this.door = door;
    this.documents = documents;
    this.clock = clock;
  }

  @Override
  public void serve(Exchange exchange) {
    door.serve(
        exchange,
        this::answer,
        (visit, error) -> sendError(exchange, visit, error, Optional.empty()));
  }

  private void answer(Exchange exchange, Visit visit) throws IOException {
    var name = bucketName(exchange.headers().first("host").orElse(""));
    var key =
        PercentCoding.decodePath(exchange.target().path().substring(1))
            .orElseThrow(S3Error.INVALID_URI::exception);
    visit.bucket = name;
    visit.key = key;
    var address =
        new Address(Optional.of(name), key.isEmpty() ? Optional.empty() : Optional.of(key));
    switch (exchange.method()) {
      case "GET", "HEAD" -> {
        visit.operation =
            Optional.of(exchange.isHead() ? S3Operation.HEAD_OBJECT : S3Operation.GET_OBJECT);
        show(exchange, visit, address, key);
      }
      case "OPTIONS" -> {
        visit.operation = Optional.of(S3Operation.PREFLIGHT);
        door.answerPreflight(exchange, visit, address, QueryParameters.NONE, clock.instant());
      }
      default ->
          throw S3Error.METHOD_NOT_ALLOWED
              .exception()
              .with("Method", exchange.method())
              .with("ResourceType", "OBJECT")
              .withHeader("allow", "GET, HEAD, OPTIONS");
    }
  }

  private String bucketName(String host) {
    return Address.bucketOfHost(host, config.baseDomains())
        .orElseGet(
            () -> {
              int colon = host.lastIndexOf(':');
              return (colon > host.lastIndexOf(']') ? host.substring(0, colon) : host)
                  .toLowerCase(Locale.ROOT);
            });
  }

  private void show(Exchange exchange, Visit visit, Address address, String key)
      throws IOException {
    var bucket =
        door.lookUp(address)
            .orElseThrow(() -> S3Error.NO_SUCH_BUCKET.exception().with("BucketName", visit.bucket));
    visit.crossOrigin =
        CrossOrigin.of(
            documents.find(bucket, CorsDocument.KIND), exchange.method(), exchange.headers());
    var website =
        documents
            .find(bucket, WebsiteDocument.KIND)
            .orElseThrow(
                () ->
                    S3Error.NO_SUCH_WEBSITE_CONFIGURATION
                        .exception()
                        .with("BucketName", visit.bucket));
    switch (website) {
      case RedirectAll(var host, var protocol) -> {
        var target = exchange.target();
        var query = target.query().isEmpty() ? "" : "?" + target.query();
        redirect(
            exchange, visit, 301, protocol.orElse("http") + "://" + host + target.path() + query);
      }
      case Pages pages -> new Page(exchange, visit, bucket, pages, key, clock.instant()).show();
    }
  }

  private void redirect(Exchange exchange, Visit visit, int status, String location) {
    exchange.respond(
        door.head(visit, status, Headers.builder().add("location", location).build()), new byte[0]);
  }

  /** What a page may be asked with: everything else speaks of more than a page. */
  private static Headers ofReader(Headers headers) {
    var kept = Headers.builder();
    for (int i = 0; i < headers.count(); i++) {
      var name = headers.name(i);
      if (name.equals("range") || name.startsWith("if-")) {
        kept.add(name, headers.value(i));
      }
    }
    return kept.build();
  }

  /** One visit of one page. */
  private final class Page {
    private final Exchange exchange;
    private final Visit visit;
    private final Bucket bucket;
    private final Pages pages;
    private final String key;
    private final Instant now;

    Page(Exchange exchange, Visit visit, Bucket bucket, Pages pages, String key, Instant now) {
      this.exchange = exchange;
      this.visit = visit;
      this.bucket = bucket;
      this.pages = pages;
      this.key = key;
      this.now = now;
    }

    void show() throws IOException {
      for (var rule : pages.rules()) {
        if (rule.fits(key)) {
          follow(rule);
          return;
        }
      }
      boolean folder = key.isEmpty() || key.endsWith("/");
      try {
        send(read(folder ? key + pages.indexSuffix() : key, ofReader(exchange.headers())));
      } catch (S3Exception refused) {
        int status = refused.error().status();
        if (status < 400 || status >= 500) {
          throw refused;
        }
        boolean lookFurther = !folder && (status == 404 || status == 403);
        if (lookFurther && isThere(key + "/" + pages.indexSuffix())) {
          redirect(exchange, visit, 302, "/" + PercentCoding.encodePath(key) + "/");
          return;
        }
        explain(refused);
      }
    }

    private S3Response read(String page, Headers headers) throws IOException {
      return door.read(visit, bucket, page, exchange.isHead(), headers, now);
    }

    private boolean isThere(String page) throws IOException {
      try {
        door.read(visit, bucket, page, true, Headers.EMPTY, now);
        return true;
      } catch (S3Exception absent) {
        return false;
      }
    }

    private void send(S3Response response) throws IOException {
      var elsewhere = response.headers().first(REDIRECT);
      if (elsewhere.isEmpty()) {
        door.send(exchange, visit, response);
        return;
      }
      if (response.body() instanceof S3Response.Body.Streamed streamed) {
        streamed.reader().close();
      }
      redirect(exchange, visit, 301, elsewhere.get());
    }

    private void explain(S3Exception refused) throws IOException {
      int status = refused.error().status();
      for (var rule : pages.rules()) {
        if (rule.fits(key, status)) {
          follow(rule);
          return;
        }
      }
      if (pages.errorKey().isEmpty()) {
        throw refused;
      }
      visit.errorCode = refused.error().code();
      S3Response page;
      try {
        page = read(pages.errorKey().get(), Headers.EMPTY);
      } catch (S3Exception also) {
        sendError(exchange, visit, refused, Optional.of(also));
        return;
      }
      door.send(
          exchange,
          visit,
          new S3Response(status, errorHeaders(refused).and(page.headers()), page.body()));
    }

    private void follow(Rule rule) {
      var redirect = rule.redirect();
      var target =
          redirect
              .change()
              .map(
                  change ->
                      switch (change) {
                        case Change.Whole(var whole) -> whole;
                        case Change.Prefix(var prefix) ->
                            prefix + key.substring(rule.keyPrefix().orElse("").length());
                      })
              .orElse(key);
      redirect(
          exchange,
          visit,
          redirect.status(),
          redirect.protocol().orElse("http")
              + "://"
              + redirect.hostName().orElse(exchange.headers().first("host").orElse(""))
              + "/"
              + PercentCoding.encodePath(target));
    }
  }

  // --- pages about errors -----------------------------------------------------------------------

  private static Headers errorHeaders(S3Exception error) {
    return Headers.builder()
        .add("x-amz-error-code", error.error().code())
        .add("x-amz-error-message", error.message())
        .build();
  }

  /**
   * @param ofErrorPage why the website's own page for errors could not be shown
   */
  private void sendError(
      Exchange exchange, Visit visit, S3Exception error, Optional<S3Exception> ofErrorPage) {
    if (exchange.isAnswered() || error.error() == S3Error.NOT_MODIFIED) {
      door.sendError(exchange, visit, error);
      return;
    }
    visit.errorCode = error.error().code();
    var headers = Headers.builder().add("content-type", HTML);
    for (var extra : error.headers()) {
      headers.add(extra.name(), extra.value());
    }
    var head = door.head(visit, error.error().status(), headers.build().and(errorHeaders(error)));
    exchange.respond(head, html(head, visit.requestId, error, ofErrorPage));
  }

  private byte[] html(
      ResponseHead head, String requestId, S3Exception error, Optional<S3Exception> ofErrorPage) {
    var title = head.status() + " " + head.reason();
    var text = new StringBuilder("<html>\n<head><title>").append(title);
    text.append("</title></head>\n<body>\n<h1>").append(title).append("</h1>\n<ul>\n");
    describe(text, error);
    item(text, "RequestId", requestId);
    item(text, "HostId", door.hostId());
    text.append("</ul>\n");
    ofErrorPage.ifPresent(
        also -> {
          text.append("<h3>An Error Occurred While Attempting to Retrieve a Custom Error ");
          text.append("Document</h3>\n<ul>\n");
          describe(text, also);
          text.append("</ul>\n");
        });
    return text.append("<hr/>\n</body>\n</html>\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void describe(StringBuilder text, S3Exception error) {
    item(text, "Code", error.error().code());
    item(text, "Message", error.message());
    for (var extra : error.elements()) {
      item(text, extra.name(), extra.value());
    }
  }

  private static void item(StringBuilder text, String name, String value) {
    text.append("<li>").append(name).append(": ");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        case '&' -> text.append("&amp;");
        case '"' -> text.append("&#34;");
        case '\'' -> text.append("&#39;");
        default -> text.append(c);
      }
    }
    text.append("</li>\n");
  }

  @Override
  public HttpService.Page refuse(Refusal refusal, String message) {
    return door.refuse(refusal, message);
  }
}
