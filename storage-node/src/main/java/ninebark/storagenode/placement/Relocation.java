package ninebark.storagenode.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import ninebark.erasure.Scheme;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.PlacementGroup;

/**
 * Which positions of which groups go to which disks: growing, draining and rebalancing are all the
 * same change of a position in groups. Pure: a map in, the map after it out.
 *
 * <p>Invariant: what comes out may follow what went in, as {@link MapChange} judges.
 */
public final class Relocation {
  private Relocation() {}

  /** What became of a wish. */
  public sealed interface Outcome {
    record Planned(ClusterMap map) implements Outcome {}

    record Refused(String why) implements Outcome {}
  }

  /** One position that goes elsewhere. */
  private record Step(int groupIndex, int shard, DiskId to) {}

  /** The disks join, and take their share of positions. */
  public static Outcome add(ClusterMap map, List<DiskPlace> joining) {
    var all = new ArrayList<>(map.disks());
    all.addAll(joining);
    return checked(
        map,
        new ClusterMap(map.cluster(), map.epoch() + 1, all, map.groups(), map.leaving(), true));
  }

  /** A disk gives all its positions away, if the others can take them. */
  public static Outcome drain(ClusterMap map, DiskId disk) {
    if (map.place(disk).isEmpty()) {
      return unknown(disk);
    }
    var leaving = new LinkedHashSet<>(map.leaving());
    leaving.add(disk);
    var draining =
        new ClusterMap(
            map.cluster(), map.epoch() + 1, map.disks(), map.groups(), leaving, map.balancing());
    var stuck = stuck(draining);
    return stuck.<Outcome>map(Outcome.Refused::new).orElseGet(() -> checked(map, draining));
  }

  /** Which group could not do without a leaving disk, found by doing all of it on paper. */
  private static Optional<String> stuck(ClusterMap draining) {
    var map = still(draining);
    while (true) {
      var next = nextAway(map, _ -> true);
      if (next.isEmpty()) {
        break;
      }
      map = still(apply(map, next.get()));
    }
    for (var group : map.groups()) {
      for (var disk : group.disks()) {
        if (draining.leaving().contains(disk)) {
          return Optional.of(
              "no other disk can take the place of disk "
                  + disk
                  + " in "
                  + group.id()
                  + " of "
                  + group.scheme()
                  + " without surviving less");
        }
      }
    }
    return Optional.empty();
  }

  private static ClusterMap still(ClusterMap map) {
    return map.withGroups(map.groups().stream().map(PlacementGroup::settled).toList());
  }

  /** A disk that was to leave stays; what moves away from it turns back. */
  public static Outcome cancel(ClusterMap map, DiskId disk) {
    if (!map.leaving().contains(disk)) {
      return new Outcome.Refused("disk " + disk + " is not being drained");
    }
    var leaving = new LinkedHashSet<>(map.leaving());
    leaving.remove(disk);
    List<PlacementGroup> groups = new ArrayList<>();
    for (var group : map.groups()) {
      groups.add(
          group
              .moving()
              .filter(move -> move.from().equals(disk))
              .map(move -> group.settled().moved(move.shard(), disk))
              .orElse(group));
    }
    return checked(
        map,
        new ClusterMap(
            map.cluster(), map.epoch() + 1, map.disks(), groups, leaving, map.balancing()));
  }

  /** A disk that no group names leaves the map. */
  public static Outcome remove(ClusterMap map, DiskId disk) {
    if (map.place(disk).isEmpty()) {
      return unknown(disk);
    }
    long positions = map.groups().stream().filter(group -> group.touches(disk)).count();
    if (positions > 0) {
      return new Outcome.Refused(
          "disk " + disk + " is still in " + positions + " placement groups; drain it first");
    }
    var leaving = new LinkedHashSet<>(map.leaving());
    leaving.remove(disk);
    var others = map.disks().stream().filter(place -> !place.disk().equals(disk)).toList();
    return checked(
        map,
        new ClusterMap(
            map.cluster(), map.epoch() + 1, others, map.groups(), leaving, map.balancing()));
  }

  /** Positions are moved until every disk has its share, or no longer. */
  public static Outcome balance(ClusterMap map, boolean balancing) {
    return checked(
        map,
        new ClusterMap(
            map.cluster(), map.epoch() + 1, map.disks(), map.groups(), map.leaving(), balancing));
  }

  /** The map when these groups have nothing left where their moving position was. */
  public static ClusterMap settle(ClusterMap map, Set<GroupId> groups) {
    return map.withGroups(
        map.groups().stream()
            .map(group -> groups.contains(group.id()) ? group.settled() : group)
            .toList());
  }

  /**
   * The map with further positions on their way; empty if there is nothing to begin now.
   *
   * @param usable disks that take writes
   * @param limit how many groups may move at once
   */
  public static Optional<ClusterMap> next(ClusterMap map, Predicate<DiskId> usable, int limit) {
    var planned = map;
    while (planned.movingCount() < limit) {
      var now = planned;
      var step =
          nextAway(now, usable)
              .or(() -> now.balancing() ? nextToBalance(now, usable) : Optional.empty());
      if (step.isEmpty()) {
        break;
      }
      planned = apply(planned, step.get());
    }
    boolean balanced = map.balancing() && planned.movingCount() == 0 && isSettled(map);
    if (planned.equals(map) && !balanced) {
      return Optional.empty();
    }
    return Optional.of(
        new ClusterMap(
            map.cluster(),
            map.epoch() + 1,
            map.disks(),
            planned.groups(),
            map.leaving(),
            map.balancing() && !balanced));
  }

