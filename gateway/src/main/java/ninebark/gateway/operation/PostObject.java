package ninebark.gateway.operation;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;

/**
 * POST of an upload form: a PUT of its file, answered as the form wants it. The fields come as
 * headers.
 */
final class PostObject implements Operation {
  private final PutObject put;

  PostObject(Backend backend) {
    this.put = new PutObject(backend);
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var stored = put.handle(request);
    var etag = stored.headers().first("etag").orElse("");
    var redirect =
        request
            .headers()
            .first("success_action_redirect")
            .or(() -> request.headers().first("redirect"))
            .flatMap(PostObject::url);
    if (redirect.isPresent()) {
      return S3Response.of(
          303,
          stored
              .headers()
              .and(
                  Headers.builder()
                      .add("location", withOutcome(redirect.get(), request, etag))
                      .build()));
    }
    var location = location(request);
    var headers = stored.headers().and(Headers.builder().add("location", location).build());
    return switch (request.headers().first("success_action_status").orElse("")) {
      case "200" -> S3Response.of(200, headers);
      case "201" -> created(request, etag, location, headers);
      default -> S3Response.of(204, headers);
    };
  }

  private static S3Response created(
      S3Request request, String etag, String location, Headers headers) {
    var document =
        XmlWriter.plain(256)
            .open("PostResponse")
            .text("Location", location)
            .text("Bucket", request.inBucket().name().value())
            .text("Key", request.key().value())
            .text("ETag", etag)
            .close("PostResponse");
    return new S3Response(
        201,
        Headers.builder().add("content-type", "application/xml").build().and(headers),
        new S3Response.Body.Whole(document.bytes()));
  }

  /** Where the object is, named as the form was addressed. */
  private static String location(S3Request request) {
    var host = request.headers().first("host").orElse("");
    var bucket = request.inBucket().name().value();
    var key = PercentCoding.encodePath(request.key().value());
    return host.startsWith(bucket + ".")
        ? "http://" + host + "/" + key
        : "http://" + host + "/" + bucket + "/" + key;
  }

  /** Empty if it is none: S3 then answers as if it were not there. */
  private static Optional<URI> url(String text) {
    try {
      var url = new URI(text);
      boolean web =
          "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
      return web && url.getRawAuthority() != null ? Optional.of(url) : Optional.empty();
    } catch (URISyntaxException notAUrl) {
      return Optional.empty();
    }
  }

  private static String withOutcome(URI url, S3Request request, String etag) {
    var text = url.toString();
    int fragment = text.indexOf('#');
    var base = fragment < 0 ? text : text.substring(0, fragment);
    return base
        + (url.getRawQuery() == null ? "?" : "&")
        + "bucket="
        + PercentCoding.encode(request.inBucket().name().value())
        + "&key="
        + PercentCoding.encode(request.key().value())
        + "&etag="
        + PercentCoding.encode(etag)
        + (fragment < 0 ? "" : text.substring(fragment));
  }
}
