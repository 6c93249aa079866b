package ninebark.storagenode;

import java.util.List;
import java.util.UUID;

/**
 * Which disks there are and which placement groups were made of them, at one epoch.
 *
 * @param cluster the cluster's identity, in every disk's identity file
 * @param epoch grows with every change; a plan for an older epoch is refused
 */
public record ClusterMap(
    UUID cluster, long epoch, List<DiskPlace> disks, List<PlacementGroup> groups) {
  public ClusterMap {
    disks = List.copyOf(disks);
    groups = List.copyOf(groups);
  }
}
