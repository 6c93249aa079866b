package ninebark.storagenode.shard;

import java.time.Duration;

/**
 * The limits of one disk.
 *
 * @param containerBytes a container is sealed when the next record would make it longer; short ones
 *     are reclaimed sooner, long ones are fewer files
 * @param preallocationBytes blocks are asked of the file system in steps of this size, so that a
 *     sync moves neither the file's length nor the allocation map each time
 * @param queueBytes appends wait when so many bytes are queued
 * @param commitBytes the most bytes that share one sync; bounds how long the first of them waits
 * @param reserveBytes free space that only erasing and reclamation may touch, so that a full disk
 *     can be emptied
 * @param capacityBytes what the disk may hold, for several disks on one file system; {@link
 *     Long#MAX_VALUE}: all there is
 * @param replayBytes the index is flushed after so many bytes, so that a start after a crash reads
 *     few records
 * @param indexBufferBytes the index' write buffer, per disk
 * @param readerThreads reads at once; a disk that stalls holds no more threads than these
 * @param readQueueLength reads that may wait for a thread before callers block
 * @param compactBelowLivePercent a sealed container with less live bytes than this is copied out
 * @param reclaimBytesPerRound the most bytes copied in one round of reclamation
 * @param maintenanceInterval how often space is checked, a suspect disk is probed and garbage is
 *     looked for
 */
public record ShardStoreConfig(
    long containerBytes,
    long preallocationBytes,
    long queueBytes,
    long commitBytes,
    long reserveBytes,
    long capacityBytes,
    long replayBytes,
    int indexBufferBytes,
    int readerThreads,
    int readQueueLength,
    int compactBelowLivePercent,
    long reclaimBytesPerRound,
    Duration maintenanceInterval) {
  public static final ShardStoreConfig DEFAULT =
      new ShardStoreConfig(
          256L << 20,
          8L << 20,
          16L << 20,
          8L << 20,
          256L << 20,
          Long.MAX_VALUE,
          64L << 20,
          1 << 20,
          4,
          256,
          50,
          64L << 20,
          Duration.ofSeconds(1));

  public ShardStoreConfig {
    if (containerBytes < 1 << 16 || preallocationBytes < 1 << 12) {
      throw new IllegalArgumentException(
          "a container has at least 64 KiB and grows by at least 4 KiB, found "
              + containerBytes
              + " and "
              + preallocationBytes);
    }
    if (queueBytes < 1 || commitBytes < 1 || reserveBytes < 0 || capacityBytes < 1) {
      throw new IllegalArgumentException("queue, commit, reserve and capacity are not negative");
    }
    if (readerThreads < 1 || readQueueLength < 1) {
      throw new IllegalArgumentException("a disk has at least one reader");
    }
    if (compactBelowLivePercent < 0 || compactBelowLivePercent > 90) {
      throw new IllegalArgumentException(
          "containers are copied out below 0 to 90 percent, found " + compactBelowLivePercent);
    }
  }

  public ShardStoreConfig withContainerBytes(long bytes) {
    return new ShardStoreConfig(
        bytes,
        Math.min(preallocationBytes, bytes),
        queueBytes,
        commitBytes,
        reserveBytes,
        capacityBytes,
        replayBytes,
        indexBufferBytes,
        readerThreads,
        readQueueLength,
        compactBelowLivePercent,
        reclaimBytesPerRound,
        maintenanceInterval);
  }

  public ShardStoreConfig withSpace(long newReserveBytes, long newCapacityBytes) {
    return new ShardStoreConfig(
        containerBytes,
        preallocationBytes,
        queueBytes,
        commitBytes,
        newReserveBytes,
        newCapacityBytes,
        replayBytes,
        indexBufferBytes,
        readerThreads,
        readQueueLength,
        compactBelowLivePercent,
        reclaimBytesPerRound,
        maintenanceInterval);
  }
}
