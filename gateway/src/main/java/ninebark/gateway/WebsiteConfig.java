package ninebark.gateway;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Buckets shown as websites, on a listener of their own.
 *
 * @param listen empty for none
 * @param baseDomains host names below which a first label is a bucket; any other host is the name
 *     of the bucket it shows
 */
public record WebsiteConfig(Optional<InetSocketAddress> listen, List<String> baseDomains) {
  public static final WebsiteConfig DEFAULT =
      new WebsiteConfig(Optional.empty(), List.of("s3-website.localhost"));

  public WebsiteConfig {
    baseDomains = baseDomains.stream().map(domain -> domain.toLowerCase(Locale.ROOT)).toList();
  }
}
