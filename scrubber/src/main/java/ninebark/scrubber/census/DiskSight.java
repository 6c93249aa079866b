package ninebark.scrubber.census;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import ninebark.metadata.Index;
import ninebark.metadata.Query;
import ninebark.scrubber.journal.CensusMark.Counts;
import ninebark.scrubber.moves.ShardCopy;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.StoredShard;
import ninebark.storagenode.StripeId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a disk to the index: whether what it holds is named, and belongs there.
 *
 * <p>What is not named and is older than the fence can never be named: it is erased. The fence is
 * asked for first and the names after it, so no commit can come between the two. What is named and
 * stands on another disk than its own is brought home if home lacks it, and erased here only when
 * home has shown that it has it.
 *
 * <p>Threads: one at a time.
 */
final class DiskSight {
  private static final Logger LOG = LoggerFactory.getLogger(DiskSight.class);

  private final Supplier<ClusterMap> map;
  private final Function<DiskId, Optional<ShardDisk>> disks;
  private final Index index;
  private final Supplier<Deadline> deadline;

  /**
   * @param deadline until when a shard that is brought home must be durable there
   */
  DiskSight(
      Supplier<ClusterMap> map,
      Function<DiskId, Optional<ShardDisk>> disks,
      Index index,
      Supplier<Deadline> deadline) {
    this.map = map;
    this.disks = disks;
    this.index = index;
    this.deadline = deadline;
  }

  Counts look(ShardDisk disk, List<StoredShard> shards) throws IOException, InterruptedException {
    if (shards.isEmpty()) {
      return Counts.NONE;
    }
    long fence = index.ask(new Query.CurrentFence());
    List<StripeId> stripes = shards.stream().map(shard -> shard.key().stripe()).distinct().toList();
    Set<StripeId> named = new HashSet<>(index.ask(new Query.KnownStripes(stripes)));
    long heldBytes = 0;
    long orphanBytes = 0;
    long youngCount = 0;
    long youngBytes = 0;
    var orphans = new ArrayList<ShardKey>();
    var misplaced = new ArrayList<StoredShard>();
    var homes = homes();
    for (var shard : shards) {
      heldBytes += shard.shardBytes();
      if (named.contains(shard.key().stripe())) {
        if (!mayBeOn(disk.id(), homes, shard.key())) {
          misplaced.add(shard);
        }
      } else if (shard.key().stripe().birthMillis() < fence) {
        orphans.add(shard.key());
        orphanBytes += shard.shardBytes();
      } else {
        youngCount++;
        youngBytes += shard.shardBytes();
      }
    }
    if (!orphans.isEmpty()) {
      disk.erase(orphans);
      LOG.info("disk {}: erased {} shards that nothing names", disk.id(), orphans.size());
    }
    return new Counts(
        0,
        0,
        0,
        0,
        0,
        0,
        shards.size(),
        heldBytes,
        orphans.size(),
        orphanBytes,
        youngCount,
        youngBytes,
        misplaced.size(),
        misplaced.isEmpty() ? 0 : bringHome(disk, misplaced, homes));
  }

  private Map<GroupId, PlacementGroup> homes() {
    Map<GroupId, PlacementGroup> homes = new HashMap<>();
    map.get().groups().forEach(group -> homes.put(group.id(), group));
    return homes;
  }

  private static boolean mayBeOn(DiskId disk, Map<GroupId, PlacementGroup> homes, ShardKey key) {
    // What is on its way is the mover's.
    return Optional.ofNullable(homes.get(key.group()))
        .filter(group -> key.shard() < group.disks().size())
        .filter(group -> group.places(key.shard()).contains(disk))
        .isPresent();
  }

  private static Optional<DiskId> home(Map<GroupId, PlacementGroup> homes, ShardKey key) {
    return Optional.ofNullable(homes.get(key.group()))
        .filter(group -> key.shard() < group.disks().size())
        .map(group -> group.disks().get(key.shard()));
  }

  /** Returns how many home lacked. */
  private long bringHome(
      ShardDisk disk, List<StoredShard> misplaced, Map<GroupId, PlacementGroup> homes)
      throws IOException, InterruptedException {
    var agreed = index.ask(new Query.CurrentMap()).map(ClusterMap::epoch);
    if (!agreed.equals(Optional.of(map.get().epoch()))) {
      LOG.info("the cluster map changes; misplaced shards of disk {} wait", disk.id());
      return 0;
    }
    long moved = 0;
    var atHome = new ArrayList<ShardKey>();
    for (var shard : misplaced) {
      var key = shard.key();
      var home = home(homes, key).flatMap(disks);
      if (home.isEmpty()) {
        LOG.error("shard {} on disk {} has no home in the cluster map", key, disk.id());
        continue;
      }
      try {
        if (ShardCopy.bring(key, disk, home.get(), deadline.get())) {
          moved++;
        }
        atHome.add(key);
      } catch (InterruptedIOException stop) {
        throw stop;
      } catch (IOException notNow) {
        LOG.warn(
            "shard {} stays on disk {}, where it does not belong: {}",
            key,
            disk.id(),
            notNow.toString());
      }
    }
    if (!atHome.isEmpty()) {
      disk.erase(atHome);
      LOG.info(
          "disk {}: {} shards did not belong there and are gone; {} of them were brought home",
          disk.id(),
          atHome.size(),
          moved);
    }
    return moved;
  }
}
