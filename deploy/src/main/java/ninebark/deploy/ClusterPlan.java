package ninebark.deploy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import ninebark.deploy.config.ConfigException;
import ninebark.deploy.config.NinebarkConfig;
import ninebark.deploy.config.NodeConfig;
import ninebark.deploy.config.StorageClassConfig;
import ninebark.deploy.config.TopologyConfig;
import ninebark.erasure.Scheme;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.placement.Guarantee;
import ninebark.storagenode.placement.Placement;
import ninebark.storagenode.shard.LocalDisks;

/**
 * What the cluster map must be for a configuration: groups for the scheme of every storage class,
 * each giving what its class promises. Pure: disks, configuration and the map of before in, the map
 * of now out.
 */
final class ClusterPlan {
  private ClusterPlan() {}

  /** The folders that stand for disks: one node in each AZ. */
  static List<LocalDisks.Layout> layout(TopologyConfig topology) {
    return IntStream.rangeClosed(1, topology.azCount())
        .mapToObj(az -> new LocalDisks.Layout("az-" + az, "node-" + az, topology.disksPerAzCount()))
        .toList();
  }

  /** Disks of that topology that do not exist, to see whether a plan could work. */
  static List<DiskPlace> imagined(TopologyConfig topology) {
    var places = new ArrayList<DiskPlace>();
    for (var part : layout(topology)) {
      for (int number = 0; number < part.diskCount(); number++) {
        places.add(
            new DiskPlace(
                new DiskId(new UUID(0, places.size())), part.node(), part.node(), part.az(), 1));
      }
    }
    return places;
  }

  /** The first map of a cluster. */
  static ClusterMap first(UUID cluster, List<DiskPlace> disks, NinebarkConfig config)
      throws ConfigException {
    return extend(new ClusterMap(cluster, 0, disks, List.of()), config);
  }

  /**
   * The map with groups for schemes it has none of yet; the same map if there is nothing to add.
   *
   * @throws ConfigException if a class promises what the disks cannot give
   */
  static ClusterMap extend(ClusterMap map, NinebarkConfig config) throws ConfigException {
    var groups = new ArrayList<>(map.groups());
    var refusals = new ArrayList<String>();
    for (var entry : config.classes().entrySet()) {
      var wish = entry.getValue();
      var demand = new Placement.Demand(wish.survivesDisksCount(), 0, wish.survivesAzsCount());
      var existing = groups.stream().filter(group -> group.scheme().equals(wish.scheme())).toList();
      if (existing.isEmpty()) {
        switch (place(map, wish.scheme(), groups.size(), demand)) {
          case Placement.Outcome.Placed(var placed, _) -> groups.addAll(placed);
          case Placement.Outcome.Refused(var sentence) ->
              refusals.add(refusal(entry.getKey(), wish, sentence));
        }
      } else {
        Guarantee.of(existing, map.disks())
            .shortfall(demand)
            .ifPresent(sentence -> refusals.add(refusal(entry.getKey(), wish, sentence)));
      }
    }
    if (!refusals.isEmpty()) {
      throw new ConfigException("the configuration of storage classes", refusals);
    }
    return groups.size() == map.groups().size()
        ? map
        : new ClusterMap(map.cluster(), map.epoch() + 1, map.disks(), groups);
  }

  private static Placement.Outcome place(
      ClusterMap map, Scheme scheme, int firstId, Placement.Demand demand) {
    return Placement.place(
        map.disks(),
        scheme,
        Placement.defaultGroupCount(map.disks().size(), scheme),
        firstId,
        map.cluster().getLeastSignificantBits(),
        demand);
  }

  private static String refusal(String name, StorageClassConfig wish, String sentence) {
    return "classes."
        + name
        + ": "
        + wish.scheme()
        + " over these disks cannot give what is promised ("
        + wish.survivesDisksCount()
        + " disks, "
        + wish.survivesAzsCount()
        + " AZs): "
        + sentence;
  }

  /** Disks that the configuration and the map disagree about. */
  static void checkTopology(ClusterMap map, NinebarkConfig config) throws IOException {
    long azs = map.disks().stream().map(DiskPlace::az).distinct().count();
    var topology = config.topology();
    if (azs != topology.azCount() || map.disks().size() != topology.diskCount()) {
      throw new IOException(
          "the configuration names "
              + topology.diskCount()
              + " disks in "
              + topology.azCount()
              + " AZs, this data folder was made with "
              + map.disks().size()
              + " in "
              + azs
              + "; the topology of a data folder cannot be changed yet");
    }
  }

  /** Disks of the map whose node the configuration does not name: nobody could reach them. */
  static void checkNodes(ClusterMap map, NinebarkConfig config) throws IOException {
    var named = config.cluster().nodes().stream().map(NodeConfig::name).toList();
    for (var place : map.disks()) {
      if (!named.contains(place.node())) {
        throw new IOException(
            "disk "
                + place.disk()
                + " of the cluster map is on "
                + place.node()
                + ", which cluster.nodes does not name");
      }
    }
  }

  /** What each storage class survives, a sentence each. */
  static List<String> sentences(ClusterMap map, NinebarkConfig config) {
    var sentences = new ArrayList<String>();
    var bySchemes = new LinkedHashMap<String, List<PlacementGroup>>();
    for (Map.Entry<String, StorageClassConfig> entry : config.classes().entrySet()) {
      bySchemes.put(
          entry.getKey(),
          map.groups().stream()
              .filter(group -> group.scheme().equals(entry.getValue().scheme()))
              .toList());
    }
    bySchemes.forEach(
        (name, groups) -> {
          var disks = groups.stream().flatMap(group -> group.disks().stream()).distinct().count();
          var azs = map.disks().stream().map(DiskPlace::az).distinct().count();
          sentences.add(
              name
                  + " = "
                  + groups.getFirst().scheme()
                  + " over "
                  + disks
                  + " disks in "
                  + azs
                  + " AZs: "
                  + Guarantee.of(groups, map.disks()).sentence()
                  + ".");
        });
    return sentences;
  }
}
