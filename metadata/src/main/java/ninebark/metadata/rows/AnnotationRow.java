package ninebark.metadata.rows;

import java.time.Instant;
import java.util.List;
import ninebark.metadata.AnnotationInfo;
import ninebark.metadata.Checksum;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import tools.jackson.core.JsonToken;

/**
 * A named payload beside a version.
 *
 * <pre>
 * kind 'A', version 1: a map
 *   "e" ETag   "l" length   "t" last modified, milliseconds   "c" checksums, if any   "d" content
 * </pre>
 */
public record AnnotationRow(
    ETag etag, long length, long modifiedMillis, List<Checksum> checksums, Content content) {

  public byte[] encode(byte[] key) {
    return SealedRow.seal(
        'A',
        1,
        key,
        120 + SharedFields.contentSizeHint(content),
        to -> {
          to.writeStartObject();
          to.writeStringProperty("e", etag.value());
          to.writeNumberProperty("l", length);
          to.writeNumberProperty("t", modifiedMillis);
          if (!checksums.isEmpty()) {
            to.writeName("c");
            SharedFields.checksums(to, checksums);
          }
          to.writeName("d");
          SharedFields.content(to, content);
          to.writeEndObject();
        });
  }

  public static AnnotationRow decode(byte[] key, byte[] value) {
    ETag etag = null;
    long length = -1;
    long modified = 0;
    List<Checksum> checksums = List.of();
    Content content = null;
    try (var from = SealedRow.open("an annotation's", 'A', 1, key, value)) {
      Cbor.expectNext(from, JsonToken.START_OBJECT);
      for (String field; (field = from.nextName()) != null; ) {
        switch (field) {
          case "e" -> etag = new ETag(Cbor.nextString(from));
          case "l" -> length = Cbor.nextLong(from);
          case "t" -> modified = Cbor.nextLong(from);
          case "c" -> checksums = SharedFields.nextChecksums(from);
          case "d" -> content = SharedFields.nextContent(from);
          default -> throw Cbor.unknown("an annotation's row", field);
        }
      }
    }
    if (etag == null || length < 0 || content == null) {
      throw Cbor.missing("an annotation's row");
    }
    return new AnnotationRow(etag, length, modified, checksums, content);
  }

  public AnnotationInfo info(String name) {
    return new AnnotationInfo(name, etag, length, Instant.ofEpochMilli(modifiedMillis), checksums);
  }
}
