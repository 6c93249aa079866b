/**
 * The index's rows on disk: RocksDB without a log of its own, because the Raft log is one.
 *
 * <p>Knows rows and nothing of what they mean. Start at {@link
 * ninebark.metadata.rocks.RocksRowStore}.
 */
package ninebark.metadata.rocks;
