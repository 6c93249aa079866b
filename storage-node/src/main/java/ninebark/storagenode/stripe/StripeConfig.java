package ninebark.storagenode.stripe;

import java.time.Duration;

/**
 * The limits of reading and writing stripes.
 *
 * @param stripeBytes the most bytes of one stripe: large ones are few records, small ones give
 *     memory back sooner
 * @param shardTargetBytes a stripe is cut into as few data shards as keep them at or below this
 *     size, until all k are used: small objects cost few disk operations
 * @param smallStripeBytes writers begin with a buffer for so many bytes and change to a whole one
 *     when the body turns out to be longer
 * @param writeMemoryBytes all stripe buffers together; writers wait their turn beyond it
 * @param readMemoryBytes all buffers of read pieces together; readers wait their turn beyond it
 * @param rebuildMemoryBytes all buffers for reconstruction together
 * @param pieceBytes how much of a range is read at once
 * @param smallPieceBytes reads of no more than this take a small buffer
 * @param stripesInFlightPerWriter stripes of one object that are on their way to the disks at once
 * @param writeTimeout how long a disk may take to sync a shard before the stripe does without it
 * @param readTimeout how long a disk may take to read before the reader does without it for good
 * @param hedgeDelayFloor parity is asked no sooner than this after a read began
 * @param hedgePercent the most reads that may be hedged, in percent of all
 * @param setAside how long a disk that misbehaved is avoided, the first time; doubled each time
 * @param setAsideLimit the longest that is doubled to
 */
public record StripeConfig(
    int stripeBytes,
    int shardTargetBytes,
    int smallStripeBytes,
    long writeMemoryBytes,
    long readMemoryBytes,
    long rebuildMemoryBytes,
    int pieceBytes,
    int smallPieceBytes,
    int stripesInFlightPerWriter,
    Duration writeTimeout,
    Duration readTimeout,
    Duration hedgeDelayFloor,
    int hedgePercent,
    Duration setAside,
    Duration setAsideLimit) {
  public static final StripeConfig DEFAULT =
      new StripeConfig(
          4 << 20,
          32 << 10,
          256 << 10,
          80L << 20,
          32L << 20,
          16L << 20,
          512 << 10,
          64 << 10,
          2,
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMillis(20),
          5,
          Duration.ofSeconds(1),
          Duration.ofMinutes(1));

  public StripeConfig {
    if (stripeBytes < 4096 || smallStripeBytes > stripeBytes || smallStripeBytes < 1024) {
      throw new IllegalArgumentException(
          "a stripe has at least 4096 bytes, and a small one from 1024 up to that, found "
              + stripeBytes
              + " and "
              + smallStripeBytes);
    }
    if (shardTargetBytes < 64 || pieceBytes < 4096 || smallPieceBytes > pieceBytes) {
      throw new IllegalArgumentException(
          "shards have at least 64 bytes and pieces 4096, small pieces are no longer than others");
    }
    if (stripesInFlightPerWriter < 1 || hedgePercent < 0 || hedgePercent > 100) {
      throw new IllegalArgumentException(
          "at least one stripe is in flight, and 0 to 100 percent of the reads are hedged");
    }
  }
}
