/**
 * Copies of the index, stored as stripes on the disks at intervals, for the day when all replicas
 * are lost.
 *
 * <p>It knows neither how a lost index is found again ({@link ninebark.metadata.recovery}) nor
 * Raft. Start at {@link ninebark.metadata.snapshot.IndexSnapshots}.
 */
package ninebark.metadata.snapshot;
