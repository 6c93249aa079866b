package ninebark.storagenode;

import java.io.IOException;
import java.lang.foreign.Arena;
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

  /**
   * Whether {@code bytes} are what was written as this shard, judged by the checksums beside it. A
   * disk that has them at hand does not read the shard itself, so a stripe's bytes can be held
   * against a shard that nobody wants to read.
   *
   * @param bytes native memory, as long as the shard
   * @throws ShardMissingException if the disk does not hold the shard
   * @throws ShardDamagedException if what is beside it is not what was written
   */
  default boolean attests(ShardKey key, MemorySegment bytes) throws IOException {
    try (var arena = Arena.ofShared()) {
      var stored = arena.allocate(bytes.byteSize());
      read(key, 0, stored);
      return stored.mismatch(bytes) < 0;
    }
  }

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
