package ninebark.scrubber.rebuild;

import java.util.PriorityQueue;

/**
 * How much of the disks repairs may take: places to work in, and rests between repairs.
 *
 * <p>A repair moves bytes as fast as the disks give them for as long as it runs. After one that ran
 * for a time T under a share s, its place rests for {@code T * (1 - s) / s}, so the places together
 * take the share s of what the disks could give; and because T grows when clients use the disks, so
 * does the rest. A stripe that can lose nothing more has the share 1, and takes places that rest as
 * well.
 *
 * <p>Pure; threads: one at a time.
 */
final class RepairBudget {
  private final RebuildConfig config;
  private final PriorityQueue<Long> restsUntil = new PriorityQueue<>();
  private int running;

  RepairBudget(RebuildConfig config) {
    this.config = config;
  }

  boolean hasPlace(int margin, long nowNanos) {
    forgetRested(nowNanos);
    int taken = margin <= 0 ? running : running + restsUntil.size();
    return taken < config.repairsAtOnce();
  }

  void began() {
    running++;
  }

  /** A repair ended, or was given up. */
  void ended(int margin, long tookNanos, long nowNanos, boolean clientsAreBusy) {
    running--;
    int percent = sharePercent(margin, clientsAreBusy);
    if (percent < 100) {
      long rest = (long) ((double) tookNanos * (100 - percent) / percent);
      restsUntil.add(nowNanos + rest);
    }
  }

  /** When a place will next have rested enough; far away if none rests. */
  long nextPlaceNanos(long nowNanos) {
    forgetRested(nowNanos);
    return restsUntil.isEmpty() ? Long.MAX_VALUE : restsUntil.peek() - nowNanos;
  }

  private void forgetRested(long nowNanos) {
    while (!restsUntil.isEmpty() && restsUntil.peek() - nowNanos <= 0) {
      restsUntil.remove();
    }
  }

  private int sharePercent(int margin, boolean clientsAreBusy) {
    if (margin <= 0 || (margin == 1 && !clientsAreBusy)) {
      return 100;
    }
    return margin == 1 ? config.marginOneSharePercent() : config.calmSharePercent();
  }
}
