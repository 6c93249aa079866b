package ninebark.deploy.config;

import ninebark.erasure.Scheme;

/**
 * A storage class: what a client names, and what it is promised.
 *
 * @param scheme how its bytes are coded
 * @param survivesDisksCount how many disks may be lost at once; the start is refused where the
 *     topology cannot give it
 * @param survivesAzsCount how many AZs may be lost at once, likewise
 */
public record StorageClassConfig(Scheme scheme, int survivesDisksCount, int survivesAzsCount) {
  public static final StorageClassConfig STANDARD = new StorageClassConfig(Scheme.rs(6, 2), 2, 1);

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
