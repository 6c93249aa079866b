package ninebark.storagenode;

/**
 * Whose bytes a stripe holds, written into every shard's header so that the index could be rebuilt
 * from the shards.
 *
 * @param bucket the bucket's id
 * @param key the object's key
 * @param content what all stripes of one object or one part share
 * @param offset where in that content the stripe begins, in bytes
 */
public record Owner(long bucket, String key, long content, long offset) {}
