package ninebark.storagenode.shard;

import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskAwayException;
import ninebark.storagenode.DiskTimeoutException;

/** What waits for a disk's writer, bounded by bytes. Threads: many put, one takes. */
final class RequestQueue {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notFull = lock.newCondition();
  private final Condition notEmpty = lock.newCondition();
  private final ArrayDeque<Request> waiting = new ArrayDeque<>();
  private final long limitBytes;
  private long waitingBytes;
  private boolean closed;

  RequestQueue(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** Blocks while the queue is full; a request longer than the limit waits for an empty queue. */
  void put(Request request, Deadline deadline)
      throws DiskAwayException, DiskTimeoutException, InterruptedIOException {
    try {
      lock.lockInterruptibly();
      try {
        while (!closed && waitingBytes > 0 && waitingBytes + request.bytes() > limitBytes) {
          if (notFull.awaitNanos(deadline.left().toNanos()) <= 0) {
            throw new DiskTimeoutException("the disk's queue stayed full");
          }
        }
        if (closed) {
          throw new DiskAwayException("the disk is closed");
        }
        waiting.add(request);
        waitingBytes += request.bytes();
        notEmpty.signal();
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the disk's queue");
    }
  }

  /** All that waits, at least one; none once the queue is closed and drained. */
  List<Request> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        notEmpty.awaitUninterruptibly();
      }
      List<Request> taken = new ArrayList<>(waiting);
      waiting.clear();
      waitingBytes = 0;
      notFull.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Refuses new requests; what waits is still taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      notEmpty.signal();
      notFull.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
