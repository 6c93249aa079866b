package ninebark.storagenode;

import java.util.Arrays;

/**
 * What the last stripe of an object or part tells of it besides its bytes, so that it could be
 * named again without the index. Storage nodes keep it and do not know what it says.
 */
public final class Description {
  /** What a shard's header has room for beside a key and checksums. */
  public static final int MAX_BYTES = 32 << 10;

  public static final Description NONE = new Description(new byte[0]);

  private final byte[] bytes;

  private Description(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @throws IllegalArgumentException if there are more bytes than {@link #MAX_BYTES}
   */
  public static Description of(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a description has at most " + MAX_BYTES + " bytes, found " + bytes.length);
    }
    return bytes.length == 0 ? NONE : new Description(bytes.clone());
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  public int length() {
    return bytes.length;
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Description that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
