package ninebark.metadata.rows;

import ninebark.metadata.Content;

/**
 * Where the bytes of an object of one PUT are, or the bytes themselves.
 *
 * <pre>
 * kind 'C', version 1: content
 * </pre>
 */
public final class ContentRow {
  private ContentRow() {}

  public static byte[] encode(byte[] key, Content content) {
    return SealedRow.seal(
        'C',
        1,
        key,
        SharedFields.contentSizeHint(content),
        to -> SharedFields.content(to, content));
  }

  public static Content decode(byte[] key, byte[] value) {
    try (var from = SealedRow.open("a content", 'C', 1, key, value)) {
      return SharedFields.nextContent(from);
    }
  }
}
