package ninebark.metadata.rows;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonToken;

/**
 * What the commands of one batch were answered, kept until their submitter has heard it; and what
 * one completed upload was answered.
 *
 * <pre>
 * kind 'R', version 1: [reply, ...], see {@link ReplyFormat}
 * </pre>
 */
public final class RepliesRow {
  private RepliesRow() {}

  public static byte[] encode(byte[] key, List<?> replies) {
    return SealedRow.seal(
        'R',
        1,
        key,
        replies.size() * 64 + 8,
        to -> {
          to.writeStartArray(null, replies.size());
          for (var reply : replies) {
            ReplyFormat.write(to, reply);
          }
          to.writeEndArray();
        });
  }

  public static List<Object> decode(byte[] key, byte[] value) {
    try (var from = SealedRow.open("a reply", 'R', 1, key, value)) {
      Cbor.expectNext(from, JsonToken.START_ARRAY);
      var replies = new ArrayList<Object>();
      while (from.nextToken() != JsonToken.END_ARRAY) {
        replies.add(ReplyFormat.read(from));
      }
      return replies;
    }
  }
}
