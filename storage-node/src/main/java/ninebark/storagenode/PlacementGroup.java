package ninebark.storagenode;

import java.util.List;
import ninebark.erasure.Scheme;

/**
 * An ordered list of k+m disks for a scheme; stripes name a group, never disks. Shard i lives on
 * disk i.
 */
public record PlacementGroup(GroupId id, Scheme scheme, List<DiskId> disks) {
  public PlacementGroup {
    disks = List.copyOf(disks);
    if (disks.size() != scheme.n()) {
      throw new IllegalArgumentException(
          id + " for " + scheme + " needs " + scheme.n() + " disks, found " + disks.size());
    }
  }
}
