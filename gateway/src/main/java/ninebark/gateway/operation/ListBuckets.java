package ninebark.gateway.operation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Bucket;
import ninebark.metadata.Query;

/** GET /. */
final class ListBuckets implements Operation {
  private static final int MAX_BUCKETS = 10_000;

  private final Backend backend;

  ListBuckets(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var query = request.query();
    var prefix = query.first("prefix").orElse("");
    int limit = Parameters.number(query, "max-buckets", 1, MAX_BUCKETS).orElse(MAX_BUCKETS);
    var after = query.first("continuation-token").map(ListBuckets::fromToken).orElse("");
    // One more than asked tells whether there are more.
    var found =
        backend
            .index()
            .ask(new Query.ListBuckets(request.principal().account(), prefix, after, limit + 1));
    boolean more = found.size() > limit;
    var page = more ? found.subList(0, limit) : found;
    boolean paged = query.has("max-buckets") || query.has("continuation-token");

    var xml = XmlWriter.document("ListAllMyBucketsResult", 1024 + 160 * page.size());
    Owners.write(xml, "Owner", request.principal().account(), backend.accounts());
    xml.open("Buckets");
    for (var bucket : page) {
      if (matchesRegion(query.first("bucket-region"), bucket)) {
        xml.open("Bucket")
            .text("Name", bucket.name().value())
            .text("CreationDate", HttpDates.xml(bucket.created()));
        if (paged) {
          xml.text("BucketRegion", bucket.region());
        }
        xml.close("Bucket");
      }
    }
    xml.close("Buckets");
    if (more) {
      xml.text("ContinuationToken", token(page.getLast().name().value()));
    }
    if (query.has("prefix")) {
      xml.text("Prefix", prefix);
    }
    xml.close("ListAllMyBucketsResult");
    return S3Response.xml(xml);
  }

  private static boolean matchesRegion(Optional<String> region, Bucket bucket) {
    return region.isEmpty() || region.get().equals(bucket.region());
  }

  private static String token(String name) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  private static String fromToken(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException foreign) {
      throw S3Error.invalidArgument(
          "The continuation token provided is incorrect", "continuation-token", token);
    }
  }
}
