package ninebark.scrubber.rebuild;

import java.time.Duration;
import java.time.Instant;

/**
 * One moment on both clocks: the wall's, which survives a restart and may jump, and the process'
 * own, which does neither.
 */
public record Now(Instant wall, long nanos) {
  public Now plus(Duration time) {
    return new Now(wall.plus(time), nanos + time.toNanos());
  }
}
