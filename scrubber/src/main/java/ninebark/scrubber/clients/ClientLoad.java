package ninebark.scrubber.clients;

import java.util.function.LongSupplier;

/**
 * Whether clients are using the store, told by how fast a counter of their bytes grows.
 *
 * <p>Threads: safe; whoever asks after a while looks at the counter again.
 */
public final class ClientLoad {
  /** Over how long the growth is taken; shorter is noise. */
  private static final long LOOK_NANOS = 1_000_000_000L;

  private final long busyBytesPerSecond;
  private final LongSupplier bytes;
  private final LongSupplier nanos;
  private long lastBytes;
  private long lastNanos;
  private boolean busy;

  /**
   * @param busyBytesPerSecond clients that move more than this are busy
   * @param bytes how many bytes clients have moved so far
   * @param nanos a clock that does not jump
   */
  public ClientLoad(long busyBytesPerSecond, LongSupplier bytes, LongSupplier nanos) {
    this.busyBytesPerSecond = busyBytesPerSecond;
    this.bytes = bytes;
    this.nanos = nanos;
    lastBytes = bytes.getAsLong();
    lastNanos = nanos.getAsLong();
  }

  /** Whether they were busy in the last second or so. */
  public synchronized boolean isBusy() {
    long passed = nanos.getAsLong() - lastNanos;
    if (passed >= LOOK_NANOS) {
      long now = bytes.getAsLong();
      busy = (now - lastBytes) / (passed / 1e9) > busyBytesPerSecond;
      lastBytes = now;
      lastNanos += passed;
    }
    return busy;
  }
}
