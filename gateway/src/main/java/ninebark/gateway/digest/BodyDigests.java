package ninebark.gateway.digest;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ninebark.gateway.sigv4.Sha256;
import ninebark.metadata.Checksum;
import ninebark.metadata.Checksum.Algorithm;
import ninebark.metadata.ETag;

/** All digests of one body, computed piece by piece while it is warm in cache. Threads: one. */
public final class BodyDigests {
  /**
   * Pieces are hashed in steps that stay in the first-level cache between one digest and the next.
   */
  private static final int STEP_BYTES = 16 * 1024;

  private final Md5 md5;
  private final Optional<ChecksumStream> sha256;
  private final Map<Algorithm, ChecksumStream> checksums = new EnumMap<>(Algorithm.class);
  private final byte[] step = new byte[STEP_BYTES];

  /**
   * @param signed whether the SHA-256 of the body was signed and has to be compared
   */
  public BodyDigests(Md5.Source md5, boolean signed, Set<Algorithm> algorithms) {
    this.md5 = md5.start();
    // One SHA-256 serves both the signature and a checksum of that kind.
    boolean needsSha256 = signed || algorithms.contains(Algorithm.SHA256);
    this.sha256 =
        needsSha256 ? Optional.of(new ChecksumStream.Hash(Sha256.start())) : Optional.empty();
    for (var algorithm : algorithms) {
      if (algorithm != Algorithm.SHA256) {
        checksums.put(algorithm, ChecksumStream.start(algorithm));
      }
    }
  }

  /** Reads the remaining bytes without moving the buffer's position. */
  public void update(ByteBuffer bytes) {
    var view = bytes.duplicate();
    while (view.hasRemaining()) {
      int count = Math.min(STEP_BYTES, view.remaining());
      ByteBuffer heap;
      if (view.hasArray()) {
        heap = view.slice(view.position(), count);
        view.position(view.position() + count);
      } else {
        // The JDK's digests copy direct memory once each; copying here does it once for all.
        view.get(step, 0, count);
        heap = ByteBuffer.wrap(step, 0, count);
      }
      md5.update(heap.duplicate());
      sha256.ifPresent(hash -> hash.update(heap.duplicate()));
      for (var checksum : checksums.values()) {
        checksum.update(heap.duplicate());
      }
    }
  }

  /** Ends all of them. */
  public Result finish() {
    var values = new ArrayList<Checksum>();
    var sha = sha256.map(ChecksumStream::finish);
    sha.ifPresent(
        bytes ->
            values.add(
                new Checksum(
                    Algorithm.SHA256,
                    Checksum.Kind.FULL_OBJECT,
                    java.util.Base64.getEncoder().encodeToString(bytes))));
    checksums.forEach(
        (algorithm, stream) ->
            values.add(new Checksum(algorithm, Checksum.Kind.FULL_OBJECT, stream.finishBase64())));
    return new Result(
        HexFormat.of().formatHex(md5.finish()),
        sha.map(bytes -> HexFormat.of().formatHex(bytes)),
        values);
  }

  /**
   * @param sha256Hex present if it was asked for
   * @param checksums every one computed, over the whole body
   */
  public record Result(String md5Hex, Optional<String> sha256Hex, List<Checksum> checksums) {
    public ETag etag() {
      return new ETag(md5Hex);
    }

    public Optional<Checksum> checksum(Algorithm algorithm) {
      return checksums.stream().filter(each -> each.algorithm() == algorithm).findFirst();
    }
  }
}
