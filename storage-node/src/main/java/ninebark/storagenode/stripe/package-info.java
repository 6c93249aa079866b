/**
 * Stripes across many disks: cut, coded, spread, read back, and mended on the way when a shard is
 * missing, damaged or slow.
 *
 * <p>Knows disks only as {@link ninebark.storagenode.ShardDisk}. Start at {@link
 * ninebark.storagenode.stripe.StripeStore}.
 */
package ninebark.storagenode.stripe;
