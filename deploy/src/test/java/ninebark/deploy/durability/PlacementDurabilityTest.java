package ninebark.deploy.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import ninebark.erasure.Scheme;
import ninebark.erasure.durability.AzLayout;
import ninebark.erasure.durability.PlacementGroups;
import ninebark.erasure.durability.Redundancy;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.placement.Placement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The models against the groups that the real placement makes, not against a copy of it. */
class PlacementDurabilityTest {
  private static final long SEED = 6;

  /** One disk per node; each AZ is one range of nodes. */
  private static List<DiskPlace> topology(int azCount, int nodesPerAz) {
    return IntStream.range(0, azCount * nodesPerAz)
        .mapToObj(
            node ->
                new DiskPlace(
                    new DiskId(new UUID(0, node)),
                    "node-" + node,
                    "rack-" + node / 5,
                    "az-" + node / nodesPerAz,
                    1L << 40))
        .toList();
  }

  private static List<PlacementGroup> place(
      List<DiskPlace> topology, Scheme scheme, int groupCount) {
    return switch (Placement.place(
        topology, scheme, groupCount, 0, SEED, Placement.Demand.NOTHING)) {
      case Placement.Outcome.Placed placed -> placed.groups();
      case Placement.Outcome.Refused(var sentence) -> throw new AssertionError(sentence);
    };
  }

  private static List<List<Integer>> nodes(List<DiskPlace> topology, List<PlacementGroup> groups) {
    var index = new HashMap<DiskId, Integer>();
    topology.forEach(place -> index.put(place.disk(), index.size()));
    return groups.stream().map(group -> group.disks().stream().map(index::get).toList()).toList();
  }

  @ParameterizedTest(name = "{0} over {1} AZs: {2} of the nodes die at once")
  @CsvSource({"'6,2', 4, 5", "'6,2', 4, 8", "'5,4', 3, 12", "'10,4', 4, 14"})
  void deathsDrawnAgainstRealGroupsAreAsDeadlyAsTheCopysetFormulaSays(
      String shape, int azCount, int dead) {
    var redundancy = (Redundancy.ReedSolomon) Redundancy.parse("rs:" + shape);
    var scheme = Scheme.rs(redundancy.k(), redundancy.m());
    var topology = topology(azCount, 15);
    int groupCount = Placement.defaultGroupCount(topology.size(), scheme);
    var groups = nodes(topology, place(topology, scheme, groupCount));
    int trials = 40_000;
    var simulated =
        PlacementGroups.simulate(redundancy, groups, topology.size(), dead, trials, SEED);
    double formula = new PlacementGroups(topology.size(), groupCount).anyLost(redundancy, dead);
    // The formula takes groups as independent sets of random nodes; real ones share nodes, so that
    // losses come together. A rate that was off by one shard would be off by a factor.
    assertThat(simulated.lossPerYear())
        .as("seed %d, %s against %s", SEED, simulated, formula)
        .isCloseTo(formula, withinPercentage(15));
  }

  @ParameterizedTest(name = "{0} over {1} AZs")
  @CsvSource({"'6,2', 4", "'6,2', 3", "'5,4', 3", "'10,4', 4", "'10,4', 3", "'17,3', 3"})
  void everyRealGroupSurvivesAnAzAsWellAsTheModelsLayout(String shape, int azCount) {
    var redundancy = (Redundancy.ReedSolomon) Redundancy.parse("rs:" + shape);
    var topology = topology(azCount, 15);
    var layout = AzLayout.even(redundancy, azCount);
    for (var group :
        nodes(topology, place(topology, Scheme.rs(redundancy.k(), redundancy.m()), 40))) {
      var perAz = new ArrayList<Integer>();
      for (int az = 0; az < azCount; az++) {
        int from = az * 15;
        perAz.add((int) group.stream().filter(node -> node / 15 * 15 == from).count());
      }
      perAz.sort(java.util.Comparator.reverseOrder());
      // Placement may put 4/4/4/2 where the model has 4/4/3/3: what the fullest AZ takes is the
      // same.
      assertThat(AzLayout.of(redundancy, perAz).marginWithoutWorst())
          .as("%s", perAz)
          .isEqualTo(layout.marginWithoutWorst());
    }
  }

  @Test
  void aRebuildReadsFromAsManyPeersAsTheModelExpects() {
    var redundancy = Redundancy.rs(5, 4);
    var topology = topology(3, 30);
    int groupCount = 60;
    var groups = nodes(topology, place(topology, Scheme.rs(5, 4), groupCount));
    double total = 0;
    for (int node = 0; node < topology.size(); node++) {
      Set<Integer> peers = new HashSet<>();
      for (var group : groups) {
        if (group.contains(node)) {
          peers.addAll(group);
        }
      }
      total += peers.size() - 1;
    }
    // Placement prefers partners that share few groups already, so it does better than chance.
    assertThat(total / topology.size())
        .isGreaterThan(
            new PlacementGroups(topology.size(), groupCount).repairPeers(redundancy) * 0.99);
  }
}
