package ninebark.deploy.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import ninebark.storagenode.wire.WireConfig;

/**
 * What a process must know to be one of many. The store in one process needs none of it.
 *
 * @param id which cluster, a UUID; with certificates they name it
 * @param node this process' name, as in its certificate
 * @param az where a storage node stands
 * @param diskCount how many disks a storage node makes at its first start
 * @param listen where a storage node serves its disks
 * @param nodes the storage nodes, for a gateway
 * @param startPatience how long a gateway's first start waits for all of them
 * @param tls this process' certificate
 * @param plaintextOnLoopback whether processes on this machine speak without certificates
 * @param wire the limits of the wire
 */
public record ClusterConfig(
    Optional<String> id,
    String node,
    String az,
    int diskCount,
    InetSocketAddress listen,
    List<NodeConfig> nodes,
    Duration startPatience,
    Optional<TlsConfig> tls,
    boolean plaintextOnLoopback,
    WireConfig wire) {
  public static final ClusterConfig DEFAULT =
      new ClusterConfig(
          Optional.empty(),
          "node-1",
          "az-1",
          2,
          InetSocketAddress.createUnresolved("127.0.0.1", 9100),
          List.of(),
          Duration.ofMinutes(1),
          Optional.empty(),
          false,
          WireConfig.DEFAULT);

  public ClusterConfig {
    nodes = List.copyOf(nodes);
    if (diskCount < 1 || diskCount > 256) {
      throw new IllegalArgumentException("a node has 1 to 256 disks, found " + diskCount);
    }
    if (tls.isPresent() && plaintextOnLoopback) {
      throw new IllegalArgumentException(
          "tls and plaintext-on-loopback are both set; one of them decides");
    }
    var names = new HashSet<String>();
    for (var named : nodes) {
      if (!names.add(named.name())) {
        throw new IllegalArgumentException("nodes: " + named.name() + " is there twice");
      }
    }
  }
}
