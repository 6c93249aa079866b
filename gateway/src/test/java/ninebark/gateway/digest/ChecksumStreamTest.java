package ninebark.gateway.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import ninebark.metadata.Checksum.Algorithm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.crt.checksums.XXHash;

class ChecksumStreamTest {
  private static byte[] of(Algorithm algorithm, byte[] bytes) {
    var stream = ChecksumStream.start(algorithm);
    stream.update(ByteBuffer.wrap(bytes));
    return stream.finish();
  }

  @ParameterizedTest
  @CsvSource({
    "CRC32,cbf43926",
    "CRC32C,e3069283",
    "CRC64NVME,ae8b14860a799888",
    "SHA1,f7c3bc1d808e04732adf679965ccc34ca7ae3441",
    "SHA256,15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
    "MD5,25f9e794323b453885f5181f1b624d0b",
    "SHA512,d9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274ad27fcd5811b313d681f7e55ec02d73d499c95455b6b5bb503acf574fba8ffe85",
    "XXHASH64,8cb841db40e6ae83",
  })
  void theDigitsOneToNineHaveThePublishedValue(Algorithm algorithm, String hex) {
    var digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(HexFormat.of().formatHex(of(algorithm, digits))).isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource({
    "XXHASH64,44bc2cf5ad770999",
    "XXHASH3,78af5f94892f3950",
    "XXHASH128,06b05ab6733a618578af5f94892f3950",
    "MD5,900150983cd24fb0d6963f7d28e17f72",
  })
  void threeLettersHaveThePublishedValue(Algorithm algorithm, String hex) {
    var letters = "abc".getBytes(StandardCharsets.US_ASCII);
    assertThat(HexFormat.of().formatHex(of(algorithm, letters))).isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource({
    "CRC32,00000000",
    "CRC32C,00000000",
    "CRC64NVME,0000000000000000",
    "SHA1,da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "SHA256,e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "MD5,d41d8cd98f00b204e9800998ecf8427e",
    "SHA512,cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    "XXHASH64,ef46db3751d8e999",
    "XXHASH3,2d06800538d394c2",
    "XXHASH128,99aa06d3014798d86001c324468d497f",
  })
  void noBytesHaveThePublishedValue(Algorithm algorithm, String hex) {
    assertThat(HexFormat.of().formatHex(ChecksumStream.start(algorithm).finish())).isEqualTo(hex);
  }

  @ParameterizedTest
  @EnumSource
  void valuesHaveTheirLength(Algorithm algorithm) {
    assertThat(of(algorithm, new byte[3])).hasSize(Checksums.byteCount(algorithm));
  }

  @Property(tries = 300)
  void oddPiecesMakeTheWhole(
      @ForAll Algorithm algorithm,
      @ForAll @IntRange(min = 0, max = 5000) int length,
      @ForAll long seed) {
    var random = new Random(seed);
    var bytes = new byte[length];
    random.nextBytes(bytes);
    var stream = ChecksumStream.start(algorithm);
    for (int at = 0; at < length; ) {
      int piece = 1 + random.nextInt(Math.min(length - at, 700));
      var slice = ByteBuffer.wrap(bytes, at, piece);
      stream.update(random.nextBoolean() ? slice : slice.slice());
      assertThat(slice.arrayOffset()).isZero();
      at += piece;
    }
    assertThat(stream.finish()).isEqualTo(of(algorithm, bytes));
  }

  /** The AWS CRT computes what AWS's own SDKs send. */
  @Property(tries = 200)
  void xxHashesAreThoseOfTheAwsSdk(
      @ForAll @IntRange(min = 0, max = 3000) int length, @ForAll long seed) {
    var bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    try (var xxh64 = XXHash.newXXHash64();
        var xxh3 = XXHash.newXXHash3_64();
        var xxh128 = XXHash.newXXHash3_128()) {
      xxh64.update(bytes);
      xxh3.update(bytes);
      xxh128.update(bytes);
      assertThat(of(Algorithm.XXHASH64, bytes)).isEqualTo(xxh64.digest());
      assertThat(of(Algorithm.XXHASH3, bytes)).isEqualTo(xxh3.digest());
      assertThat(of(Algorithm.XXHASH128, bytes)).isEqualTo(xxh128.digest());
    }
  }
}
