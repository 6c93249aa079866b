package ninebark.storagenode.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import ninebark.erasure.Scheme;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.placement.Placement.Demand;
import ninebark.storagenode.placement.Placement.Outcome;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static List<DiskPlace> topology(int azs, int nodesPerAz, int disksPerNode) {
    List<DiskPlace> places = new ArrayList<>();
    for (int az = 1; az <= azs; az++) {
      for (int node = 1; node <= nodesPerAz; node++) {
        for (int disk = 1; disk <= disksPerNode; disk++) {
          var id = new DiskId(new UUID(az * 100L + node, disk));
          var name = "node-" + az + "-" + node;
          places.add(new DiskPlace(id, name, "rack-" + az + "-" + node % 2, "az-" + az, 1000));
        }
      }
    }
    return places;
  }

  private static Outcome.Placed placed(List<DiskPlace> topology, Scheme scheme, int groups) {
    return (Outcome.Placed) Placement.place(topology, scheme, groups, 0, 1, Demand.NOTHING);
  }

  @Test
  void theDefaultTopologySurvivesTwoDisksOrOneAz() {
    var scheme = Scheme.rs(6, 2);
    var topology = topology(4, 1, 4);
    int count = Placement.defaultGroupCount(16, scheme);
    assertThat(count).isEqualTo(16);
    var placed = placed(topology, scheme, count);
    assertThat(placed.guarantee().sentence()).isEqualTo("survives any 2 disks, or 1 node, or 1 AZ");
    Map<DiskId, Integer> load = new HashMap<>();
    placed
        .groups()
        .forEach(group -> group.disks().forEach(disk -> load.merge(disk, 1, Integer::sum)));
    assertThat(load.values()).hasSize(16).allMatch(groups -> groups == 8);
  }

  @Test
  void fourteenShardsOverFourAzsStandFourFourThreeThree() {
    var placed = placed(topology(4, 2, 4), Scheme.rs(10, 4), 8);
    assertThat(placed.guarantee().azs().survived()).isEqualTo(1);
    assertThat(placed.guarantee().disks().survived()).isEqualTo(4);
    Map<DiskId, String> azs =
        topology(4, 2, 4).stream().collect(Collectors.toMap(DiskPlace::disk, DiskPlace::az));
    for (var group : placed.groups()) {
      assertThat(
              group.disks().stream()
                  .collect(Collectors.groupingBy(azs::get, Collectors.counting()))
                  .values())
          .containsExactlyInAnyOrder(4L, 4L, 3L, 3L);
    }
  }

  @Test
  void whatCannotBeGivenIsRefusedWithTheReason() {
    var threeAzs = topology(3, 1, 4);
    var outcome = Placement.place(threeAzs, Scheme.rs(6, 2), 8, 0, 1, new Demand(2, 0, 1));
    assertThat(outcome)
        .isEqualTo(new Outcome.Refused("an AZ loss is fatal: 3 shards in az-1, 2 may be lost"));
    assertThat(Placement.place(topology(1, 1, 4), Scheme.rs(6, 2), 1, 0, 1, Demand.NOTHING))
        .isEqualTo(new Outcome.Refused("RS(6,2) needs 8 disks, there are 4"));
  }

  @Test
  void theSameArgumentsGiveTheSameGroups() {
    var topology = topology(4, 2, 3);
    assertThat(placed(topology, Scheme.rs(6, 2), 20).groups())
        .isEqualTo(placed(topology.reversed(), Scheme.rs(6, 2), 20).groups());
  }

  @Test
  void disksAreTakenByWeight() {
    var topology = new ArrayList<>(topology(4, 1, 6));
    var heavy = topology.getFirst();
    topology.set(0, new DiskPlace(heavy.disk(), heavy.node(), heavy.rack(), heavy.az(), 3000));
    Map<DiskId, Integer> load = new HashMap<>();
    placed(topology, Scheme.rs(6, 2), 40)
        .groups()
        .forEach(group -> group.disks().forEach(disk -> load.merge(disk, 1, Integer::sum)));
    int others =
        topology.stream()
            .filter(place -> place.az().equals("az-1") && place.weight() == 1000)
            .mapToInt(place -> load.getOrDefault(place.disk(), 0))
            .max()
            .orElseThrow();
    assertThat(load.get(heavy.disk())).isGreaterThanOrEqualTo(2 * others);
  }

  @Test
  void randomTopologiesAreSpreadAsFarAsTheyAllow() {
    long seed = System.nanoTime();
    System.out.println("randomTopologiesAreSpreadAsFarAsTheyAllow seed " + seed);
    var random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      var topology = randomTopology(random);
      var scheme = Scheme.rs(1 + random.nextInt(8), random.nextInt(5));
      var outcome =
          Placement.place(topology, scheme, 1 + random.nextInt(20), 5, seed, Demand.NOTHING);
      if (topology.size() < scheme.n()) {
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        continue;
      }
      var placed = (Outcome.Placed) outcome;
      for (var group : placed.groups()) {
        assertThat(new HashSet<>(group.disks())).as("seed %d", seed).hasSize(scheme.n());
      }
      checkSpread(topology, scheme, placed.groups());
      checkGuarantee(topology, placed);
    }
  }

  private static List<DiskPlace> randomTopology(Random random) {
    List<DiskPlace> places = new ArrayList<>();
    int azs = 1 + random.nextInt(5);
    for (int az = 1; az <= azs; az++) {
      int nodes = 1 + random.nextInt(4);
      for (int node = 1; node <= nodes; node++) {
        int disks = 1 + random.nextInt(4);
        for (int disk = 1; disk <= disks; disk++) {
          places.add(
              new DiskPlace(
                  new DiskId(new UUID(random.nextLong(), disk)),
                  "node-" + az + "-" + node,
                  "rack",
                  "az-" + az,
                  1 + random.nextInt(5)));
        }
      }
    }
    return places;
  }

  private static void checkSpread(
      List<DiskPlace> topology, Scheme scheme, List<PlacementGroup> groups) {
    Map<String, Long> disksPerAz =
        topology.stream().collect(Collectors.groupingBy(DiskPlace::az, Collectors.counting()));
    long cap = Math.ceilDiv(scheme.n(), disksPerAz.size());
    while (true) {
      long most = cap;
      if (disksPerAz.values().stream().mapToLong(disks -> Math.min(disks, most)).sum()
          >= scheme.n()) {
        break;
      }
      cap++;
    }
    Map<DiskId, String> azs =
        topology.stream().collect(Collectors.toMap(DiskPlace::disk, DiskPlace::az));
    for (var group : groups) {
      Map<String, Long> perAz =
          group.disks().stream().collect(Collectors.groupingBy(azs::get, Collectors.counting()));
      long allowed = cap;
      assertThat(perAz.values()).allMatch(shards -> shards <= allowed);
    }
  }

  /** Tries every set of nodes and AZs against what the guarantee claims. */
  private static void checkGuarantee(List<DiskPlace> topology, Outcome.Placed placed) {
    check(topology, placed, DiskPlace::az, placed.guarantee().azs().survived());
    check(topology, placed, DiskPlace::node, placed.guarantee().nodes().survived());
  }

  private static void check(
      List<DiskPlace> topology,
      Outcome.Placed placed,
      Function<DiskPlace, String> holder,
      int claimed) {
    Map<DiskId, String> holders =
        topology.stream().collect(Collectors.toMap(DiskPlace::disk, holder));
    List<String> names = holders.values().stream().distinct().sorted().toList();
    int smallestFatal = names.size() + 1;
    for (int set = 1; set < 1 << Math.min(names.size(), 16); set++) {
      Set<String> lost = new HashSet<>();
      for (int bit = 0; bit < names.size(); bit++) {
        if ((set >> bit & 1) == 1) {
          lost.add(names.get(bit));
        }
      }
      boolean fatal =
          placed.groups().stream()
              .anyMatch(
                  group ->
                      group.disks().stream()
                              .filter(disk -> lost.contains(holders.get(disk)))
                              .count()
                          > group.scheme().m());
      if (fatal) {
        smallestFatal = Math.min(smallestFatal, lost.size());
      }
    }
    if (smallestFatal <= names.size() && names.size() <= 16) {
      assertThat(claimed).isEqualTo(smallestFatal - 1);
    }
  }
}
