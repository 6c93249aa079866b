package ninebark.erasure.durability;

/** Binomial coefficients and tails in doubles, by sums of positive terms. */
final class Combinatorics {
  private Combinatorics() {}

  /** {@code n} choose {@code r}, 0 outside the triangle. */
  static double choose(double n, int r) {
    if (r < 0 || r > n) {
      return 0;
    }
    double ways = 1;
    for (int i = 1; i <= r; i++) {
      ways = ways * (n - r + i) / i;
    }
    return ways;
  }

  static double binomial(int n, int events, double p) {
    return choose(n, events) * Math.pow(p, events) * Math.exp((n - events) * Math.log1p(-p));
  }

  /** At least {@code events} of {@code n}. */
  static double binomialTail(int n, int events, double p) {
    double tail = 0;
    for (int i = n; i >= events; i--) {
      tail += binomial(n, i, p);
    }
    return tail;
  }

  /** Exactly {@code events} where {@code mean} are expected. */
  static double poisson(int events, double mean) {
    double p = Math.exp(-mean);
    for (int i = 1; i <= events; i++) {
      p *= mean / i;
    }
    return p;
  }

  static double poissonTail(int events, double mean) {
    double term = poisson(events, mean);
    double tail = 0;
    for (int i = events; term > tail * 1e-17; i++) {
      tail += term;
      term *= mean / (i + 1);
    }
    return tail;
  }

  /** At least one event in {@code trials} trials of chance {@code p}: {@code 1-(1-p)^trials}. */
  static double atLeastOnce(double p, double trials) {
    return p >= 1 ? 1 : -Math.expm1(trials * Math.log1p(-p));
  }

  static double factorial(int n) {
    double product = 1;
    for (int i = 2; i <= n; i++) {
      product *= i;
    }
    return product;
  }
}
