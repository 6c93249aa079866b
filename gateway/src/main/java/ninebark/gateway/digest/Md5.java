package ninebark.gateway.digest;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * An MD5 being computed. Where many run at once an implementation may hash them together in vector
 * lanes. Threads: one.
 */
public interface Md5 {
  /** Takes the remaining bytes; they may be reused when this returns. */
  void update(ByteBuffer bytes);

  /** The sixteen bytes. */
  byte[] finish();

  /** Starts one. */
  interface Source {
    Md5 start();
  }

  /** The JDK's, one stream at a time. */
  Source JDK =
      () -> {
        var digest = jdk();
        return new Md5() {
          @Override
          public void update(ByteBuffer bytes) {
            digest.update(bytes);
          }

          @Override
          public byte[] finish() {
            return digest.digest();
          }
        };
      };

  /** A digest of the JDK for a few bytes. */
  static MessageDigest jdk() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has MD5", missing);
    }
  }
}
