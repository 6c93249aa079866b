package ninebark.storagenode;

/**
 * A disk's figures at one moment.
 *
 * @param capacityBytes what the disk may hold, the reserve included
 * @param usedBytes what its containers take
 * @param freeBytes what may still be written before the reserve is touched
 * @param liveBytes records that are not garbage
 * @param reclaimableBytes garbage that reclamation will give back
 * @param containerCount containers, the open one included
 * @param damageCount damaged records and gaps met since the start
 */
public record DiskStatus(
    DiskState state,
    long capacityBytes,
    long usedBytes,
    long freeBytes,
    long liveBytes,
    long reclaimableBytes,
    int containerCount,
    long damageCount) {}
