package ninebark.erasure.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AzTest {
  @ParameterizedTest(name = "RS({0},{1}) needs {2} AZs for one of them, {3} for one and a node")
  @CsvSource({"6, 2, 4, 8", "10, 4, 4, 5", "12, 4, 4, 6", "17, 3, 7, 10"})
  void fewestAzsOfThePopularCodes(int k, int m, int one, int oneAndNode) {
    assertThat(AzRule.fewestAzs(k, m, 0)).isEqualTo(one);
    assertThat(AzRule.fewestAzs(k, m, 1)).isEqualTo(oneAndNode);
  }

  @ParameterizedTest(name = "{0} over {1} AZs holds at most {2} in one; survives: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rs:4,2  | 2 | 3 | false
          rs:4,2  | 3 | 2 | true
          rs:6,2  | 3 | 3 | false
          rs:6,2  | 4 | 2 | true
          rs:6,3  | 2 | 5 | false
          rs:6,3  | 3 | 3 | true
          rs:8,4  | 3 | 4 | true
          rs:10,4 | 3 | 5 | false
          rs:10,4 | 4 | 4 | true
          rs:12,4 | 3 | 6 | false
          rs:12,4 | 4 | 4 | true
          rs:12,4 | 6 | 3 | true
          3x      | 2 | 2 | true
          3x      | 3 | 1 | true
          """)
  void evenSpreadOverAzs(String scheme, int azs, int most, boolean survives) {
    var layout = AzLayout.even(Redundancy.parse(scheme), azs);
    assertThat(layout.shardsPerAz().stream().max(Integer::compare)).contains(most);
    assertThat(layout.marginWithoutWorst() >= 0).isEqualTo(survives);
  }

  @ParameterizedTest(name = "{0} AZs, {1} spare: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3 | 1 | RS(1,2) RS(3,3) RS(5,4) RS(7,5) RS(9,6) RS(11,7)
          4 | 1 | RS(2,2) RS(5,3) RS(8,4) RS(11,5)
          5 | 1 | RS(3,2) RS(7,3) RS(11,4)
          6 | 1 | RS(4,2) RS(9,3) RS(14,4)
          """)
  void cheapestCodesForOneAzAndANode(int azs, int spare, String expected) {
    var labels = AzRule.cheapest(azs, spare, 18).stream().map(Redundancy::label).toList();
    assertThat(String.join(" ", labels)).isEqualTo(expected);
    for (var code : AzRule.cheapest(azs, spare, 18)) {
      assertThat(code.overhead())
          .isCloseTo(AzRule.leastOverhead(code.k(), azs, spare), within(1e-9));
    }
  }

  @Test
  void twoSparesOnThreeAzsCostEightyPercent() {
    assertThat(AzRule.cheapest(3, 2, 18).getLast()).isEqualTo(new Redundancy.ReedSolomon(10, 8));
  }

  @Test
  void theGuaranteeIsASentence() {
    var six2 = Redundancy.rs(6, 2);
    assertThat(AzLayout.of(six2, List.of(4, 4)).guarantee())
        .isEqualTo("an AZ loss is fatal: 4 shards in az-1, 2 may be lost");
    assertThat(AzLayout.of(six2, List.of(3, 3, 2)).guarantee())
        .isEqualTo("an AZ loss is fatal: 3 shards in az-1, 2 may be lost");
    assertThat(AzLayout.even(six2, 4).guarantee())
        .isEqualTo("survives any one AZ, with no shard to spare");
    assertThat(AzLayout.even(Redundancy.rs(5, 4), 3).guarantee())
        .isEqualTo("survives any one AZ and 1 more shard");
  }

  @Test
  void aLayoutThatDoesNotAddUpIsRefusedWithBothNumbers() {
    assertThatThrownBy(() -> AzLayout.of(Redundancy.rs(6, 2), List.of(3, 3, 3)))
        .hasMessage("RS(6,2) has 8 shards, the AZs 3/3/3 hold 9");
  }

  @Test
  void repairingTheLeastMarginFirstIsWorthTwoNines() {
    var layout = AzLayout.even(Redundancy.rs(5, 4), 3);
    var shards =
        StripeProcess.of(
            layout.redundancy(), FailureRate.ofAfrPercent(1.6), java.time.Duration.ofHours(5));
    var lz = FailureRate.perYear(1e-3);
    var week = java.time.Duration.ofDays(7);
    var hour = java.time.Duration.ofHours(1);
    double ordered =
        new AzLoss(lz, week, hour, AzLoss.Urgency.LEAST_MARGIN_FIRST).oneAzPerYear(layout, shards);
    double unordered =
        new AzLoss(lz, week, hour, AzLoss.Urgency.FIRST_COME_FIRST_SERVED)
            .oneAzPerYear(layout, shards);
    assertThat(Math.log10(unordered / ordered)).isCloseTo(1.9, within(0.1));
  }
}
