package ninebark.metadata.wire;

import java.io.IOException;
import ninebark.metadata.Query;

/**
 * A question on its way to the leader.
 *
 * <pre>
 * magic "NBIQ", version 1, the case of {@link Query} and its fields (see {@link RecordCodec}),
 * CRC32C
 * </pre>
 */
public final class QuestionFormat {
  private static final int MAGIC = 0x4e424951;
  private static final int VERSION = 1;

  private QuestionFormat() {}

  public static byte[] encode(Query<?> query) {
    return Sealed.seal(MAGIC, VERSION, to -> RecordCodec.write(to, Query.class, query));
  }

  /**
   * @throws IOException if it is damaged, of another version, or a question not known here
   */
  public static Query<?> decode(byte[] message) throws IOException {
    try (var from = Sealed.open("a question", MAGIC, VERSION, message)) {
      return (Query<?>) RecordCodec.read(from, Query.class);
    }
  }
}
