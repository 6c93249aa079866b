package ninebark.storagenode;

import ninebark.erasure.ShardSet;

/**
 * A stripe that was acknowledged although some of its shards could not be stored: for the repair
 * queue.
 */
public record DegradedStripe(Extent extent, ShardSet missing) {}
