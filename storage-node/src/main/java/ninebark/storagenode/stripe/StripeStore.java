package ninebark.storagenode.stripe;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import ninebark.erasure.Codec;
import ninebark.erasure.Codecs;
import ninebark.erasure.Scheme;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DamageListener;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.Owner;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.StripeReader;
import ninebark.storagenode.StripeWriter;
import ninebark.storagenode.Stripes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stripes over the disks of a cluster map.
 *
 * <p>Threads: see {@link Stripes}. Close it before the disks; closing waits for the writers and
 * readers that are open.
 */
public final class StripeStore implements Stripes, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StripeStore.class);

  private final StripeConfig config;
  private final Supplier<ClusterMap> map;
  private final Function<DiskId, Optional<ShardDisk>> disks;
  private final InstantSource clock;
  private final Supplier<RandomGenerator> randomness;
  private final DamageListener listener;
  private final StripeMetrics metrics;
  private final DiskHealth health;
  private final Arena arena = Arena.ofShared();
  private final BufferPool smallStripes;
  private final BufferPool stripes;
  private final BufferPool smallPieces;
  private final BufferPool pieces;
  private final BufferPool rebuilds;
  private final MemorySegment zeros;
  private final ConcurrentMap<Scheme, Codec> codecs = new ConcurrentHashMap<>();

  /** Everything that uses this store's memory or disks. */
  private final Users users = new Users();

  private volatile GroupsById groups = new GroupsById(Long.MIN_VALUE, Map.of());

  /** The groups of one epoch. */
  private record GroupsById(long epoch, Map<GroupId, PlacementGroup> groups) {}

  /**
   * @param disks the disks that can be reached now
   * @param clock tells stripes' births
   * @param randomness makes stripes' serials and chooses groups; asked on the thread that uses it
   * @param listener hears of shards found missing or damaged
   */
  public StripeStore(
      StripeConfig config,
      Supplier<ClusterMap> map,
      Function<DiskId, Optional<ShardDisk>> disks,
      InstantSource clock,
      Supplier<RandomGenerator> randomness,
      DamageListener listener,
      MeterRegistry registry) {
    this.config = config;
    this.map = map;
    this.disks = disks;
    this.clock = clock;
    this.randomness = randomness;
    this.listener = listener;
    metrics = new StripeMetrics(registry);
    health = new DiskHealth(config);
    // A quarter for small buffers: who waits for a large one while holding a small one never
    // keeps the large ones from coming back.
    smallStripes =
        new BufferPool(
            arena,
            StripeShape.bufferBytes(config.smallStripeBytes()),
            config.writeMemoryBytes() / 4);
    stripes =
        new BufferPool(
            arena,
            StripeShape.bufferBytes(config.stripeBytes()),
            config.writeMemoryBytes() * 3 / 4);
    smallPieces = new BufferPool(arena, config.smallPieceBytes(), config.readMemoryBytes() / 4);
    pieces = new BufferPool(arena, config.pieceBytes(), config.readMemoryBytes() * 3 / 4);
    rebuilds = new BufferPool(arena, ShardRebuild.BUFFER_BYTES, config.rebuildMemoryBytes());
    zeros = arena.allocate(Math.max(ShardRebuild.BUFFER_BYTES, 2L * config.shardTargetBytes()), 64);
    metrics.follow("small-stripe", smallStripes);
    metrics.follow("stripe", stripes);
    metrics.follow("small-piece", smallPieces);
    metrics.follow("piece", pieces);
    metrics.follow("rebuild", rebuilds);
  }

  @Override
  public StripeWriter write(Owner owner, Scheme scheme) throws IOException {
    users.arrive();
    return new SpreadingWriter(this, owner, scheme);
  }

  @Override
  public StripeReader read(List<Extent> extents, long offset, long length) throws IOException {
    long total = 0;
    for (var extent : extents) {
      total += extent.length();
    }
    if (offset < 0 || length < 0 || offset > total - length) {
      throw new IllegalArgumentException(
          "bytes " + offset + " to " + (offset + length) + " of extents with " + total);
    }
    users.arrive();
    return new GatheringReader(this, extents, offset, length);
  }

  @Override
  public void erase(Collection<Extent> extents) throws IOException {
    Map<DiskId, List<ShardKey>> byDisk = new HashMap<>();
    for (var extent : extents) {
      var group = group(extent.group());
      var shape = StripeShape.of(group.scheme(), extent);
      for (int shard = 0; shard < group.scheme().n(); shard++) {
        if (!shape.isImplied(shard)) {
          for (var disk : group.places(shard)) {
            byDisk
                .computeIfAbsent(disk, _ -> new ArrayList<>())
                .add(new ShardKey(extent.group(), extent.stripe(), shard));
          }
        }
      }
    }
    enter();
    try {
      List<Thread> erasers = new ArrayList<>();
      byDisk.forEach(
          (disk, keys) ->
              erasers.add(Thread.ofVirtual().name("erase").start(() -> eraseOn(disk, keys))));
      for (var eraser : erasers) {
        joinUninterrupted(eraser);
      }
    } finally {
      leave();
    }
  }

  private void eraseOn(DiskId disk, List<ShardKey> keys) {
    var reachable = disks.apply(disk);
    if (reachable.isEmpty()) {
      return;
    }
    try {
      reachable.get().erase(keys);
    } catch (IOException failure) {
      LOG.warn(
          "{} shards on disk {} were not erased; patrol finds them", keys.size(), disk, failure);
    }
  }

  /** Waits for open writers and readers, then gives back all memory. */
  @Override
  public void close() {
    users.closeAndAwaitNone();
    arena.close();
  }

  void enter() {
    users.enter();
  }

  void leave() {
    users.leave();
  }

  StripeConfig config() {
    return config;
  }

  StripeMetrics metrics() {
    return metrics;
  }

  DiskHealth health() {
    return health;
  }

  BufferPool smallStripes() {
    return smallStripes;
  }

  BufferPool stripes() {
    return stripes;
  }

  BufferPool smallPieces() {
    return smallPieces;
  }

  BufferPool pieces() {
    return pieces;
  }

  BufferPool rebuilds() {
    return rebuilds;
  }

  /** A segment of zeros, at least as long as any implied shard range that is asked for. */
  MemorySegment zeros() {
    return zeros;
  }

  RandomGenerator random() {
    return randomness.get();
  }

  DamageListener listener() {
    return listener;
  }

  Codec codec(Scheme scheme) {
    return codecs.computeIfAbsent(scheme, Codecs::best);
  }

  StripeId newStripe() {
    return new StripeId(clock.millis(), random().nextLong());
  }

  Optional<ShardDisk> disk(DiskId id) {
    return disks.apply(id);
  }

  List<PlacementGroup> groups(Scheme scheme) {
    List<PlacementGroup> fitting = new ArrayList<>();
    for (var group : map.get().groups()) {
      if (group.scheme().equals(scheme)) {
        fitting.add(group);
      }
    }
    return fitting;
  }

  PlacementGroup group(GroupId id) throws IOException {
    var current = map.get();
    var known = groups;
    if (known.epoch != current.epoch()) {
      Map<GroupId, PlacementGroup> byId = new HashMap<>();
      current.groups().forEach(group -> byId.put(group.id(), group));
      known = new GroupsById(current.epoch(), byId);
      groups = known;
    }
    var found = known.groups.get(id);
    if (found == null) {
      throw new IOException(
          id
              + " is not in the cluster map of epoch "
              + current.epoch()
              + "; its disks are unknown");
    }
    return found;
  }

  /** Whether a stripe may count on this disk for a new shard. */
  boolean takesWrites(DiskId id) {
    return disks.apply(id).filter(disk -> disk.state() == DiskState.UP).isPresent()
        && !health.isSetAside(id);
  }

  static void joinUninterrupted(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
