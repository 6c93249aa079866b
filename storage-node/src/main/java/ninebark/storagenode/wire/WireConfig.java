package ninebark.storagenode.wire;

import java.time.Duration;

/**
 * The limits of the wire.
 *
 * @param connectionsPerNode how many connections a user of a node's disks keeps to it
 * @param maxConnections how many a node takes; beyond it they are closed
 * @param requestsPerConnection how many requests of one connection are served at once; more wait
 *     unread
 * @param inFlightBytesPerNode shards on their way to and from one node; more wait
 * @param connectTimeout for a connection, its certificates and its greeting
 * @param requestTimeout for an answer whose asker names no time
 * @param watchInterval how often a node is asked what it is like
 * @param silence after so long without a byte from a node that owes an answer it counts as down
 */
public record WireConfig(
    int connectionsPerNode,
    int maxConnections,
    int requestsPerConnection,
    long inFlightBytesPerNode,
    Duration connectTimeout,
    Duration requestTimeout,
    Duration watchInterval,
    Duration silence) {
  public static final WireConfig DEFAULT =
      new WireConfig(
          2,
          256,
          256,
          32L << 20,
          Duration.ofSeconds(2),
          Duration.ofSeconds(30),
          Duration.ofMillis(500),
          Duration.ofMillis(2500));

  public WireConfig {
    if (connectionsPerNode < 1 || maxConnections < 1 || requestsPerConnection < 2) {
      throw new IllegalArgumentException(
          "the wire needs a connection per node, and 2 requests at once on each");
    }
    if (inFlightBytesPerNode < 1 << 20) {
      throw new IllegalArgumentException("less than 1 MiB in flight per node carries no shard");
    }
    if (silence.compareTo(watchInterval) <= 0) {
      throw new IllegalArgumentException("silence lasts longer than the watch interval");
    }
  }
}
