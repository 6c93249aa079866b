package ninebark.gateway.operation;

import java.io.IOException;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Query;
import ninebark.metadata.UploadId;

/** GET /bucket?uploads. */
final class ListMultipartUploads implements Operation {
  private final Backend backend;

  ListMultipartUploads(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var query = request.query();
    var encoding = KeyEncoding.of(query);
    var prefix = query.first("prefix").orElse("");
    var delimiter = query.first("delimiter").orElse("");
    var keyMarker = query.first("key-marker").orElse("");
    // Without a key marker the id marker is ignored, as S3 does.
    var idMarker =
        query.first("upload-id-marker").filter(text -> !text.isEmpty() && !keyMarker.isEmpty());
    if (idMarker.isPresent() && !UploadId.isLegal(idMarker.get())) {
      throw S3Error.invalidArgument("Invalid uploadId marker", "upload-id-marker", idMarker.get());
    }
    int limit = Parameters.pageSize(query, "max-uploads", backend.limits().maxPageEntries());
    var page =
        backend
            .index()
            .ask(
                new Query.ListUploads(
                    request.inBucket().id(),
                    prefix,
                    delimiter,
                    keyMarker,
                    idMarker.map(UploadId::new),
                    limit));

    var xml = XmlWriter.document("ListMultipartUploadsResult", 1024 + 512 * page.uploads().size());
    xml.text("Bucket", request.inBucket().name().value())
        .text("KeyMarker", encoding.write(keyMarker))
        .text("UploadIdMarker", query.first("upload-id-marker").orElse(""));
    if (page.truncated()) {
      xml.text("NextKeyMarker", encoding.write(page.nextKey()));
      Optional<UploadId> next = page.nextUpload();
      xml.text("NextUploadIdMarker", next.map(UploadId::value).orElse(""));
    }
    if (query.has("prefix")) {
      xml.text("Prefix", encoding.write(prefix));
    }
    if (!delimiter.isEmpty()) {
      xml.text("Delimiter", encoding.write(delimiter));
    }
    if (encoding == KeyEncoding.URL) {
      xml.text("EncodingType", "url");
    }
    xml.text("MaxUploads", limit).text("IsTruncated", page.truncated());
    for (var upload : page.uploads()) {
      xml.open("Upload")
          .text("Key", encoding.write(upload.key().value()))
          .text("UploadId", upload.id().value());
      Owners.write(xml, "Initiator", upload.owner(), backend.accounts());
      Owners.write(xml, "Owner", upload.owner(), backend.accounts());
      xml.text("StorageClass", upload.storageClass())
          .text("Initiated", HttpDates.xml(upload.initiated()));
      upload
          .checksum()
          .ifPresent(
              choice -> {
                xml.text("ChecksumAlgorithm", choice.algorithm().name());
                xml.text("ChecksumType", choice.kind().name());
              });
      xml.close("Upload");
    }
    for (var common : page.commonPrefixes()) {
      xml.open("CommonPrefixes").text("Prefix", encoding.write(common)).close("CommonPrefixes");
    }
    return S3Response.xml(xml.close("ListMultipartUploadsResult"));
  }
}
