package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.document.LifecycleDocument;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;

/** PUT /bucket?lifecycle: a document and a header. */
final class PutBucketLifecycleConfiguration implements Operation {
  private final Backend backend;

  PutBucketLifecycleConfiguration(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var document =
        LifecycleDocument.of(
            request.headers().first(LifecycleDocument.SMALL_OBJECTS_HEADER),
            Documents.text(request, backend));
    var _ = document.rules();
    DocumentHandlers.store(
        backend, request.inBucket(), LifecycleDocument.KIND.name(), document.text());
    return S3Response.of(200, header(document));
  }

  static Headers header(LifecycleDocument document) {
    return Headers.builder().add(LifecycleDocument.SMALL_OBJECTS_HEADER, document.header()).build();
  }
}
