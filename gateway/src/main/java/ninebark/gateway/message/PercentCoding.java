package ninebark.gateway.message;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Percent-encoding as URIs and Signature Version 4 have it: strict on the way in (bad escapes,
 * overlong or broken UTF-8 are refused), one spelling on the way out.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html">UriEncode</a>
 */
public final class PercentCoding {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();
  private static final boolean[] UNRESERVED = new boolean[128];

  static {
    for (char c = '0'; c <= '9'; c++) {
      UNRESERVED[c] = true;
    }
    for (char c = 'A'; c <= 'Z'; c++) {
      UNRESERVED[c] = true;
      UNRESERVED[c + 32] = true;
    }
    for (char c : "-._~".toCharArray()) {
      UNRESERVED[c] = true;
    }
  }

  private PercentCoding() {}

  /** What a piece of a path stands for; a plus is a plus. Empty if it is not legal. */
  public static Optional<String> decodePath(String raw) {
    return decode(raw, false);
  }

  /** What a piece of a query stands for; a plus is a space. Empty if it is not legal. */
  public static Optional<String> decodeQuery(String raw) {
    return decode(raw, true);
  }

  private static Optional<String> decode(String raw, boolean plusIsSpace) {
    int length = raw.length();
    int plain = 0;
    while (plain < length && isPlain(raw.charAt(plain), plusIsSpace)) {
      plain++;
    }
    if (plain == length) {
      return Optional.of(raw);
    }
    var bytes = new byte[length];
    int count = 0;
    for (int i = 0; i < length; i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        if (i + 2 >= length) {
          return Optional.empty();
        }
        int high = Character.digit(raw.charAt(i + 1), 16);
        int low = Character.digit(raw.charAt(i + 2), 16);
        if (high < 0 || low < 0 || raw.charAt(i + 1) > 'f' || raw.charAt(i + 2) > 'f') {
          return Optional.empty();
        }
        bytes[count++] = (byte) ((high << 4) | low);
        i += 2;
      } else if (c == '+' && plusIsSpace) {
        bytes[count++] = ' ';
      } else if (c > 255) {
        return Optional.empty();
      } else {
        bytes[count++] = (byte) c;
      }
    }
    return utf8(ByteBuffer.wrap(bytes, 0, count));
  }

  private static boolean isPlain(char c, boolean plusIsSpace) {
    return c < 128 && c != '%' && !(c == '+' && plusIsSpace);
  }

  /** The text of these bytes, empty if they are not UTF-8. */
  public static Optional<String> utf8(ByteBuffer bytes) {
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException broken) {
      return Optional.empty();
    }
  }

  /** UriEncode: everything but the unreserved characters is escaped. */
  public static String encode(String text) {
    return encode(text, false);
  }

  /** UriEncode for object keys: slashes stay. */
  public static String encodePath(String text) {
    return encode(text, true);
  }

  private static String encode(String text, boolean slashStays) {
    int length = text.length();
    int plain = 0;
    while (plain < length && stays(text.charAt(plain), slashStays)) {
      plain++;
    }
    if (plain == length) {
      return text;
    }
    var out = new StringBuilder(length + 16).append(text, 0, plain);
    for (int i = plain; i < length; ) {
      char c = text.charAt(i);
      if (stays(c, slashStays)) {
        out.append(c);
        i++;
      } else {
        int width = Character.charCount(text.codePointAt(i));
        var bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text, i, i + width));
        while (bytes.hasRemaining()) {
          int value = bytes.get() & 0xFF;
          out.append('%').append(HEX[value >> 4]).append(HEX[value & 15]);
        }
        i += width;
      }
    }
    return out.toString();
  }

  private static boolean stays(char c, boolean slashStays) {
    return (c < 128 && UNRESERVED[c]) || (c == '/' && slashStays);
  }
}
