package ninebark.storagenode.wire;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskAwayException;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskInspector;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.DiskStatus;
import ninebark.storagenode.DiskTimeoutException;
import ninebark.storagenode.ShardAppend;
import ninebark.storagenode.ShardDisk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of somebody who uses this node's disks. Each request is served on a virtual thread
 * of its own; when too many are, or their bytes are too many, nothing more is read.
 *
 * <p>Invariant: a buffer is given back when no disk can touch it any more.
 */
final class ServedConnection implements FrameChannel.Side {
  private static final Logger LOG = LoggerFactory.getLogger(ServedConnection.class);
  private static final DiskStatus AWAY = new DiskStatus(DiskState.AWAY, 0, 0, 0, 0, 0, 0, 0);

  private final WireServer server;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int serving;
  private long heldBytes;
  private boolean full;

  /** Set before anything happens here. */
  private FrameChannel frames;

  /** Used on the event loop only. */
  private boolean welcomed;

  private boolean ended;

  ServedConnection(WireServer server) {
    this.server = server;
  }

  @Override
  public void begin(FrameChannel channel) {
    frames = channel;
  }

  @Override
  public void opened() {
    frames.later(
        server.config().connectTimeout(),
        () -> {
          if (!welcomed && !ended) {
            server.refused(frames.peer(), new IOException("it did not say who it is"));
            frames.close();
          }
        });
  }

  @Override
  public void closed(IOException why) {
    ended = true;
    if (!welcomed || why instanceof WireFormatException) {
      server.refused(frames.peer(), why);
    }
    server.gone(this);
  }

  @Override
  public FrameReader.Body begin(WireFormat.Head head, Message message) throws WireFormatException {
    if (!(message instanceof Message.Request request)) {
      throw new WireFormatException("an answer to a question that was not asked");
    }
    if (request instanceof Message.Hello != !welcomed) {
      throw new WireFormatException("the first frame, and no other, says who asks");
    }
    int expected = request instanceof Message.Append append ? append.label().shardBytes() : 0;
    if (head.bodyBytes() != expected) {
      throw new WireFormatException(
          "a body of " + head.bodyBytes() + " bytes where " + expected + " were announced");
    }
    if (request instanceof Message.Read read && read.length() > WireFormat.MAX_BODY_BYTES) {
      throw new WireFormatException("a read of " + read.length() + " bytes");
    }
    if (request instanceof Message.Hello hello) {
      greet(head.requestId(), hello);
      return NOTHING;
    }
    var deadline = Deadline.after(Duration.ofNanos(Math.multiplyExact(1000L, patience(head))));
    int bytes = request instanceof Message.Read read ? read.length() : head.bodyBytes();
    var incoming = new Incoming(head, request, deadline, bytes);
    arrive(bytes);
    server.asked(head.bodyBytes());
    return incoming;
  }

  private static long patience(WireFormat.Head head) {
    return Math.min(head.patienceMicros(), Duration.ofDays(1).toNanos() / 1000);
  }

  private static final FrameReader.Body NOTHING =
      new FrameReader.Body() {
        @Override
        public void put(ByteBuffer bytes) {
          throw new IllegalStateException("a body where none was announced");
        }

        @Override
        public void end() {
          // It has nothing but its fields.
        }

        @Override
        public void abandon() {
          // Nothing is held.
        }
      };

  private void greet(long id, Message.Hello hello) {
    if (!hello.cluster().equals(server.node().cluster())) {
      server.refused(
          frames.peer(), new IOException(hello.asker() + " is of cluster " + hello.cluster()));
      answer(
          id,
          new Message.Failed(
              Message.Trouble.REFUSED, "this node is of cluster " + server.node().cluster()));
      return;
    }
    welcomed = true;
    LOG.info("{} at {} uses the disks of this node", hello.asker(), frames.peer());
    var served = new ArrayList<Message.Served>();
    for (var place : server.node().places()) {
      served.add(new Message.Served(place, server.disks().medium(place.disk())));
    }
    answer(id, new Message.Welcome(server.node().cluster(), server.node().name(), served));
  }

  /** A request whose body comes in. */
  private final class Incoming implements FrameReader.Body {
    private final WireFormat.Head head;
    private final Message.Request request;
    private final Deadline deadline;
    private final int heldBytes;
    private final Optional<ByteBuf> body;

    Incoming(WireFormat.Head head, Message.Request request, Deadline deadline, int heldBytes) {
      this.head = head;
      this.request = request;
      this.deadline = deadline;
      this.heldBytes = heldBytes;
      body =
          head.bodyBytes() == 0 ? Optional.empty() : Optional.of(frames.buffer(head.bodyBytes()));
    }

    @Override
    public void put(ByteBuffer bytes) {
      body.orElseThrow().writeBytes(bytes);
    }

    @Override
    public void end() {
      Thread.ofVirtual().name("wire-request").start(this::serve);
    }

    @Override
    public void abandon() {
      body.ifPresent(ByteBuf::release);
      leave(heldBytes);
    }

