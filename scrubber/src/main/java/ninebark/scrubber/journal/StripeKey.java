package ninebark.scrubber.journal;

import ninebark.storagenode.GroupId;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.StripeId;

/** Which stripe: its name and the group it lives in. */
public record StripeKey(GroupId group, StripeId stripe) implements Comparable<StripeKey> {
  public static StripeKey of(ShardKey shard) {
    return new StripeKey(shard.group(), shard.stripe());
  }

  public ShardKey shard(int index) {
    return new ShardKey(group, stripe, index);
  }

  @Override
  public int compareTo(StripeKey other) {
    int byGroup = Integer.compare(group.value(), other.group.value());
    return byGroup != 0 ? byGroup : stripe.compareTo(other.stripe);
  }

  @Override
  public String toString() {
    return group + "/" + stripe;
  }
}
