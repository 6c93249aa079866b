package ninebark.erasure.durability;

/** A yearly rate of loss per stripe, with how much it can be trusted. */
public sealed interface Estimate {
  /** Expected losses per stripe and year. */
  double lossPerYear();

  /** One sentence on what this number is, and what it leaves out. */
  String note();

  /** What may be claimed: the estimate, or where nothing was seen the most that fits with that. */
  double claimablePerYear();

  default Nines nines() {
    return Nines.ofYearlyLoss(claimablePerYear());
  }

  /** Computed, without chance. */
  record Calculated(double lossPerYear, String note) implements Estimate {
    @Override
    public double claimablePerYear() {
      return lossPerYear;
    }
  }

  /** Sampled: the interval covers the truth in 95 of 100 runs; the seed repeats this one. */
  record Sampled(
      double lossPerYear, double low, double high, long sampleCount, long seed, String note)
      implements Estimate {
    @Override
    public double claimablePerYear() {
      return lossPerYear > 0 ? lossPerYear : high;
    }

    /** Half the interval's width, relative to the estimate. */
    public double relativeError() {
      return lossPerYear == 0 ? Double.POSITIVE_INFINITY : (high - low) / 2 / lossPerYear;
    }

    /**
     * Whether the samples were enough. Above one half either way, the few heavy paths that decide
     * may not have been met at all, and the interval may be far too narrow.
     */
    public boolean converged() {
      return relativeError() <= 0.5;
    }

    public boolean covers(double truth) {
      return low <= truth && truth <= high;
    }
  }
}
