package ninebark.deploy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import ninebark.deploy.config.ConfigException;
import ninebark.deploy.config.NinebarkConfig;
import ninebark.deploy.config.NodeConfig;
import ninebark.deploy.config.StorageClassConfig;
import ninebark.deploy.config.TopologyConfig;
import ninebark.erasure.Scheme;
import ninebark.gateway.operation.StorageClasses;
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
   * The map with groups for schemes it has none of yet; the same map if there is nothing to add. A
   * class that cannot be had over these disks gets none: see {@link #refusals}.
   *
   * @throws ConfigException if the class promises what the disks cannot give that every client gets
   */
  static ClusterMap extend(ClusterMap map, NinebarkConfig config) throws ConfigException {
    var groups = new ArrayList<>(map.groups());
    var refusals = new ArrayList<String>();
    for (var entry : config.classes().entrySet()) {
      var refusal = Optional.<String>empty();
      switch (found(map, groups, entry.getValue())) {
        case Placement.Outcome.Placed(var placed, _) -> groups.addAll(placed);
        case Placement.Outcome.Refused(var sentence) ->
            refusal = Optional.of(refusal(entry.getKey(), entry.getValue(), sentence));
      }
      refusal.filter(_ -> entry.getKey().equals(StorageClasses.STANDARD)).ifPresent(refusals::add);
    }
    if (!refusals.isEmpty()) {
      throw new ConfigException("the configuration of storage classes", refusals);
    }
    return groups.size() == map.groups().size() ? map : map.withGroups(groups);
  }

  /** The classes that cannot be had over the disks of this map, each with the reason. */
  static Map<String, String> refusals(ClusterMap map, NinebarkConfig config) {
    var refusals = new LinkedHashMap<String, String>();
    config
        .classes()
        .forEach(
            (name, wish) -> {
              if (found(map, map.groups(), wish) instanceof Placement.Outcome.Refused(var why)) {
                refusals.put(name, refusal(name, wish, why));
              }
            });
    return refusals;
  }

  /**
   * The groups that a class needs beside those there are: none, new ones, or none that would do.
   */
  private static Placement.Outcome found(
      ClusterMap map, List<PlacementGroup> groups, StorageClassConfig wish) {
    var demand = new Placement.Demand(wish.survivesDisksCount(), 0, wish.survivesAzsCount());
    var existing = groups.stream().filter(group -> group.scheme().equals(wish.scheme())).toList();
    if (existing.isEmpty()) {
      return place(map, wish.scheme(), groups.size(), demand);
    }
    var guarantee = Guarantee.of(existing, map.disks());
    return guarantee
        .shortfall(demand)
        .<Placement.Outcome>map(Placement.Outcome.Refused::new)
        .orElseGet(() -> new Placement.Outcome.Placed(List.of(), guarantee));
  }

  private static Placement.Outcome place(
      ClusterMap map, Scheme scheme, int firstId, Placement.Demand demand) {
    var staying =
        map.disks().stream().filter(place -> !map.leaving().contains(place.disk())).toList();
    return Placement.place(
        staying,
        scheme,
        Placement.defaultGroupCount(staying.size(), scheme),
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

  /** Disks of the map that the configuration has no place for; fewer in the map are to be made. */
  static void checkTopology(ClusterMap map, NinebarkConfig config) throws IOException {
    var wanted = new LinkedHashMap<String, Integer>();
    layout(config.topology()).forEach(part -> wanted.put(part.az(), part.diskCount()));
    var there = new LinkedHashMap<String, Integer>();
    map.disks().forEach(place -> there.merge(place.az(), 1, Integer::sum));
    for (var az : there.entrySet()) {
      int room = wanted.getOrDefault(az.getKey(), 0);
      if (az.getValue() > room) {
        throw new IOException(
            "the configuration names "
                + room
                + " disks in "
                + az.getKey()
                + ", the store has "
                + az.getValue()
                + "; disks are taken away with 'ninebark disk drain' and 'ninebark disk remove'");
      }
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

  /** What the storage classes survive, a sentence for each scheme and for each refusal. */
  static List<String> sentences(ClusterMap map, NinebarkConfig config) {
    var sentences = new ArrayList<String>();
    var refusals = refusals(map, config);
    var byScheme = new LinkedHashMap<Scheme, List<String>>();
    config
        .classes()
        .forEach(
            (name, wish) -> {
              if (!refusals.containsKey(name)) {
                byScheme.computeIfAbsent(wish.scheme(), scheme -> new ArrayList<>()).add(name);
              }
            });
    byScheme.forEach(
        (scheme, names) -> {
          var groups =
              map.groups().stream().filter(group -> group.scheme().equals(scheme)).toList();
          var disks = groups.stream().flatMap(group -> group.disks().stream()).distinct().count();
          var azs = map.disks().stream().map(DiskPlace::az).distinct().count();
          sentences.add(
              String.join(", ", names)
                  + " = "
                  + scheme
                  + " over "
                  + disks
                  + " disks in "
                  + azs
                  + " AZs: "
                  + Guarantee.of(groups, map.disks()).sentence()
                  + ".");
        });
    if (!refusals.isEmpty()) {
      sentences.add(
          "Not to be had over these disks: "
              + String.join(", ", refusals.keySet())
              + " (a PUT is told why).");
    }
    return sentences;
  }
}
