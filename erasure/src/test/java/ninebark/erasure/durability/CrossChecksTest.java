package ninebark.erasure.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What others have published, and the models against each other. */
class CrossChecksTest {
  private static final Duration SIX_HOURS = Duration.ofHours(6);
  private static final FailureRate AFR = FailureRate.ofAfrPercent(1.6);

  private static double exact(StripeProcess process) {
    return new ExactChain().estimate(process).lossPerYear();
  }

  @ParameterizedTest(name = "{0} or more lost: {2} per window, {3} per year")
  @CsvSource({
    "6, 4.226e-22, 4.226e-22, 1.542e-19",
    "5, 9.253e-18, 9.253e-18, 3.377e-15",
    "4, 8.442e-14, 8.443e-14, 3.082e-11",
    "3, 4.108e-10, 4.109e-10, 1.500e-07",
    "2, 1.124e-06, 1.125e-06, 4.105e-04",
    "1, 1.641e-03, 1.642e-03, 4.512e-01",
    "0, 9.984e-01, 1.000e+00, 1.000e+00"
  })
  void backblazesReadmeTableIsReproducedToFourDigits(
      int losses, double exactly, double atLeast, double perYear) {
    var row =
        new FixedWindow.Windows(6, FailureRate.ofAfrPercent(10), Duration.ofDays(1))
            .atLeast(losses);
    assertThat(row.exactly()).isCloseTo(exactly, withinPercentage(0.05));
    assertThat(row.atLeast()).isCloseTo(atLeast, withinPercentage(0.05));
    assertThat(row.perYear()).isCloseTo(perYear, withinPercentage(0.05));
  }

  @Test
  void azuresSmallCodeSurvives86PercentOfFourLosses() {
    var code = Redundancy.lrc(6, 2, 2);
    assertThat(code.tolerance()).isEqualTo(3);
    assertThat(code.fatalPatterns(code.nothingLost(), 4)).isEqualTo(30);
    assertThat(1 - 30 / Combinatorics.choose(10, 4)).isCloseTo(0.857, within(0.0005));
  }

  @Test
  void azuresLargeCodeStoresAThirdMoreAndReadsSixShardsToRepair() {
    var code = Redundancy.lrc(12, 2, 2);
    assertThat(code.overhead()).isCloseTo(1.33, within(0.004));
    assertThat(code.repairReads()).isEqualTo(6);
    assertThat(code.tolerance()).isEqualTo(3);
  }

  @Test
  void f4StoresTwoPointOneBytesPerByteAndItsNinesAreFarBeyondTwenty() {
    var f4 = Redundancy.parse("f4:10,4");
    assertThat(f4.overhead()).isCloseTo(1.4 * 1.5, within(1e-12));
    double loss = exact(StripeProcess.of(f4, AFR, JulianYear.ofHours(8.4)));
    assertThat(Nines.ofYearlyLoss(loss).value()).isGreaterThan(20);
  }

  @Test
  void copysetsOfRamcloudAndFacebookAreReproduced() {
    var copies = Redundancy.copies(3);
    assertThat(new PlacementGroups(5000, 5000.0 / 3).anyLost(copies, 50))
        .isCloseTo(0.00157, withinPercentage(0.3));
    assertThat(new PlacementGroups(5000, 5 * 5000.0 / 3).anyLost(copies, 50))
        .isCloseTo(0.00781, withinPercentage(0.3));
    // 8,000 chunks a node, each on three nodes chosen at random.
    assertThat(new PlacementGroups(5000, 5000 * 8000.0 / 3).anyLost(copies, 50))
        .isGreaterThan(0.9999);
  }

  @Test
  void classicRaid5IsTheChainWithOneParity() {
    double l = 1 / 1e6;
    double mu = 1 / 24.0;
    int n = 8;
    var process =
        StripeProcess.of(
            Redundancy.rs(n - 1, 1),
            FailureRate.perYear(l * JulianYear.HOURS),
            Duration.ofHours(24));
    double classic = ((2 * n - 1) * l + mu) / (n * (n - 1) * l * l);
    assertThat(ExactChain.meanYearsToLoss(process) * JulianYear.HOURS)
        .isCloseTo(classic, withinPercentage(1e-6));
  }

