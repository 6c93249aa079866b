package ninebark.scrubber.patrol;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import ninebark.erasure.ShardSet;
import ninebark.scrubber.journal.StripeKey;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.StripeId;

/**
 * Walks the stripes of a placement group in the order of their births by merging what its disks
 * list.
 *
 * <p>A disk that cannot be asked, or stops answering on the way, counts as not asked from then on:
 * what it holds is unknown rather than missing. Threads: one.
 */
final class GroupWalk {
  private static final int PAGE = 500;

  /**
   * A stripe that at least one disk holds something of.
   *
   * @param held shards that their disks list
   * @param asked shards whose disks answered
   */
  record Seen(StripeKey stripe, ShardSet held, ShardSet asked) {
    ShardSet absent() {
      return asked.minus(held);
    }
  }

  /** What one disk lists of the group, a page at a time. */
  private final class Cursor {
    final int position;
    final ShardDisk disk;
    final ArrayDeque<ShardKey> page = new ArrayDeque<>();
    Optional<ShardKey> after;
    boolean atEnd;
    boolean failed;

    Cursor(int position, ShardDisk disk, Optional<ShardKey> after) {
      this.position = position;
      this.disk = disk;
      this.after = after;
    }

    Optional<ShardKey> peek() {
      while (page.isEmpty() && !atEnd && !failed) {
        fill();
      }
      return Optional.ofNullable(page.peekFirst());
    }

    private void fill() {
      try {
        var shards = disk.list(after, PAGE);
        atEnd = shards.size() < PAGE;
        for (var shard : shards) {
          var key = shard.key();
          if (key.group().value() > group.id().value()) {
            atEnd = true;
            break;
          }
          after = Optional.of(key);
          // A shard of another place in the stripe does not belong on this disk.
          if (key.group().equals(group.id()) && key.shard() == position) {
            page.add(key);
          }
        }
      } catch (IOException away) {
        failed = true;
      }
    }
  }

  private final PlacementGroup group;
  private final List<Cursor> cursors = new ArrayList<>();

  /** Positions whose every place is there to answer. */
  private ShardSet answered = ShardSet.EMPTY;

  /**
   * @param fromBirthMillis stripes born earlier are left out
   */
  GroupWalk(
      PlacementGroup group, long fromBirthMillis, Function<DiskId, Optional<ShardDisk>> disks) {
    this.group = group;
    var before = new ShardKey(group.id(), new StripeId(fromBirthMillis, 0), 0);
    for (int shard = 0; shard < group.disks().size(); shard++) {
      int position = shard;
      var places =
          group.places(shard).stream()
              .flatMap(id -> disks.apply(id).stream())
              .filter(disk -> disk.state() != DiskState.AWAY)
              .toList();
      // A shard on its way may be at either place: only both can say that it is nowhere.
      if (places.size() == group.places(shard).size()) {
        answered = answered.with(position);
      }
      places.forEach(disk -> cursors.add(new Cursor(position, disk, Optional.of(before))));
    }
  }

  /** The next stripe, empty at the end. */
  Optional<Seen> next() {
    Optional<StripeKey> first = Optional.empty();
    for (var cursor : cursors) {
      var stripe = cursor.peek().map(StripeKey::of);
      if (stripe.isPresent() && (first.isEmpty() || stripe.get().compareTo(first.get()) < 0)) {
        first = stripe;
      }
    }
    if (first.isEmpty()) {
      return Optional.empty();
    }
    var held = ShardSet.EMPTY;
    var asked = answered;
    for (var cursor : cursors) {
      var key = cursor.peek();
      if (key.isPresent() && StripeKey.of(key.get()).equals(first.get())) {
        held = held.with(cursor.position);
        cursor.page.removeFirst();
      }
      if (cursor.failed) {
        asked = asked.without(cursor.position);
      }
    }
    return Optional.of(new Seen(first.get(), held, asked.plus(held)));
  }
}
