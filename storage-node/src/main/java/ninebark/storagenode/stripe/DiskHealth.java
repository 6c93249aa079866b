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
  private static final int CRAWL_FACTOR = 8;
  private static final int CRAWLING_LIMIT = 4;

  private record SetAside(long untilNanos, Duration length) {}

  private final StripeConfig config;
  private final ConcurrentMap<DiskId, SetAside> setAside = new ConcurrentHashMap<>();

  /** Since when a disk has answered no read although one was overtaken by its hedge. */
  private final ConcurrentMap<DiskId, Long> silentSince = new ConcurrentHashMap<>();

  /** How many reads in a row took far longer than reads do. */
  private final ConcurrentMap<DiskId, Integer> crawling = new ConcurrentHashMap<>();

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

  /**
   * A read was not back before parity had given its bytes. Not a fault by itself, a busy machine
   * does that; but a disk that then answers nothing for a while is stalled.
   */
  void wasOvertaken(DiskId disk) {
    long now = System.nanoTime();
    var since = silentSince.putIfAbsent(disk, now);
    if (since != null && now - since > config.setAside().toNanos()) {
      misbehaved(disk);
    }
  }

  /** Takes in how long a read took. */
  void read(DiskId disk, long nanos) {
    if (!silentSince.isEmpty()) {
      silentSince.remove(disk);
    }
    if (nanos > CRAWL_FACTOR * hedgeDelayNanos()) {
      if (crawling.merge(disk, 1, Integer::sum) >= CRAWLING_LIMIT) {
        crawling.remove(disk);
        misbehaved(disk);
      }
    } else if (!crawling.isEmpty()) {
      crawling.remove(disk);
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
