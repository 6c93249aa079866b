package ninebark.bench.load;

/** What a request came to. */
public sealed interface Result {
  /**
   * As it should be.
   *
   * @param bytes of object data moved
   * @param items how many keys it was about
   */
  record Done(long bytes, long items) implements Result {}

  /**
   * Refused or not answered.
   *
   * @param code S3's own, or one word of ours
   */
  record Failed(String code, String message) implements Result {}

  /** The server answered with something that was never stored. */
  record Corrupt(String what) implements Result {}
}
