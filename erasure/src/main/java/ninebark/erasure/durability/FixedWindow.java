package ninebark.erasure.durability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Backblaze's way (2018): cut the year into windows of one repair time and ask for more than {@code
 * m} losses within one of them. It misses losses that straddle two windows and so is too low, by
 * about {@code (m+1) prod(1-i/n)} for the Poisson count and {@code m+1} for the binomial.
 *
 * <p>Counts the losses of a whole stripe only, so it is for codes in which any {@code m} may go.
 */
public record FixedWindow(Count count) implements Model {
  /** How the losses of one window are counted. */
  public enum Count {
    /** More than m of a Poisson number, the year as long as it is. */
    POISSON,
    /**
     * More than m of n shards, and a whole number of windows in a year of 365 days: their script.
     */
    BINOMIAL
  }

  private static final double HOURS_OF_365_DAYS = 8760;

  @Override
  public Estimate estimate(StripeProcess process) {
    var redundancy = process.redundancy();
    int fatal = redundancy.tolerance() + 1;
    double loss = 0;
    for (var stratum : process.strata()) {
      loss +=
          stratum.share()
              * switch (count) {
                case POISSON -> {
                  double years = stratum.missingYears();
                  double mean = redundancy.n() * stratum.lossPerYear() * years;
                  yield Combinatorics.poissonTail(fatal, mean) / years;
                }
                case BINOMIAL ->
                    new Windows(redundancy.n(), stratum.loss(), stratum.missing())
                        .atLeast(fatal)
                        .perYear();
              };
    }
    return new Estimate.Calculated(
        loss, "fixed windows; misses losses that straddle two windows, so too low");
  }

  @Override
  public String method() {
    return "window";
  }

  /** By how much the Poisson windows fall short of the truth. */
  public static double shortfall(int n, int m) {
    double factor = m + 1;
    for (int i = 1; i <= m; i++) {
      factor *= 1 - (double) i / n;
    }
    return factor;
  }

  /** Backblaze's blog post: exactly {@code losses} in one window, times the windows of 365 days. */
  public static double blogPostPerYear(int n, FailureRate loss, Duration window, int losses) {
    double hours = JulianYear.hoursIn(window);
    return blogPostPerWindow(n, loss, window, losses) * HOURS_OF_365_DAYS / hours;
  }

  public static double blogPostPerWindow(int n, FailureRate loss, Duration window, int losses) {
    double mean = n * loss.perYear() * JulianYear.hoursIn(window) / HOURS_OF_365_DAYS;
    return Combinatorics.poisson(losses, mean);
  }

  /** The arithmetic of Backblaze's published script: n shards, a whole number of windows a year. */
  public record Windows(int n, FailureRate loss, Duration window) {
    public Windows {
      if (JulianYear.hoursIn(window) > HOURS_OF_365_DAYS) {
        throw new IllegalArgumentException(
            "a window is at most a year of 365 days, found " + window);
      }
    }

    /** One row of the script's table. */
    public record Row(int losses, double exactly, double atLeast, double perYear) {}

    public int perYear() {
      return (int) (HOURS_OF_365_DAYS / JulianYear.hoursIn(window) + 1e-9);
    }

    public Row atLeast(int losses) {
      double p = -Math.expm1(-loss.perYear() / perYear());
      double tail = Combinatorics.binomialTail(n, losses, p);
      return new Row(
          losses,
          Combinatorics.binomial(n, losses, p),
          tail,
          Combinatorics.atLeastOnce(tail, perYear()));
    }

    /** From all shards lost down to none. */
    public List<Row> table() {
      var rows = new ArrayList<Row>();
      for (int losses = n; losses >= 0; losses--) {
        rows.add(atLeast(losses));
      }
      return rows;
    }
  }
}
