package ninebark.gateway.operation;

import java.io.IOException;
import java.util.Optional;
import ninebark.gateway.document.CorsDocument;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;

/**
 * OPTIONS: a browser asks, without credentials, whether a page of another origin may send a
 * request. It says nothing about whether that request will be allowed.
 */
final class Preflight implements Operation {
  private static final String NOT_ALLOWED =
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of"
          + " Origin, request method / Access-Control-Request-Method or"
          + " Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

  private final Backend backend;

  Preflight(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var origin =
        request
            .headers()
            .first(CrossOrigin.ORIGIN)
            .orElseThrow(
                () ->
                    S3Error.BAD_REQUEST.because(
                        "Insufficient information. Origin request header needed."));
    var method = request.headers().first(CrossOrigin.REQUESTED_METHOD).orElse("");
    if (!CorsDocument.METHODS.contains(method)) {
      throw S3Error.BAD_REQUEST.because(
          "Invalid Access-Control-Request-Method: " + (method.isEmpty() ? "null" : method));
    }
    if (request.bucket().isEmpty()) {
      throw refused("CORSResponse: Bucket not found", method, request);
    }
    var document =
        backend
            .documents()
            .find(request.inBucket(), CorsDocument.KIND)
            .orElseThrow(
                () ->
                    refused("CORSResponse: CORS is not enabled for this bucket.", method, request));
    var requested = CrossOrigin.requestedHeaders(request.headers());
    var rule =
        document
            .ruleFor(origin, method, requested)
            .orElseThrow(() -> refused(NOT_ALLOWED, method, request));
    return S3Response.of(200, CrossOrigin.headers(rule, origin, Optional.of(requested)));
  }

  private static S3Exception refused(String message, String method, S3Request request) {
    return S3Error.ACCESS_FORBIDDEN
        .because(message)
        .with("Method", method)
        .with("ResourceType", request.objectKey().isPresent() ? "OBJECT" : "BUCKET");
  }
}
