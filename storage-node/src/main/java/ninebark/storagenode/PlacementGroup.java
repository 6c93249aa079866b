package ninebark.storagenode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.erasure.Scheme;

/**
 * An ordered list of k+m disks for a scheme; stripes name a group, never disks. Shard i lives on
 * disk i.
 *
 * <p>While one position moves from a disk to another, new shards are written to the new disk, and
 * older ones may still be on the one before. So a stripe has at most one shard on its way, and if
 * all that goes wrong with a move goes wrong, it has lost one shard.
 *
 * @param moving the position that is being moved, if one is
 */
public record PlacementGroup(
    GroupId id, Scheme scheme, List<DiskId> disks, Optional<Moving> moving) {
  /**
   * A position on its way.
   *
   * @param shard the position
   * @param from the disk that it leaves; where it goes is in the list
   */
  public record Moving(int shard, DiskId from) {}

  public PlacementGroup {
    disks = List.copyOf(disks);
    if (disks.size() != scheme.n()) {
      throw new IllegalArgumentException(
          id + " for " + scheme + " needs " + scheme.n() + " disks, found " + disks.size());
    }
    if (moving.isPresent()) {
      int shard = moving.get().shard();
      if (shard < 0 || shard >= disks.size() || disks.contains(moving.get().from())) {
        throw new IllegalArgumentException(
            id + " moves position " + shard + " from a disk of its own, or has no such position");
      }
    }
  }

  /** A group that stands still. */
  public PlacementGroup(GroupId id, Scheme scheme, List<DiskId> disks) {
    this(id, scheme, disks, Optional.empty());
  }

  /** The disk that a shard may still be on instead of its own. */
  public Optional<DiskId> former(int shard) {
    return moving.filter(one -> one.shard() == shard).map(Moving::from);
  }

  /** Where a shard may be, its own disk first. */
  public List<DiskId> places(int shard) {
    return former(shard)
        .map(before -> List.of(disks.get(shard), before))
        .orElseGet(() -> List.of(disks.get(shard)));
  }

  /** All disks that may hold something of this group. */
  public boolean touches(DiskId disk) {
    return disks.contains(disk) || moving.filter(one -> one.from().equals(disk)).isPresent();
  }

  /** This group with position {@code shard} on its way to another disk. */
  public PlacementGroup moved(int shard, DiskId to) {
    var members = new ArrayList<>(disks);
    var from = members.set(shard, to);
    return new PlacementGroup(id, scheme, members, Optional.of(new Moving(shard, from)));
  }

  /** This group when nothing of the moving position is left where it was. */
  public PlacementGroup settled() {
    return new PlacementGroup(id, scheme, disks);
  }
}
