package ninebark.erasure.durability;

import java.util.SplittableRandom;

/**
 * Importance sampling by balanced failure biasing (Shahabuddin 1994): simulate excursions from the
 * first lost shard, let the next event be a failure with probability one half, and weight each path
 * by how much rarer it really is. Memoryless repair only, whatever the spread says.
 */
public record FailureBiasing(long seed, int excursionCount) implements Model {
  static final double Z95 = 1.959964;

  public FailureBiasing {
    if (excursionCount < 2) {
      throw new IllegalArgumentException(
          "importance sampling needs at least 2 excursions, found " + excursionCount);
    }
  }

  @Override
  public Estimate estimate(StripeProcess process) {
    var random = new SplittableRandom(seed);
    var redundancy = process.redundancy();
    var excursions = new Excursions(process);
    var missing = new MissingShards(redundancy, redundancy.tolerance(), process.order());
    boolean oneAtATime = process.order() == RepairOrder.ONE_AT_A_TIME;
    double sum = 0;
    double squares = 0;
    for (int e = 0; e < excursionCount; e++) {
      var stratum = excursions.pick(random);
      double weight = 1;
      missing.clear();
      missing.fail(random, 0);
      while (missing.count() > 0 && !missing.undecodable()) {
        double up = missing.alive() * stratum.lossPerYear() * stratum.missingYears();
        double down = oneAtATime ? 1 : missing.count();
        double natural = up / (up + down);
        double forced = missing.alive() == 0 ? 0 : Math.max(0.5, natural);
        if (random.nextDouble() < forced) {
          weight *= natural / forced;
          missing.fail(random, 0);
        } else {
          weight *= (1 - natural) / (1 - forced);
          missing.repairAny(random);
        }
      }
      if (missing.count() > 0) {
        sum += weight;
        squares += weight * weight;
      }
    }
    double mean = sum / excursionCount;
    double variance = Math.max(0, squares / excursionCount - mean * mean);
    double half = Z95 * Math.sqrt(variance / (excursionCount - 1));
    double rate = excursions.perYear();
    return new Estimate.Sampled(
        rate * mean,
        rate * Math.max(0, mean - half),
        rate * (mean + half),
        excursionCount,
        seed,
        "importance sampling, balanced failure biasing, memoryless repair");
  }

  @Override
  public String method() {
    return "is";
  }
}
