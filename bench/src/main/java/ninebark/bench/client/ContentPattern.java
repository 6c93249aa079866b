package ninebark.bench.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import ninebark.gateway.sigv4.Sha256;

/**
 * The bytes of every object of a run: random, the same for the same seed, and reachable at any
 * offset without making or copying them, so that writing and checking a body cost almost nothing.
 *
 * <p>One array of a prime number of bytes is read round and round; a content's <em>variant</em>
 * says where in it the content starts. Because the period is prime, no two blocks of one object,
 * and no two contents of different variants, agree at any power-of-two distance: bytes that belong
 * elsewhere are seen as wrong.
 *
 * <p>Threads: safe.
 */
public final class ContentPattern {
  /** How many different contents there are; a power of two. */
  public static final int VARIANT_COUNT = 4096;

  /** The most bytes that one slice may have. */
  public static final int SLICE_BYTES = 256 * 1024;

  private static final int PERIOD_BYTES = 1_048_583;
  private static final int VARIANT_STEP_BYTES = 251;

  private final ByteBuf bytes;
  private final ByteBuffer view;
  private final long memoLength;
  private final AtomicReferenceArray<String> memo = new AtomicReferenceArray<>(VARIANT_COUNT);

  /**
   * @param memoLength hashes of contents of this length are computed once per variant
   */
  public ContentPattern(long seed, long memoLength) {
    var random = new byte[PERIOD_BYTES];
    new SplittableRandom(seed).nextBytes(random);
    var direct = ByteBuffer.allocateDirect(PERIOD_BYTES + SLICE_BYTES);
    direct.put(random).put(random, 0, SLICE_BYTES).flip();
    this.view = direct.asReadOnlyBuffer();
    this.bytes = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct));
    this.memoLength = memoLength;
  }

  /** Bytes of a content from an offset on, without copying; never released. */
  public ByteBuf slice(int variant, long offset, int count) {
    return bytes.slice(position(variant, offset), count);
  }

  /** The same bytes for a digest. */
  public ByteBuffer view(int variant, long offset, int count) {
    return view.slice(position(variant, offset), count);
  }

  /** True if these received bytes are what stands at that offset of the content. */
  public boolean matches(int variant, long offset, ByteBuf received, int index, int count) {
    int checked = 0;
    while (checked < count) {
      int now = Math.min(SLICE_BYTES, count - checked);
      var expected = view(variant, offset + checked, now);
      if (received.internalNioBuffer(index + checked, now).mismatch(expected) >= 0) {
        return false;
      }
      checked += now;
    }
    return true;
  }

  /** The SHA-256 of a content, in hex. */
  public String sha256Hex(int variant, long offset, long length) {
    if (offset != 0 || length != memoLength) {
      return hash(variant, offset, length);
    }
    var known = memo.get(variant);
    if (known == null) {
      known = hash(variant, 0, length);
      memo.set(variant, known);
    }
    return known;
  }

  private String hash(int variant, long offset, long length) {
    var digest = Sha256.start();
    for (long done = 0; done < length; ) {
      int now = (int) Math.min(SLICE_BYTES, length - done);
      digest.update(view(variant, offset + done, now));
      done += now;
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static int position(int variant, long offset) {
    return (int) (((long) variant * VARIANT_STEP_BYTES + offset) % PERIOD_BYTES);
  }
}
