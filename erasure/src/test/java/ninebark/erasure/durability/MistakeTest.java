package ninebark.erasure.durability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MistakeTest {
  private static String numbers(String name) {
    var mistake =
        Mistake.all().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
    return mistake.numbers().stream()
        .map(line -> line.name() + ": " + line.value())
        .collect(Collectors.joining("\n"));
  }

  @Test
  void theCubeNeedsARepairTimeThatIsNeverTold() {
    assertThat(numbers("cube"))
        .contains("1e-11 needs repair within: 16 h", "repair in 4 h: 6.", "12.2 nines")
        .contains("10.6 nines", "10.1 nines");
  }

  @Test
  void backblazeFourWays() {
    assertThat(numbers("windows"))
        .contains("Poisson, as published: 1.06e-11", "script: 7.79e-12", "chain: 3.08e-11");
  }

  @Test
  void everyMistakeHasANameAnArgumentAFaultAndNumbers() {
    var mistakes = Mistake.all();
    assertThat(mistakes.stream().map(Mistake::name)).doesNotHaveDuplicates().hasSizeGreaterThan(10);
    for (var mistake : mistakes) {
      assertThat(mistake.name()).matches("[a-z0-9-]+");
      assertThat(mistake.argument()).isNotBlank();
      assertThat(mistake.fault()).isNotBlank();
      assertThat(mistake.numbers()).isNotEmpty();
    }
  }

  @Test
  void anExplanationEndsInTheNumbersOfTheClaimItExplains() {
    var assumptions =
        Assumptions.of(
            Redundancy.rs(6, 2),
            FailureRate.ofAfrPercent(1.6),
            new RepairTime.Given(java.time.Duration.ofHours(6)));
    var steps = Explanation.of(assumptions).steps();
    var claim = Claim.of(assumptions, new ExactChain());
    assertThat(steps.get(3).numbers())
        .isEqualTo("L = 3 x 56 x 0.016 x (1.1e-5)^2 = 3.22e-10 per year");
    assertThat(steps.get(steps.size() - 2).numbers())
        .contains(Figures.scientific(claim.lossPerStripeYear()), claim.ninesPerStripe() + " nines");
  }
}
