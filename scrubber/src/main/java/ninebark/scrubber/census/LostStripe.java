package ninebark.scrubber.census;

import java.util.Optional;
import ninebark.metadata.Naming;
import ninebark.storagenode.Extent;
import ninebark.storagenode.Owner;

/**
 * A named stripe that cannot be read any more.
 *
 * @param owner what it was written for, where a shard is left that tells; the object may have been
 *     renamed or copied since
 */
public record LostStripe(Extent extent, Naming by, Optional<Owner> owner) {}
