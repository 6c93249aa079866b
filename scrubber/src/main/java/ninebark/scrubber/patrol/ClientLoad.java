package ninebark.scrubber.patrol;

/**
 * Whether clients are using the store, told by how fast a counter of their bytes grows. Pure;
 * threads: one observes, any may ask.
 */
final class ClientLoad {
  private final long busyBytesPerSecond;
  private long lastBytes;
  private long lastNanos;
  private volatile boolean busy;

  ClientLoad(long busyBytesPerSecond, long bytes, long nanos) {
    this.busyBytesPerSecond = busyBytesPerSecond;
    lastBytes = bytes;
    lastNanos = nanos;
  }

  void observe(long bytes, long nanos) {
    double seconds = (nanos - lastNanos) / 1e9;
    if (seconds > 0) {
      busy = (bytes - lastBytes) / seconds > busyBytesPerSecond;
      lastBytes = bytes;
      lastNanos = nanos;
    }
  }

  boolean isBusy() {
    return busy;
  }
}
