package ninebark.metadata.recovery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongConsumer;
import ninebark.erasure.Scheme;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.Owner;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.StripeId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All stripes that the disks hold shards of, and whose they say they are. It is kept in memory: a
 * few hundred bytes for each stripe.
 */
final class Survey {
  private static final Logger LOG = LoggerFactory.getLogger(Survey.class);
  private static final int PAGE = 1000;
  private static final int TELL_EVERY = 10_000;

  /** A stripe's name among all groups. */
  private record Name(GroupId group, StripeId stripe) {}

  /**
   * A stripe, as its shards tell.
   *
   * @param held which of its shards were seen
   */
  record Stripe(Extent extent, Scheme scheme, Owner owner, Set<Integer> held) {
    /** Whether there are enough shards to read it; that they are whole is not known. */
    boolean canBeRead() {
      return held.size() >= extent.storedDataShards();
    }
  }

  private final Map<Name, Set<Integer>> held = new HashMap<>();
  private final Map<Name, Stripe> stripes = new LinkedHashMap<>();

  /** How many shards each disk holds at each position of each group. */
  private final Map<GroupId, TreeMap<Integer, Map<DiskId, Integer>>> positions = new HashMap<>();

  private final Map<GroupId, Scheme> schemes = new HashMap<>();
  private long shardCount;
  private long silentCount;

  private Survey() {}

  /**
   * Asks all disks for all their shards, and of each stripe one shard for its owner.
   *
   * @param progress told how many shards were seen so far
   */
  static Survey of(Collection<? extends ShardDisk> disks, LongConsumer progress)
      throws IOException {
    var survey = new Survey();
    for (var disk : disks) {
      survey.add(disk, progress);
    }
    return survey;
  }

  private void add(ShardDisk disk, LongConsumer progress) throws IOException {
    Optional<ShardKey> after = Optional.empty();
    while (true) {
      var page = disk.list(after, PAGE);
      for (var shard : page) {
        add(disk, shard.key());
        if (++shardCount % TELL_EVERY == 0) {
          progress.accept(shardCount);
        }
      }
      if (page.size() < PAGE) {
        progress.accept(shardCount);
        return;
      }
      after = Optional.of(page.getLast().key());
    }
  }

  private void add(ShardDisk disk, ShardKey key) {
    var name = new Name(key.group(), key.stripe());
    held.computeIfAbsent(name, _ -> new HashSet<>()).add(key.shard());
    positions
        .computeIfAbsent(key.group(), _ -> new TreeMap<>())
        .computeIfAbsent(key.shard(), _ -> new HashMap<>())
        .merge(disk.id(), 1, Integer::sum);
    if (stripes.containsKey(name)) {
      return;
    }
    try {
      var label = disk.label(key);
      schemes.put(key.group(), label.scheme());
      stripes.put(
          name,
          new Stripe(
              new Extent(key.stripe(), key.group(), label.stripeLength(), label.shardBytes()),
              label.scheme(),
              label.owner(),
              held.get(name)));
    } catch (IOException silent) {
      // Another shard of the stripe tells the same.
      silentCount++;
      LOG.debug("shard {} on disk {} does not tell its owner", key, disk.id(), silent);
    }
  }

  long shardCount() {
    return shardCount;
  }

  /** Headers that could not be read. */
  long silentCount() {
    return silentCount;
  }

  Collection<Stripe> stripes() {
    return stripes.values();
  }

  /** What the map must have been: each position of a group is the disk with most of its shards. */
  ClusterMap map(UUID cluster, List<DiskPlace> disks) {
    var groups = new ArrayList<PlacementGroup>();
    schemes.forEach(
        (id, scheme) -> {
          var places = new ArrayList<DiskId>();
          for (int shard = 0; shard < scheme.n(); shard++) {
            var counts = positions.get(id).getOrDefault(shard, Map.of());
            places.add(
                counts.entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .orElse(new DiskId(new UUID(0, shard))));
          }
          groups.add(new PlacementGroup(id, scheme, places));
        });
    return new ClusterMap(cluster, 0, disks, groups);
  }
}
