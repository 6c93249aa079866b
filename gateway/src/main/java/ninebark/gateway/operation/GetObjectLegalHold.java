package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;

/** GET /bucket/key?legal-hold: a hold that was never set is off. */
final class GetObjectLegalHold implements Operation {
  private final Backend backend;

  GetObjectLegalHold(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    boolean on = LockedVersion.of(request, backend).legalHold();
    var xml = XmlWriter.document("LegalHold", 192).text("Status", on ? "ON" : "OFF");
    return S3Response.xml(xml.close("LegalHold"));
  }
}
