package ninebark.deploy.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import ninebark.metadata.raft.IndexGroup;
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
 * @param indexReplicas the replicas of the index; none if the gateway holds the only one
 * @param indexJoins whether this process' replica is one that is added to an index that is there
 * @param credentials the file of the root account's keys, the same for all gateways; one in the
 *     data folder if not said
 * @param lease after so long without a sign of the gateway that patrols and reclaims, another does
 * @param startPatience how long a gateway's first start waits for all nodes, and any for the index
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
    List<ReplicaConfig> indexReplicas,
    boolean indexJoins,
    Optional<Path> credentials,
    Duration lease,
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
          List.of(),
          false,
          Optional.empty(),
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Optional.empty(),
          false,
          WireConfig.DEFAULT);

  public ClusterConfig {
    nodes = List.copyOf(nodes);
    indexReplicas = List.copyOf(indexReplicas);
    if (lease.toMillis() < 1) {
      throw new IllegalArgumentException("lease: it lasts for a while, found " + lease);
    }
    // Both say what is wrong with the names and addresses.
    new IndexGroup(new UUID(0, 0), indexReplicas.stream().map(ReplicaConfig::peer).toList());
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
