package ninebark.scrubber.rebuild;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import ninebark.scrubber.journal.Loss;
import ninebark.scrubber.journal.StripeKey;
import ninebark.storagenode.DiskId;

/**
 * The stripes that wait for a repair, one entry each: those that can lose least first, the older
 * loss first among equals.
 *
 * <p>An entry is in one of three places: ready; delayed until some moment; or parked, because all
 * the disks it must write to are away. Threads: one at a time.
 */
final class RepairQueue {
  /**
   * A stripe that waits.
   *
   * @param margin how many more shards it can lose
   * @param attempts repairs that were begun and did not succeed
   * @param avoid disks that kept an earlier repair waiting
   */
  record Entry(Loss loss, int margin, int attempts, Set<DiskId> avoid) {
    StripeKey stripe() {
      return loss.stripe();
    }
  }

  private sealed interface Place {
    record Ready() implements Place {}

    record Delayed(long untilNanos) implements Place {}

    record Parked(Set<DiskId> away) implements Place {}
  }

  private record Waiting(Entry entry, Place place) {}

  private record Alarm(long untilNanos, StripeKey stripe) {}

  private static final Comparator<Entry> ORDER =
      Comparator.comparingInt(Entry::margin)
          .thenComparing(entry -> entry.loss().since())
          .thenComparing(Entry::stripe);

  private final int limit;
  private final Map<StripeKey, Waiting> entries = new HashMap<>();
  private final TreeSet<Entry> ready = new TreeSet<>(ORDER);
  private final TreeSet<Alarm> alarms =
      new TreeSet<>(Comparator.comparingLong(Alarm::untilNanos).thenComparing(Alarm::stripe));

  RepairQueue(int limit) {
    this.limit = limit;
  }

  int size() {
    return entries.size();
  }

  boolean isFull() {
    return entries.size() >= limit;
  }

  Optional<Entry> find(StripeKey stripe) {
    return Optional.ofNullable(entries.get(stripe)).map(Waiting::entry);
  }

  Collection<Loss> losses() {
    return entries.values().stream().map(waiting -> waiting.entry.loss()).toList();
  }

  /** How many wait with each margin that occurs. */
  Map<Integer, Integer> countByMargin() {
    Map<Integer, Integer> counts = new HashMap<>();
    entries.values().forEach(waiting -> counts.merge(waiting.entry.margin(), 1, Integer::sum));
    return counts;
  }

  /** What became of an offer. */
  sealed interface Offer {
    /** It waits; {@code instead} had to go for it, if anything. */
    record Taken(Optional<StripeKey> instead) implements Offer {}

    /** The queue is full of stripes that can lose less. */
    record Refused() implements Offer {}
  }

  /**
   * Adds a stripe, ready; one that waits already is replaced and stays where it is, unless it can
   * lose less than before.
   */
  Offer offer(Entry entry) {
    var known = entries.get(entry.stripe());
    if (known != null) {
      take(entry.stripe());
      put(entry, placeAfter(known, entry));
      return new Offer.Taken(Optional.empty());
    }
    Optional<StripeKey> instead = Optional.empty();
    if (isFull()) {
      if (ready.isEmpty() || ORDER.compare(ready.last(), entry) <= 0) {
        return new Offer.Refused();
      }
      instead = Optional.of(ready.last().stripe());
      take(ready.last().stripe());
    }
    put(entry, new Place.Ready());
    return new Offer.Taken(instead);
  }

  private static Place placeAfter(Waiting before, Entry now) {
    return now.margin() < before.entry.margin() ? new Place.Ready() : before.place;
  }

  void delay(Entry entry, long untilNanos) {
    take(entry.stripe());
    put(entry, new Place.Delayed(untilNanos));
  }

  /** Lets it wait until one of these disks is back. */
  void park(Entry entry, Set<DiskId> away) {
    take(entry.stripe());
    put(entry, new Place.Parked(Set.copyOf(away)));
  }

  /** Takes a stripe out. */
  Optional<Entry> take(StripeKey stripe) {
    var waiting = entries.remove(stripe);
    if (waiting == null) {
      return Optional.empty();
    }
    switch (waiting.place) {
      case Place.Ready() -> ready.remove(waiting.entry);
      case Place.Delayed(var until) -> alarms.remove(new Alarm(until, stripe));
      case Place.Parked _ -> {
        // It stands in no other list.
      }
    }
    return Optional.of(waiting.entry);
  }

  /** Makes those ready whose delay is over. */
  void wake(long nowNanos) {
    while (!alarms.isEmpty() && alarms.first().untilNanos - nowNanos <= 0) {
      var stripe = alarms.first().stripe;
      take(stripe).ifPresent(entry -> put(entry, new Place.Ready()));
    }
  }

  /** When {@link #wake} will next have something to do. */
  Optional<Long> nextAlarm() {
    return alarms.isEmpty() ? Optional.empty() : Optional.of(alarms.first().untilNanos);
  }

  /** Makes those ready that waited for this disk. */
  void unpark(DiskId back) {
    List<Entry> freed = new ArrayList<>();
    for (var waiting : entries.values()) {
      if (waiting.place instanceof Place.Parked(var away) && away.contains(back)) {
        freed.add(waiting.entry);
      }
    }
    for (var entry : freed) {
      take(entry.stripe());
      put(entry, new Place.Ready());
    }
  }

  /** Says anew how many shards each stripe can lose. */
  void regrade(ToIntFunction<Loss> margin) {
    for (var waiting : List.copyOf(entries.values())) {
      var entry = waiting.entry;
      int now = margin.applyAsInt(entry.loss());
      if (now != entry.margin()) {
        take(entry.stripe());
        var regraded = new Entry(entry.loss(), now, entry.attempts(), entry.avoid());
        put(regraded, placeAfter(waiting, regraded));
      }
    }
  }

  /** Those that are ready, the most urgent first. */
  Iterable<Entry> ready() {
    return ready;
  }

  private void put(Entry entry, Place place) {
    entries.put(entry.stripe(), new Waiting(entry, place));
    switch (place) {
      case Place.Ready() -> ready.add(entry);
      case Place.Delayed(var until) -> alarms.add(new Alarm(until, entry.stripe()));
      case Place.Parked _ -> {
        // Found by the disk's return.
      }
    }
  }
}
