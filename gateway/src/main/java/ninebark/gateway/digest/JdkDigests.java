package ninebark.gateway.digest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Digests of the JDK without the price of a provider look-up for each. */
final class JdkDigests {
  private static final MessageDigest MD5 = fresh("MD5");
  private static final MessageDigest SHA1 = fresh("SHA-1");
  private static final MessageDigest SHA512 = fresh("SHA-512");

  private JdkDigests() {}

  static MessageDigest md5() {
    return copy(MD5);
  }

  static MessageDigest sha1() {
    return copy(SHA1);
  }

  static MessageDigest sha512() {
    return copy(SHA512);
  }

  private static MessageDigest fresh(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has " + name, missing);
    }
  }

  private static MessageDigest copy(MessageDigest prototype) {
    try {
      return (MessageDigest) prototype.clone();
    } catch (CloneNotSupportedException impossible) {
      throw new IllegalStateException("the JDK's digests can be cloned", impossible);
    }
  }
}
