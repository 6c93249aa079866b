package ninebark.gateway.digest;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import ninebark.erasure.checksum.Crc;
import ninebark.erasure.checksum.CrcStream;
import ninebark.gateway.sigv4.Sha256;
import ninebark.metadata.Checksum;

/** One of S3's checksums being computed. Threads: one. */
public sealed interface ChecksumStream {
  void update(ByteBuffer bytes);

  byte[] finish();

  /** In base64, as headers carry it. */
  default String finishBase64() {
    return Base64.getEncoder().encodeToString(finish());
  }

  static ChecksumStream start(Checksum.Algorithm algorithm) {
    return switch (algorithm) {
      case CRC32 -> new Cyclic(Crc.CRC32.start());
      case CRC32C -> new Cyclic(Crc.CRC32C.start());
      case CRC64NVME -> new Cyclic(Crc.CRC64NVME.start());
      case SHA1 -> new Hash(sha1());
      case SHA256 -> new Hash(Sha256.start());
      case MD5, SHA512, XXHASH3, XXHASH64, XXHASH128 ->
          throw new IllegalArgumentException(algorithm + " is not offered");
    };
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-1", missing);
    }
  }

  /** A CRC. */
  record Cyclic(CrcStream stream) implements ChecksumStream {
    @Override
    public void update(ByteBuffer bytes) {
      stream.update(bytes);
    }

    @Override
    public byte[] finish() {
      return stream.crc().bytes(stream.value());
    }
  }

  /** A hash function of the JDK. */
  record Hash(MessageDigest digest) implements ChecksumStream {
    @Override
    public void update(ByteBuffer bytes) {
      digest.update(bytes);
    }

    @Override
    public byte[] finish() {
      return digest.digest();
    }
  }
}
