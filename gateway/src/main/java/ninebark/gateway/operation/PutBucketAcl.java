package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.document.AccessControlList;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;

/** PUT /bucket?acl: a canned name, grant headers or a document. */
final class PutBucketAcl implements Operation {
  private final Backend backend;
  private final AccessControl control;

  PutBucketAcl(Backend backend) {
    this.backend = backend;
    this.control = new AccessControl(backend);
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var list = control.put(request, bucket.owner());
    DocumentHandlers.store(backend, bucket, AccessControlList.KIND.name(), list.text());
    return S3Response.of(200, Headers.EMPTY);
  }
}
