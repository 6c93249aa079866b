package ninebark.bench.client;

/** What becomes of the body of a successful answer; that of an error is always collected. */
public sealed interface Reading {
  Reading DISCARD = new Discard();
  Reading COLLECT = new Collect();

  /** Counted, not looked at. */
  record Discard() implements Reading {}

  /** Kept for the caller. */
  record Collect() implements Reading {}

  /** Compared with a stretch of the run's pattern, length included. */
  record Verify(int variant, long offset, long length) implements Reading {}
}
