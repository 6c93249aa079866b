package ninebark.deploy.disk;

import java.time.Duration;

/**
 * What a drain has to bring elsewhere and how long that takes.
 *
 * @param bytes on the disk that are not garbage
 * @param bytesPerSecond as fast as moves went so far, or as assumed while there were none
 * @param measured whether moves went so fast
 * @param settle what every move takes at least, however little it brings
 */
record DrainForecast(long bytes, long bytesPerSecond, boolean measured, Duration settle) {
  /** What a disk takes beside clients, where nobody knows better. */
  static final long ASSUMED_BYTES_PER_SECOND = 50L << 20;

  Duration time() {
    return Duration.ofMillis(bytes * 1000 / Math.max(1, bytesPerSecond)).plus(settle);
  }
}
