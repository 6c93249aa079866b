package ninebark.storagenode.wire;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskAwayException;
import ninebark.storagenode.ShardAppend;

/**
 * One connection to a node: many requests under way at once, told apart by their ids.
 *
 * <p>Threads: any number ask, the event loop answers.
 */
final class NodeConnection implements FrameChannel.Side {
  private static final FrameReader.Body IGNORED =
      new FrameReader.Body() {
        @Override
        public void put(ByteBuffer bytes) {
          // Whoever asked has given up.
        }

        @Override
        public void end() {
          // Likewise.
        }

        @Override
        public void abandon() {
          // Likewise.
        }
      };

  private final String node;
  private final InFlight inFlight;
  private final ConcurrentMap<Long, Call> calls = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final CompletableFuture<Void> open = new CompletableFuture<>();
  private final CompletableFuture<IOException> closed = new CompletableFuture<>();
  private FrameChannel frames;

  NodeConnection(String node, InFlight inFlight) {
    this.node = node;
    this.inFlight = inFlight;
  }

  @Override
  public void begin(FrameChannel channel) {
    frames = channel;
  }

  @Override
  public void opened() {
    open.complete(null);
  }

  @Override
  public void closed(IOException why) {
    open.completeExceptionally(why);
    closed.complete(why);
    // Whoever adds a call after this finds the connection closed and ends it himself.
    for (var call : new ArrayList<>(calls.values())) {
      call.fail(away(why));
    }
  }

  private DiskAwayException away(IOException why) {
    return new DiskAwayException(node + " is away: " + why.getMessage(), why);
  }

  /** Ends when the peer has shown who it is, or the connection is no more. */
  CompletableFuture<Void> open() {
    return open;
  }

  /** Ends when the connection does. */
  CompletableFuture<IOException> closed() {
    return closed;
  }

  long heardNanos() {
    return frames.heardNanos();
  }

  void close() {
    frames.close();
  }

  @Override
  public FrameReader.Body begin(WireFormat.Head head, Message message) throws WireFormatException {
    if (!(message instanceof Message.Reply reply)) {
      throw new WireFormatException("a question from a node that serves");
    }
    var call = calls.get(head.requestId());
    return call == null ? IGNORED : call.answered(reply, head.bodyBytes());
  }

  /** Asks and waits. */
  Message.Reply ask(Message.Request request, Optional<MemorySegment> into, Deadline deadline)
      throws IOException {
    int bytes = into.map(memory -> Math.toIntExact(memory.byteSize())).orElse(0);
    var call = call(bytes, into, deadline);
    send(call, request, Optional.empty(), deadline);
    return call.call.await(deadline);
  }

  /**
   * Sends a shard.
   *
   * @param bytes lent until the append is released
   */
  ShardAppend append(Message.Append request, MemorySegment bytes, Deadline deadline)
      throws IOException {
    var call = call(Math.toIntExact(bytes.byteSize()), Optional.empty(), deadline);
    send(call, request, Optional.of(bytes), deadline);
    return call.call;
  }

  private record Numbered(long id, Call call) {}

  private Numbered call(int bytes, Optional<MemorySegment> into, Deadline deadline)
      throws IOException {
    inFlight.enter(bytes, deadline);
    long id = ids.incrementAndGet();
    var call =
        new Call(
            node,
            into,
            () -> {
              calls.remove(id);
              inFlight.leave(bytes);
            });
    calls.put(id, call);
    if (closed.isDone()) {
      call.fail(away(closed.join()));
    }
    return new Numbered(id, call);
  }

  private void send(
      Numbered call, Message.Request request, Optional<MemorySegment> body, Deadline deadline) {
    int bytes = body.map(memory -> Math.toIntExact(memory.byteSize())).orElse(0);
    int crc = body.map(memory -> WireFormat.crc(memory.asByteBuffer())).orElse(0);
    frames.send(
        WireFormat.encode(call.id, deadline.left().toNanos() / 1000, request, bytes, crc),
        body.map(memory -> Unpooled.wrappedBuffer(memory.asByteBuffer())),
        call.call::sent);
  }
}
