package ninebark.storagenode;

/**
 * Where some bytes of an object are: one stripe.
 *
 * <p>Data shard i holds bytes {@code [i*shardBytes, (i+1)*shardBytes)} of the stripe. Data shards
 * that begin at or after {@code length} would be all zero and are implied, not stored; the last
 * stored one is stored padded with zeros.
 *
 * @param length the object's bytes in this stripe, at least 1
 * @param shardBytes the length of each of its shards
 */
public record Extent(StripeId stripe, GroupId group, int length, int shardBytes) {
  public Extent {
    if (length < 1 || shardBytes < 1) {
      throw new IllegalArgumentException(
          "an extent has at least one byte, found length " + length + ", shard " + shardBytes);
    }
  }

  /** How many data shards are stored. */
  public int storedDataShards() {
    return (length + shardBytes - 1) / shardBytes;
  }
}
