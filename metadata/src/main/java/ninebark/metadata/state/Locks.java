package ninebark.metadata.state;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import ninebark.metadata.Bucket;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Retention;
import ninebark.metadata.Retention.Mode;

/** What a lock forbids at a moment of the cluster's clock, which never goes back. */
final class Locks {
  private Locks() {}

  static boolean isAsked(ObjectLock lock) {
    return !lock.equals(ObjectLock.NONE);
  }

  /** What a new version is protected by: what was asked for, and the bucket's default retention. */
  static ObjectLock ofNew(ObjectLock asked, Bucket bucket, Instant now) {
    if (asked.retention().isPresent() || bucket.lock().isEmpty()) {
      return asked;
    }
    Optional<Retention> standard =
        bucket
            .lock()
            .get()
            .defaultRetention()
            .map(
                retention ->
                    new Retention(
                        retention.mode(), now.plus(Duration.ofDays(retention.period().days()))));
    return new ObjectLock(standard, asked.legalHold());
  }

  /** Whether the version may not be removed now. */
  static boolean forbidsRemoval(ObjectLock lock, Instant now, boolean bypass) {
    if (lock.legalHold()) {
      return true;
    }
    return active(lock.retention(), now)
        .map(retention -> retention.mode() == Mode.COMPLIANCE || !bypass)
        .orElse(false);
  }

  /** Whether its retention may not become another now. */
  static boolean forbidsChange(
      ObjectLock lock, Optional<Retention> changed, Instant now, boolean bypass) {
    var active = active(lock.retention(), now);
    if (active.isEmpty()) {
      return false;
    }
    boolean lengthens =
        changed.isPresent()
            && !changed.get().until().isBefore(active.get().until())
            && (changed.get().mode() == active.get().mode()
                || changed.get().mode() == Mode.COMPLIANCE);
    if (lengthens) {
      return false;
    }
    return active.get().mode() == Mode.COMPLIANCE || !bypass;
  }

  private static Optional<Retention> active(Optional<Retention> retention, Instant now) {
    return retention.filter(each -> each.until().isAfter(now));
  }
}
