package ninebark.scrubber;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import ninebark.erasure.Codec;
import ninebark.erasure.Scheme;
import ninebark.erasure.ShardSet;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskAwayException;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes damaged and missing shards again from the others of their stripe, on the disk where they
 * belong.
 *
 * <p>The shape of a stripe is read from what is written beside its healthy shards, so the index is
 * not asked. A rebuilt shard is checked, where enough shards are left, by computing it a second
 * time from a different set of them.
 *
 * <p>Threads: any may {@link #report}; one of its own, made by {@link #start}, rebuilds. The queue
 * is not kept over a restart: the next reader reports again.
 */
public final class Rebuild implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);

  private final Supplier<ClusterMap> map;
  private final Function<DiskId, Optional<ShardDisk>> disks;
  private final Function<Scheme, Codec> codecs;
  private final RebuildConfig config;
  private final Counter rebuilt;
  private final Counter failed;
  private final Counter dropped;
  private final Thread worker;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition reported = lock.newCondition();
  private final LinkedHashSet<ShardKey> queue = new LinkedHashSet<>();

  public Rebuild(
      Supplier<ClusterMap> map,
      Function<DiskId, Optional<ShardDisk>> disks,
      Function<Scheme, Codec> codecs,
      RebuildConfig config,
      MeterRegistry meters) {
    this.map = map;
    this.disks = disks;
    this.codecs = codecs;
    this.config = config;
    rebuilt =
        Counter.builder("ninebark.rebuild.shards")
            .description("Damaged or missing shards made again")
            .register(meters);
    failed =
        Counter.builder("ninebark.rebuild.failures")
            .description("Shards that could not be made again now")
            .register(meters);
    dropped =
        Counter.builder("ninebark.rebuild.dropped")
            .description("Reports left out because the queue was full")
            .register(meters);
    Gauge.builder("ninebark.rebuild.queue", this, Rebuild::waiting)
        .description("Shards that wait to be made again")
        .register(meters);
    worker = Thread.ofVirtual().name("rebuild").unstarted(this::run);
  }

  public void start() {
    worker.start();
  }

  /** Notes that this shard is damaged or missing; never blocks. */
  public void report(ShardKey key) {
    lock.lock();
    try {
      if (queue.size() >= config.queueCount() && !queue.contains(key)) {
        dropped.increment();
        return;
      }
      queue.add(key);
      reported.signal();
    } finally {
      lock.unlock();
    }
  }

  private int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      while (true) {
        attempt(next());
        LockSupport.parkNanos(config.pause().toNanos());
        if (Thread.interrupted()) {
          return;
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private ShardKey next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (queue.isEmpty()) {
        reported.await();
      }
      return queue.removeFirst();
    } finally {
      lock.unlock();
    }
  }

  private void attempt(ShardKey key) throws InterruptedException {
    try {
      if (rebuild(key)) {
        rebuilt.increment();
        LOG.info("rebuilt shard {}", key);
      }
    } catch (IOException failure) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException();
      }
      failed.increment();
      LOG.warn("shard {} could not be rebuilt now: {}", key, failure.getMessage());
    } catch (RuntimeException bug) {
      failed.increment();
      LOG.error("rebuilding shard {} met a bug", key, bug);
    }
  }

  /**
   * Makes one shard again.
   *
   * @return false when there was nothing to do: it reads well, or its stripe is gone
   */
  boolean rebuild(ShardKey key) throws IOException, InterruptedException {
    var group = group(key);
    var home = disk(group, key.shard());
    if (home.state() != DiskState.UP) {
      throw new IOException("its disk " + home.id() + " is " + home.state());
    }
    var found = label(group, key);
    if (found.isEmpty()) {
      return false;
    }
    var label = found.get();
    try (var memory = Arena.ofShared()) {
      var shards = new Shards(label, memory);
      if (reads(home, key, shards.segments[key.shard()])) {
        return false;
      }
      for (int shard = 0; shard < group.scheme().n(); shard++) {
        if (shard != key.shard()) {
          shards.load(shard, disk(group, shard), label);
        }
      }
      shards.compute(codecs.apply(label.scheme()), key);
      var deadline = Deadline.after(config.deadline());
      var append = home.append(shards.label(key), shards.segments[key.shard()], deadline);
      try {
        append.awaitDurable(deadline);
      } finally {
        // The arena may be freed only when the disk has let go of the bytes.
        append.awaitReleased();
      }
      return true;
    }
  }

  private PlacementGroup group(ShardKey key) throws IOException {
    return map.get().groups().stream()
        .filter(group -> group.id().equals(key.group()))
        .findFirst()
        .orElseThrow(() -> new IOException("there is no placement group " + key.group()));
  }

  private ShardDisk disk(PlacementGroup group, int shard) throws IOException {
    var id = group.disks().get(shard);
    return disks
        .apply(id)
        .orElseThrow(
            () -> new DiskAwayException("disk " + id + " of " + group.id() + " is not here"));
  }

  /**
   * What is written beside any healthy shard of the stripe; empty when none is left, so that it was
   * erased.
   */
  private Optional<ShardLabel> label(PlacementGroup group, ShardKey key) {
    for (int shard = 0; shard < group.scheme().n(); shard++) {
      if (shard != key.shard()) {
        try {
          return Optional.of(
              disk(group, shard).label(new ShardKey(key.group(), key.stripe(), shard)));
        } catch (IOException notThere) {
          LOG.debug("no label of shard {} of {}", shard, key.stripe(), notThere);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean reads(ShardDisk disk, ShardKey key, MemorySegment into) {
    try {
      disk.read(key, 0, into);
      return true;
    } catch (IOException missingOrDamaged) {
      return false;
    }
  }

  /** The shards of one stripe in memory, and which of them are known to be right. */
  private static final class Shards {
    private final ShardLabel shape;
    private final int storedData;
    private final MemorySegment[] segments;
    private ShardSet present = ShardSet.EMPTY;

    Shards(ShardLabel shape, Arena memory) {
      this.shape = shape;
      storedData = (shape.stripeLength() + shape.shardBytes() - 1) / shape.shardBytes();
      segments = new MemorySegment[shape.scheme().n()];
      for (int shard = 0; shard < segments.length; shard++) {
        segments[shard] = memory.allocate(shape.shardBytes(), 64);
        if (shard >= storedData && shard < shape.scheme().k()) {
          // Implied: all zero, never stored.
          present = present.with(shard);
        }
      }
    }

    void load(int shard, ShardDisk disk, ShardLabel label) {
      if (!present.contains(shard)
          && reads(
              disk,
              new ShardKey(label.key().group(), label.key().stripe(), shard),
              segments[shard])) {
        present = present.with(shard);
      }
    }

    void compute(Codec codec, ShardKey key) throws IOException {
      int k = shape.scheme().k();
      if (present.size() < k) {
        throw new IOException(
            "only " + present.size() + " of the " + k + " shards it takes are readable");
      }
      var wanted = ShardSet.of(key.shard());
      if (present.size() > k) {
        verify(codec, key, wanted);
      }
      codec.reconstruct(segments, present, wanted, shape.shardBytes());
    }

    /** Computes the shard without one of the others, and again without another: both must agree. */
    private void verify(Codec codec, ShardKey key, ShardSet wanted) throws IOException {
      codec.reconstruct(segments, present.without(first()), wanted, shape.shardBytes());
      try (var scratch = Arena.ofConfined()) {
        var once = scratch.allocate(shape.shardBytes());
        once.copyFrom(segments[key.shard()]);
        codec.reconstruct(segments, present.without(last()), wanted, shape.shardBytes());
        if (once.mismatch(segments[key.shard()]) >= 0) {
          throw new IOException(
              "the other shards disagree about it: one of them is wrong though its checksums are right");
        }
      }
    }

    private int first() {
      int shard = 0;
      while (!present.contains(shard)) {
        shard++;
      }
      return shard;
    }

    private int last() {
      int shard = segments.length - 1;
      while (!present.contains(shard)) {
        shard--;
      }
      return shard;
    }

    ShardLabel label(ShardKey key) {
      return new ShardLabel(
          key, shape.scheme(), shape.stripeLength(), shape.shardBytes(), shape.owner());
    }
  }

  @Override
  public void close() {
    worker.interrupt();
    try {
      worker.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
