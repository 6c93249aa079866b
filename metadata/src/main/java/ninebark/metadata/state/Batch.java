package ninebark.metadata.state;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.rows.BucketRow;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.NumbersRow;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.Rows;

/**
 * What the commands of one entry share while they are judged: the draft, the cluster's clock, the
 * fence, and the numbers given out. Threads: one.
 */
final class Batch {
  private static final int STATE_NUMBERS = 6;

  private final Draft draft;
  private final Map<BucketId, Optional<Bucket>> buckets = new HashMap<>();
  private final Map<BucketId, long[]> counters = new HashMap<>();
  private final long clock;
  private long fence;
  private long lastBucket;
  private long lastContent;
  private long lastGarbage;
  private long doomedBuckets;

  /**
   * @param timeMillis the submitter's clock; the cluster's clock follows it, but never back
   */
  Batch(Draft draft, long timeMillis) {
    this.draft = draft;
    var state = stateOf(draft);
    clock = Math.max(state[0], timeMillis);
    fence = state[1];
    lastBucket = state[2];
    lastContent = state[3];
    lastGarbage = state[4];
    doomedBuckets = state[5];
  }

  private static long[] stateOf(Rows rows) {
    return rows.get(Family.SYSTEM, RowKeys.STATE)
        .map(value -> NumbersRow.decode(RowKeys.STATE, value, STATE_NUMBERS))
        .orElseGet(() -> new long[STATE_NUMBERS]);
  }

  static long fenceOf(Rows rows) {
    return stateOf(rows)[1];
  }

  /** Writes down what changed beside the rows. */
  void close() {
    draft.put(
        Family.SYSTEM,
        RowKeys.STATE,
        NumbersRow.encode(
            RowKeys.STATE, clock, fence, lastBucket, lastContent, lastGarbage, doomedBuckets));
    counters.forEach(
        (bucket, count) -> {
          if (count[0] < 0 || count[1] < 0 || count[2] < 0) {
            throw new IllegalStateException(
                "the counters of bucket " + bucket + " fell to " + Arrays.toString(count));
          }
          var key = RowKeys.bucketCounter(bucket);
          draft.put(
              Family.COUNTERS,
              key,
              count[2] == 0
                  ? NumbersRow.encode(key, count[0], count[1])
                  : NumbersRow.encode(key, count));
        });
  }

  Draft rows() {
    return draft;
  }

  long clock() {
    return clock;
  }

  Instant now() {
    return Instant.ofEpochMilli(clock);
  }

  long fence() {
    return fence;
  }

  void raiseFence(long birthMillis) {
    fence = Math.max(fence, birthMillis);
  }

  long lastContent() {
    return lastContent;
  }

  BucketId nextBucket() {
    return new BucketId(++lastBucket);
  }

  long nextContent() {
    return ++lastContent;
  }

  /** The first of so many serials in a row. */
  long nextGarbage(int count) {
    long first = lastGarbage + 1;
    lastGarbage += count;
    return first;
  }

  long doomedBuckets() {
    return doomedBuckets;
  }

  void countDoomed(int change) {
    doomedBuckets += change;
  }

  /** The keyspace's own copy of a bucket's settings. */
  Optional<Bucket> bucket(BucketId id) {
    return buckets.computeIfAbsent(
        id,
        bucket -> {
          var key = RowKeys.bucketId(bucket);
          return draft.get(Family.BUCKETS, key).map(value -> BucketRow.decode(key, value));
        });
  }

  /** The root has changed a bucket: the keyspace takes over its settings. */
  void publish(Bucket bucket) {
    var key = RowKeys.bucketId(bucket.id());
    draft.put(Family.BUCKETS, key, BucketRow.encode(key, bucket));
    buckets.put(bucket.id(), Optional.of(bucket));
  }

  void retract(BucketId bucket) {
    draft.delete(Family.BUCKETS, RowKeys.bucketId(bucket));
    draft.delete(Family.COUNTERS, RowKeys.bucketCounter(bucket));
    buckets.put(bucket, Optional.empty());
    counters.remove(bucket);
  }

  /**
   * Current objects, bytes of all versions, and how many other versions and markers there are; the
   * array is the counter itself.
   */
  private long[] counter(BucketId bucket) {
    return counters.computeIfAbsent(bucket, id -> countOf(draft, id));
  }

  static long[] countOf(Rows rows, BucketId bucket) {
    var key = RowKeys.bucketCounter(bucket);
    return rows.get(Family.COUNTERS, key)
        .map(value -> NumbersRow.decode(key, value, 2, 3))
        .orElseGet(() -> new long[3]);
  }

  boolean isEmpty(BucketId bucket) {
    var counter = counter(bucket);
    return counter[0] == 0 && counter[2] == 0;
  }

  void count(BucketId bucket, int objects, long bytes) {
    var counter = counter(bucket);
    counter[0] += objects;
    counter[1] += bytes;
  }

  /** Versions that are not current objects, and markers. */
  void countOthers(BucketId bucket, int versions, long bytes) {
    var counter = counter(bucket);
    counter[2] += versions;
    counter[1] += bytes;
  }
}
