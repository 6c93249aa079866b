package ninebark.scrubber.rebuild;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import ninebark.erasure.ShardSet;
import ninebark.scrubber.journal.Loss;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.PlacementGroup;

/**
 * One repair that is to be made now.
 *
 * @param number tells it from other repairs of the same stripe
 * @param loss all that the stripe is known to have lost
 * @param targets the lost shards whose disks take writes now
 * @param margin how many more shards the stripe can lose
 * @param attempts how often it was begun before without success
 * @param avoid disks that kept an earlier repair of the stripe waiting
 * @param waitingFor the disks that are being waited for now; changed by the threads that wait
 */
record RepairOrder(
    long number,
    Loss loss,
    ShardSet targets,
    PlacementGroup group,
    int margin,
    int attempts,
    Set<DiskId> avoid,
    Set<DiskId> waitingFor) {
  RepairOrder(
      long number,
      Loss loss,
      ShardSet targets,
      PlacementGroup group,
      int margin,
      int attempts,
      Set<DiskId> avoid) {
    this(
        number,
        loss,
        targets,
        group,
        margin,
        attempts,
        Set.copyOf(avoid),
        ConcurrentHashMap.newKeySet());
  }
}
