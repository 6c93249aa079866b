package ninebark.storagenode.stripe;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import ninebark.erasure.Scheme;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.Extent;
import ninebark.storagenode.Owner;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.StripeReader;
import ninebark.storagenode.placement.Placement;
import ninebark.storagenode.shard.IndexMemory;
import ninebark.storagenode.shard.LocalDisks;
import ninebark.storagenode.shard.ShardStoreConfig;

/** Disks in a folder, one AZ for each four, and a stripe store on them. */
public final class TestCluster implements AutoCloseable {
  public static final Scheme RS62 = Scheme.rs(6, 2);

  public static final StripeConfig SMALL =
      new StripeConfig(
          1 << 20,
          32 << 10,
          128 << 10,
          16L << 20,
          8L << 20,
          8L << 20,
          256 << 10,
          64 << 10,
          2,
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(5),
          5,
          Duration.ofMillis(200),
          Duration.ofSeconds(1));

  public record Found(Extent extent, int shard, DiskId disk, String finding) {}

  public final Path folder;
  public final UUID cluster = new UUID(1, 2);
  public final List<DiskPlace> places;
  public final ClusterMap map;
  public final Set<DiskId> removed = new HashSet<>();
  public final ConcurrentLinkedQueue<Found> found = new ConcurrentLinkedQueue<>();
  public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  public final IndexMemory memory = new IndexMemory(32 << 20, 16 << 20);
  private final ShardStoreConfig diskConfig;
  public LocalDisks disks;
  public StripeStore store;

  /** Wraps the disks, to make them misbehave. */
  public UnaryOperator<ShardDisk> wrapping = UnaryOperator.identity();

  public TestCluster(Path folder, StripeConfig config, ShardStoreConfig diskConfig)
      throws IOException {
    this(folder, config, diskConfig, RS62, 16);
  }

  public TestCluster(
      Path folder, StripeConfig config, ShardStoreConfig diskConfig, Scheme scheme, int groups)
      throws IOException {
    this.folder = folder;
    this.diskConfig = diskConfig;
    List<LocalDisks.Layout> layout = new ArrayList<>();
    for (int az = 1; az <= 4; az++) {
      layout.add(new LocalDisks.Layout("az-" + az, "node-" + az, 4));
    }
    places = LocalDisks.create(folder, cluster, layout, diskConfig, UUID::randomUUID);
    var placed =
        (Placement.Outcome.Placed)
            Placement.place(places, scheme, groups, 0, 42, Placement.Demand.NOTHING);
    map = new ClusterMap(cluster, 1, places, placed.groups());
    open();
    store =
        new StripeStore(
            config,
            () -> map,
            this::disk,
            InstantSource.system(),
            ThreadLocalRandom::current,
            (extent, shard, disk, finding) ->
                found.add(new Found(extent, shard, disk, finding.name())),
            registry);
  }

  public void open() throws IOException {
    disks = LocalDisks.open(folder, cluster, places, diskConfig, memory, registry);
  }

  private Optional<ShardDisk> disk(DiskId id) {
    synchronized (removed) {
      return removed.contains(id) ? Optional.empty() : disks.disk(id).map(wrapping);
    }
  }

  public void remove(DiskId id) {
    synchronized (removed) {
      removed.add(id);
    }
  }

  public void putAllBack() {
    synchronized (removed) {
      removed.clear();
    }
  }

  public PlacementGroup group(Extent extent) {
    return map.groups().stream()
        .filter(group -> group.id().equals(extent.group()))
        .findFirst()
        .orElseThrow();
  }

  public List<Extent> put(byte[] bytes) throws IOException {
    return put(bytes, map.groups().getFirst().scheme());
  }

  public List<Extent> put(byte[] bytes, Scheme scheme) throws IOException {
    try (var writer = store.write(new Owner(1, "a/key", 7, 0), scheme)) {
      for (int at = 0; at < bytes.length; at += 70_001) {
        writer.write(ByteBuffer.wrap(bytes, at, Math.min(70_001, bytes.length - at)));
      }
      return writer.finish();
    }
  }

  public byte[] get(List<Extent> extents, long offset, int length) throws IOException {
    var bytes = ByteBuffer.allocate(length);
    try (var reader = store.read(extents, offset, length)) {
      for (var piece = reader.next(); piece.isPresent(); piece = reader.next()) {
        try (StripeReader.Piece held = piece.get()) {
          bytes.put(held.bytes());
        }
      }
    }
    if (bytes.hasRemaining()) {
      throw new AssertionError("only " + bytes.position() + " of " + length + " bytes came");
    }
    return bytes.array();
  }

  public double metric(String name) {
    return registry.find(name).counters().stream().mapToDouble(counter -> counter.count()).sum();
  }

  public static byte[] random(int length, long seed) {
    var bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Reclaims until there is nothing more to reclaim. */
  public void reclaimAll() throws IOException {
    for (var disk : disks.all()) {
      while (disk.maintain()) {
        Thread.onSpinWait();
      }
    }
  }

  @Override
  public void close() {
    try {
      store.close();
      disks.close();
      memory.close();
    } catch (UncheckedIOException failure) {
      throw new AssertionError(failure);
    }
  }
}
