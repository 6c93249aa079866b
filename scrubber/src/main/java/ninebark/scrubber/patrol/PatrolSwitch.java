package ninebark.scrubber.patrol;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What the operator said: go on, rest until some moment, begin at once; and the end of the process.
 * Whoever waits for time to pass waits here, so that it hears of all that.
 *
 * <p>Threads: safe.
 */
final class PatrolSwitch {
  private final InstantSource clock;
  private final BooleanSupplier onDuty;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Optional<Instant> pausedUntil;
  private int starts;
  private boolean closed;

  /**
   * @param onDuty whether this process is the one that patrols
   */
  PatrolSwitch(InstantSource clock, BooleanSupplier onDuty, Optional<Instant> pausedUntil) {
    this.clock = clock;
    this.onDuty = onDuty;
    this.pausedUntil = pausedUntil;
  }

  /** Until when all rest; empty when they do not. */
  Optional<Instant> pausedUntil() {
    lock.lock();
    try {
      return pausedUntil.filter(until -> clock.instant().isBefore(until));
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing is to be done now: a pause, or another process patrols. */
  boolean rests() {
    return pausedUntil().isPresent() || !onDuty.getAsBoolean();
  }

  void pauseUntil(Instant until) {
    change(() -> pausedUntil = Optional.of(until));
  }

  void resume() {
    change(() -> pausedUntil = Optional.empty());
  }

  /** Ends a pause and asks for a pass at once. */
  void start() {
    change(
        () -> {
          pausedUntil = Optional.empty();
          starts++;
        });
  }

  /** How often a pass was asked for. */
  int starts() {
    lock.lock();
    try {
      return starts;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    change(() -> closed = true);
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for so long, or until the process ends or a pass is asked for. */
  void rest(Duration time) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      int startsBefore = starts;
      long left = time.toNanos();
      while (left > 0 && !closed && starts == startsBefore) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
