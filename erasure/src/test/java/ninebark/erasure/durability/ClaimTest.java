package ninebark.erasure.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimTest {
  private static final Assumptions PLAIN =
      Assumptions.of(
          Redundancy.rs(5, 4),
          FailureRate.ofAfrPercent(1.6),
          new RepairTime.Declustered(
              Duration.ofMinutes(15), Duration.ofMinutes(30), 16e12, 299, 20e6));

  private static final Assumptions EVERYTHING =
      PLAIN
          .withOrder(RepairOrder.ONE_AT_A_TIME, new RepairSpread.Exponential())
          .withBatches(new BatchSpread(0.1, 5))
          .withLatent(
              new LatentDamage(FailureRate.perYear(1e-4), Duration.ofDays(14), Duration.ZERO))
          .withAzLoss(
              AzLayout.even(PLAIN.redundancy(), 3),
              new AzLoss(
                  FailureRate.perYear(1e-4),
                  Duration.ofDays(7),
                  Duration.ofHours(1),
                  AzLoss.Urgency.LEAST_MARGIN_FIRST))
          .withMassFailure(
              new MassFailure(FailureRate.perYear(0.01), 6, new PlacementGroups(300, 300)))
          .withFloor(FailureRate.perYear(1e-9))
          .withAcknowledgement(new Acknowledgement(PLAIN.redundancy(), 8))
          .withFleet(new Fleet(1e9, 4));

  @Test
  void eachStepOfTheWaterfallCanOnlyGoDown() {
    var steps = Waterfall.of(EVERYTHING).steps();
    assertThat(steps).hasSize(Waterfall.Cause.values().length);
    for (int i = 1; i < steps.size(); i++) {
      assertThat(steps.get(i).lossPerYear())
          .as("%s", steps.get(i).cause())
          .isGreaterThan(steps.get(i - 1).lossPerYear());
    }
  }

  @Test
  void theClaimIsTheBottomOfItsWaterfallWhenTheModelIsExact() {
    var claim = Claim.of(EVERYTHING, new ExactChain());
    assertThat(claim.lossPerStripeYear())
        .isCloseTo(claim.waterfall().last().lossPerYear(), withinPercentage(1e-9));
  }

  @Test
  void theCardNamesEveryInputWhatIsCountedAndWhatIsNot() {
    var card = Claim.of(EVERYTHING, new ExactChain()).card();
    assertThat(card)
        .contains("RS(5,4)", "1.6 per 100 disk-years", "15 min to detect", "30 min in the queue")
        .contains("16 TB", "299 peers", "20 MB/s", "10% of stripes", "scrub every 14 d")
        .contains("3/3/3", "1e-4 per AZ-year", "6 of 300 nodes", "set by hand")
        .contains("8 of 9 shards synced: at that moment 3 may be lost", "1e9 objects of 4 stripes")
        .contains("+ two AZs destroyed", "- loss of the index");
    var plain = Claim.of(PLAIN, new ExactChain());
    assertThat(plain.counted()).containsExactly("independent failures");
    assertThat(plain.notCounted()).contains("bad batches", "one AZ destroyed", "silent damage");
  }

  @Test
  void moreThanThirteenNinesAreNotPrintedWithoutSayingWhatTheyAreWorth() {
    assertThat(Claim.of(PLAIN, new ExactChain()).card()).contains(Claim.DISBELIEF);
    assertThat(Claim.of(EVERYTHING, new ExactChain()).card()).doesNotContain(Claim.DISBELIEF);
  }

  @Test
  void anObjectOfFourStripesIsLostFourTimesAsOftenAndTheFleetABillionTimesThat() {
    var claim = Claim.of(EVERYTHING, new ExactChain());
    assertThat(claim.lossPerObjectYear()).isEqualTo(4 * claim.lossPerStripeYear());
    assertThat(claim.objectsLostPerYear() / (1e9 * claim.lossPerObjectYear()))
        .isBetween(0.999999, 1.000001);
  }

  @Test
  void theLossOfAStripeInAMassFailureDoesNotDependOnTheNumberOfGroupsButThatOfAnyDoes() {
    var code = PLAIN.redundancy();
    var few = new MassFailure(FailureRate.perYear(1), 9, new PlacementGroups(300, 100));
    var many = new MassFailure(FailureRate.perYear(1), 9, new PlacementGroups(300, 30_000));
    assertThat(few.perStripeAndYear(code)).isEqualTo(many.perStripeAndYear(code));
    assertThat(many.anyPerYear(code)).isGreaterThan(100 * few.anyPerYear(code));
  }

  @Test
  void ninesAreRoundedDown() {
    assertThat(Nines.ofYearlyLoss(1.01e-11).toString()).isEqualTo("10.9");
    assertThat(Nines.ofYearlyLoss(1e-11).toString()).isEqualTo("11.0");
    assertThat(Nines.ofYearlyLoss(0).toString()).isEqualTo("no loss modelled");
    assertThat(Nines.ofYearlyLoss(50).toString()).isEqualTo("0.0");
  }

  @Test
  void impossibleInputsAreRefusedWithWhatWasFound() {
    assertThatThrownBy(() -> FailureRate.perYear(-1)).hasMessageContaining("found -1.0");
    assertThatThrownBy(() -> new RepairTime.Given(Duration.ZERO)).hasMessageContaining("PT0S");
    assertThatThrownBy(() -> new BatchSpread(0.5, 5)).hasMessageContaining("found 2.5");
    assertThatThrownBy(() -> new Acknowledgement(PLAIN.redundancy(), 4))
        .hasMessageContaining("at 5 to 9 synced shards, found 4");
    assertThatThrownBy(() -> new PlacementGroups(5, 1).groupLost(PLAIN.redundancy(), 2))
        .hasMessageContaining("5 nodes");
    assertThatThrownBy(
            () -> PLAIN.withAzLoss(AzLayout.of(Redundancy.rs(4, 2), List.of(2, 2, 2)), AzLoss.NONE))
        .hasMessageContaining("RS(4,2)");
  }

  @Test
  void figuresReadAsPeopleWriteThem() {
    assertThat(Figures.duration(Duration.ofMinutes(15))).isEqualTo("15 min");
    assertThat(Figures.duration(Duration.ofHours(6))).isEqualTo("6 h");
    assertThat(Figures.duration(Duration.ofDays(14))).isEqualTo("14 d");
    assertThat(Figures.bytes(16e12)).isEqualTo("16 TB");
    assertThat(Figures.scientific(3.2243e-10)).isEqualTo("3.22e-10");
    assertThat(Figures.scientific(1e-11)).isEqualTo("1e-11");
    assertThat(Figures.number(0.016)).isEqualTo("0.016");
    assertThat(Figures.onceIn(1e-2)).isEqualTo("once in 100 years");
  }
}
