package ninebark.erasure;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Shards for tests: heap or native, at any alignment, with guard bytes that must survive. */
final class Stripe {
  private static final byte GUARD = 0x5A;
  private static final int GUARD_BYTES = 16;

  final MemorySegment[] shards;
  private final MemorySegment[] guarded;
  private final int length;

  /** Where the shards of a stripe live. */
  enum Place {
    HEAP,
    NATIVE,
    MIXED
  }

  Stripe(Scheme scheme, int length, Place place, int alignment, Arena arena) {
    this.shards = new MemorySegment[scheme.n()];
    this.guarded = new MemorySegment[scheme.n()];
    this.length = length;
    for (int i = 0; i < shards.length; i++) {
      int skew = (alignment * (i + 1)) & 63;
      int lead = GUARD_BYTES + skew;
      int size = lead + length + GUARD_BYTES;
      boolean heap = place == Place.HEAP || (place == Place.MIXED && i % 2 == 0);
      guarded[i] = heap ? MemorySegment.ofArray(new byte[size]) : arena.allocate(size, 64);
      guarded[i].fill(GUARD);
      shards[i] = guarded[i].asSlice(lead, length);
    }
  }

  static Stripe heap(Scheme scheme, int length) {
    return new Stripe(scheme, length, Place.HEAP, 0, Arena.ofAuto());
  }

  Stripe fill(int from, int to, Random random) {
    for (int i = from; i < to; i++) {
      for (int at = 0; at < length; at++) {
        shards[i].set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt());
      }
    }
    return this;
  }

  byte[] bytes(int shard) {
    return shards[shard].toArray(ValueLayout.JAVA_BYTE);
  }

  byte[][] allBytes() {
    var all = new byte[shards.length][];
    for (int i = 0; i < all.length; i++) {
      all[i] = bytes(i);
    }
    return all;
  }

  void copyFrom(Stripe other) {
    for (int i = 0; i < shards.length; i++) {
      MemorySegment.copy(other.shards[i], 0, shards[i], 0, length);
    }
  }

  /** Whether nothing was written outside the shards. */
  boolean guardsHold() {
    for (var segment : guarded) {
      long lead = segment.byteSize() - length - GUARD_BYTES;
      for (long at = 0; at < segment.byteSize(); at++) {
        if (at == lead) {
          at += length;
        }
        if (segment.get(ValueLayout.JAVA_BYTE, at) != GUARD) {
          return false;
        }
      }
    }
    return true;
  }
}
