package ninebark.scrubber.journal;

import java.time.Instant;
import ninebark.storagenode.DiskId;

/**
 * A disk that is away.
 *
 * @param counted whether it has been away for so long that it was counted as lost
 */
public record Absence(DiskId disk, Instant since, boolean counted) {}
