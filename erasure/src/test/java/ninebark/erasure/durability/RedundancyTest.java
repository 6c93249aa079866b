package ninebark.erasure.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedundancyTest {
  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rs:6,2       | RS(6,2)
          RS(6,2)      | RS(6,2)
          rs(6, 2)     | RS(6,2)
          17+3         | RS(17,3)
          3x           | 3x
          rep:3        | 3x
          lrc:12,2,2   | LRC(12,2,2)
          azlrc:12,3,6 | AZ-LRC(12,3,6)
          f4:10,4      | RS(10,4)+XOR site
          """)
  void peopleSpellSchemesInManyWays(String text, String label) {
    assertThat(Redundancy.parse(text).label()).isEqualTo(label);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "rs", "rs:6", "rs:6,2,1", "lrc:12,2", "raid6", "0x", "rs:0,2", "lrc:7,2,2"})
  void nonsenseIsRefusedNamingWhatWasFound(String text) {
    assertThatThrownBy(() -> Redundancy.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s).*(found|expected).*");
  }

  @Property(tries = 200)
  void anyMLossesOfReedSolomonAreSurvivedAndNoMore(
      @ForAll @IntRange(min = 1, max = 20) int k, @ForAll @IntRange(max = 8) int m) {
    var code = Redundancy.rs(k, m);
    assertThat(code.tolerance()).isEqualTo(m);
    assertThat(code.fatalPatterns(List.of(0), m + 1)).isEqualTo(Combinatorics.choose(k + m, m + 1));
  }

  @Property(tries = 60)
  void countingGroupByGroupFindsTheSamePatternsAsTryingAll(
      @ForAll @IntRange(min = 1, max = 3) int perGroup,
      @ForAll @IntRange(min = 1, max = 3) int groups,
      @ForAll @IntRange(max = 3) int globals,
      @ForAll @IntRange(max = 8) int more) {
    var code = Redundancy.lrc(perGroup * groups, groups, globals);
    assertThat(code.fatalPatterns(code.nothingLost(), more))
        .isEqualTo(LossPatterns.fatal(code, code.nothingLost(), more));
  }

  @Property(tries = 100)
  void aLocalCodeSurvivesOneMoreThanItsGlobalParities(
      @ForAll @IntRange(min = 2, max = 6) int perGroup,
      @ForAll @IntRange(min = 2, max = 4) int groups,
      @ForAll @IntRange(max = 4) int globals) {
    assertThat(Redundancy.lrc(perGroup * groups, groups, globals).tolerance())
        .isEqualTo(globals + 1);
  }
}
