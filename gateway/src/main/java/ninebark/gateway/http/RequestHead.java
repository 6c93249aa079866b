package ninebark.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.Target;

/**
 * The head of one request, parsed strictly: RFC 9112 without its leniencies. No folded lines, no
 * bare line feeds, no control characters, no space before a colon, one Host, one way to tell the
 * length of the body.
 */
record RequestHead(
    String method,
    Target target,
    Headers headers,
    Framing framing,
    boolean expectsContinue,
    boolean keepAlive) {

  /** How long the body is. */
  sealed interface Framing {
    record None() implements Framing {}

    record Length(long bytes) implements Framing {}

    record Chunked() implements Framing {}
  }

  private static final int MAX_HEADERS = 200;
  private static final boolean[] TOKEN = new boolean[256];

  static {
    for (int c = '0'; c <= '9'; c++) {
      TOKEN[c] = true;
    }
    for (int c = 'a'; c <= 'z'; c++) {
      TOKEN[c] = true;
      TOKEN[c - 32] = true;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = true;
    }
  }

  /**
   * @param bytes the head up to and including its empty line
   */
  static RequestHead parse(byte[] bytes) throws BadRequestHead {
    int lineEnd = lineEnd(bytes, 0);
    int methodEnd = indexOf(bytes, ' ', 0, lineEnd);
    int targetEnd = indexOf(bytes, ' ', methodEnd + 1, lineEnd);
    if (methodEnd < 1 || targetEnd <= methodEnd + 1) {
      throw new BadRequestHead("The request line is not METHOD SP TARGET SP VERSION.");
    }
    for (int i = 0; i < methodEnd; i++) {
      if (!TOKEN[bytes[i] & 0xFF]) {
        throw new BadRequestHead("The method is not a token.");
      }
    }
    for (int i = methodEnd + 1; i < targetEnd; i++) {
      int c = bytes[i] & 0xFF;
      if (c <= ' ' || c == 127) {
        throw new BadRequestHead("The request target holds a control character.");
      }
    }
    var method = latin(bytes, 0, methodEnd);
    var version = latin(bytes, targetEnd + 1, lineEnd);
    if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
      throw new BadRequestHead("The version is neither HTTP/1.1 nor HTTP/1.0.");
    }
    var target =
        Target.parse(latin(bytes, methodEnd + 1, targetEnd))
            .orElseThrow(() -> new BadRequestHead("The request target does not begin with '/'."));
    var headers = headers(bytes, lineEnd + 2);
    return check(method, target, headers, version.equals("HTTP/1.1"));
  }

  private static Headers headers(byte[] bytes, int start) throws BadRequestHead {
    var headers = Headers.builder();
    int at = start;
    while (true) {
      int end = lineEnd(bytes, at);
      if (end == at) {
        if (end + 2 != bytes.length) {
          throw new BadRequestHead("The head goes on behind its empty line.");
        }
        return headers.build();
      }
      int colon = at;
      while (colon < end && TOKEN[bytes[colon] & 0xFF]) {
        colon++;
      }
      if (colon == at || colon == end || bytes[colon] != ':') {
        throw new BadRequestHead("A header line does not begin with a name and a colon.");
      }
      int from = colon + 1;
      while (from < end && isSpace(bytes[from])) {
        from++;
      }
      int to = end;
      while (to > from && isSpace(bytes[to - 1])) {
        to--;
      }
      for (int i = from; i < to; i++) {
        int c = bytes[i] & 0xFF;
        if ((c < ' ' && c != '\t') || c == 127) {
          throw new BadRequestHead("A header's value holds a control character.");
        }
      }
      if (headers.count() == MAX_HEADERS) {
        throw new BadRequestHead("There are more than " + MAX_HEADERS + " headers.");
      }
      headers.add(latin(bytes, at, colon), latin(bytes, from, to));
      at = end + 2;
    }
  }

  private static RequestHead check(String method, Target target, Headers headers, boolean http11)
      throws BadRequestHead {
    int hosts = headers.all("host").size();
    if (hosts > 1 || (http11 && hosts == 0)) {
      throw new BadRequestHead("There must be exactly one Host header, found " + hosts + ".");
    }
    var lengths = headers.all("content-length");
    var encodings = headers.all("transfer-encoding");
    if (lengths.size() > 1 || encodings.size() > 1 || lengths.size() + encodings.size() > 1) {
      throw new BadRequestHead("The length of the body is told more than once.");
    }
    Framing framing = new Framing.None();
    if (!lengths.isEmpty()) {
      framing = new Framing.Length(length(lengths.getFirst()));
    } else if (!encodings.isEmpty()) {
      if (!http11 || !encodings.getFirst().equalsIgnoreCase("chunked")) {
        throw new BadRequestHead("The only transfer encoding understood is chunked.");
      }
      framing = new Framing.Chunked();
    }
    boolean expects = false;
    for (var expect : headers.all("expect")) {
      if (!expect.equalsIgnoreCase("100-continue")) {
        throw new BadRequestHead("The only expectation understood is 100-continue.");
      }
      expects = http11;
    }
    boolean keepAlive = http11;
    for (var connection : headers.all("connection")) {
      for (var token : connection.toLowerCase(Locale.ROOT).split(",", -1)) {
        // An offer to upgrade is one that a server may pass over, and this one does.
        if (token.strip().equals("close")) {
          keepAlive = false;
        }
      }
    }
    return new RequestHead(method, target, headers, framing, expects, keepAlive);
  }

  private static long length(String text) throws BadRequestHead {
    if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new BadRequestHead("The Content-Length is not a number.");
    }
    return Long.parseLong(text);
  }

  /** Where the line that begins at {@code from} ends, before its CRLF. */
  private static int lineEnd(byte[] bytes, int from) throws BadRequestHead {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        throw new BadRequestHead("A line ends without a carriage return.");
      }
      if (bytes[i] == '\r') {
        if (i + 1 < bytes.length && bytes[i + 1] == '\n') {
          return i;
        }
        throw new BadRequestHead("A carriage return stands alone.");
      }
    }
    throw new BadRequestHead("A line does not end.");
  }

  private static int indexOf(byte[] bytes, char c, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == c) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  private static String latin(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
