package ninebark.gateway.operation;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import ninebark.gateway.digest.Checksums;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Checksum;
import ninebark.metadata.Content;
import ninebark.metadata.Query;

/** GET /bucket/key?attributes. */
final class GetObjectAttributes implements Operation {
  private static final String HEADER = "x-amz-object-attributes";
  private static final String MAX_PARTS = "x-amz-max-parts";
  private static final String MARKER = "x-amz-part-number-marker";

  /** What can be asked for. */
  private enum Attribute {
    ETAG("ETag"),
    CHECKSUM("Checksum"),
    OBJECT_PARTS("ObjectParts"),
    STORAGE_CLASS("StorageClass"),
    OBJECT_SIZE("ObjectSize");

    private final String label;

    Attribute(String label) {
      this.label = label;
    }
  }

  private final Backend backend;

  GetObjectAttributes(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var read = S3Operation.GET_OBJECT;
    var _ =
        backend
            .guard()
            .authorize(
                request,
                request.query().has("versionId") ? read.versionAction() : read.action(),
                bucket.name().value(),
                request.key());
    var asked = asked(request.headers());
    int limit = Parameters.pageSize(request.headers().first(MAX_PARTS), MAX_PARTS, maxParts());
    int after =
        Parameters.number(request.headers().first(MARKER), MARKER, 0, Integer.MAX_VALUE).orElse(0);
    var choice = ChosenVersion.of(request);
    var lookup = backend.index().ask(new Query.ReadObject(bucket.id(), request.key(), choice));
    var found = ChosenVersion.found(lookup, request, choice);
    var info = found.info();
    ObjectResponse.checkConditions(request, info);

    var headers = Headers.builder().add("last-modified", HttpDates.http(info.lastModified()));
    ChosenVersion.addTo(headers, bucket, info.version());
    var xml = XmlWriter.document("GetObjectAttributesResponse", 1024);
    if (asked.contains(Attribute.ETAG)) {
      xml.text("ETag", info.etag().value());
    }
    if (asked.contains(Attribute.CHECKSUM) && !info.checksums().isEmpty()) {
      xml.open("Checksum");
      write(xml, info.checksums());
      xml.text("ChecksumType", info.checksums().getFirst().kind().name()).close("Checksum");
    }
    if (asked.contains(Attribute.OBJECT_PARTS)
        && found.content() instanceof Content.Parts(var contentId, var count)) {
      writeParts(xml, contentId, count, after, limit);
    }
    if (asked.contains(Attribute.STORAGE_CLASS)) {
      xml.text("StorageClass", info.storageClass());
    }
    if (asked.contains(Attribute.OBJECT_SIZE)) {
      xml.text("ObjectSize", info.length());
    }
    return S3Response.xml(xml.close("GetObjectAttributesResponse"), headers.build());
  }

  private int maxParts() {
    return backend.limits().maxPageEntries();
  }

  private static Set<Attribute> asked(Headers headers) {
    var asked = EnumSet.noneOf(Attribute.class);
    for (var value : headers.all(HEADER)) {
      for (var name : value.split(",", -1)) {
        asked.add(attribute(name.strip()));
      }
    }
    if (asked.isEmpty()) {
      throw S3Error.invalidArgument("The request names no attribute of the object", HEADER, "");
    }
    return asked;
  }

  private static Attribute attribute(String name) {
    for (var attribute : Attribute.values()) {
      if (attribute.label.equals(name)) {
        return attribute;
      }
    }
    throw S3Error.invalidArgument("Invalid attribute name specified.", HEADER, name);
  }

  private void writeParts(XmlWriter xml, long contentId, int count, int after, int limit)
      throws IOException {
    // One more than asked tells whether there are more.
    var found = backend.index().ask(new Query.ListStoredParts(contentId, after, limit + 1));
    boolean more = limit > 0 && found.size() > limit;
    var page = found.subList(0, Math.min(limit, found.size()));
    xml.open("ObjectParts")
        .text("PartsCount", count)
        .text("PartNumberMarker", after)
        .text("NextPartNumberMarker", page.isEmpty() ? after : page.getLast().number())
        .text("MaxParts", limit)
        .text("IsTruncated", more);
    for (var part : page) {
      xml.open("Part").text("PartNumber", part.number()).text("Size", part.length());
      write(xml, part.checksums());
      xml.close("Part");
    }
    xml.close("ObjectParts");
  }

  /** Without the {@code -N} that says over how many parts a composite one goes. */
  private static void write(XmlWriter xml, List<Checksum> checksums) {
    for (var checksum : checksums) {
      int suffix = checksum.value().indexOf('-');
      xml.text(
          Checksums.element(checksum.algorithm()),
          suffix < 0 ? checksum.value() : checksum.value().substring(0, suffix));
    }
  }
}
