package ninebark.storagenode.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's certificate and key, and the authorities it believes. Files that change are read
 * again for the next connection, so that certificates are renewed without a restart; what cannot be
 * read then is told, and what was read before stays in use.
 *
 * <p>Threads: safe.
 */
public final class Credentials {
  private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);
  private static final String ALIAS = "node";
  private static final char[] NO_PASSWORD = new char[0];

  private final Path authorityFile;
  private final Path certificateFile;
  private final Path keyFile;
  private Material material;

  private record Material(
      List<FileTime> times,
      List<X509Certificate> authorities,
      List<X509Certificate> chain,
      PrivateKey key,
      NodeName name) {}

  private Credentials(Path authorityFile, Path certificateFile, Path keyFile) throws IOException {
    this.authorityFile = authorityFile;
    this.certificateFile = certificateFile;
    this.keyFile = keyFile;
    material = read();
  }

  /**
   * @param authority certificates of the cluster's authority; two while it is being replaced
   * @throws IOException if the files do not fit together
   */
  public static Credentials open(Path authority, Path certificate, Path key) throws IOException {
    return new Credentials(authority, certificate, key);
  }

  /** The certificate's expiry and all else of it. */
  public X509Certificate certificate() {
    return current().chain.getFirst();
  }

  public NodeName name() {
    return current().name;
  }

  /** The key and certificate, for a library that makes its own TLS of them. */
  public X509ExtendedKeyManager keys() {
    return new RenewedKey(() -> current().chain, () -> current().key);
  }

  /**
   * Whom to believe, for a library that makes its own TLS of it.
   *
   * @param callers a peer that calls must have one of these roles
   * @param called one that is called must have this role
   */
  public X509ExtendedTrustManager trust(Set<Role> callers, Role called) {
    return new RenewedTrust(
        () -> trust(current(), demand(callers)), () -> trust(current(), demand(Set.of(called))));
  }

  private static Demand demand(Set<Role> allowed) {
    return name -> {
      if (name.roles().stream().noneMatch(allowed::contains)) {
        throw new CertificateException(name + " has none of the roles " + allowed);
      }
    };
  }

  SSLEngine server(Set<Role> allowed) throws IOException {
    var now = current();
    var engine = context(now, demand(allowed)).createSSLEngine();
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    return engine;
  }

  SSLEngine client(String node, Role role) throws IOException {
    var engine =
        context(
                current(),
                name -> {
                  if (!name.node().equals(node) || !name.roles().contains(role)) {
                    throw new CertificateException(
                        "wanted " + node + " (" + role.label() + "), met " + name);
                  }
                })
            .createSSLEngine();
    engine.setUseClientMode(true);
    return engine;
  }

  /** Judges a peer whose certificate is of this cluster. */
  private interface Demand {
    void check(NodeName name) throws CertificateException;
  }

  private static SSLContext context(Material material, Demand demand) throws IOException {
    try {
      var keys = KeyStore.getInstance("PKCS12");
      keys.load(null, NO_PASSWORD);
      keys.setKeyEntry(
          ALIAS, material.key, NO_PASSWORD, material.chain.toArray(X509Certificate[]::new));
      var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keyManagers.init(keys, NO_PASSWORD);
      var context = SSLContext.getInstance("TLSv1.3");
      context.init(
          keyManagers.getKeyManagers(), new TrustManager[] {trust(material, demand)}, null);
      return context;
    } catch (GeneralSecurityException unusable) {
      throw new IOException("the certificates cannot be used: " + unusable.getMessage(), unusable);
    }
  }

  private static X509ExtendedTrustManager trust(Material material, Demand demand)
      throws IOException {
    try {
      return new ClusterTrust(chains(material.authorities), material.name.cluster(), demand);
    } catch (GeneralSecurityException unusable) {
      throw new IOException("the certificates cannot be used: " + unusable.getMessage(), unusable);
    }
  }

  private static X509ExtendedTrustManager chains(List<X509Certificate> authorities)
      throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("authority-" + i, authorities.get(i));
    }
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }

  private synchronized Material current() {
    try {
      if (!times().equals(material.times)) {
        material = read();
        LOG.info(
            "{} was read again; it is good until {}",
            certificateFile,
            material.chain.getFirst().getNotAfter().toInstant());
      }
    } catch (IOException unreadable) {
      LOG.error(
          "the certificates changed but cannot be used; those read before stay in use", unreadable);
    }
    return material;
  }

  private List<FileTime> times() throws IOException {
    var times = new ArrayList<FileTime>();
    for (var file : List.of(authorityFile, certificateFile, keyFile)) {
      times.add(Files.getLastModifiedTime(file));
    }
    return times;
  }

  private Material read() throws IOException {
    var times = times();
    var authorities = Pem.certificates(authorityFile);
    var chain = Pem.certificates(certificateFile);
    var key = Pem.key(keyFile);
    try {
      var name = NodeName.of(chain.getFirst());
      checkPair(chain.getFirst(), key);
      for (var authority : authorities) {
        UUID cluster = NodeName.cluster(authority);
        if (!cluster.equals(name.cluster())) {
          throw new IOException(
              certificateFile
                  + " is of cluster "
                  + name.cluster()
                  + ", the authority in "
                  + authorityFile
                  + " of "
                  + cluster);
        }
      }
      chains(authorities).checkClientTrusted(chain.toArray(X509Certificate[]::new), "EC");
      return new Material(times, authorities, chain, key, name);
    } catch (GeneralSecurityException refused) {
      throw new IOException(certificateFile + " cannot be used: " + refused.getMessage(), refused);
    }
  }

  private void checkPair(X509Certificate certificate, PrivateKey key)
      throws IOException, GeneralSecurityException {
    var signature = java.security.Signature.getInstance("SHA256withECDSA");
    var probe = new byte[] {1};
    signature.initSign(key);
    signature.update(probe);
    var signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(probe);
    if (!signature.verify(signed)) {
      throw new IOException(keyFile + " is not the key of " + certificateFile);
    }
  }

  /**
   * A peer is believed when the authority signed for it, and for this cluster, and for its role.
   */
  private static final class ClusterTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager chains;
    private final UUID cluster;
    private final Demand demand;

    ClusterTrust(X509ExtendedTrustManager chains, UUID cluster, Demand demand) {
      this.chains = chains;
      this.cluster = cluster;
      this.demand = demand;
    }

    private void judge(X509Certificate[] chain) throws CertificateException {
      var name = NodeName.of(chain[0]);
      if (!name.cluster().equals(cluster)) {
        throw new CertificateException(name + " is of cluster " + name.cluster());
      }
      demand.check(name);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      chains.checkClientTrusted(chain, type);
      judge(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      chains.checkServerTrusted(chain, type);
      judge(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket)
        throws CertificateException {
      checkServerTrusted(chain, type);
    }

    // The node's name in the certificate is judged, not the host's: nodes move between hosts.
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return chains.getAcceptedIssuers();
    }
  }
}
