package ninebark.lifecycle;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import ninebark.metadata.Command;
import ninebark.metadata.Garbage;
import ninebark.metadata.Index;
import ninebark.metadata.Query;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.Extent;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.StoredShard;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.Stripes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the space of bytes that nothing names.
 *
 * <p><b>Garbage</b> was named once: the index keeps it in a queue since the command that unnamed
 * it. After the grace time its shards are erased, and only then is the row forgotten, so a crash
 * between the two erases again, which harms nothing.
 *
 * <p><b>Orphans</b> were never named: their writer died before its commit. First the fence is
 * raised, a command after which no stripe born before it can be committed; only then are older
 * stripes that the index does not know erased. So no slow commit can lose its bytes, whatever any
 * clock says.
 *
 * <p>Threads: one of its own, made by {@link #start}; the passes may also be called directly, by
 * one thread at a time.
 */
public final class Reclaim implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reclaim.class);

  /** How many shards of a disk are looked up in the index at once. */
  private static final int PAGE = 2_000;

  private static final int COMPLETED_BATCH = 1_000;

  /** How long a completed upload answers a repeated Complete. */
  private static final Duration COMPLETED_MEMORY = Duration.ofDays(1);

  private final Index index;
  private final Stripes stripes;
  private final Collection<? extends ShardDisk> disks;
  private final InstantSource clock;
  private final ReclaimConfig config;
  private final LongConsumer fenceRaised;
  private final Counter garbageStripes;
  private final Counter orphanShards;
  private final Counter failures;
  private final Thread worker;

  /** Written before the worker starts. */
  private BooleanSupplier onDuty = () -> false;

  /**
   * @param fenceRaised told each new fence, so that this process' writers number their stripes
   *     after it
   */
  public Reclaim(
      Index index,
      Stripes stripes,
      Collection<? extends ShardDisk> disks,
      InstantSource clock,
      ReclaimConfig config,
      LongConsumer fenceRaised,
      MeterRegistry meters) {
    this.index = index;
    this.stripes = stripes;
    this.disks = disks;
    this.clock = clock;
    this.config = config;
    this.fenceRaised = fenceRaised;
    garbageStripes =
        Counter.builder("ninebark.reclaim.garbage.stripes")
            .description("Stripes erased after their grace time")
            .register(meters);
    orphanShards =
        Counter.builder("ninebark.reclaim.orphan.shards")
            .description("Shards erased that no commit ever named")
            .register(meters);
    failures =
        Counter.builder("ninebark.reclaim.failures")
            .description("Passes that stopped early; the next one goes on")
            .register(meters);
    worker = Thread.ofVirtual().name("reclaim").unstarted(this::run);
  }

  /**
   * @param onDuty whether this process is the one that does it, asked before each pass
   */
  public void start(BooleanSupplier onDuty) {
    this.onDuty = onDuty;
    worker.start();
  }

  private void run() {
    long orphansDue = System.nanoTime() + config.orphanInterval().toNanos();
    while (!Thread.currentThread().isInterrupted()) {
      if (onDuty.getAsBoolean()) {
        attempt("garbage", this::eraseGarbage);
        attempt("completed uploads", this::forgetCompleted);
        if (System.nanoTime() - orphansDue >= 0) {
          attempt("orphans", this::eraseOrphans);
          orphansDue = System.nanoTime() + config.orphanInterval().toNanos();
        }
      }
      LockSupport.parkNanos(config.interval().toNanos());
    }
  }

  /** One pass that may fail: a disk or the index is away for a while, and the next pass goes on. */
  private interface Pass {
    long run() throws IOException;
  }

  private void attempt(String what, Pass pass) {
    if (Thread.currentThread().isInterrupted()) {
      return;
    }
    try {
      long count = pass.run();
      if (count > 0) {
        LOG.info("reclaimed {}: {}", what, count);
      }
    } catch (IOException failure) {
      if (!Thread.currentThread().isInterrupted()) {
        failures.increment();
        LOG.warn(
            "reclaim of {} stopped early, the next pass goes on: {}", what, failure.toString());
      }
    } catch (RuntimeException bug) {
      failures.increment();
      LOG.error("reclaim of {} met a bug", what, bug);
    }
  }

  /**
   * Erases all garbage whose grace time is over.
   *
   * @return how many stripes were erased
   */
  public long eraseGarbage() throws IOException {
    long before = clock.millis() - config.grace().toMillis();
    long erased = 0;
    while (!Thread.currentThread().isInterrupted()) {
      List<Garbage> rows = index.ask(new Query.ListGarbage(before, config.batchCount()));
      if (rows.isEmpty()) {
        return erased;
      }
      List<Extent> extents = rows.stream().flatMap(row -> row.extents().stream()).toList();
      stripes.erase(extents);
      index.submit(new Command.ForgetGarbage(rows.stream().map(Garbage::id).toList()));
      erased += extents.size();
      garbageStripes.increment(extents.size());
    }
    return erased;
  }

  /** Forgets the answers of uploads that were completed long ago. */
  private long forgetCompleted() throws IOException {
    index.submit(
        new Command.ForgetCompleted(clock.millis() - COMPLETED_MEMORY.toMillis(), COMPLETED_BATCH));
    return 0;
  }

  /**
   * Raises the fence, then erases the shards of older stripes that the index does not know.
   *
   * @return how many shards were erased
   */
  public long eraseOrphans() throws IOException {
    long fence = clock.millis() - config.orphanAge().toMillis();
    index.submit(new Command.RaiseFence(fence));
    // What stands counts, not what was asked: another process may have raised it further.
    long standing = index.ask(new Query.CurrentFence());
    fenceRaised.accept(standing);
    long erased = 0;
    for (var disk : disks) {
      if (disk.state() != DiskState.AWAY) {
        erased += eraseOrphans(disk, fence);
      }
    }
    orphanShards.increment((double) erased);
    return erased;
  }

  private long eraseOrphans(ShardDisk disk, long fence) throws IOException {
    long erased = 0;
    Optional<ShardKey> after = Optional.empty();
    while (!Thread.currentThread().isInterrupted()) {
      var page = disk.list(after, PAGE);
      var old =
          page.stream()
              .map(StoredShard::key)
              .filter(key -> key.stripe().birthMillis() < fence)
              .toList();
      if (!old.isEmpty()) {
        var orphans = unknown(old);
        if (!orphans.isEmpty()) {
          disk.erase(orphans);
          erased += orphans.size();
        }
      }
      if (page.size() < PAGE) {
        return erased;
      }
      after = Optional.of(page.getLast().key());
    }
    return erased;
  }

  private List<ShardKey> unknown(List<ShardKey> keys) throws IOException {
    List<StripeId> asked = keys.stream().map(ShardKey::stripe).distinct().toList();
    var known = new HashSet<>(index.ask(new Query.KnownStripes(asked)));
    var unknown = new ArrayList<ShardKey>();
    for (var key : keys) {
      if (!known.contains(key.stripe())) {
        unknown.add(key);
      }
    }
    return unknown;
  }

  /** Stops after the batch in hand. */
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
