package ninebark.gateway.digest;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ninebark.erasure.md5.Md5Stream;
import ninebark.gateway.sigv4.Sha256;
import ninebark.metadata.Checksum;
import ninebark.metadata.Checksum.Algorithm;
import ninebark.metadata.ETag;

/**
 * All digests of one body, computed piece by piece while it is warm in cache. Two of them cost more
 * than everything else that happens to a byte: MD5, which may run in the lanes of another thread,
 * and SHA-256, which then has this one; if MD5 needs this one, the SHA-256 of a large body gets a
 * thread of its own where there is a core for it.
 *
 * <p>Threads: one.
 */
public final class BodyDigests implements AutoCloseable {
  /**
   * Pieces are hashed in steps that stay in the first-level cache between one digest and the next.
   */
  private static final int STEP_BYTES = 16 * 1024;

  /** A shorter body, and a shorter piece, are hashed sooner than they are handed over. */
  private static final long APART_BODY_BYTES = 1 << 20;

  private static final int APART_PIECE_BYTES = 16 * 1024;

  private static final boolean MANY_CORES = Runtime.getRuntime().availableProcessors() > 1;

  private final Md5Stream md5;
  private final Optional<MessageDigest> sha256;
  private final boolean sha256Apart;
  private final Map<Algorithm, ChecksumStream> checksums = new EnumMap<>(Algorithm.class);
  private final boolean md5IsChecksum;
  private Optional<byte[]> step = Optional.empty();
  private Optional<HashingApart> apart = Optional.empty();

  /**
   * @param length of the body
   * @param signed whether the SHA-256 of the body was signed and has to be compared
   */
  public BodyDigests(Md5.Source md5, long length, boolean signed, Set<Algorithm> algorithms) {
    // One SHA-256 serves both the signature and a checksum of that kind, and MD5 is computed
    // anyway.
    boolean needsSha256 = signed || algorithms.contains(Algorithm.SHA256);
    this.sha256 = needsSha256 ? Optional.of(Sha256.start()) : Optional.empty();
    this.md5IsChecksum = algorithms.contains(Algorithm.MD5);
    for (var algorithm : algorithms) {
      if (algorithm != Algorithm.SHA256 && algorithm != Algorithm.MD5) {
        checksums.put(algorithm, ChecksumStream.start(algorithm));
      }
    }
    this.md5 = md5.open(length);
    this.sha256Apart =
        needsSha256 && MANY_CORES && length >= APART_BODY_BYTES && !this.md5.hashesElsewhere();
  }

  /** Reads the remaining bytes without moving the buffer's position. */
  public void update(ByteBuffer bytes) {
    begin(bytes);
    await();
  }

  /**
   * Like {@link #update}, but some digests may still read the bytes when this returns: they are
   * lent until {@link #await} returns.
   */
  public void begin(ByteBuffer bytes) {
    boolean lanes = md5.hashesElsewhere();
    boolean shaApart = sha256Apart && bytes.remaining() >= APART_PIECE_BYTES;
    if (lanes) {
      md5.submit(MemorySegment.ofBuffer(bytes));
    }
    if (shaApart) {
      apart = Optional.of(HashingApart.start(sha256.get(), bytes.duplicate()));
    }
    if (lanes && sha256.isEmpty() && checksums.isEmpty()) {
      return;
    }
    var view = bytes.duplicate();
    while (view.hasRemaining()) {
      var heap = step(view);
      if (!lanes) {
        md5.update(heap.duplicate());
      }
      if (sha256.isPresent() && !shaApart) {
        sha256.get().update(heap.duplicate());
      }
      for (var checksum : checksums.values()) {
        checksum.update(heap.duplicate());
      }
    }
  }

  /** The next bytes, on the heap. */
  private ByteBuffer step(ByteBuffer from) {
    int count = Math.min(STEP_BYTES, from.remaining());
    if (from.hasArray()) {
      var heap = from.slice(from.position(), count);
      from.position(from.position() + count);
      return heap;
    }
    // The digests copy direct memory once each; copying here does it once for all.
    if (step.isEmpty()) {
      step = Optional.of(new byte[STEP_BYTES]);
    }
    from.get(step.get(), 0, count);
    return ByteBuffer.wrap(step.get(), 0, count);
  }

  /** Waits until nothing lent is being read any more. */
  public void await() {
    md5.await();
    apart.ifPresent(HashingApart::await);
    apart = Optional.empty();
  }

  /** Ends all of them. */
  public Result finish() {
    await();
    var values = new ArrayList<Checksum>();
    var sha = sha256.map(MessageDigest::digest);
    sha.ifPresent(bytes -> values.add(whole(Algorithm.SHA256, bytes)));
    var md5Bytes = md5.digest();
    if (md5IsChecksum) {
      values.add(whole(Algorithm.MD5, md5Bytes));
    }
    checksums.forEach((algorithm, stream) -> values.add(whole(algorithm, stream.finish())));
    return new Result(
        HexFormat.of().formatHex(md5Bytes),
        sha.map(bytes -> HexFormat.of().formatHex(bytes)),
        values);
  }

  private static Checksum whole(Algorithm algorithm, byte[] value) {
    return new Checksum(
        algorithm, Checksum.Kind.FULL_OBJECT, Base64.getEncoder().encodeToString(value));
  }

  /** Waits for what is being read and gives the places back. */
  @Override
  public void close() {
    apart.ifPresent(HashingApart::await);
    md5.close();
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
      for (var each : checksums) {
        if (each.algorithm() == algorithm) {
          return Optional.of(each);
        }
      }
      return Optional.empty();
    }
  }
}
