package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Listing;
import ninebark.metadata.Query;

/** One page of keys and rolled-up prefixes, as both listings write it. */
record ListingPage(
    String prefix, String delimiter, int limit, KeyEncoding encoding, Listing listing) {

  /** Asks for the page behind {@code after}. */
  static ListingPage of(S3Request request, Backend backend, String after) throws IOException {
    var query = request.query();
    var prefix = query.first("prefix").orElse("");
    var delimiter = query.first("delimiter").orElse("");
    int limit = Parameters.pageSize(query, "max-keys", backend.limits().maxPageEntries());
    var listing =
        limit == 0
            ? new Listing(java.util.List.of(), java.util.Optional.empty(), 0)
            : backend
                .index()
                .ask(
                    new Query.ListObjects(
                        request.inBucket().id(), prefix, delimiter, after, limit));
    return new ListingPage(prefix, delimiter, limit, KeyEncoding.of(query), listing);
  }

  XmlWriter begin(S3Request request) {
    var xml = XmlWriter.document("ListBucketResult", 2048 + 400 * listing.entries().size());
    return xml.text("Name", request.inBucket().name().value())
        .text("Prefix", encoding.write(prefix));
  }

  void describe(XmlWriter xml) {
    xml.text("MaxKeys", limit);
    if (!delimiter.isEmpty()) {
      xml.text("Delimiter", encoding.write(delimiter));
    }
    if (encoding == KeyEncoding.URL) {
      xml.text("EncodingType", "url");
    }
    xml.text("IsTruncated", listing.truncated());
  }

  void entries(XmlWriter xml, Backend backend, boolean withOwner) {
    // Many objects of one page share the second they were written in; formatting is the dear part.
    var dates = new LastDate();
    for (var entry : listing.entries()) {
      if (entry instanceof Listing.Entry.Key key) {
        xml.open("Contents")
            .text("Key", encoding.write(key.key()))
            .text("LastModified", dates.xml(key.lastModified()))
            .text("ETag", key.etag().quoted());
        for (var checksum : key.checksums()) {
          xml.text("ChecksumAlgorithm", checksum.algorithm().name());
          xml.text("ChecksumType", checksum.kind().name());
        }
        xml.text("Size", key.length());
        if (withOwner) {
          Owners.write(xml, "Owner", key.owner(), backend.accounts());
        }
        xml.text("StorageClass", key.storageClass()).close("Contents");
      }
    }
    for (var entry : listing.entries()) {
      if (entry instanceof Listing.Entry.CommonPrefix common) {
        xml.open("CommonPrefixes")
            .text("Prefix", encoding.write(common.prefix()))
            .close("CommonPrefixes");
      }
    }
  }

  /** Formats a date unless it is the one before. */
  private static final class LastDate {
    private java.time.Instant instant = java.time.Instant.MIN;
    private String text = "";

    String xml(java.time.Instant next) {
      if (!next.equals(instant)) {
        instant = next;
        text = HttpDates.xml(next);
      }
      return text;
    }
  }
}
