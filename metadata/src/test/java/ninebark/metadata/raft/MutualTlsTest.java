package ninebark.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import ninebark.metadata.BucketName;
import ninebark.metadata.Query;
import ninebark.storagenode.trust.ClusterAuthority;
import ninebark.storagenode.trust.Credentials;
import ninebark.storagenode.trust.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutualTlsTest {
  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir Path folder;

  /** A key with a certificate of its own for 127.0.0.1. */
  private KeyStore key(String name) throws Exception {
    var file = folder.resolve(name + ".p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor()).isZero();
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private static IndexTransport tls(KeyStore key, Certificate trusted) throws Exception {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(key, PASSWORD);
    var anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, PASSWORD);
    anchors.setCertificateEntry("ca", trusted);
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    return new IndexTransport.MutualTls(keys.getKeyManagers()[0], trust.getTrustManagers()[0]);
  }

  private static RemoteIndex connect(TestGroup group, IndexTransport transport) throws IOException {
    return RemoteIndex.connect(
        group.group,
        transport,
        IndexConfig.DEFAULT.withSubmitTimeout(Duration.ofSeconds(1)),
        InstantSource.system(),
        new SimpleMeterRegistry());
  }

  @Test
  void replicasAndClientsOfTheClusterSpeakAndOthersAreRefused() throws Exception {
    var ours = key("ours");
    var transport = tls(ours, ours.getCertificate("ours"));
    try (var group = new TestGroup(folder, 3, IndexConfig.DEFAULT)) {
      for (var peer : group.group.peers()) {
        group.open(peer.id(), new Seat.Founder(group.group, peer.id(), transport));
      }
      group.leader();
      try (var remote =
          RemoteIndex.connect(
              group.group,
              transport,
              IndexConfig.DEFAULT,
              InstantSource.system(),
              new SimpleMeterRegistry())) {
        var bucket = GroupTest.bucket(remote);
        remote.submit(RaftIndexTest.put(bucket, "key", "body"));
        group.commonHash();
      }
      var find = new Query.FindBucket(new BucketName("bucket"));
      try (var plain = connect(group, TestGroup.PLAINTEXT);
          var stranger = connect(group, tls(key("theirs"), ours.getCertificate("ours")))) {
        assertThatThrownBy(() -> plain.ask(find)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> stranger.ask(find)).isInstanceOf(IOException.class);
      }
    }
  }

  private IndexTransport of(ClusterAuthority authority, String node, Role role) throws IOException {
    authority.issue(
        folder, node, Set.of(role), List.of("127.0.0.1"), Duration.ofDays(1), Instant.now());
    var credentials =
        Credentials.open(
            folder.resolve("ca.pem"), folder.resolve(node + ".pem"), folder.resolve(node + ".key"));
    return new IndexTransport.MutualTls(
        credentials.keys(), credentials.trust(Set.of(Role.INDEX, Role.GATEWAY), Role.INDEX));
  }

  @Test
  void theClustersCertificatesLetReplicasAndGatewaysInAndNobodyElse() throws Exception {
    var authority = ClusterAuthority.init(folder, UUID.randomUUID(), Instant.now());
    try (var group = new TestGroup(folder.resolve("group"), 3, IndexConfig.DEFAULT)) {
      for (var peer : group.group.peers()) {
        var transport = of(authority, peer.id(), Role.INDEX);
        group.open(peer.id(), new Seat.Founder(group.group, peer.id(), transport));
      }
      group.leader();
      var find = new Query.FindBucket(new BucketName("bucket"));
      try (var gateway = connect(group, of(authority, "gateway-1", Role.GATEWAY));
          var storage = connect(group, of(authority, "node-1", Role.STORAGE))) {
        GroupTest.bucket(gateway);
        assertThat(gateway.ask(find)).isPresent();
        assertThatThrownBy(() -> storage.ask(find)).isInstanceOf(IOException.class);
      }
    }
  }
}
