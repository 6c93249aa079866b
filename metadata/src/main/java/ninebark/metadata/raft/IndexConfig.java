package ninebark.metadata.raft;

import java.time.Duration;

/**
 * The limits and sizes of an index replica.
 *
 * @param maxEntryCommands the most commands packed into one Raft entry
 * @param maxEntryBytes the most bytes packed into one Raft entry; one command may be larger
 * @param maxCommandBytes the largest command: a CompleteMultipartUpload of 10,000 parts, or a part
 *     of 5 GiB in many stripes, needs some 500 KiB
 * @param entriesInFlight how many entries may wait for their agreement at once
 * @param queueCommands how many commands may wait to be packed; more are refused with SlowDown
 * @param queueBytes how many bytes of commands may wait to be packed
 * @param submitTimeout how long a command may take before its outcome is given up as unknown
 * @param snapshotEntries after so many entries the rows are flushed, so that a restart replays less
 * @param snapshotBytes the same, after so many bytes of entries
 * @param logTailEntries how many entries before a snapshot stay in the log for replicas that lag
 * @param logSegmentBytes how large a file of the log grows
 * @param memtableBytes how large the memtable of one kind of rows grows before all are flushed
 * @param drainTimeout how long closing waits for commands and questions under way
 */
public record IndexConfig(
    int maxEntryCommands,
    int maxEntryBytes,
    int maxCommandBytes,
    int entriesInFlight,
    int queueCommands,
    int queueBytes,
    Duration submitTimeout,
    long snapshotEntries,
    long snapshotBytes,
    int logTailEntries,
    int logSegmentBytes,
    long memtableBytes,
    Duration drainTimeout) {

  public IndexConfig {
    requirePositive("maxEntryCommands", maxEntryCommands);
    requirePositive("maxEntryBytes", maxEntryBytes);
    requirePositive("maxCommandBytes", maxCommandBytes);
    requirePositive("entriesInFlight", entriesInFlight);
    requirePositive("queueCommands", queueCommands);
    requirePositive("queueBytes", queueBytes);
    requirePositive("submitTimeout", submitTimeout.toMillis());
    requirePositive("snapshotEntries", snapshotEntries);
    requirePositive("snapshotBytes", snapshotBytes);
    requirePositive("logTailEntries", logTailEntries);
    requirePositive("logSegmentBytes", logSegmentBytes);
    requirePositive("memtableBytes", memtableBytes);
    requirePositive("drainTimeout", drainTimeout.toMillis());
    if (logSegmentBytes < maxEntryBytes || logSegmentBytes < maxCommandBytes) {
      throw new IllegalArgumentException(
          "logSegmentBytes must hold an entry: it is "
              + logSegmentBytes
              + ", maxEntryBytes is "
              + maxEntryBytes
              + " and maxCommandBytes "
              + maxCommandBytes);
    }
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, found " + value);
    }
  }

  /** What a store in one process of 512 MiB uses. */
  public static final IndexConfig DEFAULT =
      new IndexConfig(
          1_000,
          1 << 20,
          4 << 20,
          1,
          10_000,
          32 << 20,
          Duration.ofSeconds(30),
          100_000,
          128L << 20,
          100,
          16 << 20,
          16L << 20,
          Duration.ofSeconds(10));

  /** The same with other snapshot thresholds and log sizes; tests make them small. */
  public IndexConfig withSnapshots(long entries, long bytes, int tailEntries, int segmentBytes) {
    return new IndexConfig(
        maxEntryCommands,
        Math.min(maxEntryBytes, segmentBytes),
        Math.min(maxCommandBytes, segmentBytes),
        entriesInFlight,
        queueCommands,
        queueBytes,
        submitTimeout,
        entries,
        bytes,
        tailEntries,
        segmentBytes,
        memtableBytes,
        drainTimeout);
  }

  /** The same with another patience for one command or question. */
  public IndexConfig withSubmitTimeout(Duration timeout) {
    return new IndexConfig(
        maxEntryCommands,
        maxEntryBytes,
        maxCommandBytes,
        entriesInFlight,
        queueCommands,
        queueBytes,
        timeout,
        snapshotEntries,
        snapshotBytes,
        logTailEntries,
        logSegmentBytes,
        memtableBytes,
        drainTimeout);
  }

  /** The same with other limits of the queue. */
  public IndexConfig withQueue(int commands, int bytes) {
    return new IndexConfig(
        maxEntryCommands,
        maxEntryBytes,
        maxCommandBytes,
        entriesInFlight,
        commands,
        bytes,
        submitTimeout,
        snapshotEntries,
        snapshotBytes,
        logTailEntries,
        logSegmentBytes,
        memtableBytes,
        drainTimeout);
  }
}
