package ninebark.storagenode.stripe;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts who uses something that is to be closed when nobody does. Threads: safe for any number.
 */
final class Users {
  /** One for the owner, until it closes. */
  private final AtomicLong count = new AtomicLong(1);

  private final CountDownLatch none = new CountDownLatch(1);
  private volatile boolean closing;

  /** A newcomer: refused once closing has begun. */
  void arrive() {
    if (closing) {
      throw new IllegalStateException("the stripe store is closed");
    }
    enter();
  }

  /** Somebody whose maker is counted already. */
  void enter() {
    if (count.updateAndGet(now -> now == 0 ? 0 : now + 1) == 0) {
      throw new IllegalStateException("the stripe store is closed");
    }
  }

  void leave() {
    if (count.decrementAndGet() == 0) {
      none.countDown();
    }
  }

  void closeAndAwaitNone() {
    closing = true;
    leave();
    boolean interrupted = false;
    while (true) {
      try {
        none.await();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
