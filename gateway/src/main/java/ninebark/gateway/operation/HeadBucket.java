package ninebark.gateway.operation;

import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;

/** HEAD /bucket. */
final class HeadBucket implements Operation {
  @Override
  public S3Response handle(S3Request request) {
    return S3Response.of(
        200,
        Headers.builder()
            .add("x-amz-bucket-region", request.inBucket().region())
            .add("x-amz-access-point-alias", "false")
            .add("content-type", "application/xml")
            .build());
  }
}
