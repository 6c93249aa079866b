package ninebark.deploy.config;

import java.time.Duration;
import java.util.Map;

/**
 * What the live claim of durability rests on where the cluster has not lived through enough, and
 * what it is held against.
 *
 * @param assumedAfrPercent yearly failures of a hundred disks
 * @param assumedDiskYears how much experience that is worth: after so many disk-years of its own,
 *     half of the rate is what the cluster has measured
 * @param assumedAbsence from the loss of a disk to one in its place, while none was lost
 * @param assumedCorruptionsPerShardYear silent damage of one shard
 * @param assumedShardYears how much experience that is worth
 * @param assumedAzLossesPerYear how often one AZ is destroyed with all its disks; nobody measures
 *     it
 * @param assumedAzRebuild until what it held is rebuilt elsewhere
 * @param goalNines what each storage class promises; classes left out promise nothing
 */
public record DurabilityConfig(
    double assumedAfrPercent,
    double assumedDiskYears,
    Duration assumedAbsence,
    double assumedCorruptionsPerShardYear,
    double assumedShardYears,
    double assumedAzLossesPerYear,
    Duration assumedAzRebuild,
    Map<String, Goal> goalNines) {
  /** Nines per stripe and year. */
  public record Goal(double nines) {
    public Goal {
      if (!(nines > 0) || nines > 20) {
        throw new IllegalArgumentException("a goal is above 0 and up to 20 nines, found " + nines);
      }
    }
  }

  public static final DurabilityConfig DEFAULT =
      new DurabilityConfig(
          1.6,
          100,
          Duration.ofHours(6),
          1e-4,
          1e5,
          1e-4,
          Duration.ofDays(7),
          Map.of("STANDARD", new Goal(9)));

  public DurabilityConfig {
    if (!(assumedAfrPercent > 0) || assumedAfrPercent > 10_000) {
      throw new IllegalArgumentException(
          "disks fail at a rate above 0 and up to 10000 percent a year, found "
              + assumedAfrPercent);
    }
    if (!(assumedDiskYears > 0) || !(assumedShardYears > 0)) {
      throw new IllegalArgumentException("what is assumed is worth more than 0 years");
    }
    if (!assumedAbsence.isPositive() || !(assumedCorruptionsPerShardYear >= 0)) {
      throw new IllegalArgumentException(
          "the assumed absence is positive, the assumed damage not negative");
    }
    if (!(assumedAzLossesPerYear >= 0)
        || assumedAzLossesPerYear > 100
        || !assumedAzRebuild.isPositive()) {
      throw new IllegalArgumentException(
          "AZs are destroyed 0 to 100 times a year, and rebuilt in more than no time");
    }
    goalNines = Map.copyOf(goalNines);
  }
}
