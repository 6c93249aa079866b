package ninebark.erasure.durability;

import java.util.SplittableRandom;

/**
 * Simulates stripes as they are and counts the lost ones: obviously right, and useless where loss
 * is rare. It is here to check the others on easy cases, and to be shown first when teaching.
 */
public record NaiveMonteCarlo(long seed, long eventCount) implements Model {
  public NaiveMonteCarlo {
    if (eventCount < 1) {
      throw new IllegalArgumentException("simulation needs at least 1 event, found " + eventCount);
    }
  }

  @Override
  public Estimate estimate(StripeProcess process) {
    var random = new SplittableRandom(seed);
    double years = stripeYears(process);
    long losses = 0;
    for (var stratum : process.strata()) {
      if (stratum.lossPerYear() > 0) {
        losses += simulate(process, stratum, years * stratum.share(), random.split());
      }
    }
    return new Estimate.Sampled(
        losses / years,
        poissonLow(losses) / years,
        poissonHigh(losses) / years,
        eventCount,
        seed,
        "naive simulation: %d lost in %s stripe-years"
            .formatted(losses, Figures.scientific(years)));
  }

  @Override
  public String method() {
    return "mc";
  }

  /**
   * How many stripe-years the budget of events buys: each failure costs two, itself and its repair.
   */
  public double stripeYears(StripeProcess process) {
    double failures =
        process.strata().stream()
            .mapToDouble(s -> s.share() * s.lossPerYear() * process.redundancy().n())
            .sum();
    return eventCount / (2 * failures);
  }

  /** Stripe-years for a relative error of 10%: a hundred losses must be seen. */
  public static double stripeYearsForTenPercent(double lossPerYear) {
    return 100 / lossPerYear;
  }

  private static long simulate(
      StripeProcess process, StripeProcess.Stratum stratum, double years, SplittableRandom random) {
    var redundancy = process.redundancy();
    var missing = new MissingShards(redundancy, redundancy.tolerance(), process.order());
    double now = 0;
    long losses = 0;
    while (true) {
      double failure =
          -Math.log1p(-random.nextDouble()) / (missing.alive() * stratum.lossPerYear());
      double repair = missing.count() == 0 ? Double.POSITIVE_INFINITY : missing.yearsToNextRepair();
      double gap = Math.min(failure, repair);
      now += gap;
      if (now > years) {
        return losses;
      }
      if (repair <= failure) {
        missing.finishNextRepair();
        continue;
      }
      missing.elapse(failure);
      missing.fail(random, process.spread().sample(random) * stratum.missingYears());
      if (missing.undecodable()) {
        losses++;
        missing.clear();
      }
    }
  }

  // Byar's approximation of the exact Poisson interval.
  private static double poissonLow(long seen) {
    if (seen == 0) {
      return 0;
    }
    double x = 1 - 1 / (9.0 * seen) - FailureBiasing.Z95 / (3 * Math.sqrt((double) seen));
    return seen * x * x * x;
  }

  private static double poissonHigh(long seen) {
    double d = seen + 1.0;
    double x = 1 - 1 / (9 * d) + FailureBiasing.Z95 / (3 * Math.sqrt(d));
    return d * x * x * x;
  }
}
