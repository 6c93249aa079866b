package ninebark.metadata;

import java.util.regex.Pattern;

/** A multipart upload's id: 32 hex digits that nobody can guess. */
public record UploadId(String value) implements Comparable<UploadId> {
  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{32}");

  public UploadId {
    if (!isLegal(value)) {
      throw new IllegalArgumentException("an upload id is 32 hex digits, found '" + value + "'");
    }
  }

  public static boolean isLegal(String text) {
    return SHAPE.matcher(text).matches();
  }

  @Override
  public int compareTo(UploadId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
