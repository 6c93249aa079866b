package ninebark.scrubber.rebuild;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import ninebark.erasure.ShardSet;
import ninebark.scrubber.journal.JournalRecord;
import ninebark.scrubber.journal.Loss;
import ninebark.scrubber.journal.StripeKey;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.PlacementGroup;

/**
 * Decides which repairs begin when: the whole policy of rebuild, without a thread, a clock or a
 * disk.
 *
 * <p>In order of remaining margin, then of age. A stripe that can lose nothing more waits for
 * nothing but a disk that is not overrun; one that can lose one more takes its share of the disks;
 * one that can lose two or more waits until the loss has lasted, and stands back while the network
 * is in trouble. A stripe is one repair, whatever it has lost. A disk serves only so many repairs
 * at once. A repair that takes too long loses its place to others and is begun again without the
 * disks that keep it waiting; these keep counting it, so that no more than their limit can get
 * stuck on them.
 *
 * <p>Invariant: a stripe is in the queue or under repair from the report of its loss until it is
 * whole, erased, or pushed out of a full queue.
 *
 * <p>Threads: one at a time.
 */
final class RepairSchedule {
  /** How many entries that cannot begin now are stepped over in one look. */
  private static final int MOST_STEPPED_OVER = 1_000;

  /** How quickly the expected time of a repair follows what repairs take. */
  private static final double NEW_WEIGHT = 0.1;

  private static final Set<DiskState> READABLE =
      EnumSet.of(DiskState.UP, DiskState.FULL, DiskState.SUSPECT);

  /** The cluster as it is now. */
  interface Cluster {
    Optional<PlacementGroup> group(GroupId id);

    /** Every disk of the map; those that cannot be reached are away. */
    Map<DiskId, DiskState> states();

    /** Whether there is somebody to leave a share of the disks to. */
    boolean clientsAreBusy();
  }

  /** A repair that was begun. */
  private static final class Running {
    final RepairOrder order;
    final long beganNanos;
    final Set<DiskId> uses;
    Optional<Loss> later = Optional.empty();
    boolean abandoned;

    Running(RepairOrder order, long beganNanos, Set<DiskId> uses) {
      this.order = order;
      this.beganNanos = beganNanos;
      this.uses = new HashSet<>(uses);
    }
  }

  private final RebuildConfig config;
  private final RepairQueue queue;
  private final RepairBudget budget;
  private final Absences absences;

  /** Repairs that have a place, by stripe. */
  private final Map<StripeKey, Running> running = new HashMap<>();

  /** All that have not ended, those that lost their place too, by number. */
  private final Map<Long, Running> begun = new HashMap<>();

  private final Map<DiskId, Integer> uses = new HashMap<>();
  private final List<JournalRecord> changes = new ArrayList<>();
  private Map<DiskId, DiskState> states = Map.of();
  private double expectedNanos;
  private long nextNumber = 1;
  private long droppedCount;
  private long stuckCount;

  RepairSchedule(RebuildConfig config) {
    this.config = config;
    queue = new RepairQueue(config.queueCount());
    budget = new RepairBudget(config);
    absences = new Absences(config);
  }

  /**
   * Notes a loss.
   *
   * @return whether it will be seen to; not if the queue is full of stripes that can lose less
   */
  boolean report(Loss loss, Cluster cluster) {
    var working = running.get(loss.stripe());
    if (working != null) {
      working.later = Optional.of(working.later.map(loss::and).orElse(loss));
      return true;
    }
    var known = queue.find(loss.stripe());
    var whole = known.map(entry -> entry.loss().and(loss)).orElse(loss);
    if (known.isPresent() && known.get().loss().equals(whole)) {
      return true;
    }
    var entry =
        new RepairQueue.Entry(
            whole,
            margin(whole, cluster),
            known.map(RepairQueue.Entry::attempts).orElse(0),
            known.map(RepairQueue.Entry::avoid).orElse(Set.of()));
    return offer(entry);
  }

