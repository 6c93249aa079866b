package ninebark.storagenode.trust;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** A node's one key and certificate, as they are when a connection asks. Threads: safe. */
final class RenewedKey extends X509ExtendedKeyManager {
  private final Supplier<List<X509Certificate>> chain;
  private final Supplier<PrivateKey> key;

  RenewedKey(Supplier<List<X509Certificate>> chain, Supplier<PrivateKey> key) {
    this.chain = chain;
    this.key = key;
  }

  /** Another for each certificate, so that nobody who remembers keys by alias goes on with one. */
  private String alias() {
    return "node-" + chain.get().getFirst().getSerialNumber().toString(16);
  }

  @Override
  public String[] getClientAliases(String type, Principal[] issuers) {
    return new String[] {alias()};
  }

  @Override
  public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
    return alias();
  }

  @Override
  public String[] getServerAliases(String type, Principal[] issuers) {
    return new String[] {alias()};
  }

  @Override
  public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
    return alias();
  }

  @Override
  public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
    return alias();
  }

  @Override
  public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
    return alias();
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return chain.get().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return key.get();
  }
}
