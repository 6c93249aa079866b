package ninebark.metadata;

/**
 * The name of one configuration document of a bucket: {@code cors}, {@code lifecycle}, {@code
 * inventory/daily}. The index keeps documents as they came and does not read them.
 *
 * @param kind the S3 sub-resource it belongs to
 * @param id for the kinds of which a bucket may have several; else empty
 */
public record DocumentName(String kind, String id) {
  public static final int MAX_BYTES = 2 << 20;

  public DocumentName {
    if (kind.isEmpty() || kind.indexOf('/') >= 0) {
      throw new IllegalArgumentException("a document's kind has no slash, found '" + kind + "'");
    }
  }

  public static DocumentName of(String kind) {
    return new DocumentName(kind, "");
  }
}
