package ninebark.storagenode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The checked bytes of a range, piece by piece, with the next piece read while one is in use.
 * Threads: one.
 */
public interface StripeReader extends AutoCloseable {
  /** Some checked bytes, lent until closed. Closing is safe from any thread. */
  interface Piece extends AutoCloseable {
    /** A direct, read-only buffer. */
    ByteBuffer bytes();

    @Override
    void close();
  }

  /**
   * The next piece, empty at the end of the range.
   *
   * @throws IOException if too many shards are missing or damaged to give back the bytes
   */
  Optional<Piece> next() throws IOException;

  @Override
  void close();
}
