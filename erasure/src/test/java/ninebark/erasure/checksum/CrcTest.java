package ninebark.erasure.checksum;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CrcTest {
  private static final byte[] CHECK = "123456789".getBytes(StandardCharsets.US_ASCII);

  @Test
  void checkValuesAreThoseOfTheCatalogue() {
    assertThat(Crc.CRC32.of(CHECK)).isEqualTo(0xCBF43926L);
    assertThat(Crc.CRC32C.of(CHECK)).isEqualTo(0xE3069283L);
    assertThat(Crc.CRC64NVME.of(CHECK)).isEqualTo(0xAE8B14860A799888L);
  }

  @Test
  void noBytesHaveTheValueZero() {
    for (var crc : Crc.values()) {
      assertThat(crc.start().value()).isZero();
      assertThat(crc.of(new byte[0])).isZero();
      assertThat(crc.bytes(0)).hasSize(crc.byteCount());
    }
  }

  @Test
  void bytesAreMostSignificantFirst() {
    assertThat(Crc.CRC32.bytes(0xCBF43926L)).containsExactly(0xCB, 0xF4, 0x39, 0x26);
  }

  @Property(tries = 300)
  void aStreamOfPiecesEqualsTheWhole(
      @ForAll Crc crc, @ForAll @IntRange(min = 0, max = 5000) int length, @ForAll long seed) {
    var random = new Random(seed);
    var bytes = new byte[length];
    random.nextBytes(bytes);
    var stream = crc.start();
    try (var arena = Arena.ofConfined()) {
      for (int at = 0; at < length; ) {
        int piece = 1 + random.nextInt(length - at);
        switch (random.nextInt(4)) {
          case 0 -> stream.update(bytes, at, piece);
          case 1 -> stream.update(ByteBuffer.wrap(bytes, at, piece));
          case 2 -> stream.update(MemorySegment.ofArray(bytes), at, piece);
          default -> {
            var copy = arena.allocate(piece);
            MemorySegment.copy(MemorySegment.ofArray(bytes), at, copy, 0, piece);
            stream.update(copy);
          }
        }
        at += piece;
      }
    }
    assertThat(stream.value()).isEqualTo(bitByBit(crc, bytes));
  }

  @Property(tries = 200)
  void theNativeCheckAndTheTablesAgree(
      @ForAll @IntRange(min = 0, max = 70_000) int length, @ForAll long seed) {
    assertThat(NativeCrc64.load()).as("the CRT runs on the machines we test on").isTrue();
    var bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    var tables = Crc64Nvme.start();
    tables.update(bytes, 0, length);
    var direct = ByteBuffer.allocateDirect(length).put(bytes).flip();
    for (var buffer : List.of(ByteBuffer.wrap(bytes), direct, direct.asReadOnlyBuffer())) {
      var check = NativeCrc64.start();
      assertThat(check).isInstanceOf(NativeCrc64.class);
      check.update(buffer);
      assertThat(buffer.hasRemaining()).isFalse();
      assertThat(check.getValue()).isEqualTo(tables.getValue());
      buffer.rewind();
    }
  }

  @Property(tries = 300)
  void combiningEqualsTheCheckOfBothPieces(
      @ForAll Crc crc,
      @ForAll @IntRange(min = 0, max = 5000) int first,
      @ForAll @IntRange(min = 0, max = 5000) int second,
      @ForAll long seed) {
    var bytes = new byte[first + second];
    new Random(seed).nextBytes(bytes);
    long a = crc.of(Arrays.copyOfRange(bytes, 0, first));
    long b = crc.of(Arrays.copyOfRange(bytes, first, first + second));
    assertThat(crc.combine(a, b, second)).isEqualTo(crc.of(bytes));
  }

  @Property(tries = 200)
  void combinationIsAssociativeAtLengthsNobodyCouldHash(
      @ForAll Crc crc,
      @ForAll @IntRange(min = 0) int first,
      @ForAll @IntRange(min = 0) int second,
      @ForAll @IntRange(min = 0) int third) {
    long b = (long) second << 20;
    long c = (long) third << 20;
    long mask = crc.byteCount() == 8 ? -1L : 0xFFFFFFFFL;
    long x = first * 0x9E3779B97F4A7C15L & mask;
    long y = second * 0xC2B2AE3D27D4EB4FL & mask;
    long z = third * 0x165667B19E3779F9L & mask;
    assertThat(crc.combine(crc.combine(x, y, b), z, c))
        .isEqualTo(crc.combine(x, crc.combine(y, z, c), b + c));
  }

  private static long bitByBit(Crc crc, byte[] bytes) {
    long polynomial =
        switch (crc) {
          case CRC32 -> 0xEDB88320L;
          case CRC32C -> 0x82F63B78L;
          case CRC64NVME -> 0x9A6C9329AC4BC9B5L;
        };
    long mask = crc.byteCount() == 8 ? -1L : 0xFFFFFFFFL;
    long value = mask;
    for (byte b : bytes) {
      value ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        value = (value & 1) != 0 ? (value >>> 1) ^ polynomial : value >>> 1;
      }
    }
    return ~value & mask;
  }
}
