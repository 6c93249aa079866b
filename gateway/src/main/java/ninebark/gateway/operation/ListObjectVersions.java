package ninebark.gateway.operation;

import java.io.IOException;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Query;
import ninebark.metadata.VersionId;
import ninebark.metadata.VersionListing;
import ninebark.metadata.VersionListing.Entry;
import ninebark.metadata.VersionListing.Position;

/** GET /bucket?versions. */
final class ListObjectVersions implements Operation {
  private final Backend backend;

  ListObjectVersions(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var query = request.query();
    var prefix = query.first("prefix").orElse("");
    var delimiter = query.first("delimiter").orElse("");
    var keyMarker = query.first("key-marker").orElse("");
    var versionMarker = query.first("version-id-marker").orElse("");
    int limit = Parameters.pageSize(query, "max-keys", backend.limits().maxPageEntries());
    var encoding = KeyEncoding.of(query);
    var after = position(keyMarker, versionMarker);
    var listing =
        backend
            .index()
            .ask(new Query.ListVersions(request.inBucket().id(), prefix, delimiter, after, limit));

    var xml = XmlWriter.document("ListVersionsResult", 1024 + 400 * listing.entries().size());
    xml.text("Name", request.inBucket().name().value())
        .text("Prefix", encoding.write(prefix))
        .text("KeyMarker", encoding.write(keyMarker))
        .text("VersionIdMarker", versionMarker);
    listing
        .resume()
        .ifPresent(
            next -> {
              xml.text("NextKeyMarker", encoding.write(next.key()));
              next.version().ifPresent(id -> xml.text("NextVersionIdMarker", id.text()));
            });
    xml.text("MaxKeys", limit);
    if (!delimiter.isEmpty()) {
      xml.text("Delimiter", encoding.write(delimiter));
    }
    if (encoding == KeyEncoding.URL) {
      xml.text("EncodingType", "url");
    }
    xml.text("IsTruncated", listing.resume().isPresent());
    write(xml, listing, encoding);
    return S3Response.xml(xml.close("ListVersionsResult"));
  }

  private static Optional<Position> position(String keyMarker, String versionMarker) {
    if (keyMarker.isEmpty()) {
      if (!versionMarker.isEmpty()) {
        throw S3Error.invalidArgument(
            "A version-id marker cannot be specified without a key marker.",
            "version-id-marker",
            versionMarker);
      }
      return Optional.empty();
    }
    if (versionMarker.isEmpty()) {
      return Optional.of(new Position(keyMarker, Optional.empty()));
    }
    var version =
        VersionId.parse(versionMarker)
            .orElseThrow(
                () ->
                    S3Error.invalidArgument(
                        "Invalid version id specified", "version-id-marker", versionMarker));
    return Optional.of(new Position(keyMarker, Optional.of(version)));
  }

  private void write(XmlWriter xml, VersionListing listing, KeyEncoding encoding) {
    for (var entry : listing.entries()) {
      switch (entry) {
        case Entry.Version version -> {
          xml.open("Version")
              .text("Key", encoding.write(version.key()))
              .text("VersionId", version.id().text())
              .text("IsLatest", version.latest())
              .text("LastModified", HttpDates.xml(version.lastModified()))
              .text("ETag", version.etag().quoted());
          for (var checksum : version.checksums()) {
            xml.text("ChecksumAlgorithm", checksum.algorithm().name());
            xml.text("ChecksumType", checksum.kind().name());
          }
          xml.text("Size", version.length());
          Owners.write(xml, "Owner", version.owner(), backend.accounts());
          xml.text("StorageClass", version.storageClass()).close("Version");
        }
        case Entry.DeleteMarker marker -> {
          xml.open("DeleteMarker")
              .text("Key", encoding.write(marker.key()))
              .text("VersionId", marker.id().text())
              .text("IsLatest", marker.latest())
              .text("LastModified", HttpDates.xml(marker.lastModified()));
          Owners.write(xml, "Owner", marker.owner(), backend.accounts());
          xml.close("DeleteMarker");
        }
        case Entry.CommonPrefix prefix -> {}
      }
    }
    for (var entry : listing.entries()) {
      if (entry instanceof Entry.CommonPrefix(var common)) {
        xml.open("CommonPrefixes").text("Prefix", encoding.write(common)).close("CommonPrefixes");
      }
    }
  }
}
