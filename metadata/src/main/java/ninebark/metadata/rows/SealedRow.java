package ninebark.metadata.rows;

import java.util.zip.CRC32C;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/**
 * The envelope of every value in the index.
 *
 * <pre>
 * offset  bytes  what
 *      0      1  kind, an ASCII letter of the row's format
 *      1      1  version of that format, now 1
 *      2      n  one CBOR item
 *    2+n      4  CRC32C, big-endian, over the row's key and then bytes 0 to 2+n
 * </pre>
 *
 * The checksum spans the key, so that a right value in a wrong place is found too.
 */
final class SealedRow {
  static final int HEAD = 2;
  static final int TAIL = 4;

  private SealedRow() {}

  /** Writes the CBOR item of a row. */
  interface Body {
    void write(JsonGenerator cbor);
  }

  static byte[] seal(char kind, int version, byte[] key, int sizeHint, Body body) {
    var out = new Bytes(HEAD + TAIL + sizeHint);
    out.write(kind);
    out.write(version);
    try (var cbor = Cbor.write(out)) {
      body.write(cbor);
    }
    out.writeInt(checksum(key, key.length, out.array(), out.size()));
    return out.toArray();
  }

  /** Checks the envelope and opens its CBOR item. */
  static JsonParser open(
      String what,
      char kind,
      int version,
      byte[] key,
      int keyLength,
      byte[] value,
      int valueLength) {
    if (valueLength < HEAD + TAIL || value[0] != (byte) kind) {
      throw DamagedRowException.of(what, key, keyLength, "is damaged: it is of another kind");
    }
    int sealed = valueLength - TAIL;
    if (checksum(key, keyLength, value, sealed) != intAt(value, sealed)) {
      throw DamagedRowException.of(what, key, keyLength, "is damaged: its checksum is wrong");
    }
    if (value[1] != (byte) version) {
      throw DamagedRowException.of(
          what,
          key,
          keyLength,
          "has version "
              + value[1]
              + ", this program knows up to "
              + version
              + ": it was written by a newer Ninebark");
    }
    return Cbor.read(value, HEAD, sealed - HEAD);
  }

  static JsonParser open(String what, char kind, int version, byte[] key, byte[] value) {
    return open(what, kind, version, key, key.length, value, value.length);
  }

  private static int checksum(byte[] key, int keyLength, byte[] value, int length) {
    var crc = new CRC32C();
    crc.update(key, 0, keyLength);
    crc.update(value, 0, length);
    return (int) crc.getValue();
  }

  private static int intAt(byte[] bytes, int offset) {
    return (bytes[offset] & 0xff) << 24
        | (bytes[offset + 1] & 0xff) << 16
        | (bytes[offset + 2] & 0xff) << 8
        | (bytes[offset + 3] & 0xff);
  }
}
