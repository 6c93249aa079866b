package ninebark.storagenode;

import java.io.IOException;
import java.util.List;

/**
 * Looks at what a disk keeps beside the shards' bytes, for whoever serves the disk: the heads of
 * its containers, the chain of records in them, and its index. What can be mended without other
 * disks is mended on the way; a shard that is met damaged is not, that takes the rest of its
 * stripe.
 *
 * <p>Threads: safe for any number; calls block.
 */
public interface DiskInspector {
  /**
   * What one look found.
   *
   * @param bytes how much was read
   * @param damageCount places that are not what was written
   * @param mendedCount those of them that now are whole again
   */
  record Inspection(long bytes, int damageCount, int mendedCount) {
    public static final Inspection NOTHING = new Inspection(0, 0, 0);

    public Inspection and(Inspection other) {
      return new Inspection(
          bytes + other.bytes, damageCount + other.damageCount, mendedCount + other.mendedCount);
    }
  }

  /** The containers there are now, oldest first. */
  List<Integer> containers() throws IOException;

  /** Checks a container's head and headers; one that is gone by now is all right. */
  Inspection inspectContainer(int number) throws IOException;

  /**
   * Reads the disk's index and checks it.
   *
   * <p>Damage in it is not mended while the disk is in use: the next opening of the disk makes the
   * index anew from the containers.
   */
  Inspection inspectIndex() throws IOException;
}
