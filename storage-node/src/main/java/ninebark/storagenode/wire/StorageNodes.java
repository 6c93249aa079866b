package ninebark.storagenode.wire;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.trust.Access;

/**
 * The storage nodes of a cluster, as a process that uses their disks knows them.
 *
 * <p>Threads: safe for any number.
 */
public final class StorageNodes implements AutoCloseable {
  /** The time between two looks at who has come. */
  private static final Duration LOOK = Duration.ofMillis(20);

  private final Map<String, NodeClient> clients = new LinkedHashMap<>();
  private final EventLoopGroup loops;

  /** Where a node serves its disks. */
  public record Address(String node, InetSocketAddress socket) {
    @Override
    public String toString() {
      return node + " at " + socket.getHostString() + ":" + socket.getPort();
    }
  }

  /** A node, and why it is away if it is. */
  public record State(String node, Optional<String> away) {}

  private StorageNodes(
      UUID cluster,
      String asker,
      List<Address> nodes,
      Access access,
      WireConfig config,
      MeterRegistry registry) {
    loops =
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(),
            new DefaultThreadFactory("wire-ask", true),
            NioIoHandler.newFactory());
    for (var node : nodes) {
      clients.put(node.node(), new NodeClient(node, cluster, asker, access, config, loops));
    }
    Gauge.builder("ninebark.nodes.up", this, nodesUp -> nodesUp.upCount()).register(registry);
    clients.values().forEach(NodeClient::start);
  }

  /**
   * Begins to reach the nodes; returns at once.
   *
   * @param asker how this process calls itself in their logs
   */
  public static StorageNodes reach(
      UUID cluster,
      String asker,
      List<Address> nodes,
      Access access,
      WireConfig config,
      MeterRegistry registry) {
    return new StorageNodes(cluster, asker, nodes, access, config, registry);
  }

  /** Waits until all nodes are up, or the deadline has passed. */
  public boolean awaitAll(Deadline deadline) throws InterruptedException {
    while (upCount() < clients.size()) {
      if (deadline.left().isZero()) {
        return false;
      }
      Thread.sleep(LOOK);
    }
    return true;
  }

  private long upCount() {
    return clients.values().stream().filter(NodeClient::isUp).count();
  }

  public List<State> states() {
    return clients.values().stream()
        .map(
            client ->
                new State(
                    client.node(),
                    client.isUp() ? Optional.empty() : Optional.of(client.lastTrouble())))
        .toList();
  }

  /** The disks of all nodes that were reached since the start, as they told. */
  public List<DiskPlace> places() {
    var places = new ArrayList<DiskPlace>();
    for (var client : clients.values()) {
      client.welcome().ifPresent(told -> told.disks().forEach(disk -> places.add(disk.place())));
    }
    return places;
  }

  /** The disks of a cluster map; what the nodes have besides is not used. */
  public RemoteDisks disks(List<DiskPlace> places) {
    return new RemoteDisks(clients, places);
  }

  @Override
  public void close() {
    clients.values().forEach(NodeClient::close);
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
