package ninebark.metadata.raft;

import java.util.regex.Pattern;

/**
 * One replica of the index and where it listens. An id is used once: a replica that lost its folder
 * comes back under another, since it no longer knows what it voted.
 *
 * @param az the availability zone that it stands in
 */
public record IndexPeer(String id, String host, int port, String az) {
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  public IndexPeer {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "a replica's id is 1 to 63 of a-z, 0-9 and '-', found '" + id + "'");
    }
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "a replica listens at a host and a port, found '" + host + "' and " + port);
    }
  }

  String address() {
    return host + ":" + port;
  }
}
