package ninebark.metadata.raft;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;

/** How index replicas and their clients know that they speak to each other. */
public sealed interface IndexTransport {
  /**
   * Both sides show certificates.
   *
   * @param key this process's key and certificate; asked anew for each connection, so that it may
   *     rotate
   * @param trust who else is of this cluster, and of a role that may speak to the index
   */
  record MutualTls(KeyManager key, TrustManager trust) implements IndexTransport {}

  /** Nobody is checked: only between processes of one machine, and only when asked for. */
  record PlaintextOnLoopback() implements IndexTransport {}

  /**
   * @throws IOException if this transport must not be used between these
   */
  default void check(List<IndexPeer> peers) throws IOException {
    if (this instanceof PlaintextOnLoopback) {
      for (var peer : peers) {
        if (!InetAddress.getByName(peer.host()).isLoopbackAddress()) {
          throw new IOException(
              "replica "
                  + peer.id()
                  + " is at "
                  + peer.host()
                  + ": without TLS, index replicas speak on loopback only");
        }
      }
    }
  }

  /** What Ratis is given of it. */
  default Parameters parameters() {
    var parameters = new Parameters();
    switch (this) {
      case MutualTls(var key, var trust) ->
          GrpcConfigKeys.TLS.setConf(parameters, new GrpcTlsConfig(key, trust, true));
      case PlaintextOnLoopback() -> {}
    }
    return parameters;
  }
}
