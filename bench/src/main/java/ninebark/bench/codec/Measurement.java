package ninebark.bench.codec;

/**
 * One row of the result. Speeds are GB (10^9 bytes) of data shards per second of thread CPU time,
 * summed over the threads; for a ceiling, of bytes processed.
 *
 * @param scheme the format name of the scheme, or {@code -} for a ceiling
 * @param cache {@code hot} (one stripe, again and again) or {@code cold} (another stripe each time)
 */
public record Measurement(
    String coder,
    String scheme,
    String operation,
    int shardBytes,
    int threads,
    String cache,
    double median,
    double low,
    double high) {

  /** What must agree for two measurements to be compared. */
  String key() {
    return String.join(
        " ", coder, scheme, operation, Integer.toString(shardBytes), threads + "t", cache);
  }
}
