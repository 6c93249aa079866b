package ninebark.storagenode.placement;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ninebark.erasure.Scheme;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.PlacementGroup;

/**
 * Whether one cluster map may follow another. Pure; what it refuses is never published.
 *
 * <p>Disks leave only when no group names them; groups neither vanish nor change but by a position
 * at a time, and say where its shards were; and wherever the shards of a moving position are, no
 * scheme survives less than it did.
 */
public final class MapChange {
  private MapChange() {}

  /** Why {@code after} may not follow {@code before}; empty if it may. */
  public static Optional<String> refusal(ClusterMap before, ClusterMap after) {
    if (!before.cluster().equals(after.cluster())) {
      return Optional.of("it is of cluster " + after.cluster() + ", not " + before.cluster());
    }
    if (after.epoch() != before.epoch() + 1) {
      return Optional.of("epoch " + after.epoch() + " does not follow " + before.epoch());
    }
    return disks(before, after).or(() -> groups(before, after)).or(() -> guarantees(before, after));
  }

  private static Optional<String> disks(ClusterMap before, ClusterMap after) {
    var there = new HashSet<DiskId>();
    for (var place : after.disks()) {
      if (!there.add(place.disk())) {
        return Optional.of("disk " + place.disk() + " is there twice");
      }
    }
    if (there.isEmpty() && !before.disks().isEmpty()) {
      return Optional.of("it has no disks");
    }
    for (var place : before.disks()) {
      if (!there.contains(place.disk())
          && before.groups().stream().anyMatch(group -> group.touches(place.disk()))) {
        return Optional.of("disk " + place.disk() + " is left out, but groups still name it");
      }
      var now = after.place(place.disk());
      if (now.isPresent() && !stands(now.get(), place)) {
        return Optional.of("disk " + place.disk() + " stands elsewhere all at once");
      }
    }
    for (var disk : after.leaving()) {
      if (!there.contains(disk)) {
        return Optional.of("disk " + disk + " leaves, but is not there");
      }
    }
    for (var group : after.groups()) {
      for (int shard = 0; shard < group.disks().size(); shard++) {
        for (var disk : group.places(shard)) {
          if (!there.contains(disk)) {
            return Optional.of(group.id() + " names disk " + disk + ", which is not there");
          }
        }
      }
      if (new HashSet<>(group.disks()).size() != group.disks().size()) {
        return Optional.of(group.id() + " names a disk twice");
      }
    }
    return Optional.empty();
  }

  private static boolean stands(DiskPlace now, DiskPlace before) {
    return now.az().equals(before.az()) && now.node().equals(before.node());
  }

  private static Optional<String> groups(ClusterMap before, ClusterMap after) {
    Map<GroupId, PlacementGroup> now = new HashMap<>();
    for (var group : after.groups()) {
      if (now.put(group.id(), group) != null) {
        return Optional.of(group.id() + " is there twice");
      }
    }
    for (var was : before.groups()) {
      var is = now.remove(was.id());
      if (is == null) {
        return Optional.of(was.id() + " is left out");
      }
      if (!follows(was, is)) {
        return Optional.of(was.id() + " changes in another way than by moving one position");
      }
    }
    return now.values().stream()
        .filter(added -> added.moving().isPresent())
        .findFirst()
        .map(added -> added.id() + " is new and moves already");
  }

  private static boolean follows(PlacementGroup was, PlacementGroup is) {
    if (!was.scheme().equals(is.scheme())) {
      return false;
    }
    if (was.equals(is) || (was.moving().isPresent() && is.equals(was.settled()))) {
      return true;
    }
    if (is.moving().isEmpty()) {
      return false;
    }
    var move = is.moving().get();
    var to = is.disks().get(move.shard());
    // A move begins where nothing moves, or turns back the one that is under way.
    boolean mayBegin =
        was.moving().isEmpty()
            || was.moving().get().equals(new PlacementGroup.Moving(move.shard(), to));
    return mayBegin && is.equals(was.settled().moved(move.shard(), to));
  }

  private static Optional<String> guarantees(ClusterMap before, ClusterMap after) {
    Map<Scheme, List<PlacementGroup>> schemes = new HashMap<>();
    for (var group : before.groups()) {
      schemes.computeIfAbsent(group.scheme(), _ -> new ArrayList<>()).add(group);
    }
    for (var entry : schemes.entrySet()) {
      var promised = guarantee(entry.getValue(), before);
      var kept =
          guarantee(
              after.groups().stream()
                  .filter(group -> group.scheme().equals(entry.getKey()))
                  .toList(),
              after);
      var demand =
          new Placement.Demand(
              promised.disks().survived(), promised.nodes().survived(), promised.azs().survived());
      var shortfall = kept.shortfall(demand);
      if (shortfall.isPresent()) {
        return Optional.of(entry.getKey() + " would survive less: " + shortfall.get());
      }
    }
    return Optional.empty();
  }

  /** What the groups survive, wherever the shards on their way are. */
  static Guarantee guarantee(List<PlacementGroup> groups, ClusterMap map) {
    var either = new ArrayList<PlacementGroup>(groups);
    for (var group : groups) {
      group
          .moving()
          .ifPresent(
              move -> either.add(group.settled().moved(move.shard(), move.from()).settled()));
    }
    return Guarantee.of(either, map.disks());
  }
}
