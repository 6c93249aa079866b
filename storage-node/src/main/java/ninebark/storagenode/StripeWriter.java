package ninebark.storagenode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Takes the bytes of one object or part, in order, and lays them down as stripes.
 *
 * <p>While one stripe is being filled, the one before is written; memory is bounded by the stripe
 * pool, and {@link #write} blocks when it is empty. Threads: one.
 */
public interface StripeWriter extends AutoCloseable {
  /** Takes all remaining bytes of {@code bytes}; they may be reused when this returns. */
  void write(ByteBuffer bytes) throws IOException;

  /** What the last stripe is to tell besides its bytes. Before {@link #finish}. */
  void describe(Description description);

  /**
   * Writes what is left and waits until every shard is synced to its disk.
   *
   * @return where the bytes are, in order; empty when none were written
   */
  List<Extent> finish() throws IOException;

  /**
   * After {@link #finish}: the CRC64NVME of all bytes, derived again from the buffers the disks
   * took them from, after they had taken them. Whoever compares it with what the bytes hashed to on
   * arrival knows that nothing in between altered them.
   */
  long crc64();

  /**
   * After {@link #finish}: which of the extents miss shards that repair must add. Every one of them
   * can lose one more shard.
   */
  default List<DegradedStripe> degraded() {
    return List.of();
  }

  /** Gives back all memory; without a {@link #finish} before, also erases what was written. */
  @Override
  void close();
}
