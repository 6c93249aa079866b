package ninebark.erasure.durability;

/**
 * Stripes whose disks share a bad batch, age or firmware: a {@code share} of the stripes has disks
 * that fail {@code multiplier} times as often as the fleet's mean; the others make up for it, so
 * that the fleet's rate stays what was measured.
 */
public record BatchSpread(double share, double multiplier) {
  public static final BatchSpread NONE = new BatchSpread(0, 1);

  public BatchSpread {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          "the share of stripes on a bad batch is from 0 to below 1, found " + share);
    }
    if (!(multiplier >= 1)) {
      throw new IllegalArgumentException(
          "a bad batch fails at least as often as the mean, found multiplier " + multiplier);
    }
    if (share * multiplier > 1) {
      throw new IllegalArgumentException(
          "share x multiplier may not exceed 1 (all failures of the fleet), found "
              + share * multiplier);
    }
  }

  public boolean none() {
    return share == 0 || multiplier == 1;
  }

  /** What the disks outside the batch fail at, relative to the mean. */
  public double multiplierOfTheRest() {
    return (1 - share * multiplier) / (1 - share);
  }

  /** {@code E[x^power]}: by how much the loss grows for {@code power = m+1}. */
  public double moment(int power) {
    return share * Math.pow(multiplier, power)
        + (1 - share) * Math.pow(multiplierOfTheRest(), power);
  }
}
