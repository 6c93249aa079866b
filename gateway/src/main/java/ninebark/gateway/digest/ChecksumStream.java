package ninebark.gateway.digest;

import com.dynatrace.hash4j.hashing.HashStream128;
import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Base64;
import ninebark.erasure.checksum.Crc;
import ninebark.erasure.checksum.CrcStream;
import ninebark.gateway.sigv4.Sha256;
import ninebark.metadata.Checksum;

/**
 * One of S3's checksums being computed. Its value has the most significant byte first. Threads:
 * one.
 */
public sealed interface ChecksumStream {
  /** Takes the remaining bytes, which lie on the heap, and moves the position to the limit. */
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
      case MD5 -> new Hash(Md5.jdk());
      case SHA1 -> new Hash(JdkDigests.sha1());
      case SHA256 -> new Hash(Sha256.start());
      case SHA512 -> new Hash(JdkDigests.sha512());
      case XXHASH64 -> new Xxh64(Hashing.xxh64().hashStream());
      case XXHASH3 -> new Xxh64(Hashing.xxh3_64().hashStream());
      case XXHASH128 -> new Xxh128(Hashing.xxh3_128().hashStream());
    };
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

  /** XXH64 or XXH3, both with seed 0. */
  record Xxh64(HashStream64 stream) implements ChecksumStream {
    @Override
    public void update(ByteBuffer bytes) {
      stream.putBytes(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
      bytes.position(bytes.limit());
    }

    @Override
    public byte[] finish() {
      return ByteBuffer.allocate(Long.BYTES).putLong(stream.getAsLong()).array();
    }
  }

  /** XXH3 of twice the width, with seed 0. */
  record Xxh128(HashStream128 stream) implements ChecksumStream {
    @Override
    public void update(ByteBuffer bytes) {
      stream.putBytes(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
      bytes.position(bytes.limit());
    }

    @Override
    public byte[] finish() {
      var value = stream.get();
      return ByteBuffer.allocate(2 * Long.BYTES)
          .putLong(value.getMostSignificantBits())
          .putLong(value.getLeastSignificantBits())
          .array();
    }
  }
}
