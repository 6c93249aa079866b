package ninebark.storagenode;

import java.io.IOException;

/**
 * A shard on its way to a disk.
 *
 * <p>Threads: any may wait.
 */
public interface ShardAppend {
  /**
   * Waits until the lent bytes are not needed any more, whether the append succeeded or not. A disk
   * that stalls may take long.
   */
  void awaitReleased() throws InterruptedException;

  /**
   * Waits until the shard is synced.
   *
   * @throws DiskTimeoutException if the deadline passes first; the shard may still become durable
   * @throws DiskFullException if the space reserve would have been touched
   * @throws IOException if the shard is not durable on this disk
   */
  void awaitDurable(Deadline deadline) throws IOException, InterruptedException;
}
