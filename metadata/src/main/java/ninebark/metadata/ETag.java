package ninebark.metadata;

/**
 * An entity tag without its quotes: the MD5 in hex, with {@code -N} behind it for N multipart
 * parts.
 */
public record ETag(String value) {
  public ETag {
    if (value.isEmpty() || value.indexOf('"') >= 0) {
      throw new IllegalArgumentException(
          "an ETag has characters and no quotes, found '" + value + "'");
    }
  }

  /** As HTTP headers and XML carry it. */
  public String quoted() {
    return '"' + value + '"';
  }

  @Override
  public String toString() {
    return value;
  }
}
