package ninebark.gateway.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The key of one secret, day, region and service, with both pads of its HMAC already absorbed, so
 * that a signature costs two compressions less and no look-up. Threads: safe; the prototypes are
 * only cloned.
 */
public final class SigningKey {
  private static final int BLOCK_BYTES = 64;

  private final MessageDigest inner;
  private final MessageDigest outer;

  private SigningKey(byte[] key) {
    this.inner = pad(key, (byte) 0x36);
    this.outer = pad(key, (byte) 0x5C);
  }

  /** HMAC chain of the secret over date, region, service and the literal aws4_request. */
  public static SigningKey derive(String secret, CredentialScope scope) {
    var key = ascii("AWS4" + secret);
    key = new SigningKey(key).mac(ascii(scope.date()));
    key = new SigningKey(key).mac(ascii(scope.region()));
    key = new SigningKey(key).mac(ascii(scope.service()));
    return new SigningKey(new SigningKey(key).mac(ascii("aws4_request")));
  }

  private static MessageDigest pad(byte[] key, byte value) {
    var hashed = key.length > BLOCK_BYTES ? Sha256.start().digest(key) : key;
    var block = new byte[BLOCK_BYTES];
    System.arraycopy(hashed, 0, block, 0, hashed.length);
    for (int i = 0; i < BLOCK_BYTES; i++) {
      block[i] ^= value;
    }
    var digest = Sha256.start();
    digest.update(block);
    return digest;
  }

  byte[] mac(byte[] message) {
    var within = Sha256.copy(inner).digest(message);
    return Sha256.copy(outer).digest(within);
  }

  /** The signature of a string to sign, in hex. */
  public String sign(String stringToSign) {
    return HexFormat.of().formatHex(mac(stringToSign.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
