package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;

/** GET /bucket/key?retention. */
final class GetObjectRetention implements Operation {
  private final Backend backend;

  GetObjectRetention(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var retention =
        LockedVersion.of(request, backend)
            .retention()
            .orElseThrow(S3Error.NO_SUCH_OBJECT_LOCK_CONFIGURATION::exception);
    var xml = XmlWriter.document("Retention", 256);
    xml.text("Mode", retention.mode().name())
        .text("RetainUntilDate", HttpDates.xml(retention.until()));
    return S3Response.xml(xml.close("Retention"));
  }
}
