package ninebark.storagenode.wire;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A frame: a head, fields, and bytes of a shard. Big-endian.
 *
 * <pre>
 *   at  bytes
 *    0      4  magic "NBwf"
 *    4      1  version, 1
 *    5      1  kind of message, see {@link MessageFormat}
 *    6      2  zero
 *    8      8  request id: chosen by who asks, repeated by the answer
 *   16      8  how many microseconds the asker will wait; zero in answers
 *   24      4  F, length of the fields, at most 256 KiB
 *   28      4  B, length of the body, at most 64 MiB
 *   32      4  CRC32C of the body, zero if there is none
 *   36      4  CRC32C of the bytes 0 to 36 and of the fields
 *   40      F  fields
 * 40+F      B  body
 * </pre>
 *
 * <p>The body comes last, so that it can be put where it belongs as it comes in; the head and the
 * fields are checked before a byte of memory is taken for it.
 */
final class WireFormat {
  static final int MAGIC = 0x4E427766;
  static final int VERSION = 1;
  static final int HEAD_BYTES = 40;
  static final int MAX_FIELDS_BYTES = 256 << 10;
  static final int MAX_BODY_BYTES = 64 << 20;

  private static final int CRC_AT = 36;

  private WireFormat() {}

  /**
   * The part of a frame before its fields.
   *
   * @param patienceMicros how long the asker will wait
   */
  record Head(
      int kind,
      long requestId,
      long patienceMicros,
      int fieldsBytes,
      int bodyBytes,
      int bodyCrc,
      int crc) {}

  /** Head and fields, ready to be sent; the body is sent after it. */
  static ByteBuffer encode(
      long requestId, long patienceMicros, Message message, int bodyBytes, int bodyCrc) {
    var fields = MessageFormat.encode(message);
    if (fields.length > MAX_FIELDS_BYTES || bodyBytes > MAX_BODY_BYTES) {
      throw new IllegalArgumentException(
          "a frame has at most "
              + MAX_FIELDS_BYTES
              + " bytes of fields and "
              + MAX_BODY_BYTES
              + " of body, found "
              + fields.length
              + " and "
              + bodyBytes);
    }
    var out = ByteBuffer.allocate(HEAD_BYTES + fields.length);
    out.putInt(MAGIC)
        .put((byte) VERSION)
        .put((byte) MessageFormat.kind(message))
        .putShort((short) 0);
    out.putLong(requestId).putLong(patienceMicros);
    out.putInt(fields.length).putInt(bodyBytes).putInt(bodyCrc);
    out.put(HEAD_BYTES, fields);
    out.putInt(crc(out.slice(0, CRC_AT), ByteBuffer.wrap(fields)));
    return out.clear();
  }

  /** Reads a whole head; its checksum is judged with the fields. */
  static Head head(ByteBuffer bytes) throws WireFormatException {
    if (bytes.getInt(0) != MAGIC) {
      throw new WireFormatException("this is not Ninebark's wire");
    }
    int version = Byte.toUnsignedInt(bytes.get(4));
    if (version != VERSION) {
      throw new WireFormatException(
          "a frame of version " + version + "; this process speaks version " + VERSION);
    }
    var head =
        new Head(
            Byte.toUnsignedInt(bytes.get(5)),
            bytes.getLong(8),
            bytes.getLong(16),
            bytes.getInt(24),
            bytes.getInt(28),
            bytes.getInt(32),
            bytes.getInt(CRC_AT));
    if (head.fieldsBytes < 0
        || head.fieldsBytes > MAX_FIELDS_BYTES
        || head.bodyBytes < 0
        || head.bodyBytes > MAX_BODY_BYTES) {
      throw new WireFormatException(
          "a frame of " + head.fieldsBytes + " bytes of fields and " + head.bodyBytes + " of body");
    }
    return head;
  }

  /** Judges head and fields together, and reads the fields. */
  static Message message(Head head, ByteBuffer headBytes, ByteBuffer fields)
      throws WireFormatException {
    if (crc(headBytes.slice(0, CRC_AT), fields.duplicate()) != head.crc) {
      throw new WireFormatException("a frame's head or fields were damaged on the way");
    }
    if (head.patienceMicros < 0 || headBytes.getShort(6) != 0) {
      throw new WireFormatException("a frame's head makes no sense");
    }
    return MessageFormat.decode(head.kind, fields);
  }

  static int crc(ByteBuffer... parts) {
    var crc = new CRC32C();
    for (var part : parts) {
      crc.update(part);
    }
    return (int) crc.getValue();
  }
}
