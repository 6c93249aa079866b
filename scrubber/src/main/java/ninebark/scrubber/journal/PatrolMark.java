package ninebark.scrubber.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.ShardKey;

/**
 * How far the patrol of one disk has come.
 *
 * <p>A pass begins in the middle of the keys, at a place of the disk's own, goes on to the end,
 * wraps round and ends where it began; so the disks of a group are not all at one stripe at once.
 *
 * @param pass which pass this is, from 1
 * @param began when it began
 * @param ended when it ended, empty while it goes on
 * @param before the pass before, empty in the first
 * @param after the last key that was checked, empty before the first of a half
 * @param wrapped whether the pass is in its second half
 * @param bytes checked in this pass
 * @param shardCount checked in this pass
 * @param damageCount found in this pass
 */
public record PatrolMark(
    DiskId disk,
    int pass,
    Instant began,
    Optional<Instant> ended,
    Optional<Span> before,
    Optional<ShardKey> after,
    boolean wrapped,
    long bytes,
    long shardCount,
    long damageCount) {

  /** From when to when a pass went. */
  public record Span(Instant began, Instant ended) {
    public Duration duration() {
      return Duration.between(began, ended);
    }
  }

  public static PatrolMark first(DiskId disk, Instant now) {
    return new PatrolMark(
        disk, 1, now, Optional.empty(), Optional.empty(), Optional.empty(), false, 0, 0, 0);
  }

  public boolean isDone() {
    return ended.isPresent();
  }

  public PatrolMark checked(ShardKey key, long moreBytes, long moreDamage) {
    return new PatrolMark(
        disk,
        pass,
        began,
        ended,
        before,
        Optional.of(key),
        wrapped,
        bytes + moreBytes,
        shardCount + 1,
        damageCount + moreDamage);
  }

  /** Damage and bytes that were not a shard's. */
  public PatrolMark inspected(long moreBytes, long moreDamage) {
    return new PatrolMark(
        disk,
        pass,
        began,
        ended,
        before,
        after,
        wrapped,
        bytes + moreBytes,
        shardCount,
        damageCount + moreDamage);
  }

  public PatrolMark wrap() {
    return new PatrolMark(
        disk, pass, began, ended, before, Optional.empty(), true, bytes, shardCount, damageCount);
  }

  public PatrolMark end(Instant now) {
    return new PatrolMark(
        disk,
        pass,
        began,
        Optional.of(now),
        before,
        Optional.empty(),
        true,
        bytes,
        shardCount,
        damageCount);
  }

  public PatrolMark next(Instant now) {
    var span = ended.map(end -> new Span(began, end)).or(() -> before);
    return new PatrolMark(
        disk, pass + 1, now, Optional.empty(), span, Optional.empty(), false, 0, 0, 0);
  }

  /**
   * Begins the pass again although it has not ended. In a first pass nothing is forgotten of when
   * it began: the bytes ahead have waited since then.
   */
  public PatrolMark again(Instant now) {
    return new PatrolMark(
        disk,
        pass + 1,
        before.isEmpty() ? began : now,
        Optional.empty(),
        before,
        Optional.empty(),
        false,
        0,
        0,
        0);
  }

  /**
   * When the byte that waits longest to be checked was last checked, or, where the disk has never
   * been gone through, when its first pass began.
   *
   * <p>In the middle of a pass those are the bytes that are still ahead, which the pass before
   * checked about when it was as far. Interpolated, so good to the evenness of the two passes.
   *
   * @param heldBytes what the disk holds now
   */
  public Instant oldestUnverified(long heldBytes) {
    if (isDone() || before.isEmpty()) {
      return began;
    }
    double share = heldBytes <= 0 ? 1 : Math.min(1, (double) bytes / heldBytes);
    var span = before.get();
    return span.began().plusMillis((long) (span.duration().toMillis() * share));
  }
}
