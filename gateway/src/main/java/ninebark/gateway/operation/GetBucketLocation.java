package ninebark.gateway.operation;

import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;

/** GET /bucket?location. */
final class GetBucketLocation implements Operation {
  @Override
  public S3Response handle(S3Request request) {
    var region = request.inBucket().region();
    // The oldest region has no name here; the root holds the text itself.
    return S3Response.xml(
        XmlWriter.textDocument("LocationConstraint", region.equals("us-east-1") ? "" : region));
  }
}
