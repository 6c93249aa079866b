package ninebark.storagenode;

/**
 * Whose bytes a stripe holds, written into every shard's header so that the index could be rebuilt
 * from the shards.
 *
 * @param bucket the bucket's id
 * @param key the object's key
 * @param content what all stripes of one object share, or of all parts of one upload
 * @param offset where in that content the stripe begins, in bytes; a part begins at its number
 *     times 2^40, because where it will begin in the finished object is not known when it is
 *     written
 * @param description of the object or part, on its last stripe only
 */
public record Owner(long bucket, String key, long content, long offset, Description description) {
  /** What every stripe but the last tells. */
  public Owner(long bucket, String key, long content, long offset) {
    this(bucket, key, content, offset, Description.NONE);
  }
}
