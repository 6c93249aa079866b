package ninebark.metadata.rows;

import java.time.Instant;
import ninebark.metadata.AccountId;
import ninebark.metadata.VersionId;
import tools.jackson.core.JsonToken;

/**
 * A delete marker.
 *
 * <pre>
 * kind 'D', version 1: a map
 *   "v" version   "t" since, milliseconds   "o" owner
 * </pre>
 */
public record MarkerRow(VersionId version, long modifiedMillis, AccountId owner) {
  public static final char KIND = 'D';

  public byte[] encode(byte[] key) {
    return SealedRow.seal(
        KIND,
        1,
        key,
        80,
        to -> {
          to.writeStartObject();
          to.writeName("v");
          SharedFields.version(to, version);
          to.writeNumberProperty("t", modifiedMillis);
          to.writeStringProperty("o", owner.value());
          to.writeEndObject();
        });
  }

  /** Whether a row of VERSIONS is one. */
  public static boolean is(byte[] value) {
    return value.length > 0 && value[0] == KIND;
  }

  public static MarkerRow decode(byte[] key, byte[] value) {
    VersionId version = null;
    long modified = 0;
    AccountId owner = null;
    try (var from = SealedRow.open("a delete marker's", KIND, 1, key, value)) {
      Cbor.expectNext(from, JsonToken.START_OBJECT);
      for (String field; (field = from.nextName()) != null; ) {
        switch (field) {
          case "v" -> version = SharedFields.nextVersion(from);
          case "t" -> modified = Cbor.nextLong(from);
          case "o" -> owner = new AccountId(Cbor.nextString(from));
          default -> throw Cbor.unknown("a delete marker's row", field);
        }
      }
    }
    if (version == null || owner == null) {
      throw Cbor.missing("a delete marker's row");
    }
    return new MarkerRow(version, modified, owner);
  }

  public Instant modified() {
    return Instant.ofEpochMilli(modifiedMillis);
  }
}
