package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;

/** GET /bucket, the first version. */
final class ListObjects implements Operation {
  private final Backend backend;

  ListObjects(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var marker = request.query().first("marker").orElse("");
    var page = ListingPage.of(request, backend, marker);
    var xml = page.begin(request);
    xml.text("Marker", page.encoding().write(marker));
    if (page.listing().truncated() && !page.delimiter().isEmpty()) {
      xml.text("NextMarker", page.encoding().write(page.listing().resume().orElseThrow()));
    }
    page.describe(xml);
    page.entries(xml, backend, true);
    return S3Response.xml(xml.close("ListBucketResult"));
  }
}