  private boolean offer(RepairQueue.Entry entry) {
    return switch (queue.offer(entry)) {
      case RepairQueue.Offer.Taken(var instead) -> {
        instead.ifPresent(
            pushedOut -> {
              droppedCount++;
              changes.add(new JournalRecord.Mended(pushedOut));
            });
        changes.add(new JournalRecord.Lost(entry.loss()));
        yield true;
      }
      case RepairQueue.Offer.Refused() -> {
        droppedCount++;
        yield false;
      }
    };
  }

  /**
   * What is to be begun now.
   *
   * <p>Also the moment when the state of the disks is looked at.
   */
  List<RepairOrder> begin(Cluster cluster, Now now) {
    observe(cluster, now);
    queue.wake(now.nanos());
    List<RepairOrder> orders = new ArrayList<>();
    List<Runnable> moves = new ArrayList<>();
    int steppedOver = 0;
    for (var entry : queue.ready()) {
      if (!budget.hasPlace(entry.margin(), now.nanos()) || steppedOver > MOST_STEPPED_OVER) {
        break;
      }
      if (entry.margin() >= 2) {
        if (absences.isNetworkEvent(now.nanos())) {
          break;
        }
        var age = Duration.between(entry.loss().since(), now.wall());
        var left = config.calmDelay().minus(age);
        if (left.isPositive()) {
          moves.add(() -> queue.delay(entry, now.nanos() + left.toNanos()));
          continue;
        }
      }
      var group = cluster.group(entry.stripe().group());
      if (group.isEmpty()) {
        moves.add(() -> retryLater(entry, now));
        continue;
      }
      var homes = homes(entry.loss(), group.get());
      var targets = targets(entry, group.get());
      if (targets.isEmpty()) {
        var away = homes.stream().filter(disk -> state(disk) != DiskState.UP).toList();
        moves.add(
            away.isEmpty()
                ? () -> retryLater(entry, now)
                : () -> queue.park(entry, Set.copyOf(away)));
        continue;
      }
      var used = group.get().disks().stream().filter(this::isReadable).collect(Collectors.toSet());
      used.removeAll(entry.avoid());
      if (used.stream().anyMatch(disk -> uses.getOrDefault(disk, 0) >= config.repairsPerDisk())) {
        steppedOver++;
        continue;
      }
      var order =
          new RepairOrder(
              nextNumber++,
              entry.loss(),
              targets,
              group.get(),
              entry.margin(),
              entry.attempts(),
              entry.avoid());
      orders.add(order);
      started(new Running(order, now.nanos(), used));
      moves.add(() -> queue.take(entry.stripe()));
    }
    moves.forEach(Runnable::run);
    return orders;
  }

  private void started(Running repair) {
    running.put(repair.order.loss().stripe(), repair);
    begun.put(repair.order.number(), repair);
    repair.uses.forEach(disk -> uses.merge(disk, 1, Integer::sum));
    budget.began();
  }

  /** The lost shards that can be written where they belong. */
  private ShardSet targets(RepairQueue.Entry entry, PlacementGroup group) {
    var targets = ShardSet.EMPTY;
    for (int shard : entry.loss().shards().stream().toArray()) {
      if (shard < group.disks().size()) {
        var home = group.disks().get(shard);
        if (state(home) == DiskState.UP && !entry.avoid().contains(home)) {
          targets = targets.with(shard);
        }
      }
    }
    return targets;
  }

  private static List<DiskId> homes(Loss loss, PlacementGroup group) {
    return loss.shards().stream()
        .filter(shard -> shard < group.disks().size())
        .mapToObj(group.disks()::get)
        .toList();
  }

  private void observe(Cluster cluster, Now now) {
    var before = states;
    states = Map.copyOf(cluster.states());
    Map<DiskId, Boolean> isAway = new HashMap<>();
    states.forEach((disk, state) -> isAway.put(disk, state == DiskState.AWAY));
    absences.observe(isAway, now.nanos());
    boolean changed = false;
    for (var disk : states.keySet()) {
      var was = before.getOrDefault(disk, DiskState.AWAY);
      var is = states.get(disk);
      if (is == DiskState.UP && was != DiskState.UP) {
        queue.unpark(disk);
      }
      changed |= (is == DiskState.AWAY) != (was == DiskState.AWAY);
    }
    if (changed) {
      queue.regrade(loss -> margin(loss, cluster));
    }
  }

