package ninebark.scrubber.journal;

import java.time.Duration;
import java.time.Instant;

/**
 * What a cluster has lived through since it is watched: what the model of durability would else
 * have to assume.
 *
 * @param since when watching began
 * @param diskMillis how long disks were watched, all together
 * @param lostDiskCount disks that were away for longer than the grace time
 * @param lostMillis how long they were away, all together, the grace time included
 * @param shardMillis how long shards were watched, all together
 * @param damageCount damaged places that patrol found
 * @param repairCount stripes that were repaired
 * @param queuedMillis from the notices of their losses to the repairs' begins, all together
 * @param tookMillis from the repairs' begins to their ends, all together
 */
public record Experience(
    Instant since,
    long diskMillis,
    long lostDiskCount,
    long lostMillis,
    long shardMillis,
    long damageCount,
    long repairCount,
    long queuedMillis,
    long tookMillis) {

  public static Experience none(Instant now) {
    return new Experience(now, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  public Experience plus(Experience more) {
    return new Experience(
        since,
        diskMillis + more.diskMillis,
        lostDiskCount + more.lostDiskCount,
        lostMillis + more.lostMillis,
        shardMillis + more.shardMillis,
        damageCount + more.damageCount,
        repairCount + more.repairCount,
        queuedMillis + more.queuedMillis,
        tookMillis + more.tookMillis);
  }

  /** From the notice of a loss to the whole stripe, on average; zero before the first repair. */
  public Duration meanRepair() {
    return repairCount == 0
        ? Duration.ZERO
        : Duration.ofMillis((queuedMillis + tookMillis) / repairCount);
  }

  /** How long a lost disk was away, on average; zero before the first. */
  public Duration meanLoss() {
    return lostDiskCount == 0 ? Duration.ZERO : Duration.ofMillis(lostMillis / lostDiskCount);
  }
}
