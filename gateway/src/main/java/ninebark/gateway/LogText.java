package ninebark.gateway;

/** What clients chose, made fit for a line of a log: it cannot end the line or steer a terminal. */
final class LogText {
  private LogText() {}

  static String of(String text) {
    var line = new StringBuilder(text.length());
    append(line, text);
    return line.toString();
  }

  /** As JSON has it between quotes. */
  static void append(StringBuilder line, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (isRisky(c)) {
        line.append(String.format("\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
  }

  /** Control characters, line separators, text direction and terminal escapes. */
  private static boolean isRisky(char c) {
    return c < ' '
        || (c >= 0x7F && c < 0xA0)
        || c == 0x061C
        || c == 0x200E
        || c == 0x200F
        || (c >= 0x2028 && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0xFEFF
        || Character.isSurrogate(c);
  }
}
