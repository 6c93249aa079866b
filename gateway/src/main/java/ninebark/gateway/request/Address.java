package ninebark.gateway.request;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.PercentCoding;

/**
 * Which bucket and key a request names. The path is split as it came and decoded once; nothing is
 * normalised, because slashes, dots and pluses are data.
 *
 * @param key as text; not yet checked for its length
 */
public record Address(Optional<String> bucket, Optional<String> key) {
  /**
   * @param host the Host header, with or without a port
   * @param baseDomains below which the first labels of a host are a bucket's name
   */
  public static Address of(String path, String host, List<String> baseDomains) {
    var virtual = bucketOfHost(host, baseDomains);
    if (virtual.isPresent()) {
      return new Address(virtual, keyOf(path.substring(1)));
    }
    int slash = path.indexOf('/', 1);
    var bucket = slash < 0 ? path.substring(1) : path.substring(1, slash);
    if (bucket.isEmpty()) {
      if (path.length() > 1) {
        throw S3Error.INVALID_BUCKET_NAME.exception().with("BucketName", "");
      }
      return new Address(Optional.empty(), Optional.empty());
    }
    return new Address(
        Optional.of(decode(bucket)),
        slash < 0 ? Optional.empty() : keyOf(path.substring(slash + 1)));
  }

  private static Optional<String> keyOf(String raw) {
    return raw.isEmpty() ? Optional.empty() : Optional.of(decode(raw));
  }

  private static String decode(String raw) {
    return PercentCoding.decodePath(raw).orElseThrow(S3Error.INVALID_URI::exception);
  }

  /** The bucket that a Host header names, if it does. */
  public static Optional<String> bucketOfHost(String host, List<String> baseDomains) {
    if (baseDomains.isEmpty()) {
      return Optional.empty();
    }
    int colon = host.lastIndexOf(':');
    var name = (colon > host.lastIndexOf(']') ? host.substring(0, colon) : host);
    var lower = name.toLowerCase(Locale.ROOT);
    for (var domain : baseDomains) {
      if (lower.equals(domain)) {
        return Optional.empty();
      }
      if (lower.endsWith("." + domain)) {
        return Optional.of(lower.substring(0, lower.length() - domain.length() - 1));
      }
    }
    return Optional.empty();
  }
}
