package ninebark.storagenode.trust;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLEngine;

/** How the processes of a cluster know each other. */
public sealed interface Access {
  /** Each side shows a certificate of the cluster's authority. */
  record MutualTls(Credentials credentials) implements Access {}

  /** Anybody on this machine may speak; never beyond it. */
  record PlaintextOnLoopback() implements Access {}

  /**
   * What a listener puts before its first byte.
   *
   * @param allowed a peer must have one of these roles
   * @throws IOException if the certificates cannot be read, or the address may not be used so
   */
  default Optional<SSLEngine> server(InetSocketAddress address, Set<Role> allowed)
      throws IOException {
    return switch (this) {
      case MutualTls(var credentials) -> Optional.of(credentials.server(allowed));
      case PlaintextOnLoopback() -> {
        checkLoopback(address);
        yield Optional.empty();
      }
    };
  }

  /** What a caller puts before its first byte; the peer must be that node, in that role. */
  default Optional<SSLEngine> client(InetSocketAddress address, String node, Role role)
      throws IOException {
    return switch (this) {
      case MutualTls(var credentials) -> Optional.of(credentials.client(node, role));
      case PlaintextOnLoopback() -> {
        checkLoopback(address);
        yield Optional.empty();
      }
    };
  }

  private static void checkLoopback(InetSocketAddress address) throws IOException {
    if (!InetAddress.getByName(address.getHostString()).isLoopbackAddress()) {
      throw new IOException(
          address
              + " is not on this machine's loopback: without certificates nothing is said there");
    }
  }
}
