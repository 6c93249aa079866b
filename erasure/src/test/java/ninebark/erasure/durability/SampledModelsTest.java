package ninebark.erasure.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Monte Carlo models against the exact chain. Every seed is fixed and printed on failure. */
class SampledModelsTest {
  private static final FailureRate AFR = FailureRate.ofAfrPercent(1.6);
  private static final Duration SIX_HOURS = Duration.ofHours(6);

  private static StripeProcess process(String scheme) {
    return StripeProcess.of(Redundancy.parse(scheme), AFR, SIX_HOURS);
  }

  private static double exact(StripeProcess process) {
    return new ExactChain().estimate(process).lossPerYear();
  }

  private static Estimate.Sampled sampled(Model model, StripeProcess process) {
    return (Estimate.Sampled) model.estimate(process);
  }

  @ParameterizedTest(name = "{0}: exact {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3x      | 5.76e-12
          rs:6,2  | 3.22e-10
          rs:5,4  | 1.450e-19
          rs:10,4 | 2.303e-18
          17+3    | 4.07e-13
          """)
  void importanceSamplingReachesNineteenNinesWithinTwoPercent(String scheme, double published) {
    assertThat(exact(process(scheme))).isCloseTo(published, withinPercentage(0.2));
    var estimate = sampled(new FailureBiasing(1, 200_000), process(scheme));
    assertThat(estimate.relativeError()).isLessThan(0.02);
    assertThat(estimate.lossPerYear()).as("%s", estimate).isCloseTo(published, withinPercentage(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3x", "rs:6,2", "rs:10,4"})
  void theIntervalOfImportanceSamplingCoversTheExactValueInAtLeast93Of100Seeds(String scheme) {
    var process = process(scheme);
    double exact = exact(process);
    int covered = 0;
    for (long seed = 1; seed <= 100; seed++) {
      if (sampled(new FailureBiasing(seed, 20_000), process).covers(exact)) {
        covered++;
      }
    }
    assertThat(covered).isGreaterThanOrEqualTo(93);
  }

  @Test
  void theIntervalOfSplittingCoversTheExactValueInAtLeast93Of100Seeds() {
    var process = process("rs:6,2");
    double exact = exact(process);
    int covered = 0;
    for (long seed = 1; seed <= 100; seed++) {
      if (sampled(new Splitting(seed, 4_000), process).covers(exact)) {
        covered++;
      }
    }
    assertThat(covered).isGreaterThanOrEqualTo(93);
  }

  @Test
  void onAnEasyCaseAllThreeSimulationsAndTheChainAgree() {
    var easy =
        StripeProcess.of(Redundancy.rs(4, 2), FailureRate.ofAfrPercent(50), Duration.ofDays(30));
    double exact = exact(easy);
    int covered = 0;
    for (long seed = 1; seed <= 20; seed++) {
      var naive = sampled(new NaiveMonteCarlo(seed, 200_000), easy);
      covered += naive.covers(exact) ? 1 : 0;
    }
    assertThat(covered).isGreaterThanOrEqualTo(17);
    assertThat(sampled(new FailureBiasing(1, 50_000), easy).lossPerYear())
        .isCloseTo(exact, withinPercentage(4));
    assertThat(sampled(new Splitting(1, 50_000), easy).lossPerYear())
        .isCloseTo(exact, withinPercentage(4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lrc:6,2,2", "lrc:12,2,2", "azlrc:12,3,6", "lrc:20,5,5"})
  void codesWithLocalGroupsAreSampledAsWellAsSolved(String scheme) {
    var process = process(scheme);
    double exact = exact(process);
    var biased = sampled(new FailureBiasing(1, 200_000), process);
    assertThat(biased.converged()).isTrue();
    assertThat(Math.abs(biased.lossPerYear() - exact))
        .as("%s against %s", biased, exact)
        .isLessThan(1.5 * biased.relativeError() * biased.lossPerYear());
    var split = sampled(new Splitting(1, 40_000), process);
    assertThat(split.covers(exact) || !split.converged())
        .as("%s against %s", split, exact)
        .isTrue();
  }

  @Test
  void whereTheSamplesDoNotSufficeTheEstimateSaysSo() {
    var process = process("azlrc:40,8,8");
    assertThat(sampled(new Splitting(1, 4_000), process).converged()).isFalse();
    assertThat(sampled(new FailureBiasing(1, 20_000), process("rs:6,2")).converged()).isTrue();
  }

  @Test
  void wideCodesAreEitherEstimatedOrDeclaredUnknownButNeverCertain() {
    for (var scheme : new String[] {"rs:40,20", "rs:200,55"}) {
      var process = process(scheme);
      double exact = exact(process);
      for (var model : new Model[] {new FailureBiasing(1, 2_000), new Splitting(1, 200)}) {
        var estimate = sampled(model, process);
        assertThat(!estimate.converged() || estimate.covers(exact))
            .as("%s against %s", estimate, exact)
            .isTrue();
        assertThat(estimate.claimablePerYear()).as("%s %s", scheme, estimate).isPositive();
      }
    }
  }

  @Test
  void aCodeTooWideForTheChainStillHasAWaterfall() {
    var code = Redundancy.lrc(48, 12, 12);
    var assumptions = Assumptions.of(code, AFR, new RepairTime.Given(SIX_HOURS));
    assertThat(Claim.of(assumptions, new ClosedForm()).ninesPerStripe().value()).isGreaterThan(20);
    assertThatThrownBy(() -> Claim.of(assumptions, new ExactChain()))
        .hasMessageContaining("more than 1200 states");
  }

  @Test
  void naiveSimulationSeesNothingWhereLossIsRareAndSaysHowLittleThatMeans() {
    var estimate = sampled(new NaiveMonteCarlo(1, 200_000), process("rs:5,4"));
    assertThat(estimate.lossPerYear()).isZero();
    assertThat(estimate.low()).isZero();
    assertThat(estimate.high()).isGreaterThan(1e-7);
    assertThat(NaiveMonteCarlo.stripeYearsForTenPercent(exact(process("rs:5,4"))))
        .isCloseTo(7e20, withinPercentage(2));
    assertThat(NaiveMonteCarlo.stripeYearsForTenPercent(exact(process("3x"))))
        .isCloseTo(2e13, withinPercentage(15));
  }

  @Test
  void sideBySideOnlyTheMeanRepairTimeMatters() {
    var memoryless = process("rs:6,2");
    double exact = exact(memoryless);
    for (var spread :
        new RepairSpread[] {
          new RepairSpread.Constant(), new RepairSpread.Exponential(), new RepairSpread.LogNormal(1)
        }) {
      var estimate =
          sampled(new Splitting(1, 100_000), memoryless.with(RepairOrder.SIDE_BY_SIDE, spread));
      assertThat(estimate.lossPerYear()).as(spread.label()).isCloseTo(exact, withinPercentage(7));
    }
  }

  @ParameterizedTest(name = "{0}: one at a time multiplies by {1}")
  @CsvSource({"'rs:6,2', 2.02", "'rs:5,4', 23.8"})
  void oneRepairAtATimeMultipliesMemorylessRepairByFactorial(String scheme, double factor) {
    var queued = process(scheme).with(RepairOrder.ONE_AT_A_TIME, new RepairSpread.Exponential());
    double ratio =
        sampled(new Splitting(1, 200_000), queued).lossPerYear() / exact(process(scheme));
    assertThat(ratio).isCloseTo(factor, withinPercentage(6));
  }

  @Test
  void oneRepairAtATimeCostsNothingWhenRepairsTakeTheSameTimeAndMuchWhenTheyScatter() {
    var base = process("rs:6,2");
    double exact = exact(base);
    var constant =
        sampled(
            new Splitting(1, 100_000),
            base.with(RepairOrder.ONE_AT_A_TIME, new RepairSpread.Constant()));
    assertThat(constant.lossPerYear() / exact).isCloseTo(1, withinPercentage(5));
    var spread = new RepairSpread.LogNormal(1);
    var scattered =
        sampled(new Splitting(1, 200_000), base.with(RepairOrder.ONE_AT_A_TIME, spread));
    assertThat(scattered.lossPerYear() / exact)
        .isCloseTo(spread.momentRatio(2), withinPercentage(12));
  }

  @ParameterizedTest(name = "{0}: a bad batch multiplies by {1}")
  @CsvSource({"'rs:6,2', 12.7", "'rs:5,4', 312"})
  void badBatchesAreSampledAsTheFormulaSays(String scheme, double factor) {
    var good = Assumptions.of(Redundancy.parse(scheme), AFR, new RepairTime.Given(SIX_HOURS));
    var bad = good.withBatches(new BatchSpread(0.10, 5)).stripe();
    double base = exact(good.stripe());
    assertThat(exact(bad) / base).isCloseTo(factor, withinPercentage(1));
    assertThat(sampled(new Splitting(1, 100_000), bad).lossPerYear() / base)
        .isCloseTo(factor, withinPercentage(7));
    assertThat(sampled(new FailureBiasing(1, 100_000), bad).lossPerYear() / base)
        .isCloseTo(factor, withinPercentage(5));
  }

  @Test
  void theSameSeedGivesTheSameDigits() {
    var process = process("rs:6,2");
    assertThat(new FailureBiasing(7, 5_000).estimate(process))
        .isEqualTo(new FailureBiasing(7, 5_000).estimate(process))
        .isNotEqualTo(new FailureBiasing(8, 5_000).estimate(process));
    assertThat(new Splitting(7, 5_000).estimate(process))
        .isEqualTo(new Splitting(7, 5_000).estimate(process));
    assertThat(new NaiveMonteCarlo(7, 5_000).estimate(process))
        .isEqualTo(new NaiveMonteCarlo(7, 5_000).estimate(process));
  }
}
