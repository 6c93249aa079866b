package ninebark.storagenode.wire;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskAwayException;
import ninebark.storagenode.DiskTimeoutException;
import ninebark.storagenode.ShardAppend;

/**
 * One request under way.
 *
 * <p>Threads: the event loop ends it, any may wait. Invariant: once whoever waits has been answered
 * or has given up, the memory it lent is not touched.
 */
final class Call implements FrameReader.Body, ShardAppend {
  private final String node;
  private final Runnable onEnd;
  private final CompletableFuture<Message.Reply> reply = new CompletableFuture<>();
  private final CompletableFuture<Void> sent = new CompletableFuture<>();
  private final Optional<MemorySegment> into;

  /** Guarded by this: what came, and where the next byte of a body goes. */
  private Optional<Message.Reply> arriving = Optional.empty();

  private long position;
  private boolean over;

  /**
   * @param into where the body of the answer belongs
   * @param onEnd called once, when it is answered or given up
   */
  Call(String node, Optional<MemorySegment> into, Runnable onEnd) {
    this.node = node;
    this.into = into;
    this.onEnd = onEnd;
  }

  /** Its answer begins to come in; the body, if any, is put next. */
  synchronized FrameReader.Body answered(Message.Reply message, int bodyBytes)
      throws WireFormatException {
    long expected =
        message instanceof Message.Bytes ? into.map(MemorySegment::byteSize).orElse(0L) : 0;
    if (bodyBytes != expected) {
      throw new WireFormatException(
          "an answer of " + bodyBytes + " bytes where " + expected + " were asked for");
    }
    arriving = Optional.of(message);
    return this;
  }

  @Override
  public synchronized void put(ByteBuffer bytes) {
    if (!over) {
      int length = bytes.remaining();
      into.orElseThrow().asSlice(position, length).copyFrom(MemorySegment.ofBuffer(bytes));
      position += length;
    }
  }

  @Override
  public void end() {
    Optional<Message.Reply> whole;
    synchronized (this) {
      whole = arriving;
    }
    finish();
    reply.complete(whole.orElseThrow());
  }

  @Override
  public void abandon() {
    fail(new DiskAwayException(node + ": the connection ended within an answer"));
  }

  void fail(DiskAwayException why) {
    finish();
    reply.completeExceptionally(why);
  }

  /** No byte of the lent memory is touched from here on. */
  private void finish() {
    boolean first;
    synchronized (this) {
      first = !over;
      over = true;
    }
    if (first) {
      onEnd.run();
    }
  }

  /** The request has left, or never will: the memory it was sent from is free. */
  void sent() {
    sent.complete(null);
  }

  Message.Reply await(Deadline deadline) throws IOException {
    try {
      return answer(deadline);
    } catch (InterruptedException _) {
      finish();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + node);
    } catch (DiskTimeoutException late) {
      finish();
      throw late;
    }
  }

  private Message.Reply answer(Deadline deadline) throws IOException, InterruptedException {
    try {
      var message = reply.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
      if (message instanceof Message.Failed failed) {
        throw Troubles.exception(failed, node);
      }
      return message;
    } catch (TimeoutException _) {
      throw new DiskTimeoutException(node + " did not answer in time");
    } catch (ExecutionException failure) {
      // A new exception, so that the stack tells who waited, and the cause what happened.
      throw new DiskAwayException(failure.getCause().getMessage(), failure.getCause());
    }
  }

  @Override
  public void awaitReleased() throws InterruptedException {
    try {
      sent.get();
    } catch (ExecutionException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** The call goes on when the deadline passes: the shard may still become durable. */
  @Override
  public void awaitDurable(Deadline deadline) throws IOException, InterruptedException {
    if (!(answer(deadline) instanceof Message.Done)) {
      throw new IOException(node + " gave an answer that does not fit the request");
    }
  }
}