    private void serve() {
      boolean sending = false;
      try {
        if (deadline.left().isZero()) {
          throw new DiskTimeoutException("the request was too late when it came");
        }
        if (request instanceof Message.Append append) {
          append(append);
        } else if (request instanceof Message.Read read) {
          var bytes = read(read);
          sending = true;
          int crc = WireFormat.crc(bytes.nioBuffer());
          frames.send(
              WireFormat.encode(head.requestId(), 0, new Message.Bytes(), read.length(), crc),
              Optional.of(bytes),
              () -> leave(heldBytes));
          server.answered(read.length());
        } else {
          answer(head.requestId(), perform());
        }
      } catch (IOException failure) {
        answer(head.requestId(), Troubles.of(failure));
      } catch (InterruptedException unexpected) {
        throw new IllegalStateException("nobody interrupts a request", unexpected);
      } catch (RuntimeException bug) {
        LOG.error("a bug failed a request of {}", frames.peer(), bug);
        answer(head.requestId(), new Message.Failed(Message.Trouble.OTHER, "a bug: " + bug));
      } finally {
        body.ifPresent(ByteBuf::release);
        if (!sending) {
          leave(heldBytes);
        }
      }
    }

    private ByteBuf read(Message.Read read) throws IOException {
      var buffer = frames.buffer(read.length());
      boolean whole = false;
      try {
        disk(read.disk())
            .read(
                read.key(),
                read.offset(),
                MemorySegment.ofBuffer(buffer.nioBuffer(0, read.length())));
        buffer.writerIndex(read.length());
        whole = true;
        return buffer;
      } finally {
        if (!whole) {
          buffer.release();
        }
      }
    }

    private Message.Reply perform() throws IOException, InterruptedException {
      return switch (request) {
        case Message.ReadLabel(var disk, var key) -> new Message.Label(disk(disk).label(key));
        case Message.Erase(var disk, var keys) -> {
          disk(disk).erase(keys);
          yield new Message.Done();
        }
        case Message.ListShards(var disk, var after, int limit) ->
            new Message.Shards(
                disk(disk).list(after, Math.min(limit, Message.ListShards.MAX_SHARDS)));
        case Message.Watch() -> seen();
        case Message.ListContainers(var disk) ->
            new Message.Containers(inspector(disk).containers());
        case Message.InspectContainer(var disk, int number) ->
            new Message.Inspected(inspector(disk).inspectContainer(number));
        case Message.InspectIndex(var disk) ->
            new Message.Inspected(inspector(disk).inspectIndex());
        case Message.Hello _, Message.Read _, Message.Append _ ->
            throw new IllegalStateException("served elsewhere: " + request);
      };
    }

    private void append(Message.Append request) throws IOException, InterruptedException {
      var bytes = MemorySegment.ofBuffer(body.orElseThrow().nioBuffer());
      var append = disk(request.disk()).append(request.label(), bytes, deadline);
      try {
        // The asker is not kept waiting until the memory is free.
        answer(head.requestId(), outcome(append));
      } finally {
        append.awaitReleased();
      }
    }

    private Message.Reply outcome(ShardAppend append) throws InterruptedException {
      try {
        append.awaitDurable(deadline);
        return new Message.Done();
      } catch (IOException failure) {
        return Troubles.of(failure);
      }
    }
  }

  private Message.Seen seen() {
    var figures = new ArrayList<Message.Figures>();
    for (var place : server.node().places()) {
      figures.add(
          new Message.Figures(
              place.disk(), server.disks().disk(place.disk()).map(ShardDisk::status).orElse(AWAY)));
    }
    return new Message.Seen(figures);
  }

  private ShardDisk disk(DiskId id) throws DiskAwayException {
    return server
        .disks()
        .disk(id)
        .orElseThrow(() -> new DiskAwayException("disk " + id + " is away"));
  }

  private DiskInspector inspector(DiskId id) throws DiskAwayException {
    return server
        .disks()
        .inspector(id)
        .orElseThrow(() -> new DiskAwayException("disk " + id + " is away"));
  }

  private void answer(long id, Message.Reply reply) {
    frames.send(WireFormat.encode(id, 0, reply, 0, 0), Optional.empty(), () -> {});
  }

  private void arrive(int bytes) {
    lock.lock();
    try {
      serving++;
      heldBytes += bytes;
      if (!full && isFull()) {
        full = true;
        frames.reading(false);
      }
    } finally {
      lock.unlock();
    }
  }

  private void leave(int bytes) {
    lock.lock();
    try {
      serving--;
      heldBytes -= bytes;
      if (full && !isFull()) {
        full = false;
        frames.reading(true);
      }
      if (serving == 0) {
        idle.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isFull() {
    return serving >= server.config().requestsPerConnection()
        || heldBytes >= server.config().inFlightBytesPerNode();
  }

  void close() {
    frames.close();
  }

  /** Waits until no request of this connection touches a disk or memory. */
  void awaitIdle() {
    lock.lock();
    try {
      while (serving > 0) {
        idle.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
