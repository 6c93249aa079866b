package ninebark.deploy.durability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ninebark.deploy.config.DurabilityConfig;
import ninebark.erasure.Scheme;
import ninebark.erasure.durability.Assumptions;
import ninebark.erasure.durability.AzLayout;
import ninebark.erasure.durability.AzLoss;
import ninebark.erasure.durability.Claim;
import ninebark.erasure.durability.ExactChain;
import ninebark.erasure.durability.FailureRate;
import ninebark.erasure.durability.Fleet;
import ninebark.erasure.durability.JulianYear;
import ninebark.erasure.durability.LatentDamage;
import ninebark.erasure.durability.Nines;
import ninebark.erasure.durability.Redundancy;
import ninebark.erasure.durability.RepairTime;
import ninebark.scrubber.journal.Experience;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.PlacementGroup;

/**
 * The claim of each storage class from what the cluster has lived through, and from what is assumed
 * as long as that is little. Pure.
 */
final class LiveClaims {
  /**
   * What is seen of the cluster now.
   *
   * @param grace how long a disk may be away before it counts as lost
   * @param scrubInterval within it every byte is read
   * @param openByMargin how many stripes wait for repair, by how many more shards they may lose
   */
  record Sight(
      ClusterMap map,
      Experience lived,
      Duration grace,
      Duration scrubInterval,
      Map<Integer, Integer> openByMargin) {}

  /**
   * A storage class.
   *
   * @param withAzLoss nines if AZs are destroyed too; none where the layout is not known
   * @param goal nines that it promises, if it promises any
   */
  record OfClass(
      String name, Claim claim, Optional<Nines> withAzLoss, int groupCount, Optional<Double> goal) {
    boolean isBelowGoal() {
      return goal.filter(promised -> claim.ninesPerStripe().value() < promised).isPresent();
    }
  }

  /** How many objects a bucket has, and their bytes. */
  record BucketSize(String name, long objectCount, long bytes) {}

  /**
   * The bucket most likely to lose an object within a year.
   *
   * @param stripeCount its stripes at most
   * @param nines of losing nothing at all
   */
  record WorstBucket(String name, long stripeCount, Nines nines) {}

  private LiveClaims() {}

  static FailureRate diskRate(Experience lived, DurabilityConfig config) {
    double years = years(lived.diskMillis());
    // What is assumed counts as experience: no rate is claimed from the quiet of a few days.
    double assumed = config.assumedAfrPercent() / 100 * config.assumedDiskYears();
    return FailureRate.perYear(
        (lived.lostDiskCount() + assumed) / (years + config.assumedDiskYears()));
  }

  static FailureRate damageRate(Experience lived, DurabilityConfig config) {
    double years = years(lived.shardMillis());
    double assumed = config.assumedCorruptionsPerShardYear() * config.assumedShardYears();
    return FailureRate.perYear(
        (lived.damageCount() + assumed) / (years + config.assumedShardYears()));
  }

  /** From the loss of a disk to the return of a shard: until there is another, then its repair. */
  static Duration missing(Sight sight, DurabilityConfig config) {
    var lived = sight.lived;
    var absence = lived.lostDiskCount() == 0 ? config.assumedAbsence() : lived.meanLoss();
    return longer(absence, sight.grace).plus(lived.meanRepair());
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static double years(long millis) {
    return JulianYear.yearsIn(Duration.ofMillis(millis));
  }

  /** In the order of their names. */
  static List<OfClass> of(Sight sight, Map<String, Scheme> classes, DurabilityConfig config) {
    List<OfClass> claims = new ArrayList<>();
    for (var entry : new TreeMap<>(classes).entrySet()) {
      var scheme = entry.getValue();
      var groups =
          sight.map.groups().stream().filter(group -> group.scheme().equals(scheme)).toList();
      var goal =
          Optional.ofNullable(config.goalNines().get(entry.getKey()))
              .map(DurabilityConfig.Goal::nines);
      var claim = claim(sight, scheme, groups, config);
      claims.add(
          new OfClass(
              entry.getKey(), claim, withAzLoss(sight, claim, config), groups.size(), goal));
    }
    return claims;
  }

  private static Claim claim(
      Sight sight, Scheme scheme, List<PlacementGroup> groups, DurabilityConfig config) {
    var redundancy = Redundancy.rs(scheme.k(), scheme.m());
    var repair = sight.lived.meanRepair();
    var assumptions =
        Assumptions.of(
                redundancy,
                diskRate(sight.lived, config),
                new RepairTime.Given(missing(sight, config)))
            .withLatent(
                new LatentDamage(
                    damageRate(sight.lived, config),
                    sight.scrubInterval,
                    longer(repair, Duration.ofMinutes(1))))
            .withFleet(new Fleet(1, 1));
    return Claim.of(
        weakest(redundancy, groups, sight.map).map(assumptions::withLayout).orElse(assumptions),
        new ExactChain());
  }

  /** Stated apart: what disks do is measured, what becomes of AZs is only assumed. */
  private static Optional<Nines> withAzLoss(Sight sight, Claim claim, DurabilityConfig config) {
    var loss =
        new AzLoss(
            FailureRate.perYear(config.assumedAzLossesPerYear()),
            config.assumedAzRebuild(),
            longer(sight.lived.meanRepair(), Duration.ofMinutes(1)),
            AzLoss.Urgency.LEAST_MARGIN_FIRST);
    var assumptions = claim.assumptions();
    return assumptions
        .layout()
        .map(
            layout ->
                Claim.of(assumptions.withAzLoss(layout, loss), new ExactChain()).ninesPerStripe());
  }

  /** How the group stands that an AZ would hurt most. */
  private static Optional<AzLayout> weakest(
      Redundancy redundancy, List<PlacementGroup> groups, ClusterMap map) {
    Map<DiskId, String> azs = new HashMap<>();
    for (DiskPlace place : map.disks()) {
      azs.put(place.disk(), place.az());
    }
    return groups.stream()
        .map(
            group -> {
              var perAz = new TreeMap<String, Integer>();
              azs.values().forEach(az -> perAz.put(az, 0));
              group.disks().forEach(disk -> perAz.merge(azs.get(disk), 1, Integer::sum));
              return AzLayout.of(redundancy, List.copyOf(perAz.values()));
            })
        .min(Comparator.comparingInt(AzLayout::marginWithoutWorst));
  }

  /**
   * The worst bucket, as if all of it were of the class with the fewest nines: which classes a
   * bucket's objects are of is not counted.
   */
  static Optional<WorstBucket> worst(
      List<BucketSize> buckets, List<OfClass> classes, long stripeBytes) {
    double loss =
        classes.stream().mapToDouble(one -> one.claim.lossPerStripeYear()).max().orElse(0);
    return buckets.stream()
        .filter(bucket -> bucket.objectCount > 0)
        .map(bucket -> worst(bucket, loss, stripeBytes))
        .max(Comparator.comparingLong(WorstBucket::stripeCount));
  }

  private static WorstBucket worst(BucketSize bucket, double loss, long stripeBytes) {
    long stripes = bucket.objectCount + bucket.bytes / stripeBytes;
    return new WorstBucket(bucket.name, stripes, Nines.ofYearlyLoss(stripes * loss));
  }
}
