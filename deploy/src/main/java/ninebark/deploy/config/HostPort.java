package ninebark.deploy.config;

import java.net.InetSocketAddress;
import java.util.Optional;

/** {@code HOST:PORT} with IPv6 literals in brackets; port 0 lets the system choose. */
public final class HostPort {
  private HostPort() {}

  /** The address, unresolved names left for the listener to resolve. */
  public static Optional<InetSocketAddress> parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      return Optional.empty();
    }
    var host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      return Optional.empty();
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      return port < 0 || port > 65_535 || host.isBlank()
          ? Optional.empty()
          : Optional.of(InetSocketAddress.createUnresolved(host, port));
    } catch (NumberFormatException notAPort) {
      return Optional.empty();
    }
  }

  /** As it is written in the configuration and in URLs. */
  public static String format(InetSocketAddress address) {
    var host = address.getHostString();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
