package ninebark.gateway.http;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import ninebark.gateway.message.ByteSource;

/**
 * The body of one request between the event loop that receives it and the virtual thread that reads
 * it: a short queue. Threads: {@link #offer}, {@link #end}, {@link #fail} by the event loop, the
 * rest by the reader.
 */
final class Incoming implements ByteSource {
  private final Connection connection;
  private final HttpConfig config;
  private final boolean toBeInvited;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
  private long queuedBytes;
  private boolean ended;
  private boolean abandoned;
  private Optional<ClientTrouble> trouble = Optional.empty();

  private Optional<ByteBuf> lent = Optional.empty();
  private boolean asked;
  private long waitedNanos;
  private long receivedBytes;

  /**
   * @param toBeInvited whether the client waits for {@code 100 Continue}
   */
  Incoming(Connection connection, HttpConfig config, boolean toBeInvited) {
    this.connection = connection;
    this.config = config;
    this.toBeInvited = toBeInvited;
  }

  /** Takes over one reference. Returns whether the socket may go on reading. */
  boolean offer(ByteBuf bytes) {
    lock.lock();
    try {
      if (abandoned || trouble.isPresent()) {
        bytes.release();
        return true;
      }
      queue.add(bytes);
      queuedBytes += bytes.readableBytes();
      arrived.signal();
      return queuedBytes < config.bodyQueueBytes();
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      ended = true;
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  void fail(ClientTrouble cause) {
    lock.lock();
    try {
      if (!ended && trouble.isEmpty()) {
        trouble = Optional.of(cause);
      }
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether every byte of it has come over the wire. */
  boolean isReceived() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** Nobody will read on. */
  void abandon() {
    lock.lock();
    try {
      abandoned = true;
      lent.ifPresent(ByteBuf::release);
      lent = Optional.empty();
      queue.forEach(ByteBuf::release);
      queue.clear();
      queuedBytes = 0;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the reader wanted it, even if it turned out to be empty. */
  boolean wasAsked() {
    return asked;
  }

  /** What the reader has taken so far. */
  long receivedBytes() {
    return receivedBytes;
  }

  @Override
  public ByteBuffer next() throws ClientTrouble {
    if (!asked) {
      asked = true;
      if (toBeInvited) {
        connection.sendContinue();
      }
    }
    boolean resume;
    ByteBuf bytes;
    lock.lock();
    try {
      lent.ifPresent(ByteBuf::release);
      lent = Optional.empty();
      long idleNanos = config.bodyIdleDeadline().toNanos();
      while (queue.isEmpty()) {
        if (trouble.isPresent()) {
          throw trouble.get();
        }
        if (ended || abandoned) {
          return ByteBuffer.allocate(0);
        }
        if (idleNanos <= 0 || isTooSlow()) {
          throw new ClientTrouble(
              ClientTrouble.Kind.STALLED, "the request body came too slowly or not at all");
        }
        long before = idleNanos;
        try {
          idleNanos = arrived.awaitNanos(idleNanos);
        } catch (InterruptedException stopping) {
          Thread.currentThread().interrupt();
          throw new ClientTrouble(ClientTrouble.Kind.GONE, "the server is stopping");
        }
        waitedNanos += before - idleNanos;
      }
      bytes = queue.remove();
      boolean wasFull = queuedBytes >= config.bodyQueueBytes();
      queuedBytes -= bytes.readableBytes();
      receivedBytes += bytes.readableBytes();
      resume = wasFull && queuedBytes < config.bodyQueueBytes();
      lent = Optional.of(bytes);
    } finally {
      lock.unlock();
    }
    if (resume) {
      connection.resumeReading();
    }
    return bytes.nioBuffer();
  }

  private boolean isTooSlow() {
    return waitedNanos > config.bodyIdleDeadline().toNanos()
        && receivedBytes * 1e9 < (double) config.bodyMinimumBytesPerSecond() * waitedNanos;
  }
}
