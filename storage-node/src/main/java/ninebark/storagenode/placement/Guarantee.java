package ninebark.storagenode.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.PlacementGroup;

/**
 * What a set of placement groups survives at the worst: whichever disks, nodes or AZs it hits.
 *
 * <p>Exact, not estimated: a group survives the loss of any x AZs if its x fullest AZs together
 * hold no more than m of its shards, and the set survives what each of its groups survives.
 */
public record Guarantee(Level disks, Level nodes, Level azs) {
  /**
   * One kind of thing that fails.
   *
   * @param survived any so many of them may be lost
   * @param fatalPlace one whose loss comes first when one more is lost
   * @param fatalShards shards of one group that are lost with that many
   * @param allowedShards shards of that group that may be lost
   */
  public record Level(int survived, String fatalPlace, int fatalShards, int allowedShards) {}

  /**
   * @param topology where every disk of the groups stands
   */
  public static Guarantee of(List<PlacementGroup> groups, List<DiskPlace> topology) {
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("no groups, nothing to guarantee");
    }
    Map<DiskId, DiskPlace> places =
        topology.stream().collect(Collectors.toMap(DiskPlace::disk, Function.identity()));
    return new Guarantee(
        level(groups, disk -> disk.toString()),
        level(groups, disk -> places.get(disk).node()),
        level(groups, disk -> places.get(disk).az()));
  }

  private static Level level(List<PlacementGroup> groups, Function<DiskId, String> holder) {
    return groups.stream()
        .map(group -> level(group, holder))
        .min(
            Comparator.comparingInt(Level::survived)
                .thenComparing(Comparator.comparingInt(Level::fatalShards).reversed())
                .thenComparing(Level::fatalPlace))
        .orElseThrow();
  }

  private static Level level(PlacementGroup group, Function<DiskId, String> holder) {
    Map<String, Integer> shards = new HashMap<>();
    group.disks().forEach(disk -> shards.merge(holder.apply(disk), 1, Integer::sum));
    List<Map.Entry<String, Integer>> fullestFirst = new ArrayList<>(shards.entrySet());
    fullestFirst.sort(
        Map.Entry.<String, Integer>comparingByValue()
            .reversed()
            .thenComparing(Map.Entry.comparingByKey()));
    int survived = 0;
    int lost = 0;
    for (var entry : fullestFirst) {
      lost += entry.getValue();
      if (lost > group.scheme().m()) {
        break;
      }
      survived++;
    }
    return new Level(survived, fullestFirst.getFirst().getKey(), lost, group.scheme().m());
  }

  /** Why this falls short of a demand, empty if it does not. */
  public Optional<String> shortfall(Placement.Demand demand) {
    if (azs.survived < demand.azs()) {
      return Optional.of(fatal("AZ", azs, demand.azs()));
    }
    if (nodes.survived < demand.nodes()) {
      return Optional.of(fatal("node", nodes, demand.nodes()));
    }
    if (disks.survived < demand.disks()) {
      return Optional.of(fatal("disk", disks, demand.disks()));
    }
    return Optional.empty();
  }

  /** What is survived, and what is not, in one sentence for people. */
  public String sentence() {
    List<String> survived = new ArrayList<>();
    if (disks.survived > 0) {
      survived.add("any " + count(disks.survived, "disk"));
    }
    if (nodes.survived > 0) {
      survived.add(count(nodes.survived, "node"));
    }
    if (azs.survived > 0) {
      survived.add(count(azs.survived, "AZ"));
    }
    var text =
        survived.isEmpty() ? "survives nothing" : "survives " + String.join(", or ", survived);
    if (azs.survived == 0) {
      text += "; " + fatal("AZ", azs, 1);
    } else if (nodes.survived == 0) {
      text += "; " + fatal("node", nodes, 1);
    }
    return text;
  }

  private static String fatal(String kind, Level level, int demanded) {
    var article = kind.startsWith("A") ? "an " : "a ";
    var loss =
        level.survived == 0
            ? article + kind + " loss is fatal"
            : "the loss of " + count(level.survived + 1, kind) + " is fatal";
    var where =
        level.survived == 0
            ? level.fatalShards + " shards in " + level.fatalPlace
            : level.fatalShards + " shards in " + count(level.survived + 1, kind);
    var wish = demanded > 1 ? " (demanded: " + demanded + ")" : "";
    return loss + wish + ": " + where + ", " + level.allowedShards + " may be lost";
  }

  private static String count(int number, String kind) {
    return number + " " + kind + (number == 1 ? "" : "s");
  }
}
