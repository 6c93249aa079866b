package ninebark.deploy.lifecycle;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import ninebark.deploy.buckets.AllBuckets;
import ninebark.deploy.config.StorageClassConfig;
import ninebark.gateway.admin.AdminPage;
import ninebark.gateway.admin.AdminPage.Answer;
import ninebark.metadata.Index;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code GET /tiers} on the admin listener: what lies in each storage class, as JSON with units in
 * the names. Threads: safe.
 */
public final class TiersPages {
  static final String TIERS = "/tiers";

  private static final ObjectWriter JSON =
      JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

  private TiersPages() {}

  /**
   * @param refusals classes that cannot be had, each with the reason
   */
  public static Map<String, AdminPage> of(
      Index index,
      AllBuckets buckets,
      Map<String, StorageClassConfig> classes,
      Map<String, String> refusals,
      InstantSource clock) {
    return Map.of(
        TIERS,
        AdminPage.asking(
            _ -> {
              try {
                var tiers = Tiers.count(index, buckets, classes, clock.instant());
                var all = new ArrayList<Map<String, Object>>();
                tiers.forEach(tier -> all.add(tree(tier, refusals)));
                return Answer.json(JSON.writeValueAsString(Map.of("classes", all)) + "\n");
              } catch (IOException away) {
                return Answer.refusal(503, "the index does not answer: " + away.getMessage());
              }
            }));
  }

  private static Map<String, Object> tree(Tiers.Tier tier, Map<String, String> refusals) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("class", tier.storageClass());
    tier.config()
        .ifPresent(
            config -> {
              var scheme = config.scheme();
              tree.put("scheme", scheme.toString());
              tree.put("schemeOverhead", (scheme.k() + scheme.m()) / (double) scheme.k());
              tree.put("archive", config.archive().isPresent());
            });
    tree.put("versions", tier.count());
    tree.put("bytes", tier.bytes());
    tree.put("versionsYoungerThanMinimumDuration", tier.youngCount());
    tier.pricePerMonth().ifPresent(price -> tree.put("pricePerMonth", price));
    if (refusals.containsKey(tier.storageClass())) {
      tree.put("notOffered", refusals.get(tier.storageClass()));
    }
    return tree;
  }
}
