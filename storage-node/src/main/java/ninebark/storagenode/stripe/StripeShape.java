package ninebark.storagenode.stripe;

import ninebark.erasure.Scheme;
import ninebark.storagenode.Extent;

/**
 * How many bytes of a stripe go into how many shards: pure arithmetic.
 *
 * @param storedData data shards that hold bytes; the others are all zero and implied
 * @param shardBytes the length of each shard
 */
record StripeShape(Scheme scheme, int length, int storedData, int shardBytes) {
  /** Shards begin at multiples of this, so that the coder's vectors do not straddle lines. */
  static final int ALIGNMENT = 64;

  static StripeShape of(Scheme scheme, int length, int shardTargetBytes) {
    int wanted = Math.min(scheme.k(), Math.ceilDiv(length, shardTargetBytes));
    int shardBytes = align(Math.ceilDiv(length, wanted));
    return new StripeShape(scheme, length, Math.ceilDiv(length, shardBytes), shardBytes);
  }

  static StripeShape of(Scheme scheme, Extent extent) {
    return new StripeShape(scheme, extent.length(), extent.storedDataShards(), extent.shardBytes());
  }

  /**
   * The most bytes a buffer takes so that their padding and parity fit too, whatever the length up
   * to it.
   *
   * <p>Short stripes are cut into fewer shards than k, but those are up to {@code shardTargetBytes}
   * long, and so is each of their m parities.
   */
  static int capacity(Scheme scheme, long bufferBytes, int mostBytes, int shardTargetBytes) {
    long evenShard = bufferBytes / scheme.n() / ALIGNMENT * ALIGNMENT;
    long capacity = Math.min(mostBytes, evenShard * scheme.k());
    long padding = (long) ALIGNMENT * scheme.k();
    long targetShard = align(shardTargetBytes);
    if (targetShard * scheme.n() + padding > bufferBytes) {
      capacity = Math.min(capacity, bufferBytes - padding - targetShard * scheme.m());
    }
    return (int) Math.max(0, capacity);
  }

  /** A buffer's length that lets the common schemes use {@code dataBytes} of it. */
  static long bufferBytes(int dataBytes) {
    return align(dataBytes) * 3L / 2;
  }

  /** Whether a shard's bytes are known without reading: beyond the stripe's end. */
  boolean isImplied(int shard) {
    return shard >= storedData && shard < scheme.k();
  }

  /** Shards that lie on disks. */
  int storedShards() {
    return storedData + scheme.m();
  }

  private static int align(int bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }
}
