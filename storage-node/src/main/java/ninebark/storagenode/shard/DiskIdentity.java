package ninebark.storagenode.shard;

import java.util.UUID;
import ninebark.storagenode.DiskId;

/** Whose disk a folder is; written once, when the disk is made. */
public record DiskIdentity(UUID cluster, DiskId disk, String node, String az) {}
