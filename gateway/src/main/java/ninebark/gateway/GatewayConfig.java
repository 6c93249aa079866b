package ninebark.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import ninebark.gateway.http.HttpConfig;
import ninebark.gateway.operation.Limits;

/**
 * Everything about the door that can be set.
 *
 * @param http the listener and its limits
 * @param baseDomains host names below which a first label is a bucket; empty for path style only
 * @param limits of single requests; its region is what signatures must name unless any will do
 * @param maxConcurrentRequests beyond it a request is answered {@code SlowDown} at once
 * @param maxQueryParameters of one request
 * @param slowAnswerAfter when a copy or completion takes longer, its response begins and is kept
 *     alive with white space, as S3 does, so that clients and proxies do not give up
 */
public record GatewayConfig(
    HttpConfig http,
    List<String> baseDomains,
    Limits limits,
    int maxConcurrentRequests,
    int maxQueryParameters,
    Duration slowAnswerAfter) {
  public GatewayConfig {
    baseDomains = baseDomains.stream().map(domain -> domain.toLowerCase(Locale.ROOT)).toList();
  }

  public static final GatewayConfig DEFAULT =
      new GatewayConfig(
          HttpConfig.DEFAULT,
          List.of("s3.localhost", "localhost"),
          Limits.DEFAULT,
          1024,
          1000,
          Duration.ofSeconds(10));

  /** The only region signatures may name, if there is only one. */
  Optional<String> onlyRegion() {
    return limits.anyRegion() ? Optional.empty() : Optional.of(limits.region());
  }
}
