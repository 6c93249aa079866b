package ninebark.storagenode.trust;

import java.io.IOException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Judges peers by the authorities of the moment; those that call and those that are called each in
 * their own way. Threads: safe.
 */
final class RenewedTrust extends X509ExtendedTrustManager {
  private final Current callers;
  private final Current called;

  /** What is believed now. */
  interface Current {
    X509ExtendedTrustManager trust() throws IOException;
  }

  RenewedTrust(Current callers, Current called) {
    this.callers = callers;
    this.called = called;
  }

  private static X509ExtendedTrustManager now(Current current) throws CertificateException {
    try {
      return current.trust();
    } catch (IOException unusable) {
      throw new CertificateException("nobody can be believed: " + unusable.getMessage(), unusable);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    now(callers).checkClientTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    now(called).checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    now(callers).checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    now(called).checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    now(callers).checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    now(called).checkServerTrusted(chain, type, engine);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
