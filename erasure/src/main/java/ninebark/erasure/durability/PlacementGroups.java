package ninebark.erasure.durability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How many different sets of nodes carry stripes: each is one more set whose common death loses
 * data ("copysets", Cidon and others, USENIX ATC 2013), and one more set to repair from.
 *
 * @param groupCount placement groups; more than about a million is every stripe anywhere
 */
public record PlacementGroups(int nodeCount, double groupCount) {
  public PlacementGroups {
    if (nodeCount < 1 || !(groupCount >= 1)) {
      throw new IllegalArgumentException(
          "placement needs at least 1 node and 1 group, found " + nodeCount + " and " + groupCount);
    }
  }

  /** The chance that one group loses too many of its members when {@code dead} random nodes die. */
  public double groupLost(Redundancy redundancy, int dead) {
    requireFits(redundancy, dead);
    int n = redundancy.n();
    double lost = 0;
    for (int j = redundancy.tolerance() + 1; j <= Math.min(n, dead); j++) {
      double fatal = redundancy.fatalPatterns(redundancy.nothingLost(), j);
      lost += fatal / Combinatorics.choose(n, j) * hypergeometric(n, j, dead);
    }
    return Math.min(1, lost);
  }

  private double hypergeometric(int n, int j, int dead) {
    // C(n,j) C(N-n,dead-j) / C(N,dead), as a product of ratios below one where it can be.
    double p = Combinatorics.choose(n, j);
    for (int i = 0; i < j; i++) {
      p *= (double) (dead - i) / (nodeCount - i);
    }
    for (int i = 0; i < n - j; i++) {
      p *= (double) (nodeCount - dead - i) / (nodeCount - j - i);
    }
    return p;
  }

  /** The chance that any group is lost: {@code 1-(1-p)^G}. */
  public double anyLost(Redundancy redundancy, int dead) {
    return Combinatorics.atLeastOnce(groupLost(redundancy, dead), groupCount);
  }

  /** How many other nodes share a group with a node: those its rebuild reads from. */
  public double repairPeers(Redundancy redundancy) {
    double groupsOfNode = groupCount * redundancy.n() / nodeCount;
    double others = nodeCount - 1;
    return others * -Math.expm1(groupsOfNode * Math.log1p(-(redundancy.n() - 1) / others));
  }

  private void requireFits(Redundancy redundancy, int dead) {
    if (redundancy.n() > nodeCount || dead < 0 || dead > nodeCount) {
      throw new IllegalArgumentException(
          redundancy.label()
              + " on "
              + redundancy.n()
              + " of "
              + nodeCount
              + " nodes with "
              + dead
              + " dead: both must be at most "
              + nodeCount);
    }
  }

  /**
   * The chance that any of these very groups is lost, by drawing dead nodes: for the groups that a
   * placement really made, not for a formula about them.
   *
   * @param groups for each group its members' node numbers, from 0
   */
  public static Estimate.Sampled simulate(
      Redundancy redundancy,
      List<List<Integer>> groups,
      int nodeCount,
      int dead,
      int trialCount,
      long seed) {
    var random = new SplittableRandom(seed);
    int tolerance = redundancy.tolerance();
    int[] nodes = new int[nodeCount];
    for (int i = 0; i < nodeCount; i++) {
      nodes[i] = i;
    }
    var down = new boolean[nodeCount];
    long hits = 0;
    for (int trial = 0; trial < trialCount; trial++) {
      Arrays.fill(down, false);
      for (int i = 0; i < dead; i++) {
        int pick = i + random.nextInt(nodeCount - i);
        int node = nodes[pick];
        nodes[pick] = nodes[i];
        nodes[i] = node;
        down[node] = true;
      }
      for (var group : groups) {
        if (lost(redundancy, tolerance, group, down)) {
          hits++;
          break;
        }
      }
    }
    double p = (double) hits / trialCount;
    // Wilson's interval: it stays honest when no trial, or every trial, was a hit.
    double z2 = FailureBiasing.Z95 * FailureBiasing.Z95;
    double centre = (p + z2 / (2 * trialCount)) / (1 + z2 / trialCount);
    double half =
        FailureBiasing.Z95
            * Math.sqrt(p * (1 - p) / trialCount + z2 / (4.0 * trialCount * trialCount))
            / (1 + z2 / trialCount);
    return new Estimate.Sampled(
        p,
        Math.max(0, centre - half),
        centre + half,
        trialCount,
        seed,
        "deaths of "
            + dead
            + " of "
            + nodeCount
            + " nodes drawn against "
            + groups.size()
            + " groups");
  }

  private static boolean lost(
      Redundancy redundancy, int tolerance, List<Integer> group, boolean[] down) {
    int missing = 0;
    for (int node : group) {
      missing += down[node] ? 1 : 0;
    }
    if (missing <= tolerance) {
      return false;
    }
    var perFamily = new ArrayList<Integer>();
    int position = 0;
    for (var family : redundancy.families()) {
      int here = 0;
      for (int i = 0; i < family.size(); i++, position++) {
        here += down[group.get(position)] ? 1 : 0;
      }
      perFamily.add(here);
    }
    return !redundancy.decodable(perFamily);
  }
}
