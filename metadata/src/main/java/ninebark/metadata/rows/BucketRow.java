package ninebark.metadata.rows;

import ninebark.metadata.Bucket;

/**
 * A bucket and its settings: the root's row by name, and the keyspace's copy by id.
 *
 * <pre>
 * kind 'B', version 1: a bucket as {@link SharedFields} has it
 * </pre>
 */
public final class BucketRow {
  private BucketRow() {}

  public static byte[] encode(byte[] key, Bucket bucket) {
    return SealedRow.seal('B', 1, key, 160, to -> SharedFields.bucket(to, bucket));
  }

  public static Bucket decode(byte[] key, byte[] value) {
    try (var from = SealedRow.open("a bucket's", 'B', 1, key, value)) {
      return SharedFields.nextBucket(from);
    }
  }
}
