package ninebark.deploy.lifecycle;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import ninebark.deploy.config.StorageClassConfig;

/** What storage costs in a month, as the configuration of classes has it. Pure. */
record ClassPrices(Map<String, StorageClassConfig> classes) {
  private static final double GB = 1e9;

  /**
   * Of so many objects with so many bytes together: none is reckoned with less than its class'
   * minimum, so that this is too little only where some are smaller and others make up for it.
   */
  Optional<Double> perMonth(String storageClass, long count, long bytes) {
    return Optional.ofNullable(classes.get(storageClass))
        .flatMap(StorageClassConfig::price)
        .map(price -> Math.max(bytes, count * price.minimumBytes()) / GB * price.perGbMonth());
  }

  /** What stays shorter is reckoned as if it had stayed so long. */
  Optional<Duration> minimumDuration(String storageClass) {
    return Optional.ofNullable(classes.get(storageClass))
        .flatMap(StorageClassConfig::price)
        .map(StorageClassConfig.Price::minimumDuration);
  }
}
