package ninebark.scrubber.patrol;

import java.time.Duration;
import java.time.Instant;
import ninebark.scrubber.journal.PatrolMark;

/**
 * How fast a disk is read: never so slowly that the pass would miss its interval, and above that
 * only while clients rest. Pure.
 */
final class PatrolPace {
  /** A pass that is late is made up for over no less than this, or it would flood the disk. */
  private static final Duration SHORTEST_REST_OF_A_PASS = Duration.ofHours(1);

  private final long ceiling;

  PatrolPace(long ceilingBytesPerSecond) {
    ceiling = ceilingBytesPerSecond;
  }

  /** The slowest that still ends the pass in time, in bytes per second. */
  static double floor(PatrolMark mark, long heldBytes, Duration interval, Instant now) {
    var shortest =
        SHORTEST_REST_OF_A_PASS.compareTo(interval) < 0 ? SHORTEST_REST_OF_A_PASS : interval;
    var left = Duration.between(now, mark.began().plus(interval));
    if (left.compareTo(shortest) < 0) {
      left = shortest;
    }
    double remaining = Math.max(0, heldBytes - mark.bytes());
    return Math.max(heldBytes / seconds(interval), remaining / seconds(left));
  }

  double bytesPerSecond(
      PatrolMark mark, long heldBytes, Duration interval, Instant now, boolean clientsAreBusy) {
    double floor = floor(mark, heldBytes, interval, now);
    return clientsAreBusy ? floor : Math.max(floor, (double) ceiling);
  }

  /** How long so many bytes take at a pace. */
  static Duration due(long bytes, double bytesPerSecond) {
    double seconds = bytes / Math.max(1e-3, bytesPerSecond);
    return Duration.ofNanos((long) (Math.min(seconds, 1e9) * 1e9));
  }

  /** When the pass will end at this pace. */
  static Instant finish(PatrolMark mark, long heldBytes, double bytesPerSecond, Instant now) {
    double remaining = Math.max(0, heldBytes - mark.bytes());
    double seconds = remaining / Math.max(1, bytesPerSecond);
    return now.plusSeconds((long) Math.min(seconds, 1e9));
  }

  private static double seconds(Duration time) {
    return Math.max(1, time.toMillis() / 1000.0);
  }
}
