package ninebark.bench.load;

/** When requests are sent. */
public sealed interface Pace {
  /** Each worker sends its next request when its last one was answered. */
  record Closed() implements Pace {}

  /**
   * Requests are due at a constant rate, whatever the server does; latency counts from when they
   * were due, so that a server that stalls cannot hide those who would have come meanwhile.
   */
  record Open(double perSecond) implements Pace {
    public Open {
      if (!(perSecond > 0)) {
        throw new IllegalArgumentException("a rate is larger than zero");
      }
    }
  }
}
