package ninebark.deploy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells new stripes their birth: the wall clock, but never a moment at or before the fence.
 *
 * <p>A clock that once ran ahead has raised the fence into the future; without this, every commit
 * would be refused until that future has come. Threads: safe.
 */
final class BirthClock implements InstantSource {
  private final InstantSource wall;
  private final AtomicLong fenceMillis = new AtomicLong(Long.MIN_VALUE);

  BirthClock(InstantSource wall) {
    this.wall = wall;
  }

  /** From now on births are later than this. */
  void fenceRaised(long millis) {
    fenceMillis.accumulateAndGet(millis, Math::max);
  }

  @Override
  public Instant instant() {
    var now = wall.instant();
    long fence = fenceMillis.get();
    return now.toEpochMilli() > fence ? now : Instant.ofEpochMilli(fence + 1);
  }
}
