package ninebark.erasure.durability;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Splitting by the number of missing shards, for repair times of any distribution. A particle is a
 * stripe with the residual repair times of its missing shards; at each level the chance that the
 * next failure comes before the next repair is computed, not sampled, and the particles that go on
 * are resampled by it. Independent batches give the interval.
 */
public record Splitting(long seed, int particleCount) implements Model {
  private static final int BATCHES = 20;

  /** Student's t for {@link #BATCHES} - 1 degrees of freedom, 95% two-sided. */
  private static final double T95 = 2.093;

  public Splitting {
    if (particleCount < 10 * BATCHES) {
      throw new IllegalArgumentException(
          "splitting needs at least " + 10 * BATCHES + " particles, found " + particleCount);
    }
  }

  /** As many particles as a few seconds afford for this code. */
  public static Splitting bounded(long seed, Redundancy redundancy) {
    long work = (long) (redundancy.tolerance() + 1) * redundancy.n();
    return new Splitting(seed, Math.clamp(40_000_000L / work, 10 * BATCHES, 200_000));
  }

  private record Particle(StripeProcess.Stratum stratum, MissingShards missing) {}

  private record Weighted(Particle particle, double weight) {}

  @Override
  public Estimate estimate(StripeProcess process) {
    var random = new SplittableRandom(seed);
    var excursions = new Excursions(process);
    var chances = new double[BATCHES];
    double mean = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      chances[batch] = chanceOfLoss(process, excursions, random.split());
      mean += chances[batch] / BATCHES;
    }
    double squares = 0;
    for (double chance : chances) {
      // Relative to the mean, because squares of small ones would vanish.
      double off = mean == 0 ? 0 : chance / mean - 1;
      squares += off * off;
    }
    double half = T95 * Math.sqrt(squares / (BATCHES - 1) / BATCHES);
    double rate = excursions.perYear();
    return new Estimate.Sampled(
        rate * mean,
        rate * mean * Math.max(0, 1 - half),
        // Nothing met bounds nothing: every excursion might have ended in loss.
        mean == 0 ? rate : rate * mean * (1 + half),
        (long) (particleCount / BATCHES) * BATCHES,
        seed,
        "splitting by missing shards, repair times " + process.spread().label());
  }

  @Override
  public String method() {
    return "split";
  }

  private double chanceOfLoss(
      StripeProcess process, Excursions excursions, SplittableRandom random) {
    int particles = particleCount / BATCHES;
    var redundancy = process.redundancy();
    int tolerance = redundancy.tolerance();
    var here = new ArrayList<Particle>(particles);
    for (int i = 0; i < particles; i++) {
      var stratum = excursions.pick(random);
      var missing = new MissingShards(redundancy, tolerance, process.order());
      missing.fail(random, process.spread().sample(random) * stratum.missingYears());
      here.add(new Particle(stratum, missing));
    }
    double reached = 1;
    double lost = tolerance == 0 ? 1 : 0;
    for (int level = 1; level < redundancy.n() && tolerance > 0; level++) {
      var onward = new ArrayList<Weighted>(particles);
      double fatal = 0;
      for (var particle : here) {
        fatal += followToTheEnd(particle, level, process.spread(), random, onward);
      }
      lost += reached * fatal / particles;
      double weight = onward.stream().mapToDouble(Weighted::weight).sum();
      if (weight == 0 || reached * weight / particles < lost * 1e-6) {
        break;
      }
      reached *= weight / particles;
      here = resample(onward, weight, particles, random);
    }
    return lost;
  }

  /**
   * Follows a particle that has just come to a level until nothing is missing. Each time it is at
   * the level it sends on a copy of itself, with the computed chance of a further failure, and goes
   * on as if that had not happened. Returns the weight that was lost on the way.
   */
  private static double followToTheEnd(
      Particle particle,
      int level,
      RepairSpread spread,
      SplittableRandom random,
      List<Weighted> onward) {
    var missing = particle.missing();
    var stratum = particle.stratum();
    double weight = 1;
    double fatal = 0;
    while (missing.count() > 0) {
      double rate = missing.alive() * stratum.lossPerYear();
      double gap = missing.yearsToNextRepair();
      if (missing.count() == level) {
        double chance = -Math.expm1(-rate * gap);
        double fatalShare = missing.fatalShareOfNext();
        fatal += weight * chance * fatalShare;
        double survived = weight * chance * (1 - fatalShare);
        if (survived > 0) {
          var next = missing.copy();
          next.elapse(-Math.log1p(-random.nextDouble() * chance) / rate);
          next.failSurvivably(random, spread.sample(random) * stratum.missingYears());
          onward.add(new Weighted(new Particle(stratum, next), survived));
        }
        weight *= 1 - chance;
        missing.finishNextRepair();
        continue;
      }
      double failure = -Math.log1p(-random.nextDouble()) / rate;
      if (failure >= gap) {
        missing.finishNextRepair();
        continue;
      }
      missing.elapse(failure);
      missing.fail(random, spread.sample(random) * stratum.missingYears());
      if (missing.undecodable()) {
        return fatal + weight;
      }
    }
    return fatal;
  }

  /** Systematic resampling: each copy's expected number is its share of the weight. */
  private static ArrayList<Particle> resample(
      List<Weighted> from, double weight, int particles, SplittableRandom random) {
    var chosen = new ArrayList<Particle>(particles);
    double step = weight / particles;
    double at = random.nextDouble() * step;
    double passed = 0;
    for (var each : from) {
      passed += each.weight();
      while (chosen.size() < particles && at < passed) {
        chosen.add(new Particle(each.particle().stratum(), each.particle().missing().copy()));
        at += step;
      }
    }
    while (chosen.size() < particles) {
      var last = from.getLast().particle();
      chosen.add(new Particle(last.stratum(), last.missing().copy()));
    }
    return chosen;
  }
}
