package ninebark.storagenode.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import ninebark.erasure.Scheme;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.PlacementGroup;

/**
 * Makes placement groups of a topology.
 *
 * <p>No two shards of a group share a disk; an AZ holds at most {@code ceil(n / AZs)} of them, no
 * more AZs than must hold so many (14 shards over four AZs stand 4, 4, 3, 3), a node as few as that
 * allows, one if there are enough nodes; racks are spread where there is a choice. Disks are taken
 * in proportion to their weight, and of equal ones those that share the fewest groups already. The
 * same arguments give the same groups.
 */
public final class Placement {
  /** How many groups a disk is in: see {@link #defaultGroupCount}. */
  private static final int GROUPS_PER_DISK = 8;

  /** What became of a wish for groups. */
  public sealed interface Outcome {
    /** The groups, and what they survive. */
    record Placed(List<PlacementGroup> groups, Guarantee guarantee) implements Outcome {
      public Placed {
        groups = List.copyOf(groups);
      }
    }

    /** The topology cannot give what was demanded; the sentence says why. */
    record Refused(String sentence) implements Outcome {}
  }

  /**
   * What a storage class demands to survive.
   *
   * @param disks any so many disks
   * @param nodes any so many nodes
   * @param azs any so many AZs
   */
  public record Demand(int disks, int nodes, int azs) {
    public static final Demand NOTHING = new Demand(0, 0, 0);
  }

  private Placement() {}

  /**
   * So many groups that a disk is in about eight: few sets of disks whose common loss loses data,
   * and still several whole groups left to write to when a disk or two are down, and many disks to
   * rebuild one from.
   */
  public static int defaultGroupCount(int diskCount, Scheme scheme) {
    return Math.max(1, Math.round((float) diskCount * GROUPS_PER_DISK / scheme.n()));
  }

  /**
   * @param firstId the number of the first group; the others follow
   * @param seed decides between what is equally good
   */
  public static Outcome place(
      List<DiskPlace> topology,
      Scheme scheme,
      int groupCount,
      int firstId,
      long seed,
      Demand demand) {
    if (topology.stream().map(DiskPlace::disk).distinct().count() != topology.size()) {
      throw new IllegalArgumentException("a disk stands in the topology twice");
    }
    if (topology.size() < scheme.n()) {
      return new Outcome.Refused(
          scheme + " needs " + scheme.n() + " disks, there are " + topology.size());
    }
    var groups = new Draw(topology, scheme, seed).groups(groupCount, firstId);
    var guarantee = Guarantee.of(groups, topology);
    return guarantee
        .shortfall(demand)
        .<Outcome>map(Outcome.Refused::new)
        .orElseGet(() -> new Outcome.Placed(groups, guarantee));
  }

  /** The choice of groups, one disk after the other. */
  private static final class Draw {
    private final List<DiskPlace> disks;
    private final Scheme scheme;
    private final Random random;
    private final int azCap;

    /** How many AZs have to hold {@link #azCap} shards of a group, not one less. */
    private final int fullAzs;

    private final int nodeCap;
    private final long[] load;
    private final int[][] shared;

    Draw(List<DiskPlace> topology, Scheme scheme, long seed) {
      disks = new ArrayList<>(topology);
      disks.sort(Comparator.comparing(place -> place.disk().value()));
      this.scheme = scheme;
      random = new Random(seed);
      load = new long[disks.size()];
      shared = new int[disks.size()][disks.size()];
      azCap = smallestAzCap();
      nodeCap = smallestNodeCap();
      fullAzs = scheme.n() - room(azCap - 1, nodeCap);
    }

    private int smallestAzCap() {
      long azs = disks.stream().map(DiskPlace::az).distinct().count();
      int cap = (int) Math.ceilDiv(scheme.n(), azs);
      while (room(cap, scheme.n()) < scheme.n()) {
        cap++;
      }
      return cap;
    }

    private int smallestNodeCap() {
      int cap = 1;
      while (room(azCap, cap) < scheme.n()) {
        cap++;
      }
      return cap;
    }

