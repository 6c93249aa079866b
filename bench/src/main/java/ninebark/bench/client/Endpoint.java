package ninebark.bench.client;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where an S3 server listens. */
public record Endpoint(boolean tls, String host, int port) {
  /**
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static Endpoint parse(String url) {
    var text = url.contains("://") ? url : "http://" + url;
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException notAUrl) {
      throw wrong(url);
    }
    var scheme = uri.getScheme();
    var path = uri.getRawPath();
    if (uri.getHost() == null
        || !(scheme.equals("http") || scheme.equals("https"))
        || !(path.isEmpty() || path.equals("/"))
        || uri.getRawQuery() != null
        || uri.getRawUserInfo() != null) {
      throw wrong(url);
    }
    boolean tls = scheme.equals("https");
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    return new Endpoint(tls, uri.getHost(), port);
  }

  /** As the Host header says it: without the scheme's own port. */
  public String hostHeader() {
    return port == (tls ? 443 : 80) ? host : host + ":" + port;
  }

  /** The address to connect to: an IPv6 literal without its brackets. */
  public String address() {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + hostHeader();
  }

  private static IllegalArgumentException wrong(String url) {
    return new IllegalArgumentException(
        "'" + url + "' is not an endpoint; write it like http://127.0.0.1:9000");
  }

  /** For the command line. */
  public static final class Converter implements ITypeConverter<Endpoint> {
    @Override
    public Endpoint convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException notAnEndpoint) {
        throw new TypeConversionException(notAnEndpoint.getMessage());
      }
    }
  }
}
