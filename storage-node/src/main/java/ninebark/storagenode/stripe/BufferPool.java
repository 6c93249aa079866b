package ninebark.storagenode.stripe;

import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/**
 * Native buffers of one size, at most so many; whoever finds none waits in line.
 *
 * <p>Memory is taken from the system when a buffer is first needed and kept for the next.
 *
 * <p>Threads: safe for any number.
 */
final class BufferPool {
  private final Arena arena;
  private final long bufferBytes;
  private final Semaphore permits;
  private final int count;
  private final ConcurrentLinkedDeque<MemorySegment> idle = new ConcurrentLinkedDeque<>();

  BufferPool(Arena arena, long bufferBytes, long totalBytes) {
    this.arena = arena;
    this.bufferBytes = bufferBytes;
    count = (int) Math.max(2, totalBytes / bufferBytes);
    permits = new Semaphore(count, true);
  }

  long bufferBytes() {
    return bufferBytes;
  }

  MemorySegment acquire() throws InterruptedIOException {
    try {
      permits.acquire();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for memory");
    }
    return take();
  }

  /** A buffer that nobody waits for. */
  Optional<MemorySegment> tryAcquire() {
    if (permits.hasQueuedThreads() || !permits.tryAcquire()) {
      return Optional.empty();
    }
    return Optional.of(take());
  }

  void release(MemorySegment buffer) {
    idle.addFirst(buffer);
    permits.release();
  }

  /** Bytes that are lent now. */
  long lentBytes() {
    return (count - permits.availablePermits()) * bufferBytes;
  }

  /** Waits until all buffers are back. */
  void drain() {
    permits.acquireUninterruptibly(count);
  }

  private MemorySegment take() {
    var buffer = idle.pollFirst();
    return buffer != null ? buffer : arena.allocate(bufferBytes, 4096);
  }
}
