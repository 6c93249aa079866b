package ninebark.storagenode.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import ninebark.erasure.Scheme;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.placement.Relocation.Outcome;
import org.junit.jupiter.api.Test;

class RelocationTest {
  private static final Scheme SCHEME = Scheme.rs(6, 2);
  private static final Placement.Demand PROMISE = new Placement.Demand(2, 0, 1);

  private static DiskPlace disk(int az, int number, long weight) {
    var node = "node-" + az;
    return new DiskPlace(new DiskId(new UUID(az, number)), node, node, "az-" + az, weight);
  }

  private static ClusterMap map(int disksPerAz) {
    List<DiskPlace> places = new ArrayList<>();
    for (int az = 1; az <= 4; az++) {
      for (int number = 0; number < disksPerAz; number++) {
        places.add(disk(az, number, 1000));
      }
    }
    var placed =
        (Placement.Outcome.Placed)
            Placement.place(
                places, SCHEME, Placement.defaultGroupCount(places.size(), SCHEME), 0, 1, PROMISE);
    return new ClusterMap(new UUID(1, 1), 1, places, placed.groups());
  }

  private static ClusterMap planned(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Planned(var map) -> map;
      case Outcome.Refused(var why) -> throw new AssertionError(why);
    };
  }

  private static String refused(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Planned(var map) -> throw new AssertionError("planned " + map);
      case Outcome.Refused(var why) -> why;
    };
  }

  private static ClusterMap settleAll(ClusterMap map) {
    return Relocation.settle(
        map, map.groups().stream().map(PlacementGroup::id).collect(Collectors.toSet()));
  }

  /** Moves until nothing moves any more. */
  private static ClusterMap rest(ClusterMap from) {
    var map = from;
    for (int round = 0; round < 10_000; round++) {
      var next = Relocation.next(map, _ -> true, 3);
      if (next.isEmpty() && map.movingCount() == 0) {
        return map;
      }
      if (next.isPresent()) {
        checkFollows(map, next.get());
        map = next.get();
      }
      if (map.movingCount() > 0) {
        var settled = settleAll(map);
        checkFollows(map, settled);
        map = settled;
      }
    }
    throw new AssertionError("moving does not come to an end");
  }

  private static void checkFollows(ClusterMap before, ClusterMap after) {
    assertThat(MapChange.refusal(before, after)).isEmpty();
    assertThat(MapChange.guarantee(after.groups(), after).shortfall(PROMISE)).isEmpty();
  }

  private static Map<DiskId, Integer> positions(ClusterMap map) {
    Map<DiskId, Integer> positions = new HashMap<>();
    map.disks().forEach(place -> positions.put(place.disk(), 0));
    map.groups()
        .forEach(group -> group.disks().forEach(disk -> positions.merge(disk, 1, Integer::sum)));
    return positions;
  }

  @Test
  void newDisksTakeTheirShareAndBalancingEndsByItself() {
    var grown =
        planned(
            Relocation.add(
                map(4),
                List.of(disk(1, 9, 1000), disk(2, 9, 1000), disk(3, 9, 1000), disk(4, 9, 1000))));
    assertThat(grown.balancing()).isTrue();
    var rested = rest(grown);
    assertThat(rested.balancing()).isFalse();
    // 128 positions over 20 disks.
    assertThat(positions(rested).values()).allMatch(count -> count == 6 || count == 7);
  }

  @Test
  void aDiskOfTwiceTheSizeTakesTwiceTheShareAsFarAsAnAzMayHold() {
    var rested = rest(planned(Relocation.add(map(4), List.of(disk(1, 9, 2000)))));
    // az-1 keeps its two shards of each of the 16 groups: 32 positions over a weight of 6.
    assertThat(positions(rested).get(new DiskId(new UUID(1, 9)))).isBetween(10, 11);
  }

  @Test
  void aDrainedDiskIsInNoGroupAndMayBeRemoved() {
    var map = map(4);
    var leaving = map.disks().getFirst().disk();
    assertThat(refused(Relocation.remove(map, leaving))).contains("drain it first");
    var drained = rest(planned(Relocation.drain(map, leaving)));
    assertThat(positions(drained).get(leaving)).isZero();
    var removed = planned(Relocation.remove(drained, leaving));
    checkFollows(drained, removed);
    assertThat(removed.place(leaving)).isEmpty();
    assertThat(removed.leaving()).isEmpty();
  }

  @Test
  void aDrainThatWouldSurviveLessIsRefused() {
    assertThat(refused(Relocation.drain(map(2), map(2).disks().getFirst().disk())))
        .contains("without surviving less");
  }

  @Test
  void aCancelledDrainTurnsBackWhatIsOnItsWay() {
    var map = map(4);
    var disk = map.disks().getFirst().disk();
    var moving = Relocation.next(planned(Relocation.drain(map, disk)), _ -> true, 2).orElseThrow();
    assertThat(moving.movingCount()).isEqualTo(2);
    var cancelled = planned(Relocation.cancel(moving, disk));
    checkFollows(moving, cancelled);
    assertThat(cancelled.leaving()).isEmpty();
    assertThat(positions(cancelled)).isEqualTo(positions(map));
    assertThat(cancelled.movingCount()).isEqualTo(2);
  }

  @Test
  void noPlanLeavesOutADiskOrAGroupThatHoldsSomething() {
    var map = map(4);
    var none = new ClusterMap(map.cluster(), 2, List.of(), List.of());
    assertThat(MapChange.refusal(map, none)).contains("it has no disks");
    var fewer =
        new ClusterMap(map.cluster(), 2, map.disks().subList(1, map.disks().size()), map.groups());
    assertThat(MapChange.refusal(map, fewer).orElseThrow()).contains("groups still name it");
    var ungrouped = map.withGroups(map.groups().subList(1, map.groups().size()));
    assertThat(MapChange.refusal(map, ungrouped).orElseThrow()).contains("is left out");
    var stale = new ClusterMap(map.cluster(), 1, map.disks(), map.groups());
    assertThat(MapChange.refusal(map, stale).orElseThrow()).contains("does not follow");
    var foreign = new ClusterMap(new UUID(9, 9), 2, map.disks(), map.groups());
    assertThat(MapChange.refusal(map, foreign).orElseThrow()).contains("of cluster");
    var group = map.groups().getFirst();
    var spare =
        map.disks().stream()
            .map(DiskPlace::disk)
            .filter(disk -> !group.disks().contains(disk))
            .findFirst()
            .orElseThrow();
    var groups = new ArrayList<>(map.groups());
    groups.set(0, group.moved(0, spare).settled());
    assertThat(MapChange.refusal(map, map.withGroups(groups)).orElseThrow())
        .contains("in another way than by moving one position");
  }

  @Test
  void anyHistoryOfGrowingDrainingAndCancellingKeepsThePromise() {
    for (int history = 0; history < 15; history++) {
      long seed = Long.getLong("ninebark.seed", 4711L) + history;
      var random = new Random(seed);
      var map = map(3 + random.nextInt(2));
      int made = 100;
      for (int step = 0; step < 60; step++) {
        var before = map;
        var disks = map.disks();
        var some = disks.get(random.nextInt(disks.size())).disk();
        var outcome =
            switch (random.nextInt(7)) {
              case 0 ->
                  Relocation.add(
                      map,
                      List.of(disk(1 + random.nextInt(4), made++, 500 + random.nextInt(2000))));
              case 1 -> Relocation.drain(map, some);
              case 2 -> Relocation.cancel(map, some);
              case 3 -> Relocation.remove(map, some);
              case 4 -> {
                var away = disks.get(random.nextInt(disks.size())).disk();
                yield Relocation.next(map, disk -> !disk.equals(away), 1 + random.nextInt(4))
                    .<Outcome>map(Outcome.Planned::new)
                    .orElseGet(() -> new Outcome.Refused("nothing"));
              }
              default -> {
                Set<GroupId> settled =
                    map.groups().stream()
                        .filter(group -> group.moving().isPresent() && random.nextBoolean())
                        .map(PlacementGroup::id)
                        .collect(Collectors.toSet());
                yield new Outcome.Planned(Relocation.settle(map, settled));
              }
            };
        if (outcome instanceof Outcome.Planned(var after)) {
          assertThat(MapChange.refusal(before, after)).as("seed " + seed).isEmpty();
          assertThat(MapChange.guarantee(after.groups(), after).shortfall(PROMISE))
              .as("seed " + seed)
              .isEmpty();
          map = after;
        }
      }
      var rested = rest(map);
      rested
          .leaving()
          .forEach(disk -> assertThat(positions(rested).get(disk)).as("seed " + seed).isZero());
    }
  }
}
