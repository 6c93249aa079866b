package ninebark.storagenode.shard;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The CRC32C of each 64 KiB block of a shard; the last block may be shorter. Immutable. */
final class BlockChecksums {
  static final int BLOCK_BYTES = 64 << 10;

  private final int[] checksums;

  private BlockChecksums(int[] checksums) {
    this.checksums = checksums;
  }

  static int blockCount(int shardBytes) {
    return Math.ceilDiv(shardBytes, BLOCK_BYTES);
  }

  static BlockChecksums of(MemorySegment shard) {
    int bytes = Math.toIntExact(shard.byteSize());
    var checksums = new int[blockCount(bytes)];
    var buffer = shard.asByteBuffer();
    for (int block = 0; block < checksums.length; block++) {
      int from = block * BLOCK_BYTES;
      checksums[block] = crc(buffer.slice(from, Math.min(BLOCK_BYTES, bytes - from)));
    }
    return new BlockChecksums(checksums);
  }

  static BlockChecksums read(ByteBuffer from, int blockCount) {
    var checksums = new int[blockCount];
    for (int block = 0; block < blockCount; block++) {
      checksums[block] = from.getInt();
    }
    return new BlockChecksums(checksums);
  }

  void write(ByteBuffer into) {
    for (int checksum : checksums) {
      into.putInt(checksum);
    }
  }

  int count() {
    return checksums.length;
  }

  /** Whether the remaining bytes of {@code bytes} are this block's; does not move its position. */
  boolean matches(int block, ByteBuffer bytes) {
    return crc(bytes.duplicate()) == checksums[block];
  }

  static int crc(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlockChecksums that && Arrays.equals(checksums, that.checksums);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(checksums);
  }
}
