package ninebark.metadata.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Which keys a listing is about, and which of them it rolls up. Works on UTF-8 bytes. */
final class KeyRange {
  private final byte[] prefix;
  private final byte[] delimiter;

  KeyRange(String prefix, String delimiter) {
    this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
    this.delimiter = delimiter.getBytes(StandardCharsets.UTF_8);
  }

  /** Lent, never changed. */
  byte[] prefix() {
    return prefix;
  }

  boolean covers(byte[] name) {
    return name.length >= prefix.length
        && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
  }

  /** How long the common prefix is that this name is rolled up into, 0 for none. */
  int rolledUp(byte[] name, int length) {
    if (delimiter.length == 0) {
      return 0;
    }
    for (int at = prefix.length; at + delimiter.length <= length; at++) {
      if (Arrays.equals(name, at, at + delimiter.length, delimiter, 0, delimiter.length)) {
        return at + delimiter.length;
      }
    }
    return 0;
  }
}
