package ninebark.storagenode.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;

/**
 * One connection, as both of its sides see it: frames in, frames out.
 *
 * <p>Threads: the event loop calls the side; any thread sends.
 */
final class FrameChannel extends ChannelInboundHandlerAdapter {
  /** Who uses the connection. Called on the event loop: must not block. */
  interface Side extends FrameReader.Receiver {
    /** Its connection, told before anything happens on it. */
    void begin(FrameChannel frames);

    /** The peer is who it has to be; frames may be sent. */
    void opened();

    /** Nothing comes or goes any more; called once, opened or not. */
    void closed(IOException why);
  }

  private final Channel channel;
  private final Side side;
  private final FrameReader reader;
  private final boolean encrypted;
  private boolean ended;
  private Optional<IOException> trouble = Optional.empty();
  private volatile long heardNanos = System.nanoTime();

  private FrameChannel(Channel channel, Side side, boolean encrypted) {
    this.channel = channel;
    this.side = side;
    this.encrypted = encrypted;
    reader = new FrameReader(side);
  }

  /** Puts a side on a new connection. */
  static void install(Channel channel, Optional<SSLEngine> tls, Duration patience, Side side) {
    var frames = new FrameChannel(channel, side, tls.isPresent());
    side.begin(frames);
    if (tls.isPresent()) {
      var handler = new SslHandler(tls.get());
      handler.setHandshakeTimeoutMillis(patience.toMillis());
      channel.pipeline().addLast(handler);
    }
    channel.pipeline().addLast(frames);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (!encrypted) {
      side.opened();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        side.opened();
      } else {
        fail(new IOException("no common ground: " + root(handshake.cause()), handshake.cause()));
      }
    }
  }

  private static String root(Throwable failure) {
    var deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var bytes = (ByteBuf) message;
    try {
      if (!ended) {
        heardNanos = System.nanoTime();
        for (ByteBuffer part : bytes.nioBuffers()) {
          reader.feed(part);
        }
      }
    } catch (WireFormatException broken) {
      fail(broken);
    } finally {
      bytes.release();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(cause instanceof IOException known ? known : new IOException(root(cause), cause));
  }

  private void fail(IOException why) {
    if (trouble.isEmpty()) {
      trouble = Optional.of(why);
    }
    close();
  }

  private void end() {
    if (!ended) {
      ended = true;
      reader.end();
      side.closed(trouble.orElseGet(() -> new IOException("the connection was closed")));
    }
  }

  /** When the peer was last heard of. */
  long heardNanos() {
    return heardNanos;
  }

  // Whoever sends hears through onSent, and of a closed connection through the side.
  @SuppressWarnings("FutureReturnValueIgnored")
  void send(ByteBuffer headAndFields, Optional<ByteBuf> body, Runnable onSent) {
    try {
      channel
          .eventLoop()
          .execute(
              () -> {
                if (body.isEmpty()) {
                  channel
                      .writeAndFlush(Unpooled.wrappedBuffer(headAndFields))
                      .addListener(_ -> onSent.run());
                } else {
                  channel.write(Unpooled.wrappedBuffer(headAndFields));
                  channel.writeAndFlush(body.get()).addListener(_ -> onSent.run());
                }
              });
    } catch (RejectedExecutionException closed) {
      body.ifPresent(ByteBuf::release);
      onSent.run();
    }
  }

  /** Stops or goes on reading, so that a sender who is too fast waits. */
  void reading(boolean on) {
    channel.config().setAutoRead(on);
  }

  // The clock runs as long as the event loop does.
  @SuppressWarnings("FutureReturnValueIgnored")
  void later(Duration delay, Runnable work) {
    channel.eventLoop().schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  ByteBuf buffer(int bytes) {
    return channel.alloc().directBuffer(bytes, bytes);
  }

  String peer() {
    return String.valueOf(channel.remoteAddress());
  }

  // What was under way is told through the side.
  @SuppressWarnings("FutureReturnValueIgnored")
  void close() {
    channel.close();
  }
}
