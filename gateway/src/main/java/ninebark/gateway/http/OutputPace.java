package ninebark.gateway.http;

/**
 * How much of a response waited at some moment: later it tells whether the client reads. Pure.
 *
 * @param unsentBytes what the socket had not taken yet
 */
record OutputPace(long unsentBytes, long atNanos) {
  /** Whether enough of it was taken since; nothing waiting is taken by nobody. */
  boolean isKept(long unsentBytesNow, long nowNanos, long minimumBytesPerSecond) {
    long taken = unsentBytes - unsentBytesNow;
    return taken > 0 && taken * 1e9 >= (double) minimumBytesPerSecond * (nowNanos - atNanos);
  }
}
