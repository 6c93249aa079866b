package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.AnnotationInfo;
import ninebark.metadata.Query;

/** GET /bucket/key?annotation. */
final class ListObjectAnnotations implements Operation {
  private final Backend backend;

  ListObjectAnnotations(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var query = request.query();
    var prefix = AnnotationRequest.prefix(request);
    int limit =
        Parameters.pageSize(query, "max-annotation-results", AnnotationInfo.MAX_PER_VERSION);
    var token = query.first("continuation-token");
    var choice = ChosenVersion.of(request);
    // One more than asked tells whether there are more, even if none is asked for.
    var lookup =
        backend
            .index()
            .ask(
                new Query.ListAnnotations(
                    bucket.id(),
                    request.key(),
                    choice,
                    prefix.orElse(""),
                    token.map(ContinuationToken::decode).orElse(""),
                    Math.max(1, limit)));
    var listing = ChosenVersion.found(lookup, request, choice);
    var page = listing.annotations().subList(0, Math.min(limit, listing.annotations().size()));

    var headers = Headers.builder();
    AnnotationRequest.addVersion(headers, bucket, listing.version());
    var xml = XmlWriter.document("ListObjectAnnotationsResult", 1024 + 256 * page.size());
    xml.open("Annotations");
    for (var annotation : page) {
      xml.open("AnnotationEntry")
          .text("AnnotationName", annotation.name())
          .text("LastModified", HttpDates.xml(annotation.lastModified()))
          .text("ETag", annotation.etag().quoted());
      for (var checksum : annotation.checksums()) {
        xml.text("ChecksumAlgorithm", checksum.algorithm().name());
      }
      xml.text("Size", annotation.length()).close("AnnotationEntry");
    }
    xml.close("Annotations")
        .text("Bucket", bucket.name().value())
        .text("Key", request.key().value());
    prefix.ifPresent(text -> xml.text("AnnotationPrefix", text));
    xml.text("MaxAnnotationResults", limit).text("AnnotationCount", page.size());
    token.ifPresent(text -> xml.text("ContinuationToken", text));
    if (listing.truncated() && !page.isEmpty()) {
      xml.text("NextContinuationToken", ContinuationToken.encode(page.getLast().name()));
    }
    return S3Response.xml(xml.close("ListObjectAnnotationsResult"), headers.build());
  }
}
