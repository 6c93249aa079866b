package ninebark.storagenode;

import ninebark.erasure.Scheme;

/** Which shard: its stripe, the group that stripe lives in, and its place in the stripe. */
public record ShardKey(GroupId group, StripeId stripe, int shard) implements Comparable<ShardKey> {
  public ShardKey {
    if (shard < 0 || shard >= Scheme.MAX_SHARDS) {
      throw new IllegalArgumentException("a shard index is 0 to 254, found " + shard);
    }
  }

  @Override
  public int compareTo(ShardKey other) {
    int byGroup = Integer.compare(group.value(), other.group.value());
    if (byGroup != 0) {
      return byGroup;
    }
    int byStripe = stripe.compareTo(other.stripe);
    return byStripe != 0 ? byStripe : Integer.compare(shard, other.shard);
  }

  @Override
  public String toString() {
    return group + "/" + stripe + "/" + shard;
  }
}