  @Test
  void classicRaid6IsTheChainWithTwoParitiesAndOneRepairAtATime() {
    double mttf = 1e6;
    double mttr = 24;
    int n = 8;
    var process =
        StripeProcess.of(
                Redundancy.rs(n - 2, 2),
                FailureRate.perYear(JulianYear.HOURS / mttf),
                Duration.ofHours(24))
            .with(RepairOrder.ONE_AT_A_TIME, new RepairSpread.Exponential());
    double classic = mttf * mttf * mttf / (n * (n - 1) * (n - 2) * mttr * mttr);
    assertThat(ExactChain.meanYearsToLoss(process) * JulianYear.HOURS)
        .isCloseTo(classic, withinPercentage(0.1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3x",
        "rs:3,3",
        "rs:5,4",
        "rs:7,5",
        "rs:9,6",
        "rs:11,7",
        "rs:10,8",
        "rs:4,2",
        "rs:6,3",
        "rs:6,2",
        "rs:10,4",
        "rs:12,4",
        "17+3",
        "lrc:10,2,2",
        "lrc:12,2,2",
        "azlrc:12,3,6"
      })
  void theClosedFormIsWithinATenthOfAPercentOfTheExactChain(String scheme) {
    var process = StripeProcess.of(Redundancy.parse(scheme), AFR, SIX_HOURS);
    assertThat(new ClosedForm().estimate(process).lossPerYear())
        .isCloseTo(exact(process), withinPercentage(0.1));
  }

  @Test
  void stateEliminationAndTheBirthDeathRecursionAgreeOnCodesThatAreBoth() {
    // One local group over everything and m-1 global parities is an MDS code in disguise.
    var lrc = Redundancy.azLrc(6, 1, 2);
    var rs = Redundancy.rs(6, 3);
    assertThat(exact(StripeProcess.of(lrc, AFR, SIX_HOURS)))
        .isCloseTo(exact(StripeProcess.of(rs, AFR, SIX_HOURS)), withinPercentage(1e-9));
    var twoFamilies = Redundancy.lrc(2, 2, 0);
    // Two mirrored pairs: each is lost on its own.
    assertThat(exact(StripeProcess.of(twoFamilies, AFR, SIX_HOURS)))
        .isCloseTo(
            2 * exact(StripeProcess.of(Redundancy.copies(2), AFR, SIX_HOURS)),
            withinPercentage(0.01));
  }

  @Test
  void oneRepairAtATimeMultipliesByTheMomentRatio() {
    var code = Redundancy.rs(6, 2);
    var sideBySide = StripeProcess.of(code, AFR, SIX_HOURS);
    var queued = sideBySide.with(RepairOrder.ONE_AT_A_TIME, new RepairSpread.Exponential());
    assertThat(exact(queued) / exact(sideBySide)).isCloseTo(2, withinPercentage(0.1));
    assertThat(new RepairSpread.Exponential().momentRatio(4)).isEqualTo(24);
    assertThat(new RepairSpread.Constant().momentRatio(4)).isEqualTo(1);
    assertThat(new RepairSpread.LogNormal(1).momentRatio(2)).isCloseTo(Math.E, within(1e-12));
  }

  @Test
  void aBadBatchMultipliesByTwelveForTwoParitiesAndThreeHundredForFour() {
    var batch = new BatchSpread(0.10, 5);
    assertThat(batch.moment(1)).isCloseTo(1, within(1e-12));
    assertThat(batch.moment(3)).isCloseTo(12.7, within(0.05));
    assertThat(batch.moment(5)).isCloseTo(312, within(1.0));
    var assumptions = Assumptions.of(Redundancy.rs(6, 2), AFR, new RepairTime.Given(SIX_HOURS));
    assertThat(exact(assumptions.withBatches(batch).stripe()) / exact(assumptions.stripe()))
        .isCloseTo(batch.moment(3), withinPercentage(0.5));
  }

  @Test
  void deathsDrawnAgainstRealGroupsAgreeWithTheFormula() {
    long seed = 6;
    int nodes = 30;
    var random = new SplittableRandom(seed);
    var groups = new ArrayList<List<Integer>>();
    for (int g = 0; g < 40; g++) {
      groups.add(random.ints(0, nodes).distinct().limit(6).boxed().toList());
    }
    var code = Redundancy.rs(4, 2);
    var simulated = PlacementGroups.simulate(code, groups, nodes, 5, 20_000, seed);
    double formula = new PlacementGroups(nodes, 40).anyLost(code, 5);
    // The formula takes the groups as independent; shared members make that a few percent off.
    assertThat(simulated.lossPerYear()).as("seed %d", seed).isCloseTo(formula, withinPercentage(8));
  }

  @Test
  void oneHugeGroupIsLostExactlyAsOftenAsTheHypergeometricSays() {
    var code = Redundancy.rs(6, 2);
    var groups = List.of(List.of(0, 1, 2, 3, 4, 5, 6, 7));
    var simulated = PlacementGroups.simulate(code, groups, 20, 5, 200_000, 77);
    assertThat(simulated.lossPerYear())
        .as("%s", simulated)
        .isCloseTo(new PlacementGroups(20, 1).groupLost(code, 5), withinPercentage(2));
  }
}
