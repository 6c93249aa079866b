package ninebark.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import ninebark.bench.report.Report.Measured;
import ninebark.bench.report.Report.Second;

/**
 * Says whether one result differs from another by more than both vary within themselves.
 *
 * <p>The seconds of a run are its samples. They depend on their neighbours (a compaction slows
 * several in a row), so whole blocks of them are drawn again, and whole runs where there are
 * several: the moving block bootstrap of Kuensch, with blocks as long as the seconds' correlation
 * asks for. What lies between the 2.5th and the 97.5th percentile of the drawn ratios is the
 * interval. Pure; the same for the same input.
 */
public final class Comparison {
  private static final int DRAWS = 4_000;
  private static final int FEWEST_SECONDS = 5;
  private static final long SEED = 20_260_101;

  private Comparison() {}

  /** What is compared. */
  public enum Metric {
    THROUGHPUT("throughput", true),
    P50("p50", false),
    P99("p99", false);

    private final String word;
    private final boolean moreIsBetter;

    Metric(String word, boolean moreIsBetter) {
      this.word = word;
      this.moreIsBetter = moreIsBetter;
    }

    ToDoubleFunction<Second> of() {
      return switch (this) {
        case THROUGHPUT -> Second::count;
        case P50 -> Second::p50;
        case P99 -> Second::p99;
      };
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** What the noise allows to say. */
  public enum Verdict {
    BETTER,
    WORSE,
    NO_DIFFERENCE_SEEN,
    TOO_SHORT
  }

  /**
   * One metric of one operation.
   *
   * @param change of the second against the first; 0.1 is ten per cent more
   * @param least the lower end of the change's 95 % interval
   */
  public record Finding(
      String operation,
      Metric metric,
      double first,
      double second,
      double change,
      double least,
      double most,
      Verdict verdict) {

    /** One sentence. */
    public String sentence() {
      var percents =
          String.format(
              java.util.Locale.ROOT,
              "%+.1f %% (95 %% interval %+.1f %% to %+.1f %%)",
              change * 100,
              least * 100,
              most * 100);
      return switch (verdict) {
        case BETTER -> (metric.moreIsBetter ? "faster: " : "lower: ") + percents;
        case WORSE -> (metric.moreIsBetter ? "SLOWER: " : "HIGHER: ") + percents;
        case NO_DIFFERENCE_SEEN -> "no difference that the noise allows to see: " + percents;
        case TOO_SHORT -> "too short to say: fewer than " + FEWEST_SECONDS + " seconds";
      };
    }
  }

  /** All that both reports measured, the total first. */
  public static List<Finding> of(Report first, Report second) {
    var findings = new ArrayList<Finding>();
    compare(totals(first), totals(second), findings);
    var names = new ArrayList<String>();
    first.runs().forEach(run -> run.operations().forEach(op -> names.add(op.operation())));
    var distinct = names.stream().distinct().toList();
    if (distinct.size() > 1) {
      for (var name : distinct) {
        compare(named(first, name), named(second, name), findings);
      }
    }
    return findings;
  }

  private static List<Measured> totals(Report report) {
    return report.runs().stream().map(Report.Run::total).toList();
  }

  private static List<Measured> named(Report report, String operation) {
    return report.runs().stream()
        .flatMap(run -> run.operations().stream())
        .filter(measured -> measured.operation().equals(operation))
        .toList();
  }

  private static void compare(List<Measured> first, List<Measured> second, List<Finding> findings) {
    if (first.isEmpty() || second.isEmpty()) {
      return;
    }
    for (var metric : Metric.values()) {
      findings.add(
          compare(
              first.getFirst().operation(), metric, series(first, metric), series(second, metric)));
    }
  }

  /** The samples of each run. Seconds in which nothing ended have no latency. */
  private static List<double[]> series(List<Measured> runs, Metric metric) {
    return runs.stream()
        .map(
            run ->
                run.series().stream()
                    .filter(second -> metric == Metric.THROUGHPUT || second.count() > 0)
                    .mapToDouble(metric.of())
                    .toArray())
        .filter(samples -> samples.length > 0)
        .toList();
  }

  static Finding compare(
      String operation, Metric metric, List<double[]> first, List<double[]> second) {
    double before = mean(first);
    double after = mean(second);
    if (count(first) < FEWEST_SECONDS || count(second) < FEWEST_SECONDS || !(before > 0)) {
      return new Finding(operation, metric, before, after, 0, 0, 0, Verdict.TOO_SHORT);
    }
    var random = new SplittableRandom(SEED);
    var ratios = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      ratios[i] = draw(second, random) / Math.max(1e-9, draw(first, random));
    }
    Arrays.sort(ratios);
    double least = ratios[(int) (DRAWS * 0.025)] - 1;
    double most = ratios[(int) (DRAWS * 0.975)] - 1;
    var verdict =
        least > 0
            ? metric.moreIsBetter ? Verdict.BETTER : Verdict.WORSE
            : most < 0
                ? metric.moreIsBetter ? Verdict.WORSE : Verdict.BETTER
                : Verdict.NO_DIFFERENCE_SEEN;
    return new Finding(operation, metric, before, after, after / before - 1, least, most, verdict);
  }

  private static int count(List<double[]> runs) {
    return runs.stream().mapToInt(samples -> samples.length).sum();
  }

  private static double mean(List<double[]> runs) {
    return runs.stream().flatMapToDouble(Arrays::stream).average().orElse(0);
  }

  /** The mean of as many runs, drawn with replacement, each of blocks drawn from it. */
  private static double draw(List<double[]> runs, SplittableRandom random) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < runs.size(); i++) {
      var samples = runs.get(random.nextInt(runs.size()));
      int block = blockLength(samples);
      int taken = 0;
      while (taken < samples.length) {
        int from = random.nextInt(samples.length - block + 1);
        for (int j = 0; j < block && taken < samples.length; j++) {
          sum += samples[from + j];
          taken++;
        }
      }
      count += taken;
    }
    return sum / count;
  }

  /** Of a first-order autoregression with the samples' own correlation (Politis and White). */
  static int blockLength(double[] samples) {
    int n = samples.length;
    double mean = Arrays.stream(samples).average().orElse(0);
    double own = 0;
    double next = 0;
    for (int i = 0; i < n; i++) {
      own += (samples[i] - mean) * (samples[i] - mean);
      if (i + 1 < n) {
        next += (samples[i] - mean) * (samples[i + 1] - mean);
      }
    }
    double correlation = own > 0 ? Math.clamp(next / own, 0, 0.95) : 0;
    double length =
        Math.pow(2 * correlation / (1 - correlation * correlation), 2 / 3.0) * Math.cbrt(n);
    return (int) Math.clamp(Math.ceil(length), 1, Math.max(1, n / 3));
  }
}
