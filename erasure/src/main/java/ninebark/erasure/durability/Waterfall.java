package ninebark.erasure.durability;

import java.util.ArrayList;
import java.util.List;

/** The nines as one after another of the things that the simple model leaves out is let in. */
public record Waterfall(List<Step> steps) {
  /** What the step lets in. */
  public enum Cause {
    INDEPENDENT("independent failures"),
    QUEUE("one repair at a time"),
    BATCHES("bad batches"),
    LATENT("silent damage"),
    ONE_AZ("one AZ destroyed"),
    TWO_AZS("two AZs destroyed"),
    MASS("many nodes at once"),
    FLOOR("software and operators");

    private final String label;

    Cause(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /**
   * One step down.
   *
   * @param lossPerYear per stripe, with this cause and all before it
   * @param counted whether the assumptions say anything about the cause
   */
  public record Step(Cause cause, double lossPerYear, boolean counted) {
    public Nines nines() {
      return Nines.ofYearlyLoss(lossPerYear);
    }
  }

  public Waterfall {
    steps = List.copyOf(steps);
  }

  public static Waterfall of(Assumptions assumptions) {
    var steps = new ArrayList<Step>();
    var with = Assumptions.of(assumptions.redundancy(), assumptions.disks(), assumptions.repair());
    steps.add(new Step(Cause.INDEPENDENT, exact(with), true));

    boolean queued = assumptions.order() == RepairOrder.ONE_AT_A_TIME;
    with = with.withOrder(assumptions.order(), assumptions.spread());
    steps.add(new Step(Cause.QUEUE, exact(with), queued));

    with = with.withBatches(assumptions.batches());
    steps.add(new Step(Cause.BATCHES, exact(with), !assumptions.batches().none()));

    with = with.withLatent(assumptions.latent());
    double loss = exact(with);
    steps.add(new Step(Cause.LATENT, loss, !assumptions.latent().none()));

    for (var added : beyondTheStripe(assumptions)) {
      loss += added.lossPerYear();
      steps.add(new Step(added.cause(), loss, added.counted()));
    }
    return new Waterfall(steps);
  }

  /** What AZs, mass failures and the floor add, each by itself. */
  static List<Step> beyondTheStripe(Assumptions assumptions) {
    var azLoss = assumptions.azLoss();
    double oneAz =
        assumptions
            .layout()
            .map(layout -> azLoss.oneAzPerYear(layout, assumptions.stripe()))
            .orElse(0.0);
    double twoAzs = assumptions.layout().map(azLoss::twoAzsPerYear).orElse(0.0);
    var redundancy = assumptions.redundancy();
    double mass = assumptions.massFailure().map(it -> it.perStripeAndYear(redundancy)).orElse(0.0);
    double floor = assumptions.floor().perYear();
    return List.of(
        new Step(Cause.ONE_AZ, oneAz, !azLoss.none()),
        new Step(Cause.TWO_AZS, twoAzs, !azLoss.none()),
        new Step(Cause.MASS, mass, assumptions.massFailure().isPresent()),
        new Step(Cause.FLOOR, floor, floor > 0));
  }

  private static double exact(Assumptions assumptions) {
    return ExactChain.orClosedForm(assumptions.redundancy())
        .estimate(assumptions.stripe())
        .lossPerYear();
  }

  public Step last() {
    return steps.getLast();
  }

  public Step step(Cause cause) {
    return steps.stream().filter(step -> step.cause() == cause).findFirst().orElseThrow();
  }
}
