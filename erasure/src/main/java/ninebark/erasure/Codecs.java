package ninebark.erasure;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ninebark.erasure.kernel.AdaptiveKernel;
import ninebark.erasure.kernel.NativeKernel;
import ninebark.erasure.kernel.ReferenceKernel;
import ninebark.erasure.kernel.TableKernel;
import ninebark.erasure.kernel.VectorKernel;

/** Where codecs come from: the best one of this machine, or one by name. */
public final class Codecs {
  /** What one measurement codes per shard: in cache, and large enough that a call costs nothing. */
  private static final int MEASURED_SHARD_BYTES = 1 << 16;

  private static final Duration MEASURED_TIME = Duration.ofMillis(20);

  private Codecs() {}

  /** The coders that this JVM and this machine have, slowest first. */
  public static List<String> names() {
    var names = new ArrayList<>(List.of("reference", "table"));
    if (VectorKernel.available()) {
      names.add("vector");
    }
    if (NativeKernel.search() instanceof NativeKernel.Search.Found) {
      names.add("native");
    }
    return names;
  }

  /**
   * The fastest coder that this machine and this JVM offer. It computes with tables at first, while
   * a contest in the background compiles and times the others, for a second or two after the first
   * call of this method in a JVM; {@link Codec#name} tells what computes now.
   */
  public static Codec best(Scheme scheme) {
    return new MatrixCodec(scheme, new AdaptiveKernel());
  }

  /**
   * Waits until {@link #best} codecs have settled on their coder; false if they have not by then.
   * For benches and start-up lines; coding need not wait.
   */
  public static boolean awaitBest(Duration patience) throws InterruptedException {
    return new AdaptiveKernel().awaitDecision(patience);
  }

  /**
   * The coder of that name, or {@code best}. Unlike {@link #best} a named coder is used from the
   * first call on, warm or not.
   *
   * @throws IllegalArgumentException if there is none of that name on this machine
   */
  public static Codec named(String name, Scheme scheme) {
    return switch (name) {
      case "best" -> best(scheme);
      case "reference" -> new MatrixCodec(scheme, new ReferenceKernel());
      case "table" -> new MatrixCodec(scheme, new TableKernel());
      case "vector" -> {
        if (!VectorKernel.available()) {
          throw new IllegalArgumentException(
              "the vector coder needs java --add-modules jdk.incubator.vector");
        }
        yield new MatrixCodec(scheme, new VectorKernel());
      }
      case "native" ->
          switch (NativeKernel.search()) {
            case NativeKernel.Search.Found(var kernel) -> new MatrixCodec(scheme, kernel);
            case NativeKernel.Search.Refused(var reason) ->
                throw new IllegalArgumentException("no native coder: " + reason);
          };
      default ->
          throw new IllegalArgumentException("no coder '" + name + "', there are " + names());
    };
  }

  /** How fast a codec encodes on one core, in bytes of data per second. */
  public record Speed(String coder, double bytesPerSecond) {
    /** As in {@code vector, 48 GB/s}. */
    @Override
    public String toString() {
      double gigabytes = bytesPerSecond / 1e9;
      return coder + (gigabytes < 10 ? ", %.1f GB/s" : ", %.0f GB/s").formatted(gigabytes);
    }
  }

  /** Times a codec for about 20 ms: for a start-up line, not for a comparison. */
  public static Speed measure(Codec codec) {
    var scheme = codec.scheme();
    try (var arena = Arena.ofConfined()) {
      var shards = new MemorySegment[scheme.n()];
      for (int i = 0; i < shards.length; i++) {
        shards[i] = arena.allocate(MEASURED_SHARD_BYTES, 64);
      }
      codec.encode(shards, MEASURED_SHARD_BYTES);
      long start = System.nanoTime();
      long fastest = Long.MAX_VALUE;
      long now = start;
      while (now - start < MEASURED_TIME.toNanos()) {
        codec.encode(shards, MEASURED_SHARD_BYTES);
        long end = System.nanoTime();
        fastest = Math.min(fastest, end - now);
        now = end;
      }
      double bytes = (double) scheme.k() * MEASURED_SHARD_BYTES;
      return new Speed(codec.name(), 1e9 * bytes / Math.max(1, fastest));
    }
  }
}
