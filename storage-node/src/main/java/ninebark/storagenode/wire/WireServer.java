package ninebark.storagenode.wire;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.Disks;
import ninebark.storagenode.trust.Access;
import ninebark.storagenode.trust.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a node's disks to the gateways of its cluster. It calls nobody.
 *
 * <p>Threads: safe. Close it before the disks; closing waits for what touches them.
 */
public final class WireServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WireServer.class);

  /** Storage nodes have nothing to ask of one another. */
  private static final Set<Role> ASKERS = EnumSet.of(Role.GATEWAY, Role.INDEX);

  private final Node node;
  private final Disks disks;
  private final WireConfig config;
  private final Access access;
  private final EventLoopGroup acceptor;
  private final EventLoopGroup loops;
  private final Set<ServedConnection> connections = ConcurrentHashMap.newKeySet();
  private final Channel listener;
  private final Counter requests;
  private final Counter bytesIn;
  private final Counter bytesOut;
  private final Counter refused;
  private volatile boolean closing;

  /**
   * Who serves.
   *
   * @param name as in its certificate
   * @param places the disks it is to serve, those that are away among them
   */
  public record Node(UUID cluster, String name, List<DiskPlace> places) {
    public Node {
      places = List.copyOf(places);
    }
  }

  private WireServer(
      Node node,
      Disks disks,
      InetSocketAddress listen,
      Access access,
      WireConfig config,
      MeterRegistry registry)
      throws IOException {
    this.node = node;
    this.disks = disks;
    this.config = config;
    this.access = access;
    // What will be refused for every connection is refused now.
    access.server(listen, ASKERS);
    requests = registry.counter("ninebark.wire.served.requests");
    bytesIn = registry.counter("ninebark.wire.served.bytes", "direction", "in");
    bytesOut = registry.counter("ninebark.wire.served.bytes", "direction", "out");
    refused = registry.counter("ninebark.wire.served.refused");
    Gauge.builder("ninebark.wire.served.connections", connections, Set::size).register(registry);
    var factory = NioIoHandler.newFactory();
    acceptor =
        new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("wire-accept", true), factory);
    loops =
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(),
            new DefaultThreadFactory("wire-serve", true),
            factory);
    var bootstrap =
        new ServerBootstrap()
            .group(acceptor, loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                });
    var bound = bootstrap.bind(listen.getHostString(), listen.getPort()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stopThreads();
      throw new IOException(
          "cannot listen on " + listen + ": " + bound.cause().getMessage(), bound.cause());
    }
    listener = bound.channel();
  }

  /**
   * Binds and begins to serve.
   *
   * @param listen port 0 for any free one
   */
  public static WireServer start(
      Node node,
      Disks disks,
      InetSocketAddress listen,
      Access access,
      WireConfig config,
      MeterRegistry registry)
      throws IOException {
    return new WireServer(node, disks, listen, access, config, registry);
  }

  // A connection that is turned away is told by its end.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void accept(Channel channel) {
    if (connections.size() >= config.maxConnections() || closing) {
      refused.increment();
      channel.close();
      return;
    }
    try {
      var tls = access.server((InetSocketAddress) channel.localAddress(), ASKERS);
      var connection = new ServedConnection(this);
      connections.add(connection);
      FrameChannel.install(channel, tls, config.connectTimeout(), connection);
    } catch (IOException unusable) {
      LOG.error("a connection cannot be served", unusable);
      refused.increment();
      channel.close();
    }
  }

  /** Where it listens, with the port it was given. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  Node node() {
    return node;
  }

  Disks disks() {
    return disks;
  }

  WireConfig config() {
    return config;
  }

  void asked(int bytes) {
    requests.increment();
    bytesIn.increment(bytes);
  }

  void answered(int bytes) {
    bytesOut.increment(bytes);
  }

  void refused(String peer, IOException why) {
    refused.increment();
    LOG.warn("{} was refused: {}", peer, why.getMessage());
  }

  void gone(ServedConnection connection) {
    connections.remove(connection);
  }

  @Override
  public void close() {
    closing = true;
    listener.close().awaitUninterruptibly();
    var open = List.copyOf(connections);
    open.forEach(ServedConnection::close);
    open.forEach(ServedConnection::awaitIdle);
    stopThreads();
  }

  private void stopThreads() {
    var accepting = acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    var looping = loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    accepting.awaitUninterruptibly();
    looping.awaitUninterruptibly();
  }
}
