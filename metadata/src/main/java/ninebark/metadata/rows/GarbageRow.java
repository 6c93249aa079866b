package ninebark.metadata.rows;

import java.util.List;
import ninebark.storagenode.Extent;
import tools.jackson.core.JsonToken;

/**
 * What is to be erased. One row stands for a list of extents, or for all parts under one content
 * id, so that deleting an object of 10,000 parts writes one row; part n of it has the garbage id
 * {@code serial + n}.
 *
 * <pre>
 * kind 'G', version 1: a map
 *   {"x": extents} | {"p": content id}
 * </pre>
 */
public sealed interface GarbageRow {
  /** These extents. */
  record Extents(List<Extent> extents) implements GarbageRow {}

  /** All parts under this content id. */
  record Parts(long content) implements GarbageRow {}

  default byte[] encode(byte[] key) {
    return SealedRow.seal(
        'G',
        1,
        key,
        this instanceof Extents(var extents) ? 8 + extents.size() * 32 : 16,
        to -> {
          to.writeStartObject(null, 1);
          switch (this) {
            case Extents(var extents) -> {
              to.writeName("x");
              SharedFields.extents(to, extents);
            }
            case Parts(long content) -> to.writeNumberProperty("p", content);
          }
          to.writeEndObject();
        });
  }

  static GarbageRow decode(byte[] key, byte[] value) {
    try (var from = SealedRow.open("a garbage", 'G', 1, key, value)) {
      Cbor.expectNext(from, JsonToken.START_OBJECT);
      var field = from.nextName();
      return switch (field == null ? "" : field) {
        case "x" -> new Extents(SharedFields.nextExtents(from));
        case "p" -> new Parts(Cbor.nextLong(from));
        default -> throw Cbor.unknown("a garbage row", field);
      };
    }
  }
}
