package ninebark.storagenode.stripe;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import ninebark.storagenode.DiskId;

/**
 * How the disks have behaved lately, as their user sees it: which are set aside, and how long a
 * read takes.
 *
 * <p>Threads: safe for any number.
 */
final class DiskHealth {
  private static final int HEDGE_BURST = 16;
  private static final int OVERTAKEN_LIMIT = 3;

  private record SetAside(long untilNanos, Duration length) {}

  private final StripeConfig config;
  private final ConcurrentMap<DiskId, SetAside> setAside = new ConcurrentHashMap<>();

  /** How many reads in a row were overtaken by their hedge. */
  private final ConcurrentMap<DiskId, Integer> overtaken = new ConcurrentHashMap<>();

  /** Smoothed read time and its deviation in nanoseconds, as TCP estimates a round trip. */
  private double readNanos;

  private double deviationNanos;

  /** Hedges that may still be made, in hundredths. */
  private final AtomicLong hedgeBudget = new AtomicLong(HEDGE_BURST * 100L);

  DiskHealth(StripeConfig config) {
    this.config = config;
  }

  boolean isSetAside(DiskId disk) {
    var entry = setAside.get(disk);
    return entry != null && System.nanoTime() - entry.untilNanos < 0;
  }

  void misbehaved(DiskId disk) {
    setAside.compute(
        disk,
        (_, before) -> {
          long now = System.nanoTime();
          if (before != null && now - before.untilNanos < 0) {
            return before;
          }
          var length = before == null ? config.setAside() : before.length.multipliedBy(2);
          if (length.compareTo(config.setAsideLimit()) > 0) {
            length = config.setAsideLimit();
          }
          return new SetAside(now + length.toNanos(), length);
        });
  }

  void behaved(DiskId disk) {
    if (!setAside.isEmpty() && !isSetAside(disk)) {
      setAside.remove(disk);
    }
  }

  /** A read was not back before parity had given its bytes. */
  void wasOvertaken(DiskId disk) {
    if (overtaken.merge(disk, 1, Integer::sum) >= OVERTAKEN_LIMIT) {
      overtaken.remove(disk);
      misbehaved(disk);
    }
  }

  /** Takes in how long a read took. */
  void read(DiskId disk, long nanos) {
    if (nanos < hedgeDelayNanos()) {
      overtaken.remove(disk);
    }
    smooth(nanos);
    hedgeBudget.updateAndGet(left -> Math.min(HEDGE_BURST * 100L, left + config.hedgePercent()));
  }

  private synchronized void smooth(long nanos) {
    // One stalled read says nothing about how long others take.
    double error = Math.min(nanos, 4 * hedgeDelayNanos()) - readNanos;
    readNanos += error / 8;
    deviationNanos += (Math.abs(error) - deviationNanos) / 4;
  }

  /** After how long a read is slow. */
  synchronized long hedgeDelayNanos() {
    return Math.max(config.hedgeDelayFloor().toNanos(), (long) (readNanos + 4 * deviationNanos));
  }

  boolean mayHedge() {
    return hedgeBudget.getAndUpdate(left -> left >= 100 ? left - 100 : left) >= 100;
  }
}
