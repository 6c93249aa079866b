package ninebark.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One client's connection: finds requests in its bytes, hands each to a virtual thread, one after
 * the other, and sends what that thread answers. Requests sent ahead wait in the received bytes.
 *
 * <p>Threads: the fields belong to the event loop, but for those the serving thread waits on, which
 * the lock guards. Invariant: at most one exchange at a time.
 */
// Trouble with a channel arrives as exceptionCaught or channelInactive, not by futures.
@SuppressWarnings("FutureReturnValueIgnored")
final class Connection extends ChannelInboundHandlerAdapter {
  private static final int READ_AHEAD_BYTES = 64 * 1024;
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CRLF = "\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private enum State {
    /** Between requests, or within a head. */
    HEAD,
    /** A body is arriving; its exchange is being served. */
    BODY,
    /** The request has arrived; its exchange is being served. */
    SERVING,
    /** The last response is sent; what still arrives is thrown away before closing. */
    LINGERING
  }

  private final HttpServer server;
  private final HttpConfig config;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition writable = lock.newCondition();

  private volatile Channel channel;
  private volatile long deadlineNanos;
  private volatile boolean armed;

  private ByteBuf received = Unpooled.EMPTY_BUFFER;
  private int scanned;
  private State state = State.HEAD;
  private Optional<Exchange> current = Optional.empty();
  private BodyFraming framing = BodyFraming.none();
  private boolean continuePending;
  private boolean inputShut;
  private long lingered;
  private boolean waitsForWritable;
  private OutputPace pace = new OutputPace(0, 0);

  Connection(HttpServer server) {
    this.server = server;
    this.config = server.config();
  }

  SocketAddress client() {
    return channel.remoteAddress();
  }

  // --- the event loop ---------------------------------------------------------------------------

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    channel = ctx.channel();
    switch (server.admit(this)) {
      case ADMITTED -> arm(config.headDeadline().toNanos());
      case REFUSED ->
          refuse(
              server
                  .service()
                  .refuse(
                      Refusal.TOO_MANY_CONNECTIONS,
                      "There are too many connections to this server."));
      case TURNED_AWAY -> ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    server.gone(this);
    disarm();
    received.release();
    received = Unpooled.EMPTY_BUFFER;
    current.ifPresent(
        exchange ->
            exchange
                .incoming()
                .fail(
                    new ClientTrouble(
                        ClientTrouble.Kind.GONE, "the client closed the connection")));
    wakeWriter();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A reset by the peer and the like: there is nobody to tell.
    ctx.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputShut = true;
      switch (state) {
        // What was answered may still be on its way.
        case HEAD -> linger(Unpooled.EMPTY_BUFFER);
        case LINGERING -> {
          if (unsentBytes() == 0) {
            ctx.close();
          }
        }
        case BODY ->
            current.ifPresent(
                exchange ->
                    exchange
                        .incoming()
                        .fail(
                            new ClientTrouble(
                                ClientTrouble.Kind.TRUNCATED,
                                "the body ended before its announced length")));
        case SERVING -> {}
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      wakeWriter();
      if (waitsForWritable) {
        waitsForWritable = false;
        process();
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var bytes = (ByteBuf) message;
    if (state == State.LINGERING) {
      lingered += bytes.readableBytes();
      bytes.release();
      if (lingered > config.lingerBytes()) {
        ctx.close();
      }
      return;
    }
    if (!received.isReadable()) {
      received.release();
      received = bytes;
      scanned = 0;
    } else {
      var joined = ctx.alloc().buffer(received.readableBytes() + bytes.readableBytes());
      joined.writeBytes(received).writeBytes(bytes);
      received.release();
      bytes.release();
      received = joined;
    }
    process();
  }

  /** Goes as far as the received bytes allow. */
  private void process() {
    while (true) {
      switch (state) {
        case HEAD -> {
          if (!channel.isWritable()) {
            // The client sends requests and does not read responses.
            waitsForWritable = true;
            channel.config().setAutoRead(false);
            return;
          }
          channel.config().setAutoRead(true);
          if (!head()) {
            return;
          }
        }
        case BODY -> {
          if (!body()) {
            return;
          }
        }
        case SERVING -> {
          if (received.readableBytes() >= READ_AHEAD_BYTES) {
            channel.config().setAutoRead(false);
          }
          return;
        }
        case LINGERING -> {
          return;
        }
      }
    }
  }

  private boolean head() {
    if (!received.isReadable()) {
      return false;
    }
    if (scanned == 0) {
      arm(config.headDeadline().toNanos());
    }
    int start = received.readerIndex();
    while (true) {
      int from = start + scanned;
      int end = received.indexOf(from, received.writerIndex(), (byte) '\n');
      if (end < 0 || end - start >= config.maxHeadBytes()) {
        scanned = received.readableBytes();
        if (scanned >= config.maxHeadBytes()) {
          refuse(
              server
                  .service()
                  .refuse(
                      Refusal.HEAD_TOO_LARGE,
                      "The request line and headers exceed " + config.maxHeadBytes() + " bytes."));
        }
        return false;
      }
      scanned = end + 1 - start;
      boolean afterReturn = end > start && received.getByte(end - 1) == '\r';
      if (!afterReturn) {
        refuse(
            server.service().refuse(Refusal.MALFORMED, "A line ends without a carriage return."));
        return false;
      }
      if (end == start + 1 || (end - 2 >= start && received.getByte(end - 2) == '\n')) {
        break;
      }
    }
    var bytes = new byte[scanned];
    received.readBytes(bytes);
    scanned = 0;
    disarm();
    RequestHead head;
    try {
      head = RequestHead.parse(bytes);
    } catch (BadRequestHead bad) {
      refuse(server.service().refuse(Refusal.MALFORMED, bad.getMessage()));
      return false;
    }
    var incoming = new Incoming(this, config, head.expectsContinue());
    var exchange = new Exchange(this, head, incoming);
    current = Optional.of(exchange);
    framing = BodyFraming.of(head.framing());
    if (framing.isDone()) {
      incoming.end();
      state = State.SERVING;
    } else {
      state = State.BODY;
    }
    continuePending = head.expectsContinue();
    server.serve(exchange);
    return true;
  }

  /** Returns whether the body is complete. */
  private boolean body() {
    var incoming = current.orElseThrow().incoming();
    boolean more = true;
    try {
      while (received.isReadable() && !framing.isDone()) {
        int count = framing.payload(received);
        if (count > 0) {
          ByteBuf piece;
          if (count == received.readableBytes()) {
            piece = received;
            received = Unpooled.EMPTY_BUFFER;
          } else {
            piece = received.readRetainedSlice(count);
          }
          framing.took(count);
          more = incoming.offer(piece);
        }
      }
    } catch (BadRequestHead bad) {
      incoming.fail(new ClientTrouble(ClientTrouble.Kind.MALFORMED, bad.getMessage()));
      state = State.LINGERING;
      return false;
    }
    if (framing.isDone()) {
      incoming.end();
      state = State.SERVING;
      return true;
    }
    if (!more) {
      channel.config().setAutoRead(false);
    }
    return false;
  }

  private void refuse(HttpService.Page page) {
    state = State.LINGERING;
    var out =
        ResponseFormat.head(
            page.head(), OptionalLong.of(page.body().length), false, true, page.body().length);
    out.writeBytes(page.body());
    linger(out);
  }

  /** Sends the last bytes of this connection, then throws away what comes until it closes. */
  private void linger(ByteBuf out) {
    state = State.LINGERING;
    received.release();
    received = Unpooled.EMPTY_BUFFER;
    arm(config.writeIdleDeadline().toNanos());
    channel.config().setAutoRead(true);
    channel
        .writeAndFlush(out)
        .addListener(
            sent -> {
              if (!sent.isSuccess() || inputShut) {
                channel.close();
              } else {
                arm(config.lingerDeadline().toNanos());
                ((io.netty.channel.socket.DuplexChannel) channel).shutdownOutput();
              }
            });
  }

  private void answered(Exchange exchange, boolean close) {
    exchange.incoming().abandon();
    current = Optional.empty();
    if (!channel.isActive()) {
      return;
    }
    if (close || inputShut || server.isDraining()) {
      linger(Unpooled.EMPTY_BUFFER);
    } else {
      state = State.HEAD;
      scanned = 0;
      arm(config.keepAliveDeadline().toNanos());
      process();
    }
  }

  // --- deadlines --------------------------------------------------------------------------------

  private void arm(long nanos) {
    long now = System.nanoTime();
    pace = new OutputPace(unsentBytes(), now);
    deadlineNanos = now + nanos;
    armed = true;
  }

  private void disarm() {
    armed = false;
  }

  /** Called now and then by the server's clock. */
  void check(long nowNanos) {
    if (armed && nowNanos - deadlineNanos > 0) {
      channel.eventLoop().execute(this::expire);
    }
  }

  private void expire() {
    if (!armed || System.nanoTime() - deadlineNanos < 0) {
      return;
    }
    if (isTaking(pace, unsentBytes())) {
      // The client is slow to read the last response, but reads.
      arm(config.writeIdleDeadline().toNanos());
      return;
    }
    disarm();
    if (state == State.HEAD && received.isReadable() && unsentBytes() == 0) {
      refuse(
          server
              .service()
              .refuse(
                  Refusal.HEAD_TOO_SLOW,
                  "The head of the request did not arrive within the timeout period."));
    } else {
      channel.close();
    }
  }

  /** Of what was written, all that the socket has not taken yet. */
  private long unsentBytes() {
    var unsent = Optional.ofNullable(channel.unsafe().outboundBuffer());
    return unsent.map(each -> each.totalPendingWriteBytes() - each.currentProgress()).orElse(0L);
  }

  private boolean isTaking(OutputPace before, long unsentBytes) {
    return before.isKept(unsentBytes, System.nanoTime(), config.bodyMinimumBytesPerSecond());
  }

  /** No further request is taken; idle connections close at once. */
  void drain() {
    channel
        .eventLoop()
        .execute(
            () -> {
              if (state == State.HEAD && !received.isReadable()) {
                linger(Unpooled.EMPTY_BUFFER);
              }
            });
  }

  void abort() {
    channel
        .eventLoop()
        .execute(
            () -> {
              current.ifPresent(exchange -> exchange.incoming().abandon());
              if (current.isPresent()) {
                current = Optional.empty();
                server.served();
              }
              channel.close();
            });
  }

  // --- the serving thread -----------------------------------------------------------------------

  void sendContinue() {
    channel
        .eventLoop()
        .execute(
            () -> {
              if (continuePending && state != State.LINGERING) {
                channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE));
              }
              continuePending = false;
            });
  }

  void resumeReading() {
    channel
        .eventLoop()
        .execute(
            () -> {
              if (state == State.BODY) {
                channel.config().setAutoRead(true);
              }
            });
  }

  private boolean mustClose(Exchange exchange) {
    // A client that expected 100 and got a final answer may or may not send the body after all; and
    // botocore takes that answer's status for its next one on this connection.
    boolean uninvited = exchange.head().expectsContinue() && !exchange.incoming().wasAsked();
    return !exchange.head().keepAlive()
        || uninvited
        || !exchange.incoming().isReceived()
        || server.isDraining();
  }

  void respond(Exchange exchange, ResponseHead head, byte[] body, OptionalLong length) {
    boolean close = mustClose(exchange);
    var out = ResponseFormat.head(head, length, false, close, body.length);
    out.writeBytes(body);
    channel
        .eventLoop()
        .execute(
            () -> {
              // A request is served once its answer has left: a server that closes waits for that.
              channel.writeAndFlush(out).addListener(sent -> server.served());
              answered(exchange, close);
            });
  }

  void begin(Exchange exchange, ResponseHead head, OptionalLong length, boolean chunked) {
    var out = ResponseFormat.head(head, length, chunked, mustClose(exchange), 0);
    channel.write(out, channel.voidPromise());
  }

  void write(ByteBuffer bytes, boolean chunked, Runnable release) throws ClientTrouble {
    if (!bytes.hasRemaining()) {
      release.run();
      return;
    }
    var payload = Unpooled.wrappedBuffer(bytes);
    if (chunked) {
      var size = Integer.toHexString(bytes.remaining()) + "\r\n";
      channel.write(ByteBufUtil.writeAscii(channel.alloc(), size), channel.voidPromise());
    }
    ChannelFutureListener done = sent -> release.run();
    if (chunked) {
      channel.write(payload).addListener(done);
      channel.writeAndFlush(Unpooled.wrappedBuffer(CRLF), channel.voidPromise());
    } else {
      channel.writeAndFlush(payload).addListener(done);
    }
    awaitWritable();
  }

  private void awaitWritable() throws ClientTrouble {
    if (channel.isWritable()) {
      return;
    }
    try {
      var before = new OutputPace(askUnsentBytes(), System.nanoTime());
      while (!becomesWritable()) {
        long unsent = askUnsentBytes();
        if (!isTaking(before, unsent)) {
          throw new ClientTrouble(ClientTrouble.Kind.STALLED, "the client does not read");
        }
        before = new OutputPace(unsent, System.nanoTime());
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new ClientTrouble(ClientTrouble.Kind.GONE, "the server is stopping");
    }
  }

  /** Returns whether it did so before the idle deadline. */
  private boolean becomesWritable() throws ClientTrouble, InterruptedException {
    lock.lock();
    try {
      long left = config.writeIdleDeadline().toNanos();
      while (!channel.isWritable()) {
        if (!channel.isActive()) {
          throw new ClientTrouble(ClientTrouble.Kind.GONE, "the client closed the connection");
        }
        if (left <= 0) {
          return false;
        }
        left = writable.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Must not hold the lock: the event loop takes it as well. */
  private long askUnsentBytes() throws ClientTrouble, InterruptedException {
    try {
      return channel.eventLoop().submit(this::unsentBytes).get();
    } catch (RejectedExecutionException | ExecutionException stopping) {
      throw new ClientTrouble(ClientTrouble.Kind.GONE, "the server is stopping");
    }
  }

  private void wakeWriter() {
    lock.lock();
    try {
      writable.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void finish(Exchange exchange, boolean chunked) {
    boolean close = mustClose(exchange);
    var last = chunked ? Unpooled.wrappedBuffer(LAST_CHUNK) : Unpooled.EMPTY_BUFFER;
    channel
        .eventLoop()
        .execute(
            () -> {
              channel.writeAndFlush(last).addListener(sent -> server.served());
              answered(exchange, close);
            });
  }
}
