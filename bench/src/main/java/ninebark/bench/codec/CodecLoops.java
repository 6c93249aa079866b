package ninebark.bench.codec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import ninebark.erasure.Codec;
import ninebark.erasure.Codecs;
import ninebark.erasure.Scheme;
import ninebark.erasure.ShardSet;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The inner loops under JMH: microseconds per stripe, each coder in a JVM of its own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class CodecLoops {
  @Param({"table", "vector"})
  public String coder;

  @Param({"RS(6,2)", "RS(10,4)"})
  public String scheme;

  @Param({"65536"})
  public int shardBytes;

  private Codec codec;
  private MemorySegment[] shards;
  private ShardSet lost;
  private ShardSet present;

  @Setup
  public void prepare() {
    codec = Codecs.named(coder, Scheme.parse(scheme));
    shards = new Stripes(codec.scheme(), shardBytes, 1, Arena.ofAuto()).next();
    codec.encode(shards, shardBytes);
    lost = ShardSet.range(0, codec.scheme().m());
    present = ShardSet.range(0, codec.scheme().n()).minus(lost);
  }

  @Benchmark
  public void encode() {
    codec.encode(shards, shardBytes);
  }

  @Benchmark
  public boolean verify() {
    return codec.verify(shards, shardBytes);
  }

  @Benchmark
  public void reconstructOne() {
    codec.reconstruct(
        shards, ShardSet.range(0, codec.scheme().n()).without(0), ShardSet.of(0), shardBytes);
  }

  @Benchmark
  public void reconstructAll() {
    codec.reconstruct(shards, present, lost, shardBytes);
  }
}
