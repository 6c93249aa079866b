package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.document.LifecycleDocument;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;

/** GET /bucket?lifecycle. */
final class GetBucketLifecycleConfiguration implements Operation {
  private final Backend backend;

  GetBucketLifecycleConfiguration(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var document =
        backend
            .documents()
            .text(request.inBucket(), LifecycleDocument.KIND.name())
            .map(LifecycleDocument::of)
            .orElseThrow(
                () -> DocumentHandlers.absent(S3Error.NO_SUCH_LIFECYCLE_CONFIGURATION, request));
    return DocumentHandlers.answer(
        document.xml(), DocumentHandlers.XML, PutBucketLifecycleConfiguration.header(document));
  }
}
