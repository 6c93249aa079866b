package ninebark.storagenode;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Which disks there are and which placement groups were made of them, at one epoch.
 *
 * @param cluster the cluster's identity, in every disk's identity file
 * @param epoch grows with every change; a plan for an older epoch is refused
 * @param leaving disks that are being drained: they give their positions to others and get none
 * @param balancing whether positions are moved until every disk has its share
 */
public record ClusterMap(
    UUID cluster,
    long epoch,
    List<DiskPlace> disks,
    List<PlacementGroup> groups,
    Set<DiskId> leaving,
    boolean balancing) {
  public ClusterMap {
    disks = List.copyOf(disks);
    groups = List.copyOf(groups);
    leaving = Collections.unmodifiableSet(new LinkedHashSet<>(leaving));
  }

  /** A map in which nothing moves. */
  public ClusterMap(UUID cluster, long epoch, List<DiskPlace> disks, List<PlacementGroup> groups) {
    this(cluster, epoch, disks, groups, Set.of(), false);
  }

  public Optional<DiskPlace> place(DiskId disk) {
    return disks.stream().filter(place -> place.disk().equals(disk)).findFirst();
  }

  /** How many groups have a position on its way. */
  public int movingCount() {
    return (int) groups.stream().filter(group -> group.moving().isPresent()).count();
  }

  /** The map after this one with other groups. */
  public ClusterMap withGroups(List<PlacementGroup> others) {
    return new ClusterMap(cluster, epoch + 1, disks, others, leaving, balancing);
  }
}
