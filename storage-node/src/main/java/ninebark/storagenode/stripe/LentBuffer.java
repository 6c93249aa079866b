package ninebark.storagenode.stripe;

import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A pool's buffer with the count of those who may touch it; the last one gives it back. */
final class LentBuffer {
  private final BufferPool pool;
  private final MemorySegment segment;
  private final AtomicInteger holders = new AtomicInteger(1);

  private LentBuffer(BufferPool pool, MemorySegment segment) {
    this.pool = pool;
    this.segment = segment;
  }

  static LentBuffer from(BufferPool pool) throws InterruptedIOException {
    return new LentBuffer(pool, pool.acquire());
  }

  static Optional<LentBuffer> spareFrom(BufferPool pool) {
    return pool.tryAcquire().map(segment -> new LentBuffer(pool, segment));
  }

  /** Another one of the same pool, if nobody waits for it. */
  Optional<LentBuffer> another() {
    return spareFrom(pool);
  }

  MemorySegment segment() {
    return segment;
  }

  void lend() {
    holders.incrementAndGet();
  }

  void letGo() {
    int left = holders.decrementAndGet();
    if (left == 0) {
      pool.release(segment);
    } else if (left < 0) {
      throw new IllegalStateException("a buffer was given back twice");
    }
  }
}