  private DiskState state(DiskId disk) {
    return states.getOrDefault(disk, DiskState.AWAY);
  }

  private boolean isReadable(DiskId disk) {
    return READABLE.contains(state(disk));
  }

  /** How many more shards the stripe can lose, those on disks that are away counted as lost. */
  private int margin(Loss loss, Cluster cluster) {
    var group = cluster.group(loss.stripe().group());
    if (group.isEmpty()) {
      return 0;
    }
    if (states.isEmpty()) {
      states = Map.copyOf(cluster.states());
    }
    var scheme = group.get().scheme();
    int lost =
        (int)
            IntStream.range(0, scheme.n())
                .filter(
                    shard ->
                        loss.shards().contains(shard)
                            || !isReadable(group.get().disks().get(shard)))
                .count();
    return Math.max(0, scheme.m() - lost);
  }

  /** A repair has ended. */
  void ended(RepairOrder order, Outcome outcome, Cluster cluster, Now now) {
    var repair = begun.remove(order.number());
    if (repair == null) {
      return;
    }
    release(repair.uses);
    if (repair.abandoned) {
      // Another attempt is on its way or waits, and finds what this one achieved.
      return;
    }
    running.remove(order.loss().stripe());
    budget.ended(
        order.margin(), now.nanos() - repair.beganNanos, now.nanos(), cluster.clientsAreBusy());
    switch (outcome) {
      case Outcome.Erased() -> forget(order.loss().stripe());
      case Outcome.Attempted attempted -> ended(repair, attempted, cluster, now);
    }
  }

  private void ended(Running repair, Outcome.Attempted outcome, Cluster cluster, Now now) {
    var stripe = repair.order.loss().stripe();
    if (outcome.work().madeCount() > 0) {
      double took = (double) now.nanos() - repair.beganNanos;
      expectedNanos =
          expectedNanos == 0 ? took : expectedNanos + NEW_WEIGHT * (took - expectedNanos);
    }
    Optional<Loss> open = Optional.of(repair.order.loss());
    if (repair.later.isPresent()) {
      open = open.map(repair.later.get()::and);
    }
    open = open.flatMap(loss -> loss.without(outcome.whole()));
    if (!outcome.alsoGone().isEmpty() || !outcome.wrong().isEmpty()) {
      var found = new Loss(stripe, outcome.alsoGone(), outcome.wrong(), now.wall());
      open = Optional.of(open.map(found::and).orElse(found));
    }
    if (open.isEmpty()) {
      changes.add(new JournalRecord.Mended(stripe));
      return;
    }
    var entry =
        new RepairQueue.Entry(
            open.get(), margin(open.get(), cluster), repair.order.attempts(), Set.of());
    offer(entry);
    boolean newsOnly = !outcome.wrong().isEmpty();
    if (outcome.trouble().isPresent() && !newsOnly) {
      queue.find(stripe).ifPresent(waiting -> retryLater(waiting, now));
    }
  }

  private void forget(StripeKey stripe) {
    queue.take(stripe);
    changes.add(new JournalRecord.Mended(stripe));
  }

  /** Those that take too long by now; each is told once, and is in the queue again. */
  List<RepairOrder> giveUpStuck(Cluster cluster, Now now) {
    long limit = stuckNanos();
    List<RepairOrder> stuck = new ArrayList<>();
    for (var repair : List.copyOf(running.values())) {
      if (now.nanos() - repair.beganNanos > limit) {
        giveUp(repair, cluster, now);
        stuck.add(repair.order);
      }
    }
    return stuck;
  }