    /** The most disks that can be taken under the caps. */
    private int room(int perAz, int perNode) {
      Map<String, Map<String, Integer>> nodesByAz = new HashMap<>();
      for (var disk : disks) {
        nodesByAz
            .computeIfAbsent(disk.az(), _ -> new HashMap<>())
            .merge(disk.node(), 1, Integer::sum);
      }
      int room = 0;
      for (var nodes : nodesByAz.values()) {
        int inAz = 0;
        for (int onNode : nodes.values()) {
          inAz += Math.min(perNode, onNode);
        }
        room += Math.min(perAz, inAz);
      }
      return room;
    }

    List<PlacementGroup> groups(int count, int firstId) {
      List<PlacementGroup> groups = new ArrayList<>();
      for (int index = 0; index < count; index++) {
        var chosen = chooseGroup();
        for (int one : chosen) {
          load[one]++;
          for (int other : chosen) {
            shared[one][other]++;
          }
        }
        // Shard 0 and the parities of small stripes are written most: every disk gets every place.
        Collections.shuffle(chosen, random);
        List<DiskId> members = chosen.stream().map(disk -> disks.get(disk).disk()).toList();
        groups.add(new PlacementGroup(new GroupId(firstId + index), scheme, members));
      }
      return groups;
    }

    private List<Integer> chooseGroup() {
      List<Integer> chosen = new ArrayList<>();
      Map<String, Integer> perAz = new HashMap<>();
      Map<String, Integer> perNode = new HashMap<>();
      Map<String, Integer> perRack = new HashMap<>();
      int[] lottery = random.ints(disks.size()).toArray();
      while (chosen.size() < scheme.n()) {
        int best = -1;
        for (int disk = 0; disk < disks.size(); disk++) {
          var place = disks.get(disk);
          boolean fits =
              !chosen.contains(disk)
                  && hasRoom(perAz, place.az())
                  && perNode.getOrDefault(node(place), 0) < nodeCap;
          if (fits && (best < 0 || isBetter(disk, best, chosen, perRack, lottery))) {
            best = disk;
          }
        }
        var place = disks.get(best);
        chosen.add(best);
        perAz.merge(place.az(), 1, Integer::sum);
        perNode.merge(node(place), 1, Integer::sum);
        perRack.merge(rack(place), 1, Integer::sum);
      }
      return chosen;
    }

    private boolean hasRoom(Map<String, Integer> perAz, String az) {
      int held = perAz.getOrDefault(az, 0);
      if (held < azCap - 1) {
        return true;
      }
      return held == azCap - 1
          && perAz.values().stream().filter(shards -> shards == azCap).count() < fullAzs;
    }

    private boolean isBetter(
        int disk, int than, List<Integer> chosen, Map<String, Integer> perRack, int[] lottery) {
      int byRack =
          Integer.compare(
              perRack.getOrDefault(rack(disks.get(disk)), 0),
              perRack.getOrDefault(rack(disks.get(than)), 0));
      int byLoad =
          Double.compare(
              (load[disk] + 1.0) / disks.get(disk).weight(),
              (load[than] + 1.0) / disks.get(than).weight());
      int byCompany = Long.compare(company(disk, chosen), company(than, chosen));
      int[] order = {byLoad, byRack, byCompany, Integer.compare(lottery[disk], lottery[than])};
      return Arrays.stream(order).filter(sign -> sign != 0).findFirst().orElse(0) < 0;
    }

    /** How often a disk is already in groups with those chosen; squares punish repetition. */
    private long company(int disk, List<Integer> chosen) {
      long sum = 0;
      for (int other : chosen) {
        sum += (long) shared[disk][other] * shared[disk][other];
      }
      return sum;
    }

    private static String node(DiskPlace place) {
      return place.az() + "/" + place.node();
    }

    private static String rack(DiskPlace place) {
      return place.az() + "/" + place.rack();
    }
  }
}
