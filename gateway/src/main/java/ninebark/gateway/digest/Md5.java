package ninebark.gateway.digest;

import java.security.MessageDigest;
import ninebark.erasure.md5.Md5Service;
import ninebark.erasure.md5.Md5Stream;

/** Where the MD5 of a body comes from. */
public final class Md5 {
  /** The JDK's, each body on its own. */
  public static final Source JDK = Md5Service.jdkOnly()::open;

  private Md5() {}

  /**
   * Starts one; many that run at once may be hashed together in vector lanes, as {@link
   * Md5Service#open(long)} does.
   */
  @FunctionalInterface
  public interface Source {
    /**
     * @param bytes the body's length
     */
    Md5Stream open(long bytes);
  }

  /** A digest of the JDK for a few bytes. */
  public static MessageDigest jdk() {
    return JdkDigests.md5();
  }
}
