package ninebark.deploy.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import ninebark.erasure.Scheme;

/**
 * A storage class: what a client names, and what it is promised.
 *
 * @param scheme how its bytes are coded
 * @param survivesDisksCount how many disks may be lost at once; where the topology cannot give it,
 *     nothing is stored in this class, and without STANDARD nothing starts
 * @param survivesAzsCount how many AZs may be lost at once, likewise
 * @param price what reports reckon with
 * @param archive how its objects are restored; one without it is read at once
 */
public record StorageClassConfig(
    Scheme scheme,
    int survivesDisksCount,
    int survivesAzsCount,
    Optional<Price> price,
    Optional<Archive> archive) {
  private static final Scheme COLD = Scheme.rs(10, 4);

  /**
   * What reports reckon with, in a currency of the operator's choice.
   *
   * @param perGbMonth for 10^9 bytes of objects
   * @param minimumBytes smaller objects are reckoned as if they had so many
   * @param minimumDuration objects that leave sooner are reckoned as if they had stayed so long
   */
  public record Price(double perGbMonth, long minimumBytes, Duration minimumDuration) {
    public Price {
      if (!(perGbMonth >= 0) || minimumBytes < 0 || minimumDuration.isNegative()) {
        throw new IllegalArgumentException("prices, minimum sizes and durations are not negative");
      }
    }
  }

  /**
   * How long a restore takes, by the tier that is asked for. The bytes of archived objects stay in
   * stripes on disks, so that no delay is needed: what is restored is the permission to read.
   *
   * @param expedited empty where this tier is not offered
   */
  public record Archive(Optional<Duration> expedited, Duration standard, Duration bulk) {
    public Archive {
      if (expedited.filter(Duration::isNegative).isPresent()
          || standard.isNegative()
          || bulk.isNegative()) {
        throw new IllegalArgumentException("the delay of a restore is not negative");
      }
    }
  }

  private static final long SMALL = 128 << 10;

  /** Prices are the list prices of a large provider, to compare with. */
  static final Map<String, StorageClassConfig> DEFAULTS = defaults();

  private static Map<String, StorageClassConfig> defaults() {
    var classes = new LinkedHashMap<String, StorageClassConfig>();
    classes.put(
        "STANDARD",
        new StorageClassConfig(Scheme.rs(6, 2), 2, 1, price(0.023, 0, 0), Optional.empty()));
    classes.put("STANDARD_IA", cold(price(0.0125, SMALL, 30), Optional.empty()));
    classes.put("ONEZONE_IA", cold(price(0.01, SMALL, 30), Optional.empty()));
    classes.put("GLACIER_IR", cold(price(0.004, SMALL, 90), Optional.empty()));
    var none = Duration.ZERO;
    classes.put(
        "GLACIER",
        cold(price(0.0036, 0, 90), Optional.of(new Archive(Optional.of(none), none, none))));
    classes.put(
        "DEEP_ARCHIVE",
        cold(price(0.00099, 0, 180), Optional.of(new Archive(Optional.empty(), none, none))));
    return Collections.unmodifiableMap(classes);
  }

  private static StorageClassConfig cold(Optional<Price> price, Optional<Archive> archive) {
    return new StorageClassConfig(COLD, 4, 1, price, archive);
  }

  private static Optional<Price> price(double perGbMonth, long minimumBytes, int days) {
    return Optional.of(new Price(perGbMonth, minimumBytes, Duration.ofDays(days)));
  }

  /** The largest shape the store writes; the library goes further. */
  private static final int MAX_K = 20;

  private static final int MAX_M = 8;

  public StorageClassConfig {
    if (scheme.k() > MAX_K || scheme.m() > MAX_M || scheme.m() < 1) {
      throw new IllegalArgumentException(
          "the store writes schemes with 1 <= k <= "
              + MAX_K
              + " and 1 <= m <= "
              + MAX_M
              + ", found "
              + scheme);
    }
    if (survivesDisksCount < 0 || survivesAzsCount < 0) {
      throw new IllegalArgumentException("a guarantee is not negative");
    }
  }
}
