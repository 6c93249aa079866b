package ninebark.gateway.operation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.PercentCoding;
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
    var after = token.map(ListObjectsV2::fromToken).or(() -> startAfter).orElse("");
    boolean withOwner = query.first("fetch-owner").map("true"::equals).orElse(false);
    var page = ListingPage.of(request, backend, after);
    var xml = page.begin(request);
    startAfter.ifPresent(text -> xml.text("StartAfter", page.encoding().write(text)));
    token.ifPresent(text -> xml.text("ContinuationToken", text));
    page.listing().resume().ifPresent(text -> xml.text("NextContinuationToken", token(text)));
    xml.text("KeyCount", page.listing().entries().size());
    page.describe(xml);
    page.entries(xml, backend, withOwner);
    return S3Response.xml(xml.close("ListBucketResult"));
  }

  private static String token(String resume) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(resume.getBytes(StandardCharsets.UTF_8));
  }

  private static String fromToken(String token) {
    try {
      var bytes = Base64.getUrlDecoder().decode(token);
      if (bytes.length > 0) {
        return PercentCoding.utf8(ByteBuffer.wrap(bytes)).orElseThrow(() -> incorrect(token));
      }
    } catch (IllegalArgumentException foreign) {
      // falls through: a token is ours or it is not
    }
    throw incorrect(token);
  }

  private static RuntimeException incorrect(String token) {
    return S3Error.invalidArgument(
        "The continuation token provided is incorrect", "continuation-token", token);
  }
}
