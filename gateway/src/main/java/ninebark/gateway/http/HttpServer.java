package ninebark.gateway.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One listener and its connections. Threads: safe. */
public final class HttpServer {
  private static final int HIGH_WATER_BYTES = 1024 * 1024;

  /** How many connections beyond the limit are told so at one time; others are just closed. */
  private static final int MAX_REFUSED = 256;

  /** What becomes of a new connection. */
  enum Admission {
    ADMITTED,
    REFUSED,
    TURNED_AWAY
  }

  private final HttpConfig config;
  private final HttpService service;
  private final EventLoopGroup acceptor;
  private final EventLoopGroup loops;
  private final ScheduledExecutorService clock;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Set<Connection> refused = ConcurrentHashMap.newKeySet();
  private final AtomicInteger serving = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private final Channel listener;
  private volatile boolean draining;

  // The sweep runs as long as the clock does; nobody waits for it.
  @SuppressWarnings("FutureReturnValueIgnored")
  private HttpServer(String name, InetSocketAddress listen, HttpConfig config, HttpService service)
      throws IOException {
    this.config = config;
    this.service = service;
    var factory = NioIoHandler.newFactory();
    int threads =
        config.eventLoopThreads() > 0
            ? config.eventLoopThreads()
            : Runtime.getRuntime().availableProcessors();
    this.acceptor =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory(name + "-accept", true), factory);
    this.loops =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory(name + "-loop", true), factory);
    this.clock =
        Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory(name + "-clock", true));
    var bootstrap =
        new ServerBootstrap()
            .group(acceptor, loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(HIGH_WATER_BYTES / 2, HIGH_WATER_BYTES))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Connection(HttpServer.this));
                  }
                });
    var bound = bootstrap.bind(listen.getHostString(), listen.getPort()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stopThreads();
      throw new IOException(
          "cannot listen on "
              + listen.getHostString()
              + ":"
              + listen.getPort()
              + ": "
              + bound.cause().getMessage(),
          bound.cause());
    }
    this.listener = bound.channel();
    clock.scheduleWithFixedDelay(this::checkDeadlines, 250, 250, TimeUnit.MILLISECONDS);
  }

  /**
   * Binds and begins to serve.
   *
   * @param name of its threads
   * @param listen port 0 for any free one
   */
  public static HttpServer start(
      String name, InetSocketAddress listen, HttpConfig config, HttpService service)
      throws IOException {
    return new HttpServer(name, listen, config, service);
  }

  /** Where it listens, with the port it was given. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  public int connectionCount() {
    return connections.size();
  }

  /** Connections beyond the limit that are not rid of yet. */
  int refusedCount() {
    return refused.size();
  }

  /**
   * Takes no new connections, lets requests under way finish and their answers leave until the
   * grace ends, then closes.
   */
  public void close(Duration grace) {
    draining = true;
    listener.close().awaitUninterruptibly();
    connections.forEach(Connection::drain);
    lock.lock();
    try {
      long left = grace.toNanos();
      while (serving.get() > 0 && left > 0) {
        left = idle.awaitNanos(left);
      }
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    stopThreads();
  }

  private void stopThreads() {
    clock.shutdownNow();
    var accepting = acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    var looping = loops.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS);
    accepting.awaitUninterruptibly();
    looping.awaitUninterruptibly();
  }

  private void checkDeadlines() {
    long now = System.nanoTime();
    for (var connection : connections) {
      connection.check(now);
    }
    for (var connection : refused) {
      connection.check(now);
    }
  }

  HttpConfig config() {
    return config;
  }

  HttpService service() {
    return service;
  }

  boolean isDraining() {
    return draining;
  }

  /** Whether there is room for one more connection. */
  Admission admit(Connection connection) {
    if (connections.size() < config.maxConnections()) {
      connections.add(connection);
      return Admission.ADMITTED;
    }
    if (refused.size() < MAX_REFUSED) {
      refused.add(connection);
      return Admission.REFUSED;
    }
    return Admission.TURNED_AWAY;
  }

  void gone(Connection connection) {
    connections.remove(connection);
    refused.remove(connection);
  }

  void serve(Exchange exchange) {
    serving.incrementAndGet();
    Thread.ofVirtual().start(() -> service.serve(exchange));
  }

  void served() {
    if (serving.decrementAndGet() == 0 && draining) {
      lock.lock();
      try {
        idle.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
