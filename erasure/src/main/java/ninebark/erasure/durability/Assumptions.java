package ninebark.erasure.durability;

import java.time.Duration;
import java.util.Optional;

/**
 * Everything a claim of durability rests on. What is left at {@code NONE} or empty is not counted,
 * and the claim says so.
 *
 * @param disks how often a shard-holder is lost
 * @param floor yearly loss per stripe through software and operators, set by hand from experience
 */
public record Assumptions(
    Redundancy redundancy,
    Optional<AzLayout> layout,
    FailureRate disks,
    RepairTime repair,
    RepairOrder order,
    RepairSpread spread,
    BatchSpread batches,
    LatentDamage latent,
    AzLoss azLoss,
    Optional<MassFailure> massFailure,
    FailureRate floor,
    Optional<Acknowledgement> acknowledgement,
    Fleet fleet) {

  public Assumptions {
    layout.ifPresent(
        it -> {
          if (!it.redundancy().equals(redundancy)) {
            throw new IllegalArgumentException(
                "the AZ layout is for "
                    + it.redundancy().label()
                    + ", the scheme is "
                    + redundancy.label());
          }
        });
    if (layout.isEmpty() && !azLoss.none()) {
      throw new IllegalArgumentException(
          "an AZ loss rate needs to know which AZ holds how many shards");
    }
  }

  /** Independent failures alone. */
  public static Assumptions of(Redundancy redundancy, FailureRate disks, RepairTime repair) {
    return new Assumptions(
        redundancy,
        Optional.empty(),
        disks,
        repair,
        RepairOrder.SIDE_BY_SIDE,
        new RepairSpread.Exponential(),
        BatchSpread.NONE,
        LatentDamage.NONE,
        AzLoss.NONE,
        Optional.empty(),
        FailureRate.perYear(0),
        Optional.empty(),
        new Fleet(1e9, 1));
  }

  /** The mean time a shard is missing. */
  public Duration missing() {
    return repair.mean(redundancy.repairReads());
  }

  /** One stripe under independent failures, with nothing else. */
  public StripeProcess independent() {
    return StripeProcess.of(redundancy, disks, missing());
  }

  /** One stripe with queueing, bad batches and silent damage: what the models are asked. */
  public StripeProcess stripe() {
    return StripeProcess.of(redundancy, disks, missing(), order, spread, batches, latent);
  }

  public Assumptions withLayout(AzLayout it) {
    return new Assumptions(
        redundancy,
        Optional.of(it),
        disks,
        repair,
        order,
        spread,
        batches,
        latent,
        azLoss,
        massFailure,
        floor,
        acknowledgement,
        fleet);
  }

  public Assumptions withRepair(RepairTime it) {
    return new Assumptions(
        redundancy,
        layout,
        disks,
        it,
        order,
        spread,
        batches,
        latent,
        azLoss,
        massFailure,
        floor,
        acknowledgement,
        fleet);
  }

  public Assumptions withOrder(RepairOrder it, RepairSpread itsSpread) {
    return new Assumptions(
        redundancy,
        layout,
        disks,
        repair,
        it,
        itsSpread,
        batches,
        latent,
        azLoss,
        massFailure,
        floor,
        acknowledgement,
        fleet);
  }

  public Assumptions withBatches(BatchSpread it) {
    return new Assumptions(
        redundancy,
        layout,
        disks,
        repair,
        order,
        spread,
        it,
        latent,
        azLoss,
        massFailure,
        floor,
        acknowledgement,
        fleet);
  }

  public Assumptions withLatent(LatentDamage it) {
    return new Assumptions(
        redundancy,
        layout,
        disks,
        repair,
        order,
        spread,
        batches,
        it,
        azLoss,
        massFailure,
        floor,
        acknowledgement,
        fleet);
  }

  public Assumptions withAzLoss(AzLayout where, AzLoss it) {
    return new Assumptions(
        redundancy,
        Optional.of(where),
        disks,
        repair,
        order,
        spread,
        batches,
        latent,
        it,
        massFailure,
        floor,
        acknowledgement,
        fleet);
  }

  public Assumptions withMassFailure(MassFailure it) {
    return new Assumptions(
        redundancy,
        layout,
        disks,
        repair,
        order,
        spread,
        batches,
        latent,
        azLoss,
        Optional.of(it),
        floor,
        acknowledgement,
        fleet);
  }

  public Assumptions withFloor(FailureRate it) {
    return new Assumptions(
        redundancy,
        layout,
        disks,
        repair,
        order,
        spread,
        batches,
        latent,
        azLoss,
        massFailure,
        it,
        acknowledgement,
        fleet);
  }

  public Assumptions withAcknowledgement(Acknowledgement it) {
    return new Assumptions(
        redundancy,
        layout,
        disks,
        repair,
        order,
        spread,
        batches,
        latent,
        azLoss,
        massFailure,
        floor,
        Optional.of(it),
        fleet);
  }

  public Assumptions withFleet(Fleet it) {
    return new Assumptions(
        redundancy,
        layout,
        disks,
        repair,
        order,
        spread,
        batches,
        latent,
        azLoss,
        massFailure,
        floor,
        acknowledgement,
        it);
  }
}
