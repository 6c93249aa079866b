package ninebark.storagenode.trust;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Certificates (X.509) and keys (PKCS#8, EC) as text, as RFC 7468 has it. */
final class Pem {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Pem() {}

  static String of(String kind, byte[] der) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + LINES.encodeToString(der)
        + "\n-----END "
        + kind
        + "-----\n";
  }

  static List<X509Certificate> certificates(Path file) throws IOException {
    try (var in = new ByteArrayInputStream(Files.readAllBytes(file))) {
      var found =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw new IOException(file + " holds no certificate");
      }
      return found;
    } catch (GeneralSecurityException damaged) {
      throw new IOException(file + " cannot be read: " + damaged.getMessage(), damaged);
    }
  }

  static PrivateKey key(Path file) throws IOException {
    var match = KEY.matcher(Files.readString(file));
    if (!match.find()) {
      throw new IOException(file + " holds no private key");
    }
    try {
      var der = Base64.getMimeDecoder().decode(match.group(1));
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException damaged) {
      // The cause may quote the key.
      throw new IOException(file + " holds a private key that cannot be read");
    }
  }
}
