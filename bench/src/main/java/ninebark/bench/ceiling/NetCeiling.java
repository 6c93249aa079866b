package ninebark.bench.ceiling;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import ninebark.bench.client.Transport;
import ninebark.bench.load.ClientSpeed;
import ninebark.bench.report.Report.Ceiling;

/** What the loopback carries, with client and server on one event loop each, as in a run. */
final class NetCeiling {
  private static final int SMALL_BYTES = 64;
  private static final int BULK_BYTES = 256 * 1024;
  private static final int CLIENTS = 64;
  private static final int OBJECT_BYTES = 4096;

  private final Trials trials;

  NetCeiling(Trials trials) {
    this.trials = trials;
  }

  List<Ceiling> measure() throws IOException, InterruptedException {
    var ceilings = new ArrayList<Ceiling>();
    ceilings.add(echo(1));
    ceilings.add(echo(CLIENTS));
    ceilings.add(bulk());
    ceilings.addAll(http(false));
    ceilings.addAll(http(true));
    return ceilings;
  }

  private Ceiling echo(int clients) throws IOException, InterruptedException {
    var answers = new LongAdder();
    try (var _ = new Sockets(Echo::new, () -> new PingPong(answers), clients)) {
      return trials.rate(
          "loopback echo of 64 B, " + clients + (clients == 1 ? " client" : " clients"),
          1,
          "answer/s",
          until -> counted(answers, until));
    }
  }

  private Ceiling bulk() throws IOException, InterruptedException {
    var bytes = new LongAdder();
    try (var _ = new Sockets(() -> new Counting(bytes), Flooding::new, 1)) {
      return trials.rate(
          "loopback bulk, 1 connection", 1e9, "GB/s", until -> counted(bytes, until));
    }
  }

  private static double counted(LongAdder counter, long untilNanos) throws InterruptedException {
    long before = counter.sum();
    TimeUnit.NANOSECONDS.sleep(untilNanos - System.nanoTime());
    return counter.sum() - before;
  }

  private List<Ceiling> http(boolean put) throws IOException, InterruptedException {
    var rates = new double[trials.count()];
    var costs = new double[trials.count()];
    try (var server = new TrivialServer(put ? 0 : OBJECT_BYTES)) {
      for (int i = -1; i < trials.count(); i++) {
        var speed =
            ClientSpeed.measure(server.endpoint(), put, OBJECT_BYTES, CLIENTS, trials.each());
        if (i >= 0) {
          rates[i] = speed.requestsPerSecond();
          costs[i] = speed.clientCpuMicros();
        }
      }
    }
    var what = (put ? "PUT" : "GET") + " of 4 KiB, signed, trivial server, " + CLIENTS + " clients";
    return List.of(
        Trials.of(what, "req/s", rates),
        Trials.of("  the client's own share of it", "us CPU/req", costs));
  }

  /** A server and its clients, connected. */
  private static final class Sockets implements AutoCloseable {
    private final EventLoopGroup serverLoop = loop("bench-net-server");
    private final EventLoopGroup clientLoop = loop("bench-net-client");
    private final Channel listening;
    private final List<Channel> clients = new ArrayList<>();

    Sockets(Supplier<ChannelHandler> server, Supplier<ChannelHandler> client, int count) {
      listening =
          new ServerBootstrap()
              .group(serverLoop)
              .channel(Transport.serverSocketClass())
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childOption(ChannelOption.RECVBUF_ALLOCATOR, receiving())
              .childHandler(initializer(server))
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .syncUninterruptibly()
              .channel();
      for (int i = 0; i < count; i++) {
        clients.add(
            new Bootstrap()
                .group(clientLoop)
                .channel(Transport.socketClass())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, receiving())
                .handler(initializer(client))
                .connect(listening.localAddress())
                .syncUninterruptibly()
                .channel());
      }
    }

    private static AdaptiveRecvByteBufAllocator receiving() {
      return new AdaptiveRecvByteBufAllocator(512, 2048, BULK_BYTES);
    }

    private static EventLoopGroup loop(String name) {
      return new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory(name, true), Transport.ioHandler());
    }

    private static ChannelInitializer<SocketChannel> initializer(Supplier<ChannelHandler> handler) {
      return new ChannelInitializer<>() {
        @Override
        protected void initChannel(SocketChannel channel) {
          channel.pipeline().addLast(handler.get());
        }
      };
    }

    @Override
    public void close() {
      for (var client : clients) {
        var _ = client.close();
      }
      var _ = listening.close();
      var _ = clientLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
      var _ = serverLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }
  }

  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var _ = context.writeAndFlush(message, context.voidPromise());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }

  private static final class PingPong extends ChannelInboundHandlerAdapter {
    private final LongAdder answers;
    private int left = SMALL_BYTES;

    PingPong(LongAdder answers) {
      this.answers = answers;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      ping(context);
    }

    private static void ping(ChannelHandlerContext context) {
      var _ =
          context.writeAndFlush(
              context.alloc().directBuffer(SMALL_BYTES).writeZero(SMALL_BYTES),
              context.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var bytes = (ByteBuf) message;
      left -= bytes.readableBytes();
      bytes.release();
      if (left == 0) {
        left = SMALL_BYTES;
        answers.increment();
        ping(context);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }

  private static final class Flooding extends ChannelInboundHandlerAdapter {
    private final ByteBuf block =
        Unpooled.unreleasableBuffer(Unpooled.directBuffer(BULK_BYTES).writeZero(BULK_BYTES));

    @Override
    public void channelActive(ChannelHandlerContext context) {
      flood(context);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      flood(context);
    }

    private void flood(ChannelHandlerContext context) {
      while (context.channel().isWritable()) {
        var _ = context.write(block.duplicate(), context.voidPromise());
      }
      context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }

  private static final class Counting extends ChannelInboundHandlerAdapter {
    private final LongAdder bytes;

    Counting(LongAdder bytes) {
      this.bytes = bytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var received = (ByteBuf) message;
      bytes.add(received.readableBytes());
      received.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }
}
