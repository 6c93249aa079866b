package ninebark.bench.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One keep-alive connection with one request under way at a time; opens itself again when it was
 * closed between requests. Threads: its event loop only. Invariant: each {@link #send} is answered
 * by exactly one outcome.
 */
// Sharable only one after the other: a new channel takes this handler once the old one is given up,
// and isCurrent() turns away what the old one still says.
@Sharable
public final class Connection extends ChannelInboundHandlerAdapter {
  private sealed interface State {
    record Closed() implements State {}

    record Opening(Request request) implements State {}

    record Idle() implements State {}

    record Busy() implements State {}
  }

  private static final State CLOSED = new State.Closed();
  private static final State IDLE = new State.Idle();
  private static final State BUSY = new State.Busy();

  private final Transport transport;
  private final EventLoop loop;
  private final RequestWriter writer;
  private final Consumer<Outcome> listener;
  private final ResponseParser parser;

  private State state = CLOSED;
  private Optional<Channel> channel = Optional.empty();
  private Optional<Framing> unsent = Optional.empty();
  private long sentNanos;

  Connection(
      Transport transport, EventLoop loop, RequestWriter writer, Consumer<Outcome> listener) {
    this.transport = transport;
    this.loop = loop;
    this.writer = writer;
    this.listener = listener;
    this.parser = new ResponseParser(writer.pattern());
  }

  public EventLoop loop() {
    return loop;
  }

  /** Sends a request; its outcome comes to the listener. */
  public void send(Request request) {
    sentNanos = System.nanoTime();
    switch (state) {
      case State.Closed() -> {
        state = new State.Opening(request);
        transport.connect(loop, writer.endpoint(), this, this::unreachable);
      }
      case State.Idle() -> write(request);
      case State.Opening _ -> throw new IllegalStateException("one request at a time");
      case State.Busy() -> throw new IllegalStateException("one request at a time");
    }
  }

  /** Ends the request under way, if it is older than this, as broken. */
  public void expire(long oldestNanos) {
    if ((state.equals(BUSY) || state instanceof State.Opening) && sentNanos - oldestNanos < 0) {
      fail("Timeout", "no answer in time");
    }
  }

  public void close() {
    state = CLOSED;
    closeChannel();
  }

  private void write(Request request) {
    state = BUSY;
    parser.expect(request);
    var rest = writer.write(request, channel.orElseThrow());
    if (state.equals(BUSY)) {
      unsent = rest;
      pump();
    }
  }

  private void pump() {
    if (unsent.isEmpty()) {
      return;
    }
    var target = channel.orElseThrow();
    var framing = unsent.get();
    while (framing.hasNext() && target.isWritable()) {
      var _ = target.write(framing.next(), target.voidPromise());
    }
    target.flush();
    if (!framing.hasNext()) {
      unsent = Optional.empty();
    }
  }

  private void unreachable(Throwable cause) {
    if (state instanceof State.Opening) {
      fail("Unreachable", Transport.reason(cause));
    }
  }

  private void fail(String code, String what) {
    state = CLOSED;
    closeChannel();
    listener.accept(new Outcome.Broken(code, what));
  }

  private void closeChannel() {
    unsent = Optional.empty();
    channel.ifPresent(
        open -> {
          var _ = open.close();
        });
    channel = Optional.empty();
  }

  private void opened(Channel open) {
    if (state instanceof State.Opening(var request)) {
      channel = Optional.of(open);
      write(request);
    } else {
      var _ = open.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (!writer.endpoint().tls()) {
      opened(context.channel());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        opened(context.channel());
      } else {
        unreachable(handshake.cause());
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var bytes = (ByteBuf) message;
    try {
      if (!isCurrent(context)) {
        return;
      }
      if (!state.equals(BUSY)) {
        closeUnasked();
      } else if (parser.feed(bytes)) {
        answered();
      }
    } catch (ProtocolException broken) {
      fail("BadResponse", broken.getMessage());
    } finally {
      bytes.release();
    }
  }

  private void answered() {
    if (!parser.keepAlive() || unsent.isPresent()) {
      state = CLOSED;
      closeChannel();
    } else {
      state = IDLE;
    }
    listener.accept(parser.outcome());
  }

  /** The server spoke without being asked: nothing after that can be told apart. */
  private void closeUnasked() {
    state = CLOSED;
    closeChannel();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (isCurrent(context) && context.channel().isWritable()) {
      pump();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!isCurrent(context)) {
      return;
    }
    if (!state.equals(BUSY)) {
      state = CLOSED;
      closeChannel();
    } else if (parser.endOfStream()) {
      answered();
    } else {
      fail(
          "ConnectionClosed",
          parser.started()
              ? "the server closed the connection in the middle of an answer"
              : "the server closed the connection instead of answering");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (state instanceof State.Opening) {
      unreachable(cause);
    } else if (isCurrent(context) && state.equals(BUSY)) {
      fail(
          cause instanceof IOException ? "ConnectionReset" : "ClientFailure",
          Transport.reason(cause));
    } else {
      var _ = context.close();
    }
  }

  private boolean isCurrent(ChannelHandlerContext context) {
    return channel.isPresent() && channel.get().equals(context.channel());
  }
}
