package ninebark.erasure;

import java.util.stream.IntStream;

/**
 * An immutable set of shard indexes from 0 to 254: which shards are present, which are wanted.
 *
 * <p>Four words instead of a {@code BitSet}, so that it is a value and costs no allocation to test.
 */
public record ShardSet(long w0, long w1, long w2, long w3) {
  public static final ShardSet EMPTY = new ShardSet(0, 0, 0, 0);

  public static ShardSet of(int... indexes) {
    var set = EMPTY;
    for (int index : indexes) {
      set = set.with(index);
    }
    return set;
  }

  /** The shards {@code from} (inclusive) to {@code to} (exclusive). */
  public static ShardSet range(int from, int to) {
    var set = EMPTY;
    for (int index = from; index < to; index++) {
      set = set.with(index);
    }
    return set;
  }

  public boolean contains(int index) {
    check(index);
    return (word(index >>> 6) >>> (index & 63) & 1) != 0;
  }

  public ShardSet with(int index) {
    check(index);
    long bit = 1L << (index & 63);
    return switch (index >>> 6) {
      case 0 -> new ShardSet(w0 | bit, w1, w2, w3);
      case 1 -> new ShardSet(w0, w1 | bit, w2, w3);
      case 2 -> new ShardSet(w0, w1, w2 | bit, w3);
      default -> new ShardSet(w0, w1, w2, w3 | bit);
    };
  }

  public ShardSet without(int index) {
    return minus(EMPTY.with(index));
  }

  public ShardSet minus(ShardSet other) {
    return new ShardSet(w0 & ~other.w0, w1 & ~other.w1, w2 & ~other.w2, w3 & ~other.w3);
  }

  public ShardSet plus(ShardSet other) {
    return new ShardSet(w0 | other.w0, w1 | other.w1, w2 | other.w2, w3 | other.w3);
  }

  /** The shards that are in both sets. */
  public ShardSet common(ShardSet other) {
    return new ShardSet(w0 & other.w0, w1 & other.w1, w2 & other.w2, w3 & other.w3);
  }

  /** The shards in order. */
  public IntStream stream() {
    return IntStream.range(0, Scheme.MAX_SHARDS).filter(this::contains);
  }

  public int size() {
    return Long.bitCount(w0) + Long.bitCount(w1) + Long.bitCount(w2) + Long.bitCount(w3);
  }

  public boolean isEmpty() {
    return (w0 | w1 | w2 | w3) == 0;
  }

  private long word(int which) {
    return switch (which) {
      case 0 -> w0;
      case 1 -> w1;
      case 2 -> w2;
      default -> w3;
    };
  }

  private static void check(int index) {
    if (index < 0 || index >= Scheme.MAX_SHARDS) {
      throw new IllegalArgumentException("a shard index is 0 to 254, found " + index);
    }
  }

  @Override
  public String toString() {
    var text = new StringBuilder("{");
    for (int index = 0; index < Scheme.MAX_SHARDS; index++) {
      if (contains(index)) {
        text.append(text.length() == 1 ? "" : ",").append(index);
      }
    }
    return text.append('}').toString();
  }
}
