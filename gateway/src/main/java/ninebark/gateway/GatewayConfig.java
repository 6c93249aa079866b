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
 * @param website buckets as websites
 * @param signatureVersionTwo whether signatures of version 2 are taken beside those of version 4:
 *     old clients know no other, and boto3 signs URLs with it in us-east-1
 * @param legacyBucketDefaults whether new buckets are born as before April 2023, with ACLs and
 *     without a public access block: old clients and tools presume it
 * @param maxConcurrentRequests beyond it a request is answered {@code SlowDown} at once
 * @param maxQueryParameters of one request
 * @param documentCacheBytes of parsed bucket policies and other documents that are remembered
 * @param slowAnswerAfter when a copy or completion takes longer, its response begins and is kept
 *     alive with white space, as S3 does, so that clients and proxies do not give up
 */
public record GatewayConfig(
    HttpConfig http,
    List<String> baseDomains,
    Limits limits,
    WebsiteConfig website,
    boolean signatureVersionTwo,
    boolean legacyBucketDefaults,
    int maxConcurrentRequests,
    int maxQueryParameters,
    long documentCacheBytes,
    Duration slowAnswerAfter) {
  public GatewayConfig {
    baseDomains = baseDomains.stream().map(domain -> domain.toLowerCase(Locale.ROOT)).toList();
  }

  public static final GatewayConfig DEFAULT =
      new GatewayConfig(
          HttpConfig.DEFAULT,
          List.of("s3.localhost", "localhost"),
          Limits.DEFAULT,
          WebsiteConfig.DEFAULT,
          true,
          false,
          1024,
          1000,
          16L << 20,
          Duration.ofSeconds(10));

  public GatewayConfig withLimits(Limits other) {
    return new GatewayConfig(
        http,
        baseDomains,
        other,
        website,
        signatureVersionTwo,
        legacyBucketDefaults,
        maxConcurrentRequests,
        maxQueryParameters,
        documentCacheBytes,
        slowAnswerAfter);
  }

  public GatewayConfig withLegacyBucketDefaults(boolean legacy) {
    return new GatewayConfig(
        http,
        baseDomains,
        limits,
        website,
        signatureVersionTwo,
        legacy,
        maxConcurrentRequests,
        maxQueryParameters,
        documentCacheBytes,
        slowAnswerAfter);
  }

  public GatewayConfig withWebsite(WebsiteConfig other) {
    return new GatewayConfig(
        http,
        baseDomains,
        limits,
        other,
        signatureVersionTwo,
        legacyBucketDefaults,
        maxConcurrentRequests,
        maxQueryParameters,
        documentCacheBytes,
        slowAnswerAfter);
  }

  public GatewayConfig withSignatureVersionTwo(boolean taken) {
    return new GatewayConfig(
        http,
        baseDomains,
        limits,
        website,
        taken,
        legacyBucketDefaults,
        maxConcurrentRequests,
        maxQueryParameters,
        documentCacheBytes,
        slowAnswerAfter);
  }

  /** The only region signatures may name, if there is only one. */
  Optional<String> onlyRegion() {
    return limits.anyRegion() ? Optional.empty() : Optional.of(limits.region());
  }
}
