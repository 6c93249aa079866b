package ninebark.erasure.durability;

import java.util.SplittableRandom;

/**
 * Importance sampling by balanced failure biasing (Shahabuddin 1994): simulate excursions from the
 * first lost shard, let the next event be a failure with probability one half (more for codes that
 * survive many losses), and weight each path by how much rarer it really is. In codes with groups,
 * failures are also made to pile up in one group. Memoryless repair only, whatever the spread says.
 */
public record FailureBiasing(long seed, int excursionCount) implements Model {
  static final double Z95 = 1.959964;

  /** Above so many tolerated losses a fair coin hardly ever gets to the top by the straight way. */
  private static final int BALANCED_UP_TO = 5;

  public FailureBiasing {
    if (excursionCount < 2) {
      throw new IllegalArgumentException(
          "importance sampling needs at least 2 excursions, found " + excursionCount);
    }
  }

  /** As many excursions as a second or two affords for this code. */
  public static FailureBiasing bounded(long seed, Redundancy redundancy) {
    return new FailureBiasing(
        seed, Math.clamp(20_000_000L / (redundancy.tolerance() + 1), 1_000, 200_000));
  }

  @Override
  public Estimate estimate(StripeProcess process) {
    var random = new SplittableRandom(seed);
    var redundancy = process.redundancy();
    var excursions = new Excursions(process);
    var missing = new MissingShards(redundancy, redundancy.tolerance(), process.order());
    boolean oneAtATime = process.order() == RepairOrder.ONE_AT_A_TIME;
    double rarest = 1 - 1.0 / (redundancy.tolerance() + 1);
    double push = redundancy.tolerance() > BALANCED_UP_TO ? rarest : 0.5;
    // Weights are summed in units of the first that counts: squares of small ones would vanish.
    double unit = 0;
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
        double forced = missing.alive() == 0 ? 0 : Math.max(push, natural);
        if (random.nextDouble() < forced) {
          weight *= natural / forced * missing.failPilingUp(random);
        } else {
          weight *= (1 - natural) / (1 - forced);
          missing.repairAny(random);
        }
      }
      if (missing.count() > 0 && weight > 0) {
        unit = unit == 0 ? weight : unit;
        double scaled = weight / unit;
        sum += scaled;
        squares += scaled * scaled;
      }
    }
    double rate = excursions.perYear();
    double mean = sum / excursionCount;
    double variance = Math.max(0, squares / excursionCount - mean * mean);
    double half = Z95 * Math.sqrt(variance / (excursionCount - 1));
    // Nothing met bounds nothing: every excursion might have ended in loss.
    double high = unit == 0 ? rate : rate * unit * (mean + half);
    return new Estimate.Sampled(
        rate * unit * mean,
        rate * unit * Math.max(0, mean - half),
        high,
        excursionCount,
        seed,
        "importance sampling, balanced failure biasing, memoryless repair");
  }

  @Override
  public String method() {
    return "is";
  }
}
