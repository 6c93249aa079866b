package ninebark.gateway.digest;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** One piece going into one digest on another thread. Threads: the one that started it. */
final class HashingApart {
  private final Thread thread;

  private HashingApart(Thread thread) {
    this.thread = thread;
  }

  /** Both are lent until {@link #await} returns. */
  static HashingApart start(MessageDigest digest, ByteBuffer bytes) {
    return new HashingApart(Thread.ofVirtual().name("sha-256").start(() -> digest.update(bytes)));
  }

  void await() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException stopping) {
        // The bytes are lent: we cannot leave before the other thread is done with them.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
