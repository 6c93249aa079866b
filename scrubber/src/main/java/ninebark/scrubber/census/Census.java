package ninebark.scrubber.census;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import ninebark.metadata.Index;
import ninebark.metadata.Query;
import ninebark.scrubber.journal.CensusMark;
import ninebark.scrubber.journal.CensusMark.Counts;
import ninebark.scrubber.journal.CensusMark.Place;
import ninebark.scrubber.journal.Journal;
import ninebark.scrubber.journal.JournalRecord;
import ninebark.scrubber.patrol.Findings;
import ninebark.scrubber.rebuild.Rebuild;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.ShardDisk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through all that the index names and all that the disks hold, again and again, and holds
 * each against the other: what is missing is made again, what nothing names is erased, what stands
 * in the wrong place is brought home, and what is lost is said aloud.
 *
 * <p>It goes on where a stop found it; what it suspected to be lost before is then found by the
 * next census.
 *
 * <p>Threads: a virtual thread of its own; any may ask and command.
 */
public final class Census implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Census.class);

  /** How often it is looked whether a census is due, may go on, or could go on after trouble. */
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

  /** How often progress is written down; after a crash so much is counted again. */
  private static final Duration NOTE_INTERVAL = Duration.ofSeconds(10);

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);
  private static final Duration MOVE_PATIENCE = Duration.ofSeconds(30);

  /** Lost stripes are told one by one up to so many. */
  private static final int TOLD_COUNT = 100;

  /**
   * What the census is at.
   *
   * @param running the one under way, empty between two
   * @param finished the last that came to its end
   * @param lost what it found lost, not all if they are many
   */
  public record Status(
      Optional<CensusMark> running, Optional<CensusMark> finished, List<LostStripe> lost) {}

  private final CensusConfig config;
  private final Supplier<ClusterMap> map;
  private final Function<DiskId, Optional<ShardDisk>> disks;
  private final Index index;
  private final Findings findings;
  private final BooleanSupplier rests;
  private final BooleanSupplier clientsAreBusy;
  private final InstantSource clock;
  private final Rebuild.Notes notes;
  private final CensusMetrics metrics;
  private final IndexSight indexSight;
  private final DiskSight diskSight;
  private final Thread worker = Thread.ofVirtual().name("census").unstarted(this::run);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean closed;
  private boolean asked;

  private volatile CensusMark mark;
  private volatile Optional<CensusMark> finished;
  private volatile List<LostStripe> lost = List.of();
  private List<IndexSight.Suspect> suspects = new ArrayList<>();
  private Optional<Instant> settled = Optional.empty();
  private long notedAt = System.nanoTime();

  /**
   * @param rests whether the operator lets all looking rest
   * @param memory what an earlier life came to
   */
  public Census(
      CensusConfig config,
      Supplier<ClusterMap> map,
      Function<DiskId, Optional<ShardDisk>> disks,
      Index index,
      Findings findings,
      BooleanSupplier rests,
      BooleanSupplier clientsAreBusy,
      InstantSource clock,
      Rebuild.Notes notes,
      Journal.Memory memory,
      MeterRegistry meters) {
    this.config = config;
    this.map = map;
    this.disks = disks;
    this.index = index;
    this.findings = findings;
    this.rests = rests;
    this.clientsAreBusy = clientsAreBusy;
    this.clock = clock;
    this.notes = notes;
    metrics = new CensusMetrics(meters);
    indexSight = new IndexSight(map, disks, index, findings, clock);
    diskSight = new DiskSight(map, disks, index, () -> Deadline.after(MOVE_PATIENCE));
    mark = memory.census().orElseGet(() -> CensusMark.first(clock.instant()));
    finished = memory.census().filter(CensusMark::isDone).or(memory::censusBefore);
    metrics.follow(this, clock);
  }

  public void begin() {
    worker.start();
  }

  /** Begins a census now, or goes on at once with the one under way. */
  public void start() {
    lock.lock();
    try {
      asked = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public Status status() {
    var current = mark;
    return new Status(current.isDone() ? Optional.empty() : Optional.of(current), finished, lost);
  }

  Optional<CensusMark> finished() {
    return finished;
  }

  /** Everything that is to be remembered, for a journal that is written anew. */
  public List<JournalRecord> records() {
    List<JournalRecord> records = new ArrayList<>();
    finished.ifPresent(before -> records.add(new JournalRecord.Counted(before)));
    if (!finished.equals(Optional.of(mark))) {
      records.add(new JournalRecord.Counted(mark));
    }
    return records;
  }

  private void run() {
    try {
      sleep(config.settle());
      while (!isClosed()) {
        if (rests.getAsBoolean() || !isDue()) {
          sleep(LOOK_INTERVAL);
        } else {
          attempt();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void attempt() throws InterruptedException {
    long began = System.nanoTime();
    try {
      step();
    } catch (InterruptedIOException _) {
      throw new InterruptedException();
    } catch (IOException away) {
      LOG.warn("the census goes on when the index and the disks answer: {}", away.toString());
      sleep(LOOK_INTERVAL);
    } catch (RuntimeException bug) {
      LOG.error("the census met a bug", bug);
      sleep(LOOK_INTERVAL);
    }
    if (System.nanoTime() - notedAt > NOTE_INTERVAL.toNanos()) {
      note();
    }
    rest(System.nanoTime() - began);
  }

  /** Leaves the rest of the time to others. */
  private void rest(long workedNanos) throws InterruptedException {
    int share = clientsAreBusy.getAsBoolean() ? config.busySharePercent() : config.sharePercent();
    sleep(Duration.ofNanos(workedNanos * (100 - share) / share));
  }

  private boolean isDue() {
    lock.lock();
    try {
      boolean due = asked || !clock.instant().isBefore(mark.began().plus(config.interval()));
      if (mark.isDone() && !due) {
        return false;
      }
      asked = false;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** One whole census, from wherever this one is, without resting; waits for what must settle. */
  CensusMark count() throws IOException, InterruptedException {
    do {
      step();
    } while (!mark.isDone());
    return mark;
  }

  /** The next page. Begins a census if none is under way. */
  void step() throws IOException, InterruptedException {
    if (mark.isDone()) {
      mark = mark.next(clock.instant());
      suspects = new ArrayList<>();
      note();
    }
    switch (mark.at()) {
      case Place.OfIndex here -> lookAtIndex(here);
      case Place.OfDisk here -> lookAtDisk(here);
      case Place.AtEnd() -> end();
    }
  }

  private void lookAtIndex(Place.OfIndex here) throws IOException, InterruptedException {
    if (!findings.hasRoom()) {
      sleep(LOOK_INTERVAL);
      return;
    }
    var page = index.ask(new Query.ListNamed(here.after(), config.pageCount()));
    var seen = indexSight.look(page.named(), clock.instant().minus(config.settle()).toEpochMilli());
    if (!seen.suspects().isEmpty()) {
      suspects.addAll(seen.suspects());
      settled = Optional.of(clock.instant().plus(config.settle()));
    }
    metrics.add(seen.counts());
    mark =
        mark.on(
            page.next().isPresent() ? new Place.OfIndex(page.next()) : firstDisk(), seen.counts());
  }

  private Place firstDisk() {
    return map.get().disks().stream()
        .findFirst()
        .map(Census::beginningOf)
        .orElse(new Place.AtEnd());
  }

  private static Place beginningOf(DiskPlace place) {
    return new Place.OfDisk(place.disk(), Optional.empty());
  }

  /** The disk behind this one in the map; the end, if there is none or this one left the map. */
  private Place diskAfter(DiskId disk) {
    return map.get().disks().stream()
        .dropWhile(place -> !place.disk().equals(disk))
        .skip(1)
        .findFirst()
        .map(Census::beginningOf)
        .orElse(new Place.AtEnd());
  }

  private void lookAtDisk(Place.OfDisk here) throws IOException, InterruptedException {
    var disk = disks.apply(here.disk()).filter(one -> one.state() != DiskState.AWAY);
    if (disk.isEmpty()) {
      mark = mark.on(diskAfter(here.disk()), Counts.NONE);
      return;
    }
    var page = disk.get().list(here.after(), config.pageCount());
    var counts = diskSight.look(disk.get(), page);
    metrics.add(counts);
    mark =
        mark.on(
            page.size() < config.pageCount()
                ? diskAfter(here.disk())
                : new Place.OfDisk(here.disk(), Optional.of(page.getLast().key())),
            counts);
  }

  private void end() throws IOException, InterruptedException {
    if (!suspects.isEmpty() && settled.filter(clock.instant()::isBefore).isPresent()) {
      sleep(LOOK_INTERVAL);
      return;
    }
    var gone = indexSight.lost(suspects);
    suspects = new ArrayList<>();
    for (var stripe : gone.subList(0, Math.min(TOLD_COUNT, gone.size()))) {
      LOG.error(
          "LOST: stripe {}/{} of {} bytes, named by {}, written for {}, has too few shards left to be"
              + " read",
          stripe.extent().group(),
          stripe.extent().stripe(),
          stripe.extent().length(),
          stripe.by(),
          stripe
              .owner()
              .map(owner -> "bucket " + owner.bucket() + ", key " + owner.key())
              .orElse("nobody knows what"));
    }
    lost = gone.stream().limit(TOLD_COUNT).toList();
    mark =
        mark.on(new Place.AtEnd(), new Counts(0, 0, 0, 0, gone.size(), 0, 0, 0, 0, 0, 0, 0, 0, 0))
            .end(clock.instant());
    finished = Optional.of(mark);
    metrics.ended();
    tell(mark.counts());
    note();
  }

  private static void tell(Counts counts) {
    LOG.info(
        "census: {} stripes of {} bytes are named, {} shards of {} bytes held; missing {}, lost {},"
            + " orphans {}, misplaced {}",
        counts.stripeCount(),
        counts.namedBytes(),
        counts.shardCount(),
        counts.heldBytes(),
        counts.missingCount(),
        counts.lostCount(),
        counts.orphanCount(),
        counts.misplacedCount());
  }

  private void note() {
    notedAt = System.nanoTime();
    try {
      notes.append(List.of(new JournalRecord.Counted(mark)));
    } catch (IOException failure) {
      LOG.warn("the census' progress was not written down, some is counted again", failure);
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for so long, or until a census is asked for or the process ends. */
  private void sleep(Duration time) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = time.toNanos();
      while (left > 0 && !closed && !asked) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stops after the page under way and writes down how far it came. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (worker.isAlive()) {
        worker.join(TimeUnit.NANOSECONDS.toMillis(CLOSE_PATIENCE.toNanos()));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    note();
  }
}
