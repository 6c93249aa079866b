/**
 * The bytes of the index: how rows sort, how each value and each Raft entry is written.
 *
 * <p>Every format is a class whose javadoc is its table. Nothing here decides anything, and nothing
 * here knows RocksDB or Ratis.
 *
 * <p>Start at {@link ninebark.metadata.rows.Rows}, then {@link ninebark.metadata.rows.RowKeys}.
 */
package ninebark.metadata.rows;
