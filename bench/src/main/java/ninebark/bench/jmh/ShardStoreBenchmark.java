package ninebark.bench.jmh;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import ninebark.erasure.Scheme;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.Owner;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.shard.IndexMemory;
import ninebark.storagenode.shard.LocalDisks;
import ninebark.storagenode.shard.ShardStoreConfig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** One disk's shard store: synced appends, and reads that check what they read. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ShardStoreBenchmark {
  private static final Scheme SCHEME = Scheme.rs(6, 2);
  private static final GroupId GROUP = new GroupId(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int READABLE_SHARDS = 256;

  @Param({"32768", "262144"})
  private int shardBytes = 32768;

  private final Arena arena = Arena.ofShared();
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong nextRead = new AtomicLong();
  private Path folder = Path.of("");
  private IndexMemory memory = new IndexMemory(16L << 20, 8L << 20);
  private MemorySegment bytes = MemorySegment.NULL;
  private List<LocalDisks> opened = List.of();
  private List<ShardDisk> disks = List.of();

  /** One disk with some shards to read. */
  @Setup
  public void fill() throws IOException, InterruptedException {
    folder = Files.createTempDirectory("bench-shards-");
    var cluster = new UUID(3, 4);
    var config = ShardStoreConfig.DEFAULT;
    var places =
        LocalDisks.create(
            folder,
            cluster,
            List.of(new LocalDisks.Layout("az-1", "node-1", 1)),
            config,
            UUID::randomUUID);
    var local = LocalDisks.open(folder, cluster, places, config, memory, new SimpleMeterRegistry());
    opened = List.of(local);
    disks = List.copyOf(local.all());
    bytes = arena.allocate(shardBytes, 64);
    bytes.fill((byte) 7);
    for (int i = 0; i < READABLE_SHARDS; i++) {
      append();
    }
  }

  /** Leaves nothing behind. */
  @TearDown
  public void delete() throws IOException {
    opened.getFirst().close();
    memory.close();
    arena.close();
    try (var paths = Files.walk(folder)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static ShardKey key(long number) {
    return new ShardKey(GROUP, new StripeId(1_790_000_000_000L, number), 0);
  }

  /** Many at once, so that they share syncs. */
  @Benchmark
  @Threads(16)
  public long append() throws IOException, InterruptedException {
    long number = next.getAndIncrement();
    var label =
        new ShardLabel(key(number), SCHEME, shardBytes, shardBytes, new Owner(1, "key", number, 0));
    var deadline = Deadline.after(PATIENCE);
    disks.getFirst().append(label, bytes, deadline).awaitDurable(deadline);
    return number;
  }

  /** Where one reader reads to; the disk's own threads write into it. */
  @State(Scope.Thread)
  public static class ReadBuffer {
    private final Arena arena = Arena.ofShared();
    private MemorySegment into = MemorySegment.NULL;

    @Setup
    public void allocate(ShardStoreBenchmark store) {
      into = arena.allocate(store.shardBytes, 64);
    }

    @TearDown
    public void free() {
      arena.close();
    }
  }

  /** A whole shard, from the page cache. */
  @Benchmark
  public byte read(ReadBuffer buffer) throws IOException {
    disks.getFirst().read(key(nextRead.getAndIncrement() % READABLE_SHARDS), 0, buffer.into);
    return buffer.into.get(ValueLayout.JAVA_BYTE, shardBytes - 1);
  }
}
