/**
 * A disk's directory as a handful of operations: the seam at which tests put a disk that loses
 * power, fills up, lies and fails.
 *
 * <p>Knows nothing of shards. Start at {@link ninebark.storagenode.file.DiskFiles}.
 */
package ninebark.storagenode.file;
