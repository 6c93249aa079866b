package ninebark.bench.ceiling;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import ninebark.bench.client.Endpoint;
import ninebark.bench.client.Transport;

/**
 * The least an HTTP server can do: it finds where each request ends and answers 200 with the same
 * bytes. What a client gets from it is the client's own ceiling. Threads: one event loop.
 */
final class TrivialServer implements AutoCloseable {
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LENGTH = "\r\ncontent-length: ".getBytes(StandardCharsets.US_ASCII);

  private final EventLoopGroup group;
  private final Channel listening;
  private final ByteBuf answer;

  /**
   * @param bodyBytes of each answer
   */
  TrivialServer(int bodyBytes) {
    var head =
        ("HTTP/1.1 200 OK\r\nContent-Length: "
                + bodyBytes
                + "\r\nETag: \"d41d8cd98f00b204e9800998ecf8427e\"\r\nServer: trivial\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    var bytes = Unpooled.directBuffer(head.length + bodyBytes);
    bytes.writeBytes(head).writeZero(bodyBytes);
    this.answer = Unpooled.unreleasableBuffer(bytes.asReadOnly());
    this.group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("bench-trivial", true), Transport.ioHandler());
    this.listening =
        new ServerBootstrap()
            .group(group)
            .channel(Transport.serverSocketClass())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel.pipeline().addLast(new Answering());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  Endpoint endpoint() {
    return new Endpoint(
        false, "127.0.0.1", ((InetSocketAddress) listening.localAddress()).getPort());
  }

  private final class Answering extends ChannelInboundHandlerAdapter {
    private long bodyLeft;
    private ByteBuf partial = Unpooled.EMPTY_BUFFER;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var in = (ByteBuf) message;
      if (partial.isReadable()) {
        in = Unpooled.wrappedBuffer(partial, in);
        partial = Unpooled.EMPTY_BUFFER;
      }
      try {
        while (in.isReadable()) {
          if (bodyLeft > 0) {
            int count = (int) Math.min(bodyLeft, in.readableBytes());
            in.skipBytes(count);
            bodyLeft -= count;
          } else {
            int end = find(in, HEAD_END, in.readerIndex(), in.writerIndex());
            if (end < 0) {
              partial = in.readBytes(in.readableBytes());
              return;
            }
            bodyLeft = length(in, end);
            in.readerIndex(end + HEAD_END.length);
          }
          if (bodyLeft == 0) {
            var _ = context.write(answer.duplicate(), context.voidPromise());
          }
        }
      } finally {
        in.release();
      }
    }

    private static long length(ByteBuf in, int end) {
      int at = find(in, LENGTH, in.readerIndex(), end);
      if (at < 0) {
        return 0;
      }
      long length = 0;
      for (int i = at + LENGTH.length; i < end; i++) {
        int digit = in.getByte(i) - '0';
        if (digit < 0 || digit > 9) {
          break;
        }
        length = length * 10 + digit;
      }
      return length;
    }

    private static int find(ByteBuf in, byte[] what, int from, int to) {
      int at = from;
      while (at <= to - what.length) {
        int next = in.indexOf(at, to - what.length + 1, what[0]);
        if (next < 0) {
          return -1;
        }
        int i = 1;
        while (i < what.length && in.getByte(next + i) == what[i]) {
          i++;
        }
        if (i == what.length) {
          return next;
        }
        at = next + 1;
      }
      return -1;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      partial.release();
      partial = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }

  @Override
  public void close() {
    var _ = listening.close().awaitUninterruptibly(1_000);
    var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
  }
}
