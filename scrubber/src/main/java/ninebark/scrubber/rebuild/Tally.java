package ninebark.scrubber.rebuild;

import java.time.Duration;
import java.util.Optional;

/**
 * What was done since it was last said, so that a million repairs are not a million lines. Threads:
 * safe.
 */
final class Tally {
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private Outcome.Work sum = Outcome.Work.NONE;
  private long lastNanos = System.nanoTime();

  synchronized void add(Outcome.Work work) {
    sum =
        new Outcome.Work(
            sum.readBytes() + work.readBytes(),
            sum.writtenBytes() + work.writtenBytes(),
            sum.madeCount() + work.madeCount(),
            sum.unprovenCount() + work.unprovenCount());
  }

  /** All of it, if there is any and it is time: nothing more is under way, or much time passed. */
  synchronized Optional<Outcome.Work> take(boolean idle, long nowNanos) {
    boolean isTime = idle || nowNanos - lastNanos > INTERVAL.toNanos();
    if (!isTime || sum.madeCount() == 0) {
      return Optional.empty();
    }
    var taken = sum;
    sum = Outcome.Work.NONE;
    lastNanos = nowNanos;
    return Optional.of(taken);
  }
}
