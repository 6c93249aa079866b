package ninebark.gateway.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import ninebark.gateway.document.CorsDocument;
import ninebark.gateway.message.Headers;

/**
 * The headers by which a browser learns what pages of another origin may do with a bucket. Pure.
 *
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">The CORS protocol</a>
 */
public final class CrossOrigin {
  public static final String ORIGIN = "origin";
  static final String REQUESTED_METHOD = "access-control-request-method";
  static final String REQUESTED_HEADERS = "access-control-request-headers";

  /** Caches must not give one origin's answer to another. */
  private static final String VARY =
      "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

  private CrossOrigin() {}

  /**
   * What is added to the answer of a request, whatever that is. Without a rule for it, only that
   * the answer depends on who asks: the browser then keeps it from the page.
   *
   * @param document empty for a bucket that has no rules
   */
  public static Headers of(Optional<CorsDocument> document, String method, Headers request) {
    var origin = request.first(ORIGIN);
    if (document.isEmpty() || origin.isEmpty()) {
      return Headers.EMPTY;
    }
    return document
        .get()
        .ruleFor(origin.get(), method, requestedHeaders(request))
        .map(rule -> headers(rule, origin.get(), Optional.empty()))
        .orElseGet(() -> Headers.builder().add("vary", VARY).build());
  }

  /**
   * @param requested what a preflight asks for, if this answers one
   */
  static Headers headers(CorsDocument.Rule rule, String origin, Optional<List<String>> requested) {
    var headers = Headers.builder();
    headers.add("access-control-allow-origin", rule.isForAll() ? "*" : origin);
    headers.add("access-control-allow-methods", String.join(", ", rule.methods()));
    if (requested.isPresent() && !requested.get().isEmpty()) {
      headers.add("access-control-allow-headers", String.join(", ", requested.get()));
    }
    if (!rule.exposed().isEmpty()) {
      headers.add("access-control-expose-headers", String.join(", ", rule.exposed()));
    }
    rule.maxAgeSeconds()
        .ifPresent(seconds -> headers.add("access-control-max-age", Integer.toString(seconds)));
    if (!rule.isForAll()) {
      headers.add("access-control-allow-credentials", "true");
    }
    return headers.add("vary", VARY).build();
  }

  static List<String> requestedHeaders(Headers request) {
    var names = new ArrayList<String>();
    for (var list : request.all(REQUESTED_HEADERS)) {
      for (var name : list.split(",", -1)) {
        if (!name.isBlank()) {
          names.add(name.strip().toLowerCase(Locale.ROOT));
        }
      }
    }
    return names;
  }
}
