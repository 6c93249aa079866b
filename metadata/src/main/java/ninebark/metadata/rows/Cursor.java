package ninebark.metadata.rows;

/**
 * A walk over the rows of a range, in order. The arrays hold the current row in their first bytes
 * and are used again for the next one. Threads: one.
 */
public interface Cursor extends AutoCloseable {
  /** Whether there is a current row; false once the range has ended. */
  boolean isValid();

  void next();

  /** Moves to the first row at or after this key, within the range. */
  void seek(byte[] key);

  byte[] key();

  int keyLength();

  byte[] value();

  int valueLength();

  @Override
  void close();

  /** A copy of the current row that outlives the walk. */
  default Row row() {
    return new Row(
        java.util.Arrays.copyOf(key(), keyLength()),
        java.util.Arrays.copyOf(value(), valueLength()));
  }
}
