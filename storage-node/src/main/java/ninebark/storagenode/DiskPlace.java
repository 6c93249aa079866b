package ninebark.storagenode;

/**
 * Where a disk stands in the topology AZ > rack > node > disk.
 *
 * @param weight its share of new data relative to other disks; usually its size in bytes
 */
public record DiskPlace(DiskId disk, String node, String rack, String az, long weight) {
  public DiskPlace {
    if (weight <= 0) {
      throw new IllegalArgumentException(
          "a disk's weight is positive, found " + weight + " for " + disk);
    }
  }
}
