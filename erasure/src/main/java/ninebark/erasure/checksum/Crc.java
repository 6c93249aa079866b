package ninebark.erasure.checksum;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * The cyclic redundancy checks of S3 and of the shard format. All are reflected, start from all
 * ones and end inverted, so that the value of no bytes is 0.
 */
public enum Crc {
  /** IEEE 802.3, as in gzip. */
  CRC32(4),
  /** Castagnoli, RFC 3720. */
  CRC32C(4),
  /** The 64-bit check of the NVM Express specification, S3's default. */
  CRC64NVME(8);

  private final int byteCount;

  Crc(int byteCount) {
    this.byteCount = byteCount;
  }

  /** The size of the value: 4 or 8 bytes. */
  public int byteCount() {
    return byteCount;
  }

  /** Starts a check of bytes that come piece by piece. */
  public CrcStream start() {
    return switch (this) {
      case CRC32 -> new CrcStream(this, new CRC32());
      case CRC32C -> new CrcStream(this, new CRC32C());
      case CRC64NVME -> new CrcStream(this, NativeCrc64.start());
    };
  }

  /** The value of all of {@code bytes}, unsigned in the low 32 or all 64 bits. */
  public long of(MemorySegment bytes) {
    var stream = start();
    stream.update(bytes);
    return stream.value();
  }

  /** The value of all of {@code bytes}. */
  public long of(byte[] bytes) {
    var stream = start();
    stream.update(bytes, 0, bytes.length);
    return stream.value();
  }

  /**
   * The value of A followed by B from the values of each, in O(log length) time.
   *
   * @param secondLength bytes of B
   */
  public long combine(long first, long second, long secondLength) {
    if (secondLength < 0) {
      throw new IllegalArgumentException("a length is at least 0, found " + secondLength);
    }
    var combiner =
        switch (this) {
          case CRC32 -> CrcCombiner.CRC32;
          case CRC32C -> CrcCombiner.CRC32C;
          case CRC64NVME -> CrcCombiner.CRC64NVME;
        };
    return combiner.combine(first, second, secondLength);
  }

  /** The value as S3 sends it: most significant byte first. */
  public byte[] bytes(long value) {
    var bytes = new byte[byteCount];
    for (int i = 0; i < byteCount; i++) {
      bytes[i] = (byte) (value >>> (8 * (byteCount - 1 - i)));
    }
    return bytes;
  }
}
