package ninebark.metadata.rows;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import ninebark.metadata.Command;

/**
 * One Raft entry: a batch of commands from one submitter.
 *
 * <pre>
 * offset  bytes  what (big-endian)
 *      0      4  magic "NBIE"
 *      4      1  version, now 1
 *      5     16  submitter
 *     21      8  sequence of the batch, from 1
 *     29      8  watermark: the submitter has heard the replies of all batches up to here
 *     37      8  time, milliseconds since 1970, as the submitter's clock said
 *     45      4  how many commands
 *     49         for each: length (4), CBOR of {@link CommandFormat}
 *    end     16  the first half of the SHA-256 of all bytes before
 * </pre>
 *
 * Raft's own CRC-32C lets one damaged entry in four thousand million through; this digest none.
 */
public final class EntryFormat {
  private static final int MAGIC = 0x4e424945;
  private static final byte VERSION = 1;
  private static final int HEAD_BYTES = 49;
  private static final int DIGEST_BYTES = 16;

  /** What an entry takes beyond the commands in it. */
  public static final int OVERHEAD_BYTES = HEAD_BYTES + DIGEST_BYTES;

  /** What a command takes beyond its CBOR. */
  public static final int COMMAND_OVERHEAD_BYTES = 4;

  private EntryFormat() {}

  /** Who sent a batch, and which. */
  public record Envelope(UUID submitter, long sequence, long watermark, long timeMillis) {}

  /** A batch as it is applied. */
  public record Entry(Envelope envelope, List<Command<?>> commands) {}

  /** Joins commands that {@link CommandFormat} has encoded. */
  public static byte[] encode(Envelope envelope, List<byte[]> commands) {
    int size = OVERHEAD_BYTES;
    for (var command : commands) {
      size += COMMAND_OVERHEAD_BYTES + command.length;
    }
    var buffer = ByteBuffer.allocate(size);
    buffer
        .putInt(MAGIC)
        .put(VERSION)
        .putLong(envelope.submitter.getMostSignificantBits())
        .putLong(envelope.submitter.getLeastSignificantBits())
        .putLong(envelope.sequence)
        .putLong(envelope.watermark)
        .putLong(envelope.timeMillis)
        .putInt(commands.size());
    for (var command : commands) {
      buffer.putInt(command.length).put(command);
    }
    buffer.put(digest(buffer.array(), size - DIGEST_BYTES), 0, DIGEST_BYTES);
    return buffer.array();
  }

  public static Entry decode(byte[] bytes) {
    if (bytes.length < OVERHEAD_BYTES || ByteBuffer.wrap(bytes).getInt() != MAGIC) {
      throw new DamagedRowException("a log entry is not one of Ninebark's");
    }
    if (bytes[4] != VERSION) {
      throw new DamagedRowException(
          "a log entry has version "
              + bytes[4]
              + ", this program knows up to "
              + VERSION
              + ": it was written by a newer Ninebark");
    }
    int sealed = bytes.length - DIGEST_BYTES;
    if (!Arrays.equals(digest(bytes, sealed), 0, DIGEST_BYTES, bytes, sealed, bytes.length)) {
      throw new DamagedRowException("a log entry is damaged: its digest is wrong");
    }
    var buffer = ByteBuffer.wrap(bytes, 5, sealed - 5);
    var envelope =
        new Envelope(
            new UUID(buffer.getLong(), buffer.getLong()),
            buffer.getLong(),
            buffer.getLong(),
            buffer.getLong());
    int count = buffer.getInt();
    var commands = new ArrayList<Command<?>>(count);
    for (int at = 0; at < count; at++) {
      int length = buffer.getInt();
      commands.add(CommandFormat.decode(bytes, buffer.position(), length));
      buffer.position(buffer.position() + length);
    }
    return new Entry(envelope, commands);
  }

  private static byte[] digest(byte[] bytes, int length) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      sha.update(bytes, 0, length);
      return sha.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
