package ninebark.erasure.durability;

import java.util.random.RandomGenerator;

/**
 * How often a whole stripe loses its first shard: the rate at which the rare-event models start
 * their excursions. A loss per year is this rate times the chance that an excursion ends in loss.
 */
final class Excursions {
  private final StripeProcess process;
  private final double[] rate;
  private final double total;

  Excursions(StripeProcess process) {
    this.process = process;
    this.rate = new double[process.strata().size()];
    double sum = 0;
    for (int s = 0; s < rate.length; s++) {
      var stratum = process.strata().get(s);
      rate[s] =
          stratum.share()
              * process.redundancy().n()
              * stratum.lossPerYear()
              * shareOfTimeWhole(stratum);
      sum += rate[s];
    }
    total = sum;
  }

  double perYear() {
    return total;
  }

  /** The kind of stripe of the next excursion. */
  StripeProcess.Stratum pick(RandomGenerator random) {
    double at = random.nextDouble() * total;
    int s = 0;
    while (s < rate.length - 1 && at >= rate[s]) {
      at -= rate[s];
      s++;
    }
    return process.strata().get(s);
  }

  private double shareOfTimeWhole(StripeProcess.Stratum stratum) {
    double busy = stratum.lossPerYear() * stratum.missingYears();
    int n = process.redundancy().n();
    return switch (process.order()) {
      case SIDE_BY_SIDE -> Math.exp(-n * Math.log1p(busy));
      case ONE_AT_A_TIME -> {
        double sum = 1;
        double term = 1;
        for (int i = 0; i < process.redundancy().tolerance(); i++) {
          term *= (n - i) * busy;
          sum += term;
        }
        yield 1 / sum;
      }
    };
  }
}
