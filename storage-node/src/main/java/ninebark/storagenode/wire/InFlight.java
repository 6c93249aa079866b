package ninebark.storagenode.wire;

import java.io.InterruptedIOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskTimeoutException;

/** The bytes on their way to and from one node, bounded. Threads: safe for any number. */
final class InFlight {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition fewer = lock.newCondition();
  private final long limitBytes;
  private long bytes;

  InFlight(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** Waits its turn; what is larger than the limit goes alone. */
  void enter(int more, Deadline deadline) throws DiskTimeoutException, InterruptedIOException {
    try {
      lock.lockInterruptibly();
      try {
        while (bytes > 0 && bytes + more > limitBytes) {
          if (fewer.awaitNanos(deadline.left().toNanos()) <= 0) {
            throw new DiskTimeoutException("too much is on its way to the node");
          }
        }
        bytes += more;
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting to send");
    }
  }

  void leave(int less) {
    lock.lock();
    try {
      bytes -= less;
      fewer.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
