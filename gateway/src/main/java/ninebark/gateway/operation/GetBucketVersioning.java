package ninebark.gateway.operation;

import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;

/** GET /bucket?versioning: says nothing where it was never asked for. */
final class GetBucketVersioning implements Operation {
  @Override
  public S3Response handle(S3Request request) {
    var xml = XmlWriter.document("VersioningConfiguration", 192);
    switch (request.inBucket().versioning()) {
      case OFF -> {}
      case ENABLED -> xml.text("Status", "Enabled");
      case SUSPENDED -> xml.text("Status", "Suspended");
    }
    return S3Response.xml(xml.close("VersioningConfiguration"));
  }
}
