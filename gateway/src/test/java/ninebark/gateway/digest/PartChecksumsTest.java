package ninebark.gateway.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import ninebark.erasure.checksum.Crc;
import ninebark.gateway.error.S3Exception;
import ninebark.metadata.Checksum;
import ninebark.metadata.Checksum.Algorithm;
import ninebark.metadata.Checksum.Kind;
import ninebark.metadata.ETag;
import ninebark.metadata.PartInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The checksum of an object from those of its parts, against the bytes themselves. */
class PartChecksumsTest {
  private static String of(Algorithm algorithm, byte[] bytes) {
    var stream = ChecksumStream.start(algorithm);
    stream.update(ByteBuffer.wrap(bytes));
    return stream.finishBase64();
  }

  private static PartInfo part(int number, Algorithm algorithm, byte[] bytes) {
    return new PartInfo(
        number,
        new ETag("0".repeat(32)),
        bytes.length,
        Instant.EPOCH,
        List.of(new Checksum(algorithm, Kind.FULL_OBJECT, of(algorithm, bytes))));
  }

  @Property(tries = 200)
  void bothKindsAreWhatTheBytesSay(
      @ForAll Algorithm algorithm,
      @ForAll @IntRange(min = 1, max = 12) int partCount,
      @ForAll long seed) {
    var random = new Random(seed);
    var parts = new ArrayList<PartInfo>();
    var whole = new ByteArrayOutputStream();
    var values = new ByteArrayOutputStream();
    for (int number = 1; number <= partCount; number++) {
      var bytes = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(9000)];
      random.nextBytes(bytes);
      whole.writeBytes(bytes);
      values.writeBytes(Base64.getDecoder().decode(of(algorithm, bytes)));
      parts.add(part(number * 3, algorithm, bytes));
    }
    if (Checksums.allows(algorithm, Kind.FULL_OBJECT)) {
      assertThat(Checksums.ofParts(algorithm, Kind.FULL_OBJECT, parts))
          .contains(new Checksum(algorithm, Kind.FULL_OBJECT, of(algorithm, whole.toByteArray())));
    }
    if (Checksums.allows(algorithm, Kind.COMPOSITE)) {
      assertThat(Checksums.ofParts(algorithm, Kind.COMPOSITE, parts))
          .contains(
              new Checksum(
                  algorithm,
                  Kind.COMPOSITE,
                  of(algorithm, values.toByteArray()) + "-" + partCount));
    }
  }

  @ParameterizedTest
  @EnumSource
  void onlyCrcsAreHadForTheWholeAndOnlyCrc64NvmeNeverForTheParts(Algorithm algorithm) {
    assertThat(Checksums.allows(algorithm, Kind.FULL_OBJECT))
        .isEqualTo(algorithm.name().startsWith("CRC"));
    assertThat(Checksums.allows(algorithm, Kind.COMPOSITE))
        .isEqualTo(algorithm != Algorithm.CRC64NVME);
    assertThat(Checksums.allows(algorithm, Checksums.defaultKind(algorithm))).isTrue();
    for (var kind : Kind.values()) {
      assertThat(Checksums.ofParts(algorithm, kind, List.of(part(1, algorithm, new byte[9]))))
          .as("%s", kind)
          .matches(value -> value.isPresent() == Checksums.allows(algorithm, kind));
    }
  }

  @Test
  void aPartWithoutTheChecksumLeavesTheObjectWithoutOne() {
    var parts =
        List.of(part(1, Algorithm.CRC32, new byte[10]), part(2, Algorithm.CRC32C, new byte[10]));
    for (var kind : Kind.values()) {
      assertThat(Checksums.ofParts(Algorithm.CRC32, kind, parts)).isEmpty();
    }
  }

  /** Combining is a matter of lengths' bits: parts too large to hash here cost nothing more. */
  @Test
  void tenThousandPartsOfFiveGibibytesCombineAtOnce() {
    var zeros = new byte[1 << 20];
    var crc = Crc.CRC64NVME;
    long mebibyte = crc.of(zeros);
    long part = 0;
    for (int i = 0; i < 5 << 10; i++) {
      part = crc.combine(part, mebibyte, zeros.length);
    }
    var value =
        new Checksum(
            Algorithm.CRC64NVME,
            Kind.FULL_OBJECT,
            Base64.getEncoder().encodeToString(crc.bytes(part)));
    var parts = new ArrayList<PartInfo>();
    long expected = 0;
    for (int number = 1; number <= PartInfo.MAX_NUMBER; number++) {
      parts.add(
          new PartInfo(number, new ETag("0".repeat(32)), 5L << 30, Instant.EPOCH, List.of(value)));
      expected = crc.combine(expected, part, 5L << 30);
    }
    assertThat(Checksums.ofParts(Algorithm.CRC64NVME, Kind.FULL_OBJECT, parts).map(Checksum::value))
        .isEqualTo(Optional.of(Base64.getEncoder().encodeToString(crc.bytes(expected))));
  }

  @ParameterizedTest
  @CsvSource({"CRC32,AAAAAA==", "XXHASH3,AAAAAAAAAAA=", "MD5,AAAAAAAAAAAAAAAAAAAAAA=="})
  void aValueIsTakenOnlyInItsWholeForm(Algorithm algorithm, String base64) {
    assertThat(Checksums.decode(algorithm, base64)).hasSize(Checksums.byteCount(algorithm));
    for (var wrong :
        List.of("", "A", base64.replace("=", ""), base64 + "AAAA", " " + base64, base64 + "-1")) {
      assertThatThrownBy(() -> Checksums.decode(algorithm, wrong))
          .as("'%s'", wrong)
          .isInstanceOf(S3Exception.class)
          .hasMessageContaining(Checksums.header(algorithm) + " header is invalid");
    }
  }
}
