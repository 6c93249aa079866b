package ninebark.erasure.durability;

/** A yearly rate of loss per stripe, with how much it can be trusted. */
public sealed interface Estimate {
  /** Expected losses per stripe and year. */
  double lossPerYear();

  /** One sentence on what this number is, and what it leaves out. */
  String note();

  default Nines nines() {
    return Nines.ofYearlyLoss(lossPerYear());
  }

  /** Computed, without chance. */
  record Calculated(double lossPerYear, String note) implements Estimate {}

  /** Sampled: the interval covers the truth in 95 of 100 runs; the seed repeats this one. */
  record Sampled(
      double lossPerYear, double low, double high, long sampleCount, long seed, String note)
      implements Estimate {
    /** Half the interval's width, relative to the estimate. */
    public double relativeError() {
      return lossPerYear == 0 ? Double.POSITIVE_INFINITY : (high - low) / 2 / lossPerYear;
    }

    public boolean covers(double truth) {
      return low <= truth && truth <= high;
    }
  }
}
