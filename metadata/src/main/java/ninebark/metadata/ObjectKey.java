package ninebark.metadata;

import java.nio.charset.StandardCharsets;

/**
 * An object's key: 1 to 1,024 bytes of UTF-8, any characters, never a path. Keys sort by their
 * UTF-8 bytes.
 */
public record ObjectKey(String value) {
  public static final int MAX_BYTES = 1024;

  public ObjectKey {
    int bytes = utf8(value).length;
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException("a key has 1 to " + MAX_BYTES + " bytes, found " + bytes);
    }
  }

  public byte[] utf8() {
    return utf8(value);
  }

  private static byte[] utf8(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return value;
  }
}
