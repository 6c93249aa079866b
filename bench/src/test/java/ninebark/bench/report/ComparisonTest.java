package ninebark.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import ninebark.bench.report.Comparison.Metric;
import ninebark.bench.report.Comparison.Verdict;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  /** Sixty seconds around a mean, each leaning on the one before. */
  private static double[] seconds(double mean, double deviation, double leaning, long seed) {
    var random = new SplittableRandom(seed);
    var samples = new double[60];
    double state = 0;
    for (int i = -20; i < samples.length; i++) {
      double noise = 0;
      for (int j = 0; j < 12; j++) {
        noise += random.nextDouble();
      }
      state = leaning * state + Math.sqrt(1 - leaning * leaning) * (noise - 6);
      if (i >= 0) {
        samples[i] = mean + deviation * state;
      }
    }
    return samples;
  }

  private static Verdict verdict(Metric metric, double[] first, double[] second) {
    return Comparison.compare("TOTAL", metric, List.of(first), List.of(second)).verdict();
  }

  @Test
  void twoHalvesOfTheSameNoiseAreRarelyCalledDifferent() {
    int called = 0;
    for (int seed = 0; seed < 100; seed++) {
      var verdict =
          verdict(
              Metric.THROUGHPUT,
              seconds(1000, 100, 0, 2L * seed),
              seconds(1000, 100, 0, 2L * seed + 1));
      called += verdict == Verdict.NO_DIFFERENCE_SEEN ? 0 : 1;
    }
    // Five of a hundred are what a 95 % interval promises.
    assertThat(called).isLessThanOrEqualTo(12);
  }

  @Test
  void noiseThatLeansOnItsPastIsNotTakenForADifference() {
    int called = 0;
    for (int seed = 0; seed < 100; seed++) {
      var verdict =
          verdict(
              Metric.THROUGHPUT,
              seconds(1000, 100, 0.6, 1000 + 2L * seed),
              seconds(1000, 100, 0.6, 1001 + 2L * seed));
      called += verdict == Verdict.NO_DIFFERENCE_SEEN ? 0 : 1;
    }
    assertThat(called).isLessThanOrEqualTo(20);
  }

  @Test
  void aDifferenceLargerThanTheNoiseIsSeenWithItsSize() {
    var finding =
        Comparison.compare(
            "TOTAL",
            Metric.THROUGHPUT,
            List.of(seconds(1000, 50, 0.3, 1)),
            List.of(seconds(1150, 50, 0.3, 2)));

    assertThat(finding.verdict()).isEqualTo(Verdict.BETTER);
    assertThat(finding.change()).isBetween(0.1, 0.2);
    assertThat(finding.least()).isBetween(finding.change() - 0.05, finding.change());
    assertThat(finding.most()).isBetween(finding.change(), finding.change() + 0.05);
    assertThat(finding.sentence()).startsWith("faster: +1").contains("95 % interval");
  }

  @Test
  void moreLatencyIsWorseAndLessIsBetter() {
    assertThat(verdict(Metric.P99, seconds(500, 20, 0, 1), seconds(700, 20, 0, 2)))
        .isEqualTo(Verdict.WORSE);
    assertThat(verdict(Metric.P50, seconds(500, 20, 0, 1), seconds(400, 20, 0, 2)))
        .isEqualTo(Verdict.BETTER);
  }

  @Test
  void runsThatDifferFromEachOtherWidenTheInterval() {
    var steady =
        Comparison.compare(
            "TOTAL",
            Metric.THROUGHPUT,
            List.of(seconds(1000, 10, 0, 1)),
            List.of(seconds(1040, 10, 0, 2)));
    var restless =
        Comparison.compare(
            "TOTAL",
            Metric.THROUGHPUT,
            List.of(seconds(900, 10, 0, 1), seconds(1000, 10, 0, 3), seconds(1100, 10, 0, 4)),
            List.of(seconds(950, 10, 0, 2), seconds(1040, 10, 0, 5), seconds(1130, 10, 0, 6)));

    assertThat(steady.verdict()).isEqualTo(Verdict.BETTER);
    assertThat(restless.verdict()).isEqualTo(Verdict.NO_DIFFERENCE_SEEN);
    assertThat(restless.sentence()).startsWith("no difference that the noise allows to see");
  }

  @Test
  void aFewSecondsAreTooShortToSay() {
    assertThat(verdict(Metric.THROUGHPUT, new double[] {1, 2, 3}, seconds(1, 1, 0, 1)))
        .isEqualTo(Verdict.TOO_SHORT);
  }

  @Test
  void blocksGrowWithTheCorrelation() {
    assertThat(Comparison.blockLength(seconds(1000, 100, 0.8, 3)))
        .isGreaterThan(Comparison.blockLength(seconds(1000, 100, 0, 3)));
    assertThat(Comparison.blockLength(new double[] {5, 5, 5, 5, 5, 5})).isEqualTo(1);
  }
}
