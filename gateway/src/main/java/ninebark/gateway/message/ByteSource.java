package ninebark.gateway.message;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes that arrive piece by piece. Threads: one. */
public interface ByteSource {
  /** Nothing at all. */
  ByteSource EMPTY = () -> ByteBuffer.allocate(0);

  /**
   * Waits for the next piece, lent until the next call. A buffer without bytes means the end, and
   * stays the answer from then on.
   */
  ByteBuffer next() throws IOException;

  /** All bytes of {@code bytes} as one piece. */
  static ByteSource of(byte[] bytes) {
    var whole = ByteBuffer.wrap(bytes);
    return new ByteSource() {
      private boolean given;

      @Override
      public ByteBuffer next() {
        if (given) {
          return ByteBuffer.allocate(0);
        }
        given = true;
        return whole;
      }
    };
  }
}
