package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.policy.Policy;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;

/** GET /bucket?policyStatus: whether the policy lets in everybody. */
final class GetBucketPolicyStatus implements Operation {
  private final Backend backend;

  GetBucketPolicyStatus(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var policy =
        backend
            .documents()
            .find(request.inBucket(), Policy.KIND)
            .orElseThrow(() -> DocumentHandlers.absent(S3Error.NO_SUCH_BUCKET_POLICY, request));
    return S3Response.xml(
        XmlWriter.document("PolicyStatus", 256)
            .text("IsPublic", policy.isPublic())
            .close("PolicyStatus"));
  }
}
