package ninebark.gateway.operation;

import java.io.IOException;
import java.nio.ByteBuffer;
import ninebark.gateway.message.ByteSource;

/**
 * A source whose first bytes are read before anyone asks, to learn whether there are more. Threads:
 * one.
 */
final class ReadAhead implements ByteSource {
  private final ByteSource source;
  private final ByteBuffer ahead;
  private final boolean all;

  /** What of the last piece did not fit. */
  private ByteBuffer rest = ByteBuffer.allocate(0);

  /**
   * @param most bytes that are read ahead and held
   */
  ReadAhead(ByteSource source, int most) throws IOException {
    this.source = source;
    this.ahead = ByteBuffer.allocate(most);
    boolean ended = false;
    while (ahead.hasRemaining() && !ended) {
      rest = source.next();
      ended = !rest.hasRemaining();
      int count = Math.min(ahead.remaining(), rest.remaining());
      ahead.put(rest.slice(rest.position(), count));
      rest.position(rest.position() + count);
    }
    ahead.flip();
    this.all = ended;
  }

  /** Whether everything there is was read. */
  boolean isAll() {
    return all;
  }

  /** Of what was read. */
  long length() {
    return ahead.limit();
  }

  @Override
  public ByteBuffer next() throws IOException {
    if (ahead.hasRemaining()) {
      var first = ahead.slice();
      ahead.position(ahead.limit());
      return first;
    }
    if (rest.hasRemaining()) {
      var second = rest.slice();
      rest = ByteBuffer.allocate(0);
      return second;
    }
    return all ? ByteBuffer.allocate(0) : source.next();
  }
}
