package ninebark.storagenode;

import ninebark.erasure.Scheme;

/**
 * What is written beside a shard's bytes: enough to know which shard it is, how to decode its
 * stripe, and whose bytes it holds.
 *
 * @param stripeLength the object's bytes in the whole stripe
 * @param shardBytes the length of this shard
 */
public record ShardLabel(
    ShardKey key, Scheme scheme, int stripeLength, int shardBytes, Owner owner) {
  public ShardLabel {
    if (stripeLength < 1 || shardBytes < 1) {
      throw new IllegalArgumentException(
          "a shard has at least one byte, found stripe " + stripeLength + ", shard " + shardBytes);
    }
  }
}
