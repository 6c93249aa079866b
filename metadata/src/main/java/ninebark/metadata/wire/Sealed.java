package ninebark.metadata.wire;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The envelope of a message.
 *
 * <pre>
 * offset  bytes  what (big-endian)
 *      0      4  magic of the format
 *      4      1  version of the format
 *      5      n  body
 *    5+n      4  CRC32C over all bytes before
 * </pre>
 */
final class Sealed {
  private static final int HEAD = 5;
  private static final int TAIL = 4;

  private Sealed() {}

  /** Writes a body. */
  interface Body {
    void write(DataOutputStream to) throws IOException;
  }

  static byte[] seal(int magic, int version, Body body) {
    var bytes = new ByteArrayOutputStream(256);
    try (var out = new DataOutputStream(bytes)) {
      out.writeInt(magic);
      out.writeByte(version);
      body.write(out);
      var crc = new CRC32C();
      crc.update(bytes.toByteArray());
      out.writeInt((int) crc.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  static DataInputStream open(String what, int magic, int version, byte[] message)
      throws IOException {
    if (message.length < HEAD + TAIL || ByteBuffer.wrap(message).getInt() != magic) {
      throw new IOException("a message is not " + what + " of the index");
    }
    int end = message.length - TAIL;
    var crc = new CRC32C();
    crc.update(message, 0, end);
    if ((int) crc.getValue() != ByteBuffer.wrap(message).getInt(end)) {
      throw new IOException(what + " of the index was damaged on its way");
    }
    if (message[4] != (byte) version) {
      throw new IOException(
          what
              + " of the index has version "
              + message[4]
              + ", this program knows up to "
              + version
              + ": it comes from a newer Ninebark");
    }
    return new DataInputStream(new ByteArrayInputStream(message, HEAD, end - HEAD));
  }
}
