package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;

/** GET /bucket?list-type=2. */
final class ListObjectsV2 implements Operation {
  private final Backend backend;

  ListObjectsV2(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var query = request.query();
    var token = query.first("continuation-token");
    var startAfter = query.first("start-after");
    var after = token.map(ContinuationToken::decode).or(() -> startAfter).orElse("");
    boolean withOwner = query.first("fetch-owner").map("true"::equals).orElse(false);
    var page = ListingPage.of(request, backend, after);
    var xml = page.begin(request);
    startAfter.ifPresent(text -> xml.text("StartAfter", page.encoding().write(text)));
    token.ifPresent(text -> xml.text("ContinuationToken", text));
    page.listing()
        .resume()
        .ifPresent(text -> xml.text("NextContinuationToken", ContinuationToken.encode(text)));
    xml.text("KeyCount", page.listing().entries().size());
    page.describe(xml);
    page.entries(xml, backend, withOwner);
    return S3Response.xml(xml.close("ListBucketResult"));
  }
}
