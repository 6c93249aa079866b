package ninebark.scrubber.experience;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import ninebark.scrubber.journal.Absence;
import ninebark.scrubber.journal.Experience;
import ninebark.scrubber.journal.Journal;
import ninebark.scrubber.journal.JournalRecord;
import ninebark.scrubber.rebuild.Rebuild;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.ShardDisk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches disks and repairs, and adds up what happens to them.
 *
 * <p>A disk counts as lost once for each absence longer than the grace time, also when the process
 * restarts meanwhile. Time when the process is down is not watched, but an absence that spans it is
 * as long as it was.
 *
 * <p>Threads: a virtual thread of its own; any may ask.
 */
public final class Watch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  /** A clock that jumps further than this between two looks is not believed. */
  private static final Duration LONGEST_LOOK = INTERVAL.multipliedBy(10);

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final Supplier<ClusterMap> map;
  private final Function<DiskId, Optional<ShardDisk>> disks;
  private final LongSupplier shardCount;
  private final Duration grace;
  private final InstantSource clock;
  private final Rebuild.Notes notes;
  private final MeterRegistry meters;
  private final Thread worker = Thread.ofVirtual().name("watch").unstarted(this::run);

  private final Map<DiskId, Absence> away = new HashMap<>();
  private Experience experience;
  private Instant looked;
  private Readings read;

  /** Sums since the process began. */
  private record Readings(long damageCount, long repairCount, long queuedMillis, long tookMillis) {}

  /**
   * @param shardCount how many shards the disks hold, as far as it is known
   * @param grace how long a disk may be away before it counts as lost
   * @param memory what an earlier life came to
   * @param meters where patrol and rebuild count and time
   */
  public Watch(
      Supplier<ClusterMap> map,
      Function<DiskId, Optional<ShardDisk>> disks,
      LongSupplier shardCount,
      Duration grace,
      InstantSource clock,
      Rebuild.Notes notes,
      Journal.Memory memory,
      MeterRegistry meters) {
    this.map = map;
    this.disks = disks;
    this.shardCount = shardCount;
    this.grace = grace;
    this.clock = clock;
    this.notes = notes;
    this.meters = meters;
    experience = memory.experience().orElseGet(() -> Experience.none(clock.instant()));
    away.putAll(memory.away());
    looked = clock.instant();
    read = readings();
  }

  public void begin() {
    worker.start();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        look();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** What has been lived through until now. */
  public synchronized Experience experience() {
    return experience;
  }

  /** Everything that is to be remembered, for a journal that is written anew. */
  public synchronized List<JournalRecord> records() {
    List<JournalRecord> records = new ArrayList<>();
    records.add(new JournalRecord.Experienced(experience));
    away.values().forEach(absence -> records.add(new JournalRecord.Away(absence)));
    return records;
  }

  /** Adds what has happened since the last look. */
  void look() {
    var records = add();
    try {
      // Not under this object's lock: the journal may ask for all records under its own.
      notes.append(records);
    } catch (IOException failure) {
      LOG.warn("what was lived through is not written down yet", failure);
    }
  }

  private synchronized List<JournalRecord> add() {
    var now = clock.instant();
    long passed = Math.max(0, Duration.between(looked, now).toMillis());
    if (passed > LONGEST_LOOK.toMillis()) {
      LOG.info("the clock went {} ms further at once; that time is not counted", passed);
      passed = 0;
    }
    looked = now;
    var places = map.get().disks();
    List<JournalRecord> records = new ArrayList<>();
    long lostCount = 0;
    long lostMillis = 0;
    var inMap = places.stream().map(DiskPlace::disk).collect(Collectors.toSet());
    for (var id : List.copyOf(away.keySet())) {
      // One that was taken out of the map is nobody's loss any more.
      if (!inMap.contains(id)) {
        away.remove(id);
        records.add(new JournalRecord.Back(id));
      }
    }
    for (var place : places) {
      var id = place.disk();
      if (disks.apply(id).map(ShardDisk::state).orElse(DiskState.AWAY) != DiskState.AWAY) {
        if (away.remove(id) != null) {
          records.add(new JournalRecord.Back(id));
        }
        continue;
      }
      var absence = away.get(id);
      if (absence == null) {
        absence = new Absence(id, now, false);
        away.put(id, absence);
        records.add(new JournalRecord.Away(absence));
      }
      var length = Duration.between(absence.since(), now);
      if (absence.counted()) {
        lostMillis += passed;
      } else if (length.compareTo(grace) >= 0) {
        lostCount++;
        lostMillis += length.toMillis();
        absence = new Absence(id, absence.since(), true);
        away.put(id, absence);
        records.add(new JournalRecord.Away(absence));
        LOG.warn("disk {} is away since {} and counts as lost", id, absence.since());
      }
    }
    var before = read;
    read = readings();
    experience =
        experience.plus(
            new Experience(
                experience.since(),
                passed * places.size(),
                lostCount,
                lostMillis,
                passed * shardCount.getAsLong(),
                read.damageCount - before.damageCount,
                read.repairCount - before.repairCount,
                read.queuedMillis - before.queuedMillis,
                read.tookMillis - before.tookMillis));
    records.add(new JournalRecord.Experienced(experience));
    return records;
  }

  private Readings readings() {
    double damaged = 0;
    for (var counter : meters.find("ninebark.patrol.damaged").counters()) {
      damaged += counter.count();
    }
    var took = Optional.ofNullable(meters.find("ninebark.rebuild.took").timer());
    var queued = Optional.ofNullable(meters.find("ninebark.rebuild.queued").timer());
    // What was queued and did not have to be made again is in the queue's mean only.
    long repairs = took.map(Timer::count).orElse(0L);
    double queuedMean = queued.map(timer -> timer.mean(TimeUnit.MILLISECONDS)).orElse(0.0);
    return new Readings(
        (long) damaged,
        repairs,
        Math.round(queuedMean * repairs),
        Math.round(took.map(timer -> timer.totalTime(TimeUnit.MILLISECONDS)).orElse(0.0)));
  }

  @Override
  public void close() {
    worker.interrupt();
    try {
      // One that was never begun cannot be waited for.
      if (worker.isAlive()) {
        worker.join(CLOSE_PATIENCE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    look();
  }
}
