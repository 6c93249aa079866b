package ninebark.storagenode;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * One disk as its users see it: in this process, or behind the wire.
 *
 * <p>A shard that was acknowledged reads back exactly, or its read fails; a disk never returns
 * other bytes.
 *
 * <p>Threads: safe for any number; calls block (made for virtual threads) and stop with an {@link
 * java.io.InterruptedIOException} when their thread is interrupted.
 */
public interface ShardDisk extends AutoCloseable {
  DiskId id();

  /** Whether the disk takes writes now; cheap enough to ask before every stripe. */
  DiskState state();

  DiskStatus status();

  /**
   * Queues a shard to be written; blocks while the disk's queue is full. A shard of the same key
   * that is there already is replaced.
   *
   * @param deadline how long to wait for the queue
   * @param bytes native memory, lent until {@link ShardAppend#awaitReleased} returns
   */
  ShardAppend append(ShardLabel label, MemorySegment bytes, Deadline deadline) throws IOException;

  /**
   * Reads and checks the bytes from {@code offset} that fill {@code into}.
   *
   * @param into native memory; its content is undefined when the read fails
   * @throws ShardMissingException if the disk does not hold the shard
   * @throws ShardDamagedException if what it holds is not what was written
   */
  void read(ShardKey key, int offset, MemorySegment into) throws IOException;

  /** Reads and checks what was written beside a shard. */
  ShardLabel label(ShardKey key) throws IOException;

  /** Erases the shards that are there; returns when that is durable. */
  void erase(Collection<ShardKey> keys) throws IOException;

  /**
   * The shards after {@code after}, in the order of their keys.
   *
   * @param limit the most to return; fewer than that means the end
   */
  List<StoredShard> list(Optional<ShardKey> after, int limit) throws IOException;

  /** Finishes what is queued, then lets go of the disk. */
  @Override
  void close();
}
