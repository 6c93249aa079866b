package ninebark.storagenode.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskAwayException;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskStatus;
import ninebark.storagenode.DiskTimeoutException;
import ninebark.storagenode.ShardAppend;
import ninebark.storagenode.trust.Access;
import ninebark.storagenode.trust.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks to one node: keeps connections to it, watches it, and knows what its disks were like when
 * it was last asked.
 *
 * <p>Threads: safe for any number; each connection has a virtual thread that keeps it.
 */
final class NodeClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeClient.class);

  private final StorageNodes.Address address;
  private final UUID cluster;
  private final String asker;
  private final Access access;
  private final WireConfig config;
  private final EventLoopGroup loops;
  private final InFlight inFlight;
  private final List<NodeConnection> usable = new CopyOnWriteArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Thread> keepers = new ArrayList<>();
  private final Map<DiskId, DiskStatus> figures = new ConcurrentHashMap<>();
  private volatile Optional<Message.Welcome> welcome = Optional.empty();
  private volatile String lastTrouble = "not reached yet";

  NodeClient(
      StorageNodes.Address address,
      UUID cluster,
      String asker,
      Access access,
      WireConfig config,
      EventLoopGroup loops) {
    this.address = address;
    this.cluster = cluster;
    this.asker = asker;
    this.access = access;
    this.config = config;
    this.loops = loops;
    inFlight = new InFlight(config.inFlightBytesPerNode());
  }

  void start() {
    for (int i = 0; i < config.connectionsPerNode(); i++) {
      keepers.add(Thread.ofVirtual().name("keep-" + address.node()).start(this::keep));
    }
  }

  String node() {
    return address.node();
  }

  WireConfig config() {
    return config;
  }

  boolean isUp() {
    return !usable.isEmpty();
  }

  /** Why it is away. */
  String lastTrouble() {
    return lastTrouble;
  }

  /** What the node said of itself; empty until it was reached once. */
  Optional<Message.Welcome> welcome() {
    return welcome;
  }

  /** What a disk was like when the node was last asked. */
  Optional<DiskStatus> status(DiskId disk) {
    return isUp() ? Optional.ofNullable(figures.get(disk)) : Optional.empty();
  }

  Message.Reply ask(Message.Request request, Optional<MemorySegment> into) throws IOException {
    return connection().ask(request, into, Deadline.after(config.requestTimeout()));
  }

  ShardAppend append(Message.Append request, MemorySegment bytes, Deadline deadline)
      throws IOException {
    return connection().append(request, bytes, deadline);
  }

  private NodeConnection connection() throws DiskAwayException {
    var now = List.copyOf(usable);
    if (now.isEmpty()) {
      throw new DiskAwayException(address.node() + " is away: " + lastTrouble);
    }
    return now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
  }

  /** Keeps one connection: makes it, watches it, makes it again. */
  private void keep() {
    try {
      do {
        try {
          hold();
        } catch (IOException failure) {
          trouble(failure);
        } catch (RuntimeException bug) {
          LOG.error("a bug ended a connection to {}", address, bug);
        }
      } while (!closing.await(config.watchInterval().toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void trouble(IOException failure) {
    var what = String.valueOf(failure.getMessage());
    if (!what.equals(lastTrouble) && closing.getCount() > 0) {
      LOG.warn("{} is not reached: {}", address, what);
    }
    lastTrouble = what;
  }

  private void hold() throws IOException, InterruptedException {
    var connection = connect();
    try {
      greet(connection);
      watch(connection);
      boolean first = !isUp();
      usable.add(connection);
      if (first) {
        LOG.info("{} is up", address);
      }
      while (!closing.await(config.watchInterval().toNanos(), TimeUnit.NANOSECONDS)) {
        watch(connection);
      }
    } finally {
      usable.remove(connection);
      connection.close();
      if (!isUp() && closing.getCount() > 0) {
        LOG.warn("{} is away", address);
      }
    }
  }

  private NodeConnection connect() throws IOException, InterruptedException {
    var socket = address.socket();
    var tls = access.client(socket, address.node(), Role.STORAGE);
    var connection = new NodeConnection(address.node(), inFlight);
    var connecting =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(config.connectTimeout().toMillis()))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    FrameChannel.install(channel, tls, config.connectTimeout(), connection);
                  }
                })
            .connect(socket.getHostString(), socket.getPort());
    connecting.await();
    if (!connecting.isSuccess()) {
      throw new IOException(String.valueOf(connecting.cause().getMessage()), connecting.cause());
    }
    try {
      connection.open().get(config.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
      return connection;
    } catch (ExecutionException refused) {
      throw new IOException(refused.getCause().getMessage(), refused.getCause());
    } catch (TimeoutException _) {
      connection.close();
      throw new IOException("it does not say who it is");
    }
  }

  private void greet(NodeConnection connection) throws IOException {
    var reply =
        connection.ask(
            new Message.Hello(cluster, asker),
            Optional.empty(),
            Deadline.after(config.connectTimeout()));
    if (!(reply instanceof Message.Welcome found)) {
      throw new IOException("it does not greet");
    }
    if (!found.cluster().equals(cluster) || !found.node().equals(address.node())) {
      throw new IOException("it is " + found.node() + " of cluster " + found.cluster());
    }
    welcome = Optional.of(found);
  }

  /** A node that is busy sending is not silent. */
  private void watch(NodeConnection connection) throws IOException {
    while (true) {
      try {
        var reply =
            connection.ask(new Message.Watch(), Optional.empty(), Deadline.after(config.silence()));
        if (!(reply instanceof Message.Seen seen)) {
          throw new IOException("it does not tell what it is like");
        }
        seen.disks().forEach(disk -> figures.put(disk.disk(), disk.status()));
        return;
      } catch (DiskTimeoutException silent) {
        if (Duration.ofNanos(System.nanoTime() - connection.heardNanos())
                .compareTo(config.silence())
            > 0) {
          throw silent;
        }
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
    keepers.forEach(Thread::interrupt);
    for (var keeper : keepers) {
      boolean interrupted = false;
      while (true) {
        try {
          keeper.join();
          break;
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
