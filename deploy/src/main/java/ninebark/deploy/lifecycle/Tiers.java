package ninebark.deploy.lifecycle;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ninebark.deploy.buckets.AllBuckets;
import ninebark.deploy.config.StorageClassConfig;
import ninebark.metadata.AgePage;
import ninebark.metadata.AgedVersion;
import ninebark.metadata.AgedVersion.Kind;
import ninebark.metadata.Index;
import ninebark.metadata.Query;

/**
 * What lies in each storage class, counted by a walk over all versions of all buckets in the index;
 * no bytes are read.
 */
final class Tiers {
  private static final int PAGE = 1_000;

  /** What is not told by an index of an older build. */
  private static final String UNKNOWN = "(unknown)";

  private Tiers() {}

  /**
   * @param youngCount of those that have not stayed as long as they are reckoned to
   * @param pricePerMonth empty for a class without a price
   */
  record Tier(
      String storageClass,
      Optional<StorageClassConfig> config,
      long count,
      long bytes,
      long youngCount,
      Optional<Double> pricePerMonth) {}

  static List<Tier> count(
      Index index, AllBuckets buckets, Map<String, StorageClassConfig> classes, Instant now)
      throws IOException {
    var prices = new ClassPrices(classes);
    var growing = new LinkedHashMap<String, Growing>();
    classes.keySet().forEach(name -> growing.put(name, new Growing()));
    for (var bucket : buckets.list()) {
      Optional<AgePage.Position> after = Optional.empty();
      do {
        var page = index.ask(new Query.ListAges(bucket.id(), "", after, PAGE));
        for (var version : page.versions()) {
          add(growing, version, prices, now);
        }
        after = page.resume();
      } while (after.isPresent());
    }
    var tiers = new ArrayList<Tier>();
    growing.forEach(
        (name, one) ->
            tiers.add(
                new Tier(
                    name,
                    Optional.ofNullable(classes.get(name)),
                    one.count,
                    one.bytes,
                    one.young,
                    prices.perMonth(name, 0, 0).map(_ -> one.price))));
    return tiers;
  }

  private static void add(
      Map<String, Growing> growing, AgedVersion version, ClassPrices prices, Instant now) {
    if (version.kind() instanceof Kind.Stored stored) {
      var name = stored.storageClass().orElse(UNKNOWN);
      var one = growing.computeIfAbsent(name, _ -> new Growing());
      one.count++;
      one.bytes += stored.length();
      one.price += prices.perMonth(name, 1, stored.length()).orElse(0.0);
      var age = Duration.between(version.born(), now);
      if (prices.minimumDuration(name).filter(least -> age.compareTo(least) < 0).isPresent()) {
        one.young++;
      }
    }
  }

  private static final class Growing {
    long count;
    long bytes;
    long young;
    double price;
  }
}
