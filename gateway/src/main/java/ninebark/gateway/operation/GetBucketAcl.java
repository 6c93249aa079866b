package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;

/** GET /bucket?acl. */
final class GetBucketAcl implements Operation {
  private final AccessControl control;

  GetBucketAcl(Backend backend) {
    this.control = new AccessControl(backend);
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    return control.answer(control.ofBucket(request.inBucket()), Headers.EMPTY);
  }
}
