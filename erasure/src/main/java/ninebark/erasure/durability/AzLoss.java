package ninebark.erasure.durability;

import java.time.Duration;
import java.util.List;

/**
 * Destruction of whole AZs: how often, how long until what they held is rebuilt elsewhere, and how
 * long a stripe that has lost shards beside its AZ waits for its own repair.
 *
 * @param urgency whether stripes with less margin are repaired before the others
 */
public record AzLoss(FailureRate perAz, Duration rebuild, Duration urgentRepair, Urgency urgency) {
  /** The order of repair after the loss of an AZ. */
  public enum Urgency {
    LEAST_MARGIN_FIRST,
    FIRST_COME_FIRST_SERVED
  }

  public static final AzLoss NONE =
      new AzLoss(
          FailureRate.perYear(0),
          Duration.ofDays(7),
          Duration.ofHours(1),
          Urgency.LEAST_MARGIN_FIRST);

  public AzLoss {
    if (rebuild.isNegative()
        || rebuild.isZero()
        || urgentRepair.isNegative()
        || urgentRepair.isZero()) {
      throw new IllegalArgumentException(
          "the rebuild of an AZ and the urgent repair take more than zero, found "
              + rebuild
              + " and "
              + urgentRepair);
    }
  }

  public boolean none() {
    return perAz.perYear() == 0;
  }

  /** Yearly loss through the destruction of one AZ and further shards before it is rebuilt. */
  public double oneAzPerYear(AzLayout layout, StripeProcess process) {
    double loss = 0;
    for (int az = 0; az < layout.azCount(); az++) {
      for (var stratum : process.strata()) {
        loss += perAz.perYear() * stratum.share() * fatalBeforeRebuilt(layout, az, stratum);
      }
    }
    return loss;
  }

  /** The chance that a stripe does not outlive the rebuild of the AZ. */
  private double fatalBeforeRebuilt(AzLayout layout, int az, StripeProcess.Stratum shards) {
    var redundancy = layout.redundancy();
    List<Integer> lost = layout.families().get(az);
    int margin = layout.marginWithout(az);
    if (margin < 0) {
      return 1;
    }
    double anyOrder = withoutUrgency(redundancy, lost, shards);
    return switch (urgency) {
      case FIRST_COME_FIRST_SERVED -> anyOrder;
      case LEAST_MARGIN_FIRST -> Math.min(anyOrder, withUrgency(redundancy, lost, margin, shards));
    };
  }

  /**
   * Nothing comes back before the AZ is rebuilt: all fatal patterns of shards that were missing
   * when it went or are lost before it is back.
   */
  private double withoutUrgency(
      Redundancy redundancy, List<Integer> lost, StripeProcess.Stratum shards) {
    double years = JulianYear.yearsIn(rebuild) + shards.missingYears();
    double p = -Math.expm1(-shards.lossPerYear() * years);
    int alive = redundancy.n() - lost.stream().mapToInt(Integer::intValue).sum();
    double chance = 0;
    for (int more = 1; more <= alive; more++) {
      chance +=
          redundancy.fatalPatterns(lost, more)
              * Math.pow(p, more)
              * Math.exp((alive - more) * Math.log1p(-p));
    }
    return chance;
  }

  /**
   * Leading order, summed over how many shards of a fatal set were already missing when the AZ
   * went. If none, the first may go at any time of the AZ's rebuild; every other only while those
   * before it wait for their urgent repairs, which run side by side. Without margin there is
   * nothing to put first: every stripe of the AZ is equally urgent.
   */
  private double withUrgency(
      Redundancy redundancy, List<Integer> lost, int margin, StripeProcess.Stratum shards) {
    int fatal = margin + 1;
    double sets = redundancy.fatalPatterns(lost, fatal);
    double l = shards.lossPerYear();
    double missing = l * shards.missingYears();
    double urgent = l * JulianYear.yearsIn(urgentRepair);
    double chance = 0;
    for (int before = 0; before <= fatal; before++) {
      double ways = sets * Combinatorics.choose(fatal, before);
      double path = Math.pow(missing, before);
      for (int waiting = before; waiting < fatal; waiting++) {
        ways *= fatal - waiting;
        path *= waiting == 0 ? l * JulianYear.yearsIn(rebuild) : urgent / waiting;
      }
      chance += ways * path;
    }
    return chance;
  }

  /** Yearly loss through two AZs destroyed within one rebuild: {@code z(z-1) lz^2 Taz} if fatal. */
  public double twoAzsPerYear(AzLayout layout) {
    double fatalPairs = 0;
    for (int first = 0; first < layout.azCount(); first++) {
      for (int second = 0; second < layout.azCount(); second++) {
        // An AZ that is fatal alone is already counted as one.
        if (first != second
            && layout.marginWithout(first) >= 0
            && layout.marginWithout(second) >= 0
            && !layout.survivesTwo(first, second)) {
          fatalPairs++;
        }
      }
    }
    double lz = perAz.perYear();
    return fatalPairs * lz * -Math.expm1(-lz * JulianYear.yearsIn(rebuild));
  }
}
