package ninebark.scrubber.moves;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import ninebark.metadata.LiveMap;
import ninebark.scrubber.journal.Loss;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.ShardDamagedException;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardMissingException;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.placement.Relocation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the places that positions move away from, ends moves whose place is empty, and begins the
 * next ones: what the cluster map says is under way is all it goes by, so it needs no memory of its
 * own to go on after a crash.
 *
 * <p>A shard is erased where it was only when it has been read back where it is now. New shards are
 * written to the new place from the moment the map says so; a write that was begun before may still
 * come to the old one, so a place must stay empty for a while before its move ends.
 *
 * <p>Threads: one virtual thread of its own; any may ask for the status.
 */
public final class Mover implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Mover.class);
  private static final int PAGE = 200;
  private static final Duration SHARD_PATIENCE = Duration.ofSeconds(30);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  /**
   * What moving is doing, at one moment.
   *
   * @param movedShards brought since the start
   * @param movedBytes of those
   * @param waiting why moves do not go on, by group
   */
  public record Status(long movedShards, long movedBytes, Map<GroupId, String> waiting) {}

  private final LiveMap map;
  private final Function<DiskId, Optional<ShardDisk>> disks;
  private final BooleanSupplier clientsAreBusy;
  private final BooleanSupplier repairIsUrgent;
  private final Consumer<Loss> report;
  private final BooleanSupplier onDuty;
  private final InstantSource clock;
  private final MovesConfig config;
  private final Counter shards;
  private final Counter bytes;
  private final Thread worker;
  private final AtomicLong workedNanos = new AtomicLong();
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Since when nothing has been found where a group's position was. Used by the worker only. */
  private final Map<GroupId, Empty> empty = new HashMap<>();

  private final Map<GroupId, String> waiting = new ConcurrentHashMap<>();

  private record Empty(PlacementGroup.Moving move, long sinceNanos) {}

  /**
   * @param report takes a shard that was found damaged where it was, to be made again
   * @param onDuty whether this process moves shards; all follow the map
   */
  public Mover(
      LiveMap map,
      Function<DiskId, Optional<ShardDisk>> disks,
      BooleanSupplier clientsAreBusy,
      BooleanSupplier repairIsUrgent,
      Consumer<Loss> report,
      BooleanSupplier onDuty,
      InstantSource clock,
      MovesConfig config,
      MeterRegistry meters) {
    this.map = map;
    this.disks = disks;
    this.clientsAreBusy = clientsAreBusy;
    this.repairIsUrgent = repairIsUrgent;
    this.report = report;
    this.onDuty = onDuty;
    this.clock = clock;
    this.config = config;
    shards = meters.counter("ninebark.moves.shards");
    bytes = meters.counter("ninebark.moves.bytes");
    Gauge.builder("ninebark.moves.groups", map, live -> live.get().movingCount()).register(meters);
    worker = Thread.ofVirtual().name("mover").unstarted(this::run);
  }

  public void start() {
    worker.start();
  }

  public Status status() {
    return new Status((long) shards.count(), (long) bytes.count(), Map.copyOf(waiting));
  }

  /** How fast moves went while they were at work; empty before the first. */
  public OptionalLong bytesPerSecond() {
    long worked = workedNanos.get();
    return bytes.count() > 0 && worked > 0
        ? OptionalLong.of(Math.max(1, (long) (bytes.count() / (worked / 1e9))))
        : OptionalLong.empty();
  }

  /** What a move takes at least. */
  public Duration settle() {
    return config.settle();
  }

  private void run() {
    try {
      while (!closing.await(config.look().toNanos(), TimeUnit.NANOSECONDS)) {
        try {
          round();
        } catch (InterruptedIOException _) {
          return;
        } catch (IOException notNow) {
          LOG.warn("moving waits: {}", notNow.toString());
        } catch (RuntimeException bug) {
          LOG.error("a bug stopped a round of moving", bug);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** One look at the map: carries what moves, ends what has arrived, begins what is next. */
  void round() throws IOException, InterruptedException {
    var now = map.refresh();
    if (!onDuty.getAsBoolean()) {
      return;
    }
    var moving = now.groups().stream().filter(group -> group.moving().isPresent()).toList();
    var ids = new HashSet<GroupId>();
    moving.forEach(group -> ids.add(group.id()));
    empty.keySet().retainAll(ids);
    waiting.keySet().retainAll(ids);
    Set<GroupId> arrived = new HashSet<>();
    for (var group : moving) {
      if (carry(group)) {
        arrived.add(group.id());
      }
    }
    if (!arrived.isEmpty()) {
      var ended = moving.stream().filter(group -> arrived.contains(group.id())).toList();
      change(current -> settled(current, ended));
    }
    if (Relocation.next(map.get(), this::takesWrites, config.groupsAtOnce()).isPresent()) {
      change(
          current ->
              Relocation.next(current, this::takesWrites, config.groupsAtOnce())
                  .<Relocation.Outcome>map(Relocation.Outcome.Planned::new)
                  .orElseGet(() -> new Relocation.Outcome.Refused("nothing is to be moved")));
    }
  }

  /** Ends those moves that are still what they were when they were found to have arrived. */
  private static Relocation.Outcome settled(ClusterMap current, List<PlacementGroup> ended) {
    var still = new HashSet<GroupId>();
    for (var group : current.groups()) {
      if (ended.contains(group)) {
        still.add(group.id());
      }
    }
    return still.isEmpty()
        ? new Relocation.Outcome.Refused("the moves were turned back")
        : new Relocation.Outcome.Planned(Relocation.settle(current, still));
  }

  private void change(Function<ClusterMap, Relocation.Outcome> plan) throws IOException {
    switch (map.change(plan)) {
      case Relocation.Outcome.Planned(var planned) ->
          LOG.info(
              "cluster map {}: {} positions are on their way, {} disks leave",
              planned.epoch(),
              planned.movingCount(),
              planned.leaving().size());
      case Relocation.Outcome.Refused(var why) -> LOG.debug("the map stays: {}", why);
    }
  }

  private boolean takesWrites(DiskId id) {
    return disks.apply(id).filter(disk -> disk.state() == DiskState.UP).isPresent();
  }

  /** Whether the place that the position leaves is empty and has been for long enough. */
  private boolean carry(PlacementGroup group) throws InterruptedException, InterruptedIOException {
    var move = group.moving().orElseThrow();
    var to = disks.apply(group.disks().get(move.shard()));
    var from = disks.apply(move.from()).filter(disk -> disk.state() != DiskState.AWAY);
    if (from.isEmpty()) {
      waits(group, "disk " + move.from() + " is away");
      return false;
    }
    if (to.isEmpty()) {
      waits(group, "disk " + group.disks().get(move.shard()) + " is away");
      return false;
    }
    try {
      boolean nothing = emptied(group, move, from.get(), to.get());
      var known = empty.get(group.id());
      if (!nothing) {
        empty.remove(group.id());
        return false;
      }
      waiting.remove(group.id());
      if (known == null || !known.move.equals(move)) {
        empty.put(group.id(), new Empty(move, System.nanoTime()));
        return config.settle().isZero();
      }
      return System.nanoTime() - known.sinceNanos >= config.settle().toNanos();
    } catch (InterruptedIOException stop) {
      throw stop;
    } catch (IOException notNow) {
      empty.remove(group.id());
      waits(group, notNow.toString());
      return false;
    }
  }

  private void waits(PlacementGroup group, String why) {
    if (!why.equals(waiting.put(group.id(), why))) {
      LOG.warn("the move in {} waits: {}", group.id(), why);
    }
  }

  /** Brings all there is; returns whether there was nothing to begin with. */
  private boolean emptied(
      PlacementGroup group, PlacementGroup.Moving move, ShardDisk from, ShardDisk to)
      throws IOException, InterruptedException {
    boolean nothing = true;
    var after = Optional.of(new ShardKey(group.id(), new StripeId(0, 0), 0));
    while (true) {
      var page = from.list(after, PAGE);
      var mine = new ArrayList<ShardKey>();
      boolean atEnd = page.size() < PAGE;
      for (var stored : page) {
        atEnd |= stored.key().group().value() > group.id().value();
        if (stored.key().group().equals(group.id()) && stored.key().shard() == move.shard()) {
          mine.add(stored.key());
        }
      }
      nothing &= mine.isEmpty();
      if (!bringAll(group, mine, from, to)) {
        return false;
      }
      if (atEnd) {
        return nothing;
      }
      after = Optional.of(page.getLast().key());
    }
  }

  /** Returns false when the map says otherwise by now, or the process stops. */
  private boolean bringAll(PlacementGroup group, List<ShardKey> keys, ShardDisk from, ShardDisk to)
      throws IOException, InterruptedException {
    var there = new ArrayList<ShardKey>();
    boolean goesOn = true;
    for (var key : keys) {
      goesOn = closing.getCount() > 0 && map.get().groups().contains(group);
      if (!goesOn) {
        break;
      }
      long began = System.nanoTime();
      try {
        if (ShardCopy.bring(key, from, to, Deadline.after(SHARD_PATIENCE))) {
          shards.increment();
          bytes.increment(to.label(key).shardBytes());
        }
        there.add(key);
      } catch (ShardMissingException _) {
        // Erased since it was listed.
      } catch (ShardDamagedException damaged) {
        LOG.error("a shard cannot be moved and is made again: {}", damaged.getMessage());
        report.accept(Loss.of(key, clock.instant()));
      }
      rest(System.nanoTime() - began);
      workedNanos.addAndGet(System.nanoTime() - began);
    }
    if (!there.isEmpty()) {
      from.erase(there);
    }
    return goesOn;
  }

  /** Leaves clients and urgent repairs their share of the disks. */
  private void rest(long workedNanos) throws InterruptedException {
    if (clientsAreBusy.getAsBoolean() || repairIsUrgent.getAsBoolean()) {
      int percent = config.sharePercent();
      closing.await(workedNanos * (100 - percent) / percent, TimeUnit.NANOSECONDS);
    }
  }

  /** Stops; what is under way goes on at the next start. */
  @Override
  public void close() {
    closing.countDown();
    try {
      if (worker.isAlive() && !worker.join(CLOSE_PATIENCE)) {
        worker.interrupt();
        worker.join(CLOSE_PATIENCE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
