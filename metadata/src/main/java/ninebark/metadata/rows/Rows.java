package ninebark.metadata.rows;

import java.util.Optional;

/** One consistent state of all rows, sorted by unsigned bytes. */
public interface Rows {
  Optional<byte[]> get(Family family, byte[] key);

  /** The last row whose key is at most {@code atMost} and at least {@code atLeast}. */
  Optional<Row> last(Family family, byte[] atMost, byte[] atLeast);

  /** The rows from {@code from} up to and without {@code until}; standing on the first. */
  Cursor scan(Family family, byte[] from, byte[] until);
}
