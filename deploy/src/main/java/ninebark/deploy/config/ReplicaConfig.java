package ninebark.deploy.config;

import java.net.InetSocketAddress;
import ninebark.metadata.raft.IndexPeer;

/**
 * A replica of the index and where it listens to the others.
 *
 * @param name that of its process; a replica that lost its folder comes back under another
 */
public record ReplicaConfig(String name, InetSocketAddress address, String az) {
  /** The same, as the index knows it. */
  public IndexPeer peer() {
    return new IndexPeer(name, address.getHostString(), address.getPort(), az);
  }
}
