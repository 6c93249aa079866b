package ninebark.scrubber.rebuild;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import ninebark.erasure.Codec;
import ninebark.erasure.Scheme;
import ninebark.erasure.ShardSet;
import ninebark.scrubber.journal.JournalRecord;
import ninebark.scrubber.journal.Loss;
import ninebark.scrubber.journal.StripeKey;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes damaged and missing shards again from the others of their stripe, on the disk where they
 * belong: the shell around {@link RepairSchedule}.
 *
 * <p>Threads: any may report; reporting waits for no disk. One virtual thread of its own looks
 * after the schedule and the journal, and each repair has another. The lock covers the schedule and
 * is never held over I/O.
 */
public final class Rebuild implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);

  /** How long closing waits for repairs under way. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  /** Where losses are written down; fails without harm. */
  public interface Notes {
    void append(Collection<? extends JournalRecord> records) throws IOException;
  }

  /** What rebuild is doing, at one moment. */
  public record Status(
      Map<Integer, Integer> openByMargin,
      int runningCount,
      Optional<Instant> oldest,
      int awayDiskCount,
      int lostDiskCount,
      boolean networkEvent,
      long madeShardCount,
      long readBytes,
      long writtenBytes) {}

  private final Supplier<ClusterMap> map;
  private final Function<DiskId, Optional<ShardDisk>> disks;
  private final BooleanSupplier clientsAreBusy;
  private final InstantSource clock;
  private final Notes notes;
  private final StripeRepair repair;
  private final RebuildMetrics metrics;
  private final Thread worker;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final RepairSchedule schedule;
  private boolean closing;
  private boolean news;
  private final Map<Long, Thread> repairs = new ConcurrentHashMap<>();
  private final Tally tally = new Tally();

  private volatile Groups groups = new Groups(Long.MIN_VALUE, Map.of());

  /** The groups of one epoch. */
  private record Groups(long epoch, Map<GroupId, PlacementGroup> byId) {}

  private final RepairSchedule.Cluster cluster =
      new RepairSchedule.Cluster() {
        @Override
        public Optional<PlacementGroup> group(GroupId id) {
          return Optional.ofNullable(groups().byId.get(id));
        }

        @Override
        public boolean clientsAreBusy() {
          return clientsAreBusy.getAsBoolean();
        }

        @Override
        public Map<DiskId, DiskState> states() {
          Map<DiskId, DiskState> states = new HashMap<>();
          for (var place : map.get().disks()) {
            states.put(
                place.disk(),
                disks.apply(place.disk()).map(ShardDisk::state).orElse(DiskState.AWAY));
          }
          return states;
        }
      };

  /**
   * @param standing what the index says about a stripe; asked before each repair
   * @param clientsAreBusy whether repairs that can wait are to leave them their share
   * @param losses what an earlier life left undone
   */
  public Rebuild(
      Supplier<ClusterMap> map,
      Function<DiskId, Optional<ShardDisk>> disks,
      Function<Scheme, Codec> codecs,
      Function<StripeKey, Standing> standing,
      BooleanSupplier clientsAreBusy,
      RebuildConfig config,
      InstantSource clock,
      Notes notes,
      Collection<Loss> losses,
      MeterRegistry meters) {
    this.map = map;
    this.disks = disks;
    this.clientsAreBusy = clientsAreBusy;
    this.clock = clock;
    this.notes = notes;
    repair = new StripeRepair(disks, codecs, standing, Crew.VIRTUAL, config.deadline());
    schedule = new RepairSchedule(config);
    for (var loss : losses) {
      schedule.report(loss, cluster);
    }
    // They are in the journal already.
    schedule.takeChanges();
    metrics = new RebuildMetrics(meters, this);
    worker = Thread.ofVirtual().name("rebuild").unstarted(this::run);
  }

  public void start() {
    worker.start();
  }

  /** Notes that this shard is damaged or missing; waits for nothing. */
  public void report(ShardKey key) {
    report(Loss.of(key, clock.instant()));
  }

  /**
   * Notes a loss; waits for nothing.
   *
   * @return whether it will be seen to; not if the queue is full of more urgent ones
   */
  public boolean report(Loss loss) {
    lock.lock();
    try {
      boolean taken = schedule.report(loss, cluster);
      news = true;
      changed.signal();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Whether more losses may be looked for: the queue has room. */
  public boolean hasRoom() {
    lock.lock();
    try {
      return schedule.hasRoom();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a stripe that can lose nothing more is under repair: all else should wait. */
  public boolean isUrgent() {
    lock.lock();
    try {
      return schedule.isUrgent();
    } finally {
      lock.unlock();
    }
  }

  /** Reports left out for want of room since the start. */
  public long droppedCount() {
    lock.lock();
    try {
      return schedule.droppedCount();
    } finally {
      lock.unlock();
    }
  }

  /** Everything that is lost now, for the journal. */
  public List<Loss> losses() {
    lock.lock();
    try {
      return schedule.losses();
    } finally {
      lock.unlock();
    }
  }

  public Status status() {
    var now = now();
    lock.lock();
    try {
      return new Status(
          Map.copyOf(schedule.countByMargin()),
          schedule.runningCount(),
          schedule.losses().stream().map(Loss::since).min(Instant::compareTo),
          schedule.awayCount(),
          schedule.lostDiskCount(now),
          schedule.isNetworkEvent(now),
          (long) metrics.made.count(),
          (long) metrics.readBytes.count(),
          (long) metrics.writtenBytes.count());
    } finally {
      lock.unlock();
    }
  }

  private Now now() {
    return new Now(clock.instant(), System.nanoTime());
  }

  private Groups groups() {
    var current = map.get();
    var known = groups;
    if (known.epoch != current.epoch()) {
      Map<GroupId, PlacementGroup> byId = new HashMap<>();
      current.groups().forEach(group -> byId.put(group.id(), group));
      known = new Groups(current.epoch(), byId);
      groups = known;
    }
    return known;
  }

  private void run() {
    try {
      while (true) {
        List<RepairOrder> orders;
        List<JournalRecord> changes;
        lock.lockInterruptibly();
        try {
          if (closing) {
            return;
          }
          var now = now();
          for (var stuck : schedule.giveUpStuck(cluster, now)) {
            metrics.stuck.increment();
            LOG.warn(
                "the repair of stripe {} takes too long, waiting for disks {}; it is begun again"
                    + " without them",
                stuck.loss().stripe(),
                stuck.waitingFor());
          }
          orders = schedule.begin(cluster, now);
          changes = schedule.takeChanges();
        } finally {
          lock.unlock();
        }
        orders.forEach(this::launch);
        write(changes);
        tell();
        pause();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says what was done, when all is done or every so often. */
  private void tell() {
    tally
        .take(isIdle(), System.nanoTime())
        .ifPresent(
            work ->
                LOG.info(
                    "rebuilt {} shards, {} bytes from {} bytes read; {} stripes wait",
                    work.madeCount(),
                    work.writtenBytes(),
                    work.readBytes(),
                    status().openByMargin().values().stream().mapToInt(count -> count).sum()));
  }

  private boolean isIdle() {
    lock.lock();
    try {
      return schedule.runningCount() == 0;
    } finally {
      lock.unlock();
    }
  }

  private void pause() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = schedule.untilNextLook(now()).toNanos();
      while (!closing && !news && left > 0) {
        left = changed.awaitNanos(left);
      }
      news = false;
    } finally {
      lock.unlock();
    }
  }

  private void write(List<JournalRecord> changes) {
    try {
      notes.append(changes);
    } catch (IOException failure) {
      LOG.warn(
          "{} changes of the rebuild queue were not written down; the next start finds them by"
              + " roll call",
          changes.size(),
          failure);
    }
  }

  private void launch(RepairOrder order) {
    metrics.queued.record(Duration.between(order.loss().since(), clock.instant()).abs());
    var thread =
        Thread.ofVirtual().name("repair-" + order.loss().stripe()).unstarted(() -> attempt(order));
    repairs.put(order.number(), thread);
    thread.start();
  }

  private void attempt(RepairOrder order) {
    long began = System.nanoTime();
    Outcome outcome;
    try {
      outcome = repair.run(order);
      note(order, outcome, Duration.ofNanos(System.nanoTime() - began));
    } catch (InterruptedException _) {
      outcome = failed("interrupted");
    } catch (RuntimeException bug) {
      LOG.error("the repair of stripe {} met a bug", order.loss().stripe(), bug);
      metrics.failed.increment();
      outcome = failed("a bug");
    } finally {
      repairs.remove(order.number());
    }
    lock.lock();
    try {
      schedule.ended(order, outcome, cluster, now());
      news = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private static Outcome failed(String why) {
    return new Outcome.Attempted(
        ShardSet.EMPTY, ShardSet.EMPTY, ShardSet.EMPTY, Optional.of(why), Outcome.Work.NONE);
  }

  private void note(RepairOrder order, Outcome outcome, Duration took) {
    switch (outcome) {
      case Outcome.Erased() ->
          LOG.debug("stripe {} is erased, nothing is to be repaired", order.loss().stripe());
      case Outcome.Attempted attempted -> {
        var work = attempted.work();
        metrics.readBytes.increment((double) work.readBytes());
        metrics.writtenBytes.increment((double) work.writtenBytes());
        metrics.made.increment(work.madeCount());
        metrics.unproven.increment(work.unprovenCount());
        if (!attempted.wrong().isEmpty()) {
          metrics.wrong.increment();
        }
        if (work.madeCount() > 0) {
          metrics.rebuilt.record(took);
          LOG.debug(
              "stripe {}: shards {} are whole again", order.loss().stripe(), attempted.whole());
          tally.add(work);
        }
        attempted
            .trouble()
            .ifPresent(
                why -> {
                  metrics.failed.increment();
                  LOG.warn("stripe {} is not whole yet: {}", order.loss().stripe(), why);
                });
      }
    }
  }

  /** Stops what is under way; what is not whole waits in the journal. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    var until = System.nanoTime() + CLOSE_PATIENCE.toNanos();
    join(worker, until);
    for (var thread : List.copyOf(repairs.values())) {
      thread.interrupt();
      join(thread, until);
    }
    List<JournalRecord> changes;
    lock.lock();
    try {
      changes = schedule.takeChanges();
    } finally {
      lock.unlock();
    }
    write(changes);
  }

  private static void join(Thread thread, long untilNanos) {
    try {
      if (thread.isAlive()) {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(untilNanos - System.nanoTime())));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
