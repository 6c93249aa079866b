package ninebark.metadata.wire;

import java.io.IOException;
import java.util.List;
import ninebark.metadata.rows.DamagedRowException;
import ninebark.metadata.rows.RepliesRow;

/**
 * What one entry came to, as its submitter in another process hears it.
 *
 * <pre>
 * magic "NBIR", version 1, then
 * 1  the replies, as {@link RepliesRow} writes them for an empty key
 * 2  the entry came before and its replies are forgotten
 * and a CRC32C
 * </pre>
 */
public final class OutcomeFormat {
  private static final int MAGIC = 0x4e424952;
  private static final int VERSION = 1;
  private static final int REPLIES = 1;
  private static final int FORGOTTEN = 2;
  private static final byte[] NO_KEY = {};

  private OutcomeFormat() {}

  /** What is told of an entry. */
  public sealed interface Told {
    record Replies(List<Object> replies) implements Told {}

    record Forgotten() implements Told {}
  }

  public static byte[] encode(Told told) {
    return Sealed.seal(
        MAGIC,
        VERSION,
        to -> {
          switch (told) {
            case Told.Replies(var replies) -> {
              to.writeByte(REPLIES);
              to.write(RepliesRow.encode(NO_KEY, replies));
            }
            case Told.Forgotten() -> to.writeByte(FORGOTTEN);
          }
        });
  }

  public static Told decode(byte[] message) throws IOException {
    try (var from = Sealed.open("a reply", MAGIC, VERSION, message)) {
      int kind = from.readUnsignedByte();
      return switch (kind) {
        case REPLIES -> new Told.Replies(RepliesRow.decode(NO_KEY, from.readAllBytes()));
        case FORGOTTEN -> new Told.Forgotten();
        default -> throw new IOException("a reply of the index is of unknown kind " + kind);
      };
    } catch (DamagedRowException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
