package ninebark.scrubber.patrol;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import ninebark.erasure.Codec;
import ninebark.erasure.Scheme;
import ninebark.metadata.IndexInspector;
import ninebark.scrubber.clients.ClientLoad;
import ninebark.scrubber.journal.Journal;
import ninebark.scrubber.journal.JournalRecord;
import ninebark.scrubber.journal.PatrolMark;
import ninebark.scrubber.rebuild.Crew;
import ninebark.scrubber.rebuild.Rebuild;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskInspector;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.file.Medium;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that looks: a {@link DiskPatrol} for each disk, and one round that calls the roll of
 * the groups and reads young stripes.
 *
 * <p>The roll is called at the start, when a disk comes back, when the operator asks for a pass,
 * when losses were left out for want of room, and at its interval.
 *
 * <p>Threads: a virtual thread for each disk, one for the rounds, one that writes marks down. Any
 * may command and ask.
 */
public final class Patrol implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Patrol.class);

  /** How often the rounds look whether something is due. */
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

  /** How often marks are written down; after a crash so much is read again. */
  private static final Duration NOTE_INTERVAL = Duration.ofSeconds(10);

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  /** What one disk's patrol is at. */
  public record DiskProgress(
      DiskId disk,
      String az,
      DiskState state,
      int pass,
      boolean done,
      long checkedBytes,
      long heldBytes,
      long checkedShardCount,
      long damageCount,
      double bytesPerSecond,
      Instant began,
      Instant finish,
      Instant oldestUnverified) {}

  /**
   * What patrol is at.
   *
   * @param pausedUntil when a pause ends, empty if there is none
   * @param rollCallCount how often the roll of all groups was called since the start
   */
  public record Status(
      Optional<Instant> pausedUntil,
      List<DiskProgress> disks,
      IndexProgress index,
      long rollCallCount) {}

  /**
   * What the patrol of the index' own files is at.
   *
   * @param pass how many there were since the start
   * @param checkedBytes of the last
   * @param ended when the last ended
   * @param damage what it found
   */
  public record IndexProgress(
      int pass, long checkedBytes, Optional<Instant> ended, List<String> damage) {
    public IndexProgress {
      damage = List.copyOf(damage);
    }
  }

  private final PatrolConfig config;
  private final Supplier<ClusterMap> map;
  private final Function<DiskId, Optional<ShardDisk>> disks;
  private final InstantSource clock;
  private final Rebuild.Notes notes;
  private final LongSupplier droppedCount;
  private final Findings findings;
  private final PatrolSwitch control;
  private final PatrolPace pace;
  private final ClientLoad load;
  private final RollCall rollCall;
  private final IndexPatrol indexPatrol;
  private final Map<DiskId, DiskPatrol> patrols = new HashMap<>();
  private final Map<DiskId, DiskPlace> places = new HashMap<>();
  private final Map<Integer, Instant> grown = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong rollCallCount = new AtomicLong();

  /**
   * @param load whether clients are busy, to whom patrol yields
   * @param medium what a disk is made of
   * @param index looks at this process' replica
   * @param onDuty whether this process is the one that patrols
   * @param memory what an earlier life came to
   * @param droppedCount how many losses were left out for want of room so far
   */
  public Patrol(
      PatrolConfig config,
      Supplier<ClusterMap> map,
      Function<DiskId, Optional<ShardDisk>> disks,
      Function<DiskId, Optional<DiskInspector>> inspectors,
      Function<DiskId, Medium> medium,
      IndexInspector index,
      Function<Scheme, Codec> codecs,
      ClientLoad load,
      BooleanSupplier onDuty,
      InstantSource clock,
      Rebuild.Notes notes,
      Journal.Memory memory,
      LongSupplier droppedCount,
      Findings findings,
      MeterRegistry meters) {
    this.config = config;
    this.map = map;
    this.disks = disks;
    this.clock = clock;
    this.notes = notes;
    this.droppedCount = droppedCount;
    this.findings = findings;
    control = new PatrolSwitch(clock, onDuty, memory.pausedUntil());
    pace = new PatrolPace(config.ceilingBytesPerSecond());
    this.load = load;
    rollCall =
        new RollCall(disks, codecs, findings, clock, Crew.VIRTUAL, new PatrolMetrics(meters));
    grown.putAll(memory.grown());
    var now = clock.instant();
    var known = map.get();
    for (var place : known.disks()) {
      var metrics = new PatrolMetrics.OfDisk(meters, place);
      var patrol =
          new DiskPatrol(
              memory.marks().getOrDefault(place.disk(), PatrolMark.first(place.disk(), now)),
              disks,
              inspectors,
              config.interval(medium.apply(place.disk())),
              config.settle(),
              pivot(place.disk(), known),
              pace,
              load::isBusy,
              control,
              findings,
              clock,
              metrics);
      metrics.follow(patrol, clock);
      patrols.put(place.disk(), patrol);
      places.put(place.disk(), place);
      threads.add(Thread.ofVirtual().name("patrol-" + place.disk()).unstarted(patrol::run));
    }
    Gauge.builder("ninebark.patrol.groups", map, groups -> groups.get().groups().size())
        .description("Placement groups whose disks are compared in a roll call of all")
        .register(meters);
    indexPatrol = new IndexPatrol(index, config, control, clock, meters);
    threads.add(Thread.ofVirtual().name("patrol-index").unstarted(indexPatrol::run));
    threads.add(Thread.ofVirtual().name("patrol-rounds").unstarted(this::rounds));
    threads.add(Thread.ofVirtual().name("patrol-notes").unstarted(this::takeNotes));
  }

  /**
   * Where a disk's passes begin: somewhere else than those of the others it shares stripes with.
   */
  private static GroupId pivot(DiskId disk, ClusterMap map) {
    int groups = map.groups().stream().mapToInt(group -> group.id().value() + 1).max().orElse(1);
    return new GroupId(Math.floorMod(disk.hashCode(), groups));
  }

  public void begin() {
    threads.forEach(Thread::start);
  }

  /** Begins a pass of every disk now, at full pace, and calls the roll; ends a pause. */
  public void start() {
    control.start();
    note(List.of(new JournalRecord.Paused(Instant.EPOCH)));
    LOG.info("a patrol of everything was asked for");
  }

  /**
   * Rests until {@link #resume}, or until so much time has passed.
   *
   * @return when it goes on by itself
   */
  public Instant pause() {
    var until = clock.instant().plus(config.pauseLimit());
    control.pauseUntil(until);
    note(List.of(new JournalRecord.Paused(until)));
    LOG.info("patrol rests until {}", until);
    return until;
  }

  public void resume() {
    control.resume();
    note(List.of(new JournalRecord.Paused(Instant.EPOCH)));
    LOG.info("patrol goes on");
  }

  /** Until when it rests; empty if it does not. */
  public Optional<Instant> pausedUntil() {
    return control.pausedUntil();
  }

  /** Whether nothing is patrolled here now: a pause, or another process does it. */
  public boolean rests() {
    return control.rests();
  }

  public Status status() {
    var now = clock.instant();
    List<DiskProgress> progress = new ArrayList<>();
    for (var place : map.get().disks()) {
      var patrol = patrols.get(place.disk());
      if (patrol != null) {
        progress.add(progress(patrol, place, now));
      }
    }
    return new Status(
        control.pausedUntil(), List.copyOf(progress), indexPatrol.progress(), rollCallCount.get());
  }

  private DiskProgress progress(DiskPatrol patrol, DiskPlace place, Instant now) {
    var mark = patrol.mark();
    long held = patrol.heldBytes();
    double rate =
        Math.max(patrol.bytesPerSecond(), PatrolPace.floor(mark, held, patrol.interval(), now));
    return new DiskProgress(
        mark.disk(),
        place.az(),
        disks.apply(mark.disk()).map(ShardDisk::state).orElse(DiskState.AWAY),
        mark.pass(),
        mark.isDone(),
        mark.bytes(),
        held,
        mark.shardCount(),
        mark.damageCount(),
        patrol.bytesPerSecond(),
        mark.began(),
        mark.ended().orElseGet(() -> PatrolPace.finish(mark, held, rate, now)),
        mark.oldestUnverified(held));
  }

  /** Everything that is to be remembered, for a journal that is written anew. */
  public List<JournalRecord> records() {
    List<JournalRecord> records = new ArrayList<>();
    patrols.values().forEach(patrol -> records.add(new JournalRecord.Marked(patrol.mark())));
    grown.forEach((age, until) -> records.add(new JournalRecord.Grown(age, until)));
    control.pausedUntil().ifPresent(until -> records.add(new JournalRecord.Paused(until)));
    return records;
  }

  /** What the rounds have done and seen. */
  private final class Rounds {
    Instant rollCallDue = clock.instant();
    Instant youngDue = clock.instant();
    int startsSeen = control.starts();
    long droppedSeen = droppedCount.getAsLong();
    Set<DiskId> there = there();

    void look() throws InterruptedException {
      var now = clock.instant();
      if (rollIsDue(now)) {
        startsSeen = control.starts();
        droppedSeen = droppedCount.getAsLong();
        if (callAll()) {
          rollCallDue = clock.instant().plus(config.rollCallInterval());
        }
      } else if (!now.isBefore(youngDue)) {
        readYoung(now);
        youngDue = clock.instant().plus(config.youngInterval());
      }
    }

    private boolean rollIsDue(Instant now) {
      var before = there;
      there = there();
      boolean somebodyIsBack = !before.containsAll(there);
      boolean someWereDropped = droppedCount.getAsLong() != droppedSeen && findings.hasRoom();
      return somebodyIsBack
          || someWereDropped
          || control.starts() != startsSeen
          || !now.isBefore(rollCallDue);
    }
  }

  private void rounds() {
    var rounds = new Rounds();
    try {
      while (!control.isClosed()) {
        try {
          rounds.look();
        } catch (RuntimeException bug) {
          LOG.error("the rounds of the patrol met a bug", bug);
        }
        control.rest(LOOK_INTERVAL);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Set<DiskId> there() {
    Set<DiskId> there = new HashSet<>();
    for (var place : map.get().disks()) {
      disks
          .apply(place.disk())
          .filter(disk -> disk.state() != DiskState.AWAY)
          .ifPresent(disk -> there.add(place.disk()));
    }
    return there;
  }

  /** The roll of all groups, and the parity of some of their stripes. */
  private boolean callAll() throws InterruptedException {
    long began = System.nanoTime();
    // Each interval another part, so that in the end every stripe has been read whole.
    long which =
        Math.floorMod(
            clock.millis() / config.rollCallInterval().toMillis(), (long) config.parityEvery());
    var until = clock.instant().minus(config.settle());
    for (var group : map.get().groups()) {
      boolean done =
          rollCall.call(
              group,
              Instant.EPOCH,
              until,
              seen ->
                  Math.floorMod(seen.stripe().stripe().serial(), (long) config.parityEvery())
                      == which,
              new Manners());
      if (!done) {
        return false;
      }
    }
    rollCallCount.incrementAndGet();
    LOG.info(
        "the roll of {} groups was called in {} ms",
        map.get().groups().size(),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    return true;
  }

  /** Stripes that have come of one of the ages since this was last asked. */
  private void readYoung(Instant now) throws InterruptedException {
    for (int age = 0; age < config.youngAges().size(); age++) {
      var until = now.minus(config.youngAges().get(age));
      // Older ones had their turn, or are left to the rounds of all when patrol is new here.
      var from = grown.getOrDefault(age, until);
      boolean done = true;
      if (from.isBefore(until)) {
        for (var group : map.get().groups()) {
          done = done && rollCall.call(group, from, until, _ -> true, new Manners());
        }
      }
      if (done) {
        grown.put(age, until);
        note(List.of(new JournalRecord.Grown(age, until)));
      }
    }
  }

  /** How the rounds give way. */
  private final class Manners implements RollCall.Manners {
    /** What is missing must be known before anything else can be done about it. */
    @Override
    public boolean mayGoOn() throws InterruptedException {
      while (!control.isClosed() && (control.rests() || !findings.hasRoom())) {
        control.rest(LOOK_INTERVAL);
      }
      return !control.isClosed();
    }

    @Override
    public void beforeReading() throws InterruptedException {
      while (!control.isClosed() && findings.isUrgent()) {
        control.rest(LOOK_INTERVAL);
      }
    }

    /** A stripe's bytes are on many disks, so the pace of one is kept by far on each. */
    @Override
    public void afterReading(long bytes) throws InterruptedException {
      double share = load.isBusy() ? 0.25 : 1;
      control.rest(PatrolPace.due(bytes, share * config.ceilingBytesPerSecond()));
    }
  }

  private void takeNotes() {
    Map<DiskId, PatrolMark> noted = new HashMap<>();
    try {
      while (!control.isClosed()) {
        noteMarks(noted);
        control.rest(NOTE_INTERVAL);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void noteMarks(Map<DiskId, PatrolMark> noted) {
    List<JournalRecord> changed = new ArrayList<>();
    for (var patrol : patrols.values()) {
      var mark = patrol.mark();
      if (!mark.equals(noted.put(mark.disk(), mark))) {
        changed.add(new JournalRecord.Marked(mark));
      }
    }
    note(changed);
  }

  private void note(Collection<JournalRecord> records) {
    try {
      notes.append(records);
    } catch (IOException failure) {
      LOG.warn("the patrol's progress was not written down, some is read again", failure);
    }
  }

  /** Stops after the reads under way and writes down how far they came. */
  @Override
  public void close() {
    control.close();
    long until = System.nanoTime() + CLOSE_PATIENCE.toNanos();
    for (var thread : threads) {
      try {
        if (thread.isAlive()) {
          thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    noteMarks(new HashMap<>());
  }
}