  private void giveUp(Running repair, Cluster cluster, Now now) {
    stuckCount++;
    repair.abandoned = true;
    running.remove(repair.order.loss().stripe());
    budget.ended(
        repair.order.margin(),
        now.nanos() - repair.beganNanos,
        now.nanos(),
        cluster.clientsAreBusy());
    // What it waits for goes on counting it.
    var waitedFor = Set.copyOf(repair.order.waitingFor());
    Set<DiskId> free = new HashSet<>(repair.uses);
    free.removeAll(waitedFor);
    release(free);
    repair.uses.removeAll(free);
    var loss = repair.later.map(repair.order.loss()::and).orElse(repair.order.loss());
    Set<DiskId> avoid = new HashSet<>(repair.order.avoid());
    avoid.addAll(waitedFor);
    offer(
        new RepairQueue.Entry(
            loss, margin(loss, cluster), repair.order.attempts() + 1, Set.copyOf(avoid)));
  }

  /** How long a repair may take before it is called stuck. */
  long stuckNanos() {
    return Math.max(config.stuckFloor().toNanos(), (long) (config.stuckFactor() * expectedNanos));
  }

  private void retryLater(RepairQueue.Entry entry, Now now) {
    int doublings = Math.min(entry.attempts(), 20);
    long wait =
        Math.min(config.retryDelay().toNanos() << doublings, config.retryDelayLimit().toNanos());
    long bounded = wait <= 0 ? config.retryDelayLimit().toNanos() : wait;
    // By then the disks that kept it waiting may be well again.
    queue.delay(
        new RepairQueue.Entry(entry.loss(), entry.margin(), entry.attempts() + 1, Set.of()),
        now.nanos() + bounded);
  }

  private void release(Collection<DiskId> disks) {
    for (var disk : disks) {
      uses.computeIfPresent(disk, (_, count) -> count > 1 ? count - 1 : null);
    }
  }

  /** What is to be written to the journal since the last call, in order. */
  List<JournalRecord> takeChanges() {
    var taken = List.copyOf(changes);
    changes.clear();
    return taken;
  }

  /** Everything that is lost now, for a journal that is written anew. */
  List<Loss> losses() {
    List<Loss> all = new ArrayList<>(queue.losses());
    for (var repair : running.values()) {
      all.add(repair.later.map(repair.order.loss()::and).orElse(repair.order.loss()));
    }
    return all;
  }

  /** How soon {@link #begin} may have more to say, if nothing else happens. */
  Duration untilNextLook(Now now) {
    long nanos = Duration.ofSeconds(1).toNanos();
    var alarm = queue.nextAlarm();
    if (alarm.isPresent()) {
      nanos = Math.min(nanos, alarm.get() - now.nanos());
    }
    if (queue.size() > 0) {
      nanos = Math.min(nanos, budget.nextPlaceNanos(now.nanos()));
    }
    return Duration.ofNanos(Math.max(nanos, Duration.ofMillis(1).toNanos()));
  }

  boolean hasRoom() {
    return !queue.isFull();
  }

  /** How many stripes are under repair or wait for it. */
  int openCount() {
    return queue.size() + running.size();
  }

  /** Whether a stripe that can lose nothing more is under repair. */
  boolean isUrgent() {
    return running.values().stream().anyMatch(repair -> repair.order.margin() <= 0);
  }

  boolean isNetworkEvent(Now now) {
    return absences.isNetworkEvent(now.nanos());
  }

  int awayCount() {
    return absences.awayCount();
  }

  int lostDiskCount(Now now) {
    return absences.lostCount(now.nanos());
  }

  /** How many wait with each margin, those under repair included. */
  Map<Integer, Integer> countByMargin() {
    var counts = queue.countByMargin();
    running.values().forEach(repair -> counts.merge(repair.order.margin(), 1, Integer::sum));
    return counts;
  }

  int runningCount() {
    return running.size();
  }

  /** Reports that were left out, because the queue was full. */
  long droppedCount() {
    return droppedCount;
  }

  long stuckCount() {
    return stuckCount;
  }
}
