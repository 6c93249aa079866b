package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.digest.Checksums;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Query;

/** GET /bucket/key?uploadId=U. */
final class ListParts implements Operation {
  private final Backend backend;

  ListParts(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    int limit =
        Parameters.pageSize(request.query(), "max-parts", backend.limits().maxPageEntries());
    int after =
        Parameters.number(request.query(), "part-number-marker", 0, Integer.MAX_VALUE).orElse(0);
    var upload = UploadRequest.find(request, backend);
    // One more than asked tells whether there are more.
    var found =
        backend
            .index()
            .ask(
                new Query.ListParts(
                    request.inBucket().id(), request.key(), upload.id(), after, limit + 1));
    boolean more = limit > 0 && found.size() > limit;
    var page = found.subList(0, Math.min(limit, found.size()));

    var xml = XmlWriter.document("ListPartsResult", 1024 + 256 * page.size());
    xml.text("Bucket", request.inBucket().name().value())
        .text("Key", request.key().value())
        .text("UploadId", upload.id().value())
        .text("PartNumberMarker", after)
        .text("NextPartNumberMarker", page.isEmpty() ? 0 : page.getLast().number())
        .text("MaxParts", limit)
        .text("IsTruncated", more);
    upload
        .checksum()
        .ifPresent(
            choice -> {
              xml.text("ChecksumAlgorithm", choice.algorithm().name());
              xml.text("ChecksumType", choice.kind().name());
            });
    for (var part : page) {
      xml.open("Part")
          .text("PartNumber", part.number())
          .text("LastModified", HttpDates.xml(part.lastModified()))
          .text("ETag", part.etag().quoted())
          .text("Size", part.length());
      for (var checksum : part.checksums()) {
        xml.text(Checksums.element(checksum.algorithm()), checksum.value());
      }
      xml.close("Part");
    }
    Owners.write(xml, "Initiator", upload.owner(), backend.accounts());
    Owners.write(xml, "Owner", upload.owner(), backend.accounts());
    xml.text("StorageClass", upload.storageClass());
    var headers = Headers.builder();
    LifecycleHeaders.of(request, backend).addAbort(headers, upload.initiated());
    return S3Response.xml(xml.close("ListPartsResult"), headers.build());
  }
}
