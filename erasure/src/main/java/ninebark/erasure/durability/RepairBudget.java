package ninebark.erasure.durability;

import java.time.Duration;

/** The question asked backwards: how slow may repair be, or how often may AZs be lost? */
public final class RepairBudget {
  private RepairBudget() {}

  /** The longest mean time missing that keeps independent failures at or under the target. */
  public static Duration longest(Redundancy redundancy, FailureRate loss, double targetPerYear) {
    var model = ExactChain.orClosedForm(redundancy);
    double low = Math.log(1e-9 / JulianYear.HOURS);
    double high = Math.log(100);
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      var process = StripeProcess.of(redundancy, loss, JulianYear.ofYears(Math.exp(middle)));
      if (model.estimate(process).lossPerYear() > targetPerYear) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return JulianYear.ofYears(Math.exp(low));
  }
}
