package ninebark.bench.codec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.function.Consumer;
import ninebark.erasure.Codec;
import ninebark.erasure.Scheme;
import ninebark.erasure.ShardSet;

/**
 * Stripes to code, off the heap: one of them for a hot cache, more than any cache holds for a cold
 * one.
 */
final class Stripes {
  /** Rows start this much apart beyond their length, so that they do not share cache sets. */
  private static final int PADDING_BYTES = 192;

  private final MemorySegment[][] stripes;
  private int next;

  Stripes(Scheme scheme, int shardBytes, long totalBytes, Arena arena) {
    long stripeBytes = (long) scheme.n() * (shardBytes + PADDING_BYTES);
    int count = (int) Math.max(1, totalBytes / stripeBytes);
    this.stripes = new MemorySegment[count][scheme.n()];
    var random = new Random(1);
    for (var stripe : stripes) {
      var memory = arena.allocate(stripeBytes, 64);
      for (int i = 0; i < stripe.length; i++) {
        stripe[i] = memory.asSlice((long) i * (shardBytes + PADDING_BYTES), shardBytes);
        for (long at = 0; i < scheme.k() && at + 8 <= shardBytes; at += 8) {
          stripe[i].set(ValueLayout.JAVA_LONG_UNALIGNED, at, random.nextLong());
        }
      }
    }
  }

  MemorySegment[] next() {
    next = next + 1 == stripes.length ? 0 : next + 1;
    return stripes[next];
  }

  void forEach(Consumer<MemorySegment[]> action) {
    for (var stripe : stripes) {
      action.accept(stripe);
    }
  }

  /** The operation on the next stripe, as work to be timed. */
  Timing.Work work(Codec codec, Operation operation, int shardBytes) {
    var scheme = codec.scheme();
    var all = ShardSet.range(0, scheme.n());
    return switch (operation) {
      case Operation.Encode() -> () -> codec.encode(next(), shardBytes);
      case Operation.Verify() ->
          () -> {
            if (!codec.verify(next(), shardBytes)) {
              throw new IllegalStateException(codec.name() + " finds its own parity wrong");
            }
          };
      case Operation.Reconstruct(int lostCount) -> {
        var lost = ShardSet.range(0, lostCount);
        var present = all.minus(lost);
        yield () -> codec.reconstruct(next(), present, lost, shardBytes);
      }
    };
  }
}
