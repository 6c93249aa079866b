package ninebark.erasure.durability;

import java.util.random.RandomGenerator;

/** How repair times scatter around their mean. */
public sealed interface RepairSpread {
  /** {@code E[T^power] / E[T]^power}: by how much one-at-a-time repair multiplies the loss. */
  double momentRatio(int power);

  /** One repair time, as a multiple of the mean. */
  double sample(RandomGenerator random);

  String label();

  /** Every repair takes the mean. */
  record Constant() implements RepairSpread {
    @Override
    public double momentRatio(int power) {
      return 1;
    }

    @Override
    public double sample(RandomGenerator random) {
      return 1;
    }

    @Override
    public String label() {
      return "constant";
    }
  }

  /** Memoryless, as the Markov chain has it. */
  record Exponential() implements RepairSpread {
    @Override
    public double momentRatio(int power) {
      return Combinatorics.factorial(power);
    }

    @Override
    public double sample(RandomGenerator random) {
      return -Math.log1p(-random.nextDouble());
    }

    @Override
    public String label() {
      return "exponential";
    }
  }

  /** Heavy-tailed: most repairs are quick, some are stuck. */
  record LogNormal(double sigma) implements RepairSpread {
    public LogNormal {
      if (!(sigma >= 0 && sigma <= 5)) {
        throw new IllegalArgumentException("log-normal sigma is from 0 to 5, found " + sigma);
      }
    }

    @Override
    public double momentRatio(int power) {
      return Math.exp(sigma * sigma * power * (power - 1) / 2);
    }

    @Override
    public double sample(RandomGenerator random) {
      return Math.exp(sigma * random.nextGaussian() - sigma * sigma / 2);
    }

    @Override
    public String label() {
      return "log-normal, sigma " + sigma;
    }
  }
}
