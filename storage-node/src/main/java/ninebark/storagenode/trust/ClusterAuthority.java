package ninebark.storagenode.trust;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The authority of one cluster: a key that signs for its nodes. A folder holds {@code ca.pem},
 * which every node has a copy of, and {@code ca.key}, which should be on no node at all.
 */
public final class ClusterAuthority {
  /** Long, because replacing it means a visit to every node. */
  public static final Duration VALIDITY = Duration.ofDays(3650);

  /** Clocks of nodes may be behind that of the authority. */
  private static final Duration BACKDATED = Duration.ofHours(1);

  private static final String CERTIFICATE = "ca.pem";
  private static final String KEY = "ca.key";

  private final Path folder;
  private final X509Certificate certificate;
  private final PrivateKey key;
  private final UUID cluster;

  /** What a node is given. */
  public record Issued(Path certificate, Path key, Instant notAfter) {}

  private ClusterAuthority(Path folder, X509Certificate certificate, PrivateKey key, UUID cluster) {
    this.folder = folder;
    this.certificate = certificate;
    this.key = key;
    this.cluster = cluster;
  }

  /**
   * Makes the authority of a new cluster.
   *
   * @throws FileAlreadyExistsException if the folder has one: a second would shut out every node
   */
  public static ClusterAuthority init(Path folder, UUID cluster, Instant now) throws IOException {
    Files.createDirectories(folder);
    for (var name : List.of(CERTIFICATE, KEY)) {
      if (Files.exists(folder.resolve(name))) {
        throw new FileAlreadyExistsException(
            folder.resolve(name)
                + " is there already; an authority is never replaced in its place");
      }
    }
    var pair = newPair();
    var name = new X500Principal("CN=Ninebark cluster " + cluster);
    var builder = builder(name, name, pair.getPublic(), now, VALIDITY);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(
            new GeneralName(GeneralName.uniformResourceIdentifier, NodeName.ofAuthority(cluster))));
    var made = sign(builder, pair.getPrivate());
    writeSecret(folder.resolve(KEY), Pem.of("PRIVATE KEY", pair.getPrivate().getEncoded()));
    write(folder.resolve(CERTIFICATE), pem(made));
    return new ClusterAuthority(folder, made, pair.getPrivate(), cluster);
  }

  public static ClusterAuthority open(Path folder) throws IOException {
    var certificate = Pem.certificates(folder.resolve(CERTIFICATE)).getFirst();
    try {
      return new ClusterAuthority(
          folder, certificate, Pem.key(folder.resolve(KEY)), NodeName.cluster(certificate));
    } catch (GeneralSecurityException foreign) {
      throw new IOException(folder.resolve(CERTIFICATE) + ": " + foreign.getMessage(), foreign);
    }
  }

  public UUID cluster() {
    return cluster;
  }

  /** The file that every node needs a copy of. */
  public Path certificateFile() {
    return folder.resolve(CERTIFICATE);
  }

  /**
   * Makes a key and a certificate for a node, in files {@code NODE.pem} and {@code NODE.key}. Those
   * that are there are replaced, the key first made anew: this is also how a node's certificate is
   * renewed.
   *
   * @param hosts names and addresses under which others reach the node, for clients that ask
   */
  public Issued issue(
      Path into, String node, Set<Role> roles, List<String> hosts, Duration validity, Instant now)
      throws IOException {
    var name = new NodeName(cluster, node, roles);
    var pair = newPair();
    var builder =
        builder(
            certificate.getSubjectX500Principal(),
            new X500Principal("CN=" + node),
            pair.getPublic(),
            now,
            validity);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(
            new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
    var names = new ArrayList<GeneralName>();
    name.uris().forEach(u -> names.add(new GeneralName(GeneralName.uniformResourceIdentifier, u)));
    hosts.forEach(host -> names.add(hostName(host)));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(names.toArray(GeneralName[]::new)));
    var made = sign(builder, key);
    Files.createDirectories(into);
    var files =
        new Issued(
            into.resolve(node + ".pem"),
            into.resolve(node + ".key"),
            made.getNotAfter().toInstant());
    writeSecret(files.key, Pem.of("PRIVATE KEY", pair.getPrivate().getEncoded()));
    write(files.certificate, pem(made));
    return files;
  }

  private static GeneralName hostName(String host) {
    boolean address = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
  }

  private static KeyPair newPair() throws IOException {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException lacking) {
      throw new IOException("this JDK makes no keys: " + lacking.getMessage(), lacking);
    }
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, PublicKey key, Instant now, Duration validity) {
    var serial = new BigInteger(127, new SecureRandom()).setBit(126);
    return new JcaX509v3CertificateBuilder(
        issuer,
        serial,
        Date.from(now.minus(BACKDATED)),
        Date.from(now.plus(validity)),
        subject,
        key);
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws IOException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (OperatorCreationException | GeneralSecurityException lacking) {
      throw new CertIOException("no certificate was made: " + lacking.getMessage(), lacking);
    }
  }

  private static String pem(X509Certificate certificate) throws IOException {
    try {
      return Pem.of("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException lacking) {
      throw new IOException("a certificate cannot be written", lacking);
    }
  }

  /** Readable by its owner only, from its first byte on. */
  private static void writeSecret(Path file, String text) throws IOException {
    var draft = draft(file);
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    write(file, text);
  }

  private static void write(Path file, String text) throws IOException {
    var draft = draft(file);
    try (var channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Path draft(Path file) {
    return file.resolveSibling(file.getFileName() + ".new");
  }
}
