package ninebark.bench.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** The event loops and sockets of a run: epoll where there is one. Threads: safe. */
public final class Transport implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final int RECEIVE_BYTES = 256 * 1024;

  private final List<EventLoop> loops = new ArrayList<>();
  private final EventLoopGroup group;
  private final Optional<SslContext> tls;

  /**
   * @param trustAnyone accepts any certificate of a TLS endpoint
   */
  public Transport(int loopCount, boolean trustAnyone) {
    this.group =
        new MultiThreadIoEventLoopGroup(
            loopCount, new DefaultThreadFactory("bench-client", true), ioHandler());
    for (int i = 0; i < loopCount; i++) {
      loops.add(group.next());
    }
    this.tls = context(trustAnyone);
  }

  /** How events are waited for on this machine. */
  public static IoHandlerFactory ioHandler() {
    return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  public static Class<? extends SocketChannel> socketClass() {
    return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  public static Class<? extends ServerSocketChannel> serverSocketClass() {
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  public List<EventLoop> loops() {
    return List.copyOf(loops);
  }

  /** A connection on one of the loops, opened by its first request. */
  public Connection connection(EventLoop loop, RequestWriter writer, Consumer<Outcome> listener) {
    return new Connection(this, loop, writer, listener);
  }

  void connect(
      EventLoop loop, Endpoint endpoint, ChannelHandler handler, Consumer<Throwable> failed) {
    var bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(socketClass())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new io.netty.channel.AdaptiveRecvByteBufAllocator(512, 2048, RECEIVE_BYTES))
            .option(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(512 * 1024, 1024 * 1024))
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    if (endpoint.tls()) {
                      channel
                          .pipeline()
                          .addLast(
                              tls.orElseThrow()
                                  .newHandler(
                                      channel.alloc(), endpoint.address(), endpoint.port()));
                    }
                    channel.pipeline().addLast(handler);
                  }
                });
    var _ =
        bootstrap
            .connect(endpoint.address(), endpoint.port())
            .addListener(
                connected -> {
                  if (!connected.isSuccess()) {
                    failed.accept(connected.cause());
                  }
                });
  }

  /** What went wrong, in words for a user. */
  static String reason(Throwable cause) {
    var message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private static Optional<SslContext> context(boolean trustAnyone) {
    try {
      var builder = SslContextBuilder.forClient();
      if (trustAnyone) {
        builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        builder.endpointIdentificationAlgorithm("");
      }
      return Optional.of(builder.build());
    } catch (SSLException noTls) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    var _ = group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3_000);
  }
}
