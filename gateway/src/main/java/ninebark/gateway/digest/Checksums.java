package ninebark.gateway.digest;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import ninebark.erasure.checksum.Crc;
import ninebark.gateway.error.S3Error;
import ninebark.metadata.Checksum;
import ninebark.metadata.Checksum.Algorithm;
import ninebark.metadata.PartInfo;

/** The arithmetic and the names of checksums; pure. */
public final class Checksums {
  private Checksums() {}

  private static final Map<Algorithm, String> HEADERS = new EnumMap<>(Algorithm.class);
  private static final Map<String, Algorithm> OF_HEADERS = new HashMap<>();

  static {
    for (var algorithm : Algorithm.values()) {
      var header = "x-amz-checksum-" + algorithm.name().toLowerCase(Locale.ROOT);
      HEADERS.put(algorithm, header);
      OF_HEADERS.put(header, algorithm);
    }
  }

  /** {@code x-amz-checksum-crc32} and so on. */
  public static String header(Algorithm algorithm) {
    return HEADERS.get(algorithm);
  }

  /** {@code ChecksumCRC32} and so on. */
  public static String element(Algorithm algorithm) {
    return "Checksum" + algorithm.name();
  }

  /** The algorithm whose header this is. */
  public static Optional<Algorithm> ofHeader(String name) {
    return Optional.ofNullable(OF_HEADERS.get(name));
  }

  /** The algorithm of this name, in any case. */
  public static Optional<Algorithm> named(String name) {
    for (var algorithm : Algorithm.values()) {
      if (algorithm.name().equalsIgnoreCase(name)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  public static int byteCount(Algorithm algorithm) {
    return switch (algorithm) {
      case CRC32, CRC32C -> 4;
      case CRC64NVME, XXHASH3, XXHASH64 -> 8;
      case MD5, XXHASH128 -> 16;
      case SHA1 -> 20;
      case SHA256 -> 32;
      case SHA512 -> 64;
    };
  }

  /**
   * The value, if it has the right form.
   *
   * @throws ninebark.gateway.error.S3Exception {@code InvalidRequest}
   */
  public static byte[] decode(Algorithm algorithm, String base64) {
    return decoded(algorithm, base64)
        .orElseThrow(
            () ->
                S3Error.INVALID_REQUEST.because(
                    "Value for " + header(algorithm) + " header is invalid."));
  }

  /** The same for a value that came behind the body. */
  public static byte[] decodeTrailing(Algorithm algorithm, String base64) {
    return decoded(algorithm, base64)
        .orElseThrow(
            () ->
                S3Error.INVALID_REQUEST.because(
                    "Value for " + header(algorithm) + " trailing header is invalid."));
  }

  private static Optional<byte[]> decoded(Algorithm algorithm, String base64) {
    try {
      var bytes = Base64.getDecoder().decode(base64);
      // Java's decoder takes base64 without its padding, which S3 refuses.
      return bytes.length == byteCount(algorithm) && base64.length() % 4 == 0
          ? Optional.of(bytes)
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static Optional<Crc> crc(Algorithm algorithm) {
    return switch (algorithm) {
      case CRC32 -> Optional.of(Crc.CRC32);
      case CRC32C -> Optional.of(Crc.CRC32C);
      case CRC64NVME -> Optional.of(Crc.CRC64NVME);
      case MD5, SHA1, SHA256, SHA512, XXHASH3, XXHASH64, XXHASH128 -> Optional.empty();
    };
  }

  /** Whether the checksum of a whole can be had from those of its parts. */
  public static boolean combines(Algorithm algorithm) {
    return crc(algorithm).isPresent();
  }

  /**
   * Whether S3 offers that kind for a multipart upload: only what combines can be had for the whole
   * object, and CRC64NVME is never taken over the checksums of parts.
   */
  public static boolean allows(Algorithm algorithm, Checksum.Kind kind) {
    return switch (kind) {
      case FULL_OBJECT -> combines(algorithm);
      case COMPOSITE -> algorithm != Algorithm.CRC64NVME;
    };
  }

  /** What S3 takes when a client names only the algorithm of a multipart upload. */
  public static Checksum.Kind defaultKind(Algorithm algorithm) {
    return algorithm == Algorithm.CRC64NVME ? Checksum.Kind.FULL_OBJECT : Checksum.Kind.COMPOSITE;
  }

  /**
   * The checksum of the object these parts make, from theirs alone: over all bytes by combining the
   * parts' CRCs in O(log length) each, or over the parts' checksums, one after the other. Empty if
   * a part has none of that algorithm, or if the algorithm does not allow that kind.
   */
  public static Optional<Checksum> ofParts(
      Algorithm algorithm, Checksum.Kind kind, List<PartInfo> parts) {
    if (!allows(algorithm, kind)) {
      return Optional.empty();
    }
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
      whole.update(ByteBuffer.wrap(Base64.getDecoder().decode(value.get())));
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
