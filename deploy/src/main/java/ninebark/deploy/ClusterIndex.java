package ninebark.deploy;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import ninebark.deploy.config.ClusterConfig;
import ninebark.deploy.config.ConfigException;
import ninebark.deploy.config.ReplicaConfig;
import ninebark.metadata.Index;
import ninebark.metadata.Query;
import ninebark.metadata.raft.IndexGroup;
import ninebark.metadata.raft.IndexTransport;
import ninebark.metadata.raft.Seat;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.trust.Access;
import ninebark.storagenode.trust.Role;

/**
 * The index's replicas as a process of the cluster knows them.
 *
 * @param group named as the cluster is
 */
record ClusterIndex(IndexGroup group, IndexTransport transport) {

  /** Empty when the configuration names no replicas: then one process holds the only one. */
  static Optional<ClusterIndex> of(Membership member, ClusterConfig config) {
    if (config.indexReplicas().isEmpty()) {
      return Optional.empty();
    }
    var peers = config.indexReplicas().stream().map(ReplicaConfig::peer).toList();
    return Optional.of(
        new ClusterIndex(new IndexGroup(member.cluster(), peers), transport(member.access())));
  }

  private static IndexTransport transport(Access access) {
    return switch (access) {
      case Access.MutualTls(var credentials) ->
          new IndexTransport.MutualTls(
              credentials.keys(),
              credentials.trust(EnumSet.of(Role.INDEX, Role.GATEWAY), Role.INDEX));
      case Access.PlaintextOnLoopback() -> new IndexTransport.PlaintextOnLoopback();
    };
  }

  /** Where this process' replica sits. */
  Seat seat(Membership member, ClusterConfig config) throws ConfigException {
    if (group.peers().stream().noneMatch(peer -> peer.id().equals(member.node()))) {
      throw new ConfigException(
          "the configuration of the cluster",
          List.of(
              "cluster.index-replicas: "
                  + member.node()
                  + " has the role index, but is not named"));
    }
    return config.indexJoins()
        ? new Seat.Joiner(group, member.node(), transport)
        : new Seat.Founder(group, member.node(), transport);
  }

  /** Returns when the index answers: its replicas may be on their way up as this process is. */
  static void awaitAnswer(Index index, Deadline deadline) throws IOException {
    while (true) {
      try {
        index.ask(new Query.CurrentFence());
        return;
      } catch (IOException away) {
        if (deadline.left().isZero() || Thread.currentThread().isInterrupted()) {
          throw away;
        }
      }
    }
  }
}
