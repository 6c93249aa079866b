package ninebark.erasure.checksum;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.Checksum;

/** One running check. Threads: one at a time. */
public final class CrcStream {
  /** {@link MemorySegment#asByteBuffer} carries at most an int's worth. */
  private static final long PIECE_BYTES = 1 << 30;

  private final Crc crc;
  private final Checksum checksum;

  CrcStream(Crc crc, Checksum checksum) {
    this.crc = crc;
    this.checksum = checksum;
  }

  public Crc crc() {
    return crc;
  }

  public void update(byte[] bytes, int offset, int length) {
    checksum.update(bytes, offset, length);
  }

  /** Takes the bytes from the buffer's position to its limit, and moves the position there. */
  public void update(ByteBuffer bytes) {
    checksum.update(bytes);
  }

  /** Takes all bytes of a segment. */
  public void update(MemorySegment bytes) {
    update(bytes, 0, bytes.byteSize());
  }

  public void update(MemorySegment bytes, long offset, long length) {
    for (long done = 0; done < length; done += PIECE_BYTES) {
      long piece = Math.min(PIECE_BYTES, length - done);
      checksum.update(bytes.asSlice(offset + done, piece).asByteBuffer());
    }
  }

  /** The value of what came so far; more may come. Unsigned in the low 32 or all 64 bits. */
  public long value() {
    return checksum.getValue();
  }

  /** Forgets all bytes. */
  public void reset() {
    checksum.reset();
  }
}
