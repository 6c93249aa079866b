/**
 * Makes a lost index again, from the newest copy of it that the disks hold and from what the shards
 * written since tell of themselves.
 *
 * <p>It works while nothing else does: no replica, no gateway. Start at {@link
 * ninebark.metadata.recovery.IndexRecovery}.
 */
package ninebark.metadata.recovery;
