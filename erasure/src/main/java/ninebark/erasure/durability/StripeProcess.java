package ninebark.erasure.durability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What happens to one stripe: its shards are lost independently at a rate and come back after a
 * while. Every {@link Model} computes the yearly rate at which such a stripe becomes undecodable.
 *
 * @param strata kinds of stripes in the fleet, with shares that sum to 1
 */
public record StripeProcess(
    Redundancy redundancy, List<Stratum> strata, RepairOrder order, RepairSpread spread) {

  /** A share of the stripes whose shards are lost at one rate and missing for one mean time. */
  public record Stratum(double share, FailureRate loss, Duration missing) {
    double lossPerYear() {
      return loss.perYear();
    }

    double missingYears() {
      return JulianYear.yearsIn(missing);
    }
  }

  public StripeProcess {
    strata = List.copyOf(strata);
    double total = strata.stream().mapToDouble(Stratum::share).sum();
    if (Math.abs(total - 1) > 1e-9) {
      throw new IllegalArgumentException("the strata's shares sum to 1, found " + total);
    }
  }

  /** Independent failures, all stripes alike, repairs side by side. */
  public static StripeProcess of(Redundancy redundancy, FailureRate loss, Duration missing) {
    return new StripeProcess(
        redundancy,
        List.of(new Stratum(1, loss, missing)),
        RepairOrder.SIDE_BY_SIDE,
        new RepairSpread.Exponential());
  }

  /**
   * With silent damage and bad batches folded in: two ways to lose a shard, one mean time missing.
   */
  static StripeProcess of(
      Redundancy redundancy,
      FailureRate disks,
      Duration repair,
      RepairOrder order,
      RepairSpread spread,
      BatchSpread batches,
      LatentDamage latent) {
    var strata = new ArrayList<Stratum>();
    if (batches.none()) {
      strata.add(stratum(1, disks, repair, latent));
    } else {
      strata.add(stratum(batches.share(), disks.times(batches.multiplier()), repair, latent));
      strata.add(
          stratum(1 - batches.share(), disks.times(batches.multiplierOfTheRest()), repair, latent));
    }
    return new StripeProcess(redundancy, strata, order, spread);
  }

  private static Stratum stratum(
      double share, FailureRate disks, Duration repair, LatentDamage latent) {
    if (latent.none()) {
      return new Stratum(share, disks, repair);
    }
    var loss = disks.plus(latent.perShard());
    double missing =
        disks.perYear() * JulianYear.yearsIn(repair)
            + latent.perShard().perYear() * JulianYear.yearsIn(latent.exposure());
    return new Stratum(share, loss, JulianYear.ofYears(missing / loss.perYear()));
  }

  public StripeProcess with(RepairOrder newOrder, RepairSpread newSpread) {
    return new StripeProcess(redundancy, strata, newOrder, newSpread);
  }
}
