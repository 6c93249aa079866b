package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.document.NotificationDocument;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;

/**
 * PUT /bucket?notification. An empty document takes the configuration away. No destination can be
 * reached from here yet, so one is only kept for who says that it need not be looked at.
 */
final class PutBucketNotificationConfiguration implements Operation {
  /** What every bucket answers that was told nothing. */
  static final String NONE =
      XmlWriter.document(NotificationDocument.ROOT, 256).close(NotificationDocument.ROOT).string();

  private static final String SKIP = "x-amz-skip-destination-validation";

  private final Backend backend;

  PutBucketNotificationConfiguration(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var text = Documents.text(request, backend);
    var document = NotificationDocument.KIND.parser().apply(text);
    boolean skip = request.headers().first(SKIP).orElse("").equalsIgnoreCase("true");
    if (!document.destinations().isEmpty() && !skip) {
      var refusal =
          S3Error.INVALID_ARGUMENT.because(
              "Unable to validate the following destination configurations");
      int count = 0;
      for (var destination : document.destinations()) {
        count++;
        refusal =
            refusal
                .with("ArgumentName" + count, destination)
                .with("ArgumentValue" + count, "The destination does not exist for this store");
      }
      throw refusal;
    }
    var name = NotificationDocument.KIND.name();
    if (document.isEmpty()) {
      DocumentHandlers.remove(backend, request.inBucket(), name);
    } else {
      DocumentHandlers.store(backend, request.inBucket(), name, text);
    }
    return S3Response.of(200, Headers.EMPTY);
  }
}
