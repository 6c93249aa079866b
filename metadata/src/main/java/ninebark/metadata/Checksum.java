package ninebark.metadata;

/**
 * A checksum a client asked to be kept.
 *
 * @param value base64 as S3 carries it; a composite one ends in {@code -N}
 */
public record Checksum(Algorithm algorithm, Kind kind, String value) {
  /** What S3 can compute over an object's bytes. */
  public enum Algorithm {
    CRC32,
    CRC32C,
    CRC64NVME,
    SHA1,
    SHA256,
    MD5,
    SHA512,
    XXHASH3,
    XXHASH64,
    XXHASH128
  }

  /** Over all bytes, or over the checksums of the parts. */
  public enum Kind {
    FULL_OBJECT,
    COMPOSITE
  }
}