  /** Whether no move would help, were all disks well. */
  private static boolean isSettled(ClusterMap map) {
    return nextAway(map, _ -> true).isEmpty() && nextToBalance(map, _ -> true).isEmpty();
  }

  private static ClusterMap apply(ClusterMap map, Step step) {
    var groups = new ArrayList<>(map.groups());
    groups.set(step.groupIndex, groups.get(step.groupIndex).moved(step.shard, step.to));
    return map.withGroups(groups);
  }

  private static Optional<Step> nextAway(ClusterMap map, Predicate<DiskId> usable) {
    for (int index = 0; index < map.groups().size(); index++) {
      var group = map.groups().get(index);
      if (group.moving().isPresent()) {
        continue;
      }
      for (int shard = 0; shard < group.disks().size(); shard++) {
        if (map.leaving().contains(group.disks().get(shard))) {
          var to = taker(map, group, shard, usable);
          if (to.isPresent()) {
            return Optional.of(new Step(index, shard, to.get()));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** The disk with the least to carry for its weight that may take a position. */
  private static Optional<DiskId> taker(
      ClusterMap map, PlacementGroup group, int shard, Predicate<DiskId> usable) {
    var loads = loads(map, group.scheme());
    return map.disks().stream()
        .filter(place -> usable.test(place.disk()) && !map.leaving().contains(place.disk()))
        .filter(place -> mayTake(map, group, shard, place.disk()))
        .min(
            Comparator.comparingDouble(
                    (DiskPlace place) -> cost(loads.get(place.disk()), place.weight()))
                .thenComparing(place -> place.disk().value()))
        .map(DiskPlace::disk);
  }

  /** How much one more position weighs on a disk that has so many; to have one less, ask so. */
  private static double cost(int positions, long weight) {
    return (2.0 * positions + 1) / weight;
  }

  /**
   * The move that helps most. Each lowers the sum of the squares of positions by weight, so they
   * come to an end.
   */
  private static Optional<Step> nextToBalance(ClusterMap map, Predicate<DiskId> usable) {
    var best = Optional.<Step>empty();
    double mostGained = 0;
    Map<DiskId, Long> weights =
        map.disks().stream().collect(Collectors.toMap(DiskPlace::disk, DiskPlace::weight));
    var takers =
        map.disks().stream()
            .map(DiskPlace::disk)
            .filter(disk -> usable.test(disk) && !map.leaving().contains(disk))
            .toList();
    Map<Scheme, Map<DiskId, Integer>> loads = new HashMap<>();
    for (int index = 0; index < map.groups().size(); index++) {
      var group = map.groups().get(index);
      if (group.moving().isPresent()) {
        continue;
      }
      var load = loads.computeIfAbsent(group.scheme(), scheme -> loads(map, scheme));
      for (int shard = 0; shard < group.disks().size(); shard++) {
        var from = group.disks().get(shard);
        double relief = cost(load.get(from) - 1, weights.get(from));
        for (var to : takers) {
          double gained = relief - cost(load.get(to), weights.get(to));
          // Weights are sizes; a gain that comes of rounding would be for nothing.
          if (gained > mostGained * (1 + 1e-9)
              && gained > relief * 1e-6
              && mayTake(map, group, shard, to)) {
            mostGained = gained;
            best = Optional.of(new Step(index, shard, to));
          }
        }
      }
    }
    return best;
  }

  private static Map<DiskId, Integer> loads(ClusterMap map, Scheme scheme) {
    Map<DiskId, Integer> loads = new HashMap<>();
    map.disks().forEach(place -> loads.put(place.disk(), 0));
    for (var group : map.groups()) {
      if (group.scheme().equals(scheme)) {
        group.disks().forEach(disk -> loads.merge(disk, 1, Integer::sum));
      }
    }
    return loads;
  }

  /** Whether the group survives as much as all of its scheme do, with that disk there. */
  private static boolean mayTake(ClusterMap map, PlacementGroup group, int shard, DiskId to) {
    if (group.touches(to)) {
      return false;
    }
    var peers = map.groups().stream().filter(one -> one.scheme().equals(group.scheme())).toList();
    var promised = MapChange.guarantee(peers, map);
    var demand =
        new Placement.Demand(
            promised.disks().survived(), promised.nodes().survived(), promised.azs().survived());
    return MapChange.guarantee(List.of(group.moved(shard, to)), map).shortfall(demand).isEmpty();
  }

  private static Outcome unknown(DiskId disk) {
    return new Outcome.Refused("disk " + disk + " is not in the cluster map");
  }

  private static Outcome checked(ClusterMap before, ClusterMap after) {
    return MapChange.refusal(before, after)
        .<Outcome>map(Outcome.Refused::new)
        .orElseGet(() -> new Outcome.Planned(after));
  }
}
