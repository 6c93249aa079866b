package ninebark.metadata.snapshot;

import java.time.Duration;

/**
 * How often the index is copied to the disks.
 *
 * @param interval between two copies; what lives in the index alone (small bodies, deletions, tags)
 *     is lost with the index as far back as this
 * @param keepCount how many copies are kept
 */
public record SnapshotConfig(Duration interval, int keepCount) {
  public static final SnapshotConfig DEFAULT = new SnapshotConfig(Duration.ofMinutes(10), 3);

  public SnapshotConfig {
    if (interval.toMillis() < 100) {
      throw new IllegalArgumentException("the interval of snapshots is at least 100 ms");
    }
    if (keepCount < 1 || keepCount > 1000) {
      throw new IllegalArgumentException("1 to 1000 snapshots are kept, found " + keepCount);
    }
  }
}
