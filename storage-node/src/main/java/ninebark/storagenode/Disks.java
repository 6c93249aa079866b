package ninebark.storagenode;

import java.util.Collection;
import java.util.Optional;
import ninebark.storagenode.file.Medium;

/**
 * The disks that a process can use: its own, or those of nodes.
 *
 * <p>Threads: safe for any number.
 */
public interface Disks extends AutoCloseable {
  /** A disk that can be reached now. */
  Optional<ShardDisk> disk(DiskId id);

  /** A look at what a disk that can be reached keeps beside the shards. */
  Optional<DiskInspector> inspector(DiskId id);

  /** What a disk is made of; flash while nobody knows. */
  Medium medium(DiskId id);

  /** All disks there are to be; those that are away among them, if they may come back. */
  Collection<? extends ShardDisk> all();

  @Override
  void close();
}
