package ninebark.metadata.rows;

import java.time.Instant;
import java.util.List;
import ninebark.metadata.Checksum;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.PartInfo;
import tools.jackson.core.JsonToken;

/**
 * A part of an open upload or of a completed object; it does not move when the upload completes.
 *
 * <pre>
 * kind 'P', version 1: a map
 *   "e" ETag   "l" length   "t" last modified, milliseconds   "c" checksums, if any   "d" content
 * </pre>
 */
public record PartRow(
    ETag etag, long length, long modifiedMillis, List<Checksum> checksums, Content content) {

  public byte[] encode(byte[] key) {
    return SealedRow.seal(
        'P',
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

  public static PartRow decode(byte[] key, byte[] value) {
    return read(key, value, true);
  }

  /** Reads all but where the bytes are, which of a large part is most of the row. */
  public static PartInfo decodeInfo(byte[] key, byte[] value, int number) {
    return read(key, value, false).info(number);
  }

  private static final Content UNREAD = new Content.Striped(List.of());

  private static PartRow read(byte[] key, byte[] value, boolean whole) {
    ETag etag = null;
    long length = -1;
    long modified = 0;
    List<Checksum> checksums = List.of();
    Content content = null;
    try (var from = SealedRow.open("a part's", 'P', 1, key, value)) {
      Cbor.expectNext(from, JsonToken.START_OBJECT);
      for (String field; (field = from.nextName()) != null; ) {
        switch (field) {
          case "e" -> etag = new ETag(Cbor.nextString(from));
          case "l" -> length = Cbor.nextLong(from);
          case "t" -> modified = Cbor.nextLong(from);
          case "c" -> checksums = SharedFields.nextChecksums(from);
          case "d" -> {
            if (!whole) {
              return new PartRow(etag, length, modified, checksums, UNREAD);
            }
            content = SharedFields.nextContent(from);
          }
          default -> throw Cbor.unknown("a part's row", field);
        }
      }
    }
    if (etag == null || length < 0 || content == null) {
      throw Cbor.missing("a part's row");
    }
    return new PartRow(etag, length, modified, checksums, content);
  }

  public PartInfo info(int number) {
    return new PartInfo(number, etag, length, Instant.ofEpochMilli(modifiedMillis), checksums);
  }
}
