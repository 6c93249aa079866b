package ninebark.gateway.digest;

import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import ninebark.erasure.checksum.Crc;
import ninebark.gateway.error.S3Error;
import ninebark.metadata.Checksum;
import ninebark.metadata.Checksum.Algorithm;
import ninebark.metadata.PartInfo;

/** The arithmetic and the names of checksums; pure. */
public final class Checksums {
  private Checksums() {}

  /** {@code x-amz-checksum-crc32} and so on. */
  public static String header(Algorithm algorithm) {
    return "x-amz-checksum-" + algorithm.name().toLowerCase(Locale.ROOT);
  }

  /** {@code ChecksumCRC32} and so on. */
  public static String element(Algorithm algorithm) {
    return "Checksum" + algorithm.name();
  }

  private static final Set<Algorithm> OFFERED =
      EnumSet.of(
          Algorithm.CRC32, Algorithm.CRC32C, Algorithm.CRC64NVME, Algorithm.SHA1, Algorithm.SHA256);

  /** The algorithm whose header this is. */
  public static Optional<Algorithm> ofHeader(String name) {
    for (var algorithm : OFFERED) {
      if (header(algorithm).equals(name)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /** The algorithm of this name, in any case. */
  public static Optional<Algorithm> named(String name) {
    for (var algorithm : OFFERED) {
      if (algorithm.name().equalsIgnoreCase(name)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  public static int byteCount(Algorithm algorithm) {
    return switch (algorithm) {
      case CRC32, CRC32C -> 4;
      case CRC64NVME -> 8;
      case SHA1 -> 20;
      case SHA256 -> 32;
      case MD5, XXHASH128 -> 16;
      case SHA512 -> 64;
      case XXHASH3, XXHASH64 -> 8;
    };
  }

  /** The value, if it has the right form. */
  public static byte[] decode(Algorithm algorithm, String base64) {
    try {
      var bytes = Base64.getDecoder().decode(base64);
      if (bytes.length == byteCount(algorithm)) {
        return bytes;
      }
    } catch (IllegalArgumentException notBase64) {
      // falls through: both are the same mistake to the client
    }
    throw S3Error.INVALID_REQUEST.because("Value for " + header(algorithm) + " header is invalid.");
  }

  private static Optional<Crc> crc(Algorithm algorithm) {
    return switch (algorithm) {
      case CRC32 -> Optional.of(Crc.CRC32);
      case CRC32C -> Optional.of(Crc.CRC32C);
      case CRC64NVME -> Optional.of(Crc.CRC64NVME);
      case SHA1, SHA256, MD5, SHA512, XXHASH3, XXHASH64, XXHASH128 -> Optional.empty();
    };
  }

  /** Whether the checksum of a whole can be had from those of its parts. */
  public static boolean combines(Algorithm algorithm) {
    return crc(algorithm).isPresent();
  }

  /** What S3 takes when a client names only the algorithm of a multipart upload. */
  public static Checksum.Kind defaultKind(Algorithm algorithm) {
    return algorithm == Algorithm.CRC64NVME ? Checksum.Kind.FULL_OBJECT : Checksum.Kind.COMPOSITE;
  }

  /**
   * The checksum of the object these parts make; empty if a part has none of that algorithm, or if
   * the algorithm cannot be combined.
   */
  public static Optional<Checksum> ofParts(
      Algorithm algorithm, Checksum.Kind kind, List<PartInfo> parts) {
    return switch (kind) {
      case COMPOSITE -> composite(algorithm, parts);
      case FULL_OBJECT -> crc(algorithm).flatMap(crc -> full(algorithm, crc, parts));
    };
  }

  private static Optional<Checksum> composite(Algorithm algorithm, List<PartInfo> parts) {
    var whole = ChecksumStream.start(algorithm);
    for (var part : parts) {
      var value = of(algorithm, part.checksums());
      if (value.isEmpty()) {
        return Optional.empty();
      }
      whole.update(java.nio.ByteBuffer.wrap(Base64.getDecoder().decode(value.get())));
    }
    return Optional.of(
        new Checksum(
            algorithm, Checksum.Kind.COMPOSITE, whole.finishBase64() + "-" + parts.size()));
  }

  private static Optional<Checksum> full(Algorithm algorithm, Crc crc, List<PartInfo> parts) {
    long whole = 0;
    for (var part : parts) {
      var value = of(algorithm, part.checksums());
      if (value.isEmpty()) {
        return Optional.empty();
      }
      whole = crc.combine(whole, number(Base64.getDecoder().decode(value.get())), part.length());
    }
    var base64 = Base64.getEncoder().encodeToString(crc.bytes(whole));
    return Optional.of(new Checksum(algorithm, Checksum.Kind.FULL_OBJECT, base64));
  }

  private static long number(byte[] bytes) {
    long value = 0;
    for (byte b : bytes) {
      value = (value << 8) | (b & 0xFF);
    }
    return value;
  }

  /** The value of that algorithm among these. */
  public static Optional<String> of(Algorithm algorithm, List<Checksum> checksums) {
    return checksums.stream()
        .filter(each -> each.algorithm() == algorithm)
        .map(Checksum::value)
        .findFirst();
  }
}
