package ninebark.metadata.rows;

/**
 * A bucket's configuration document, word for word.
 *
 * <pre>
 * kind 'T', version 1: its text
 * </pre>
 */
public final class DocumentRow {
  private DocumentRow() {}

  public static byte[] encode(byte[] key, String text) {
    return SealedRow.seal('T', 1, key, text.length() + 16, to -> to.writeString(text));
  }

  public static String decode(byte[] key, byte[] value) {
    try (var from = SealedRow.open("a document's", 'T', 1, key, value)) {
      return Cbor.nextString(from);
    }
  }
}
