package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.policy.Policy;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;

/** PUT /bucket?policy. */
final class PutBucketPolicy implements Operation {
  private final Backend backend;

  PutBucketPolicy(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var text = Documents.text(request, backend);
    var policy = Policy.KIND.parser().apply(text);
    policy.checkFor(bucket.name().value(), backend.accounts()::has);
    if (policy.isPublic() && backend.documents().publicAccessBlock(bucket).blockPublicPolicy()) {
      throw S3Error.ACCESS_DENIED.because(
          "The policy would make the bucket public, which its public access block forbids"
              + " (BlockPublicPolicy).");
    }
    DocumentHandlers.store(backend, bucket, Policy.KIND.name(), text);
    return S3Response.noContent();
  }
}
