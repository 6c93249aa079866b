package ninebark.gateway.form;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.ByteSource;
import ninebark.gateway.message.PercentCoding;

/**
 * The parts of a {@code multipart/form-data} body, one after the other as they arrive. Nothing is
 * gathered but one header line at a time: contents are lent on as slices of what arrived. Threads:
 * one.
 *
 * <pre>
 * body = [preamble CRLF] "--" boundary CRLF part *(CRLF "--" boundary CRLF part) CRLF "--" boundary "--"
 * part = *(name ":" value CRLF) CRLF content
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7578">RFC 7578</a>, <a
 *     href="https://www.rfc-editor.org/rfc/rfc2046#section-5.1">RFC 2046 5.1</a>
 */
public final class MultipartReader {
  private static final int MAX_BOUNDARY_CHARS = 70;
  private static final int MAX_LINE_BYTES = 4096;
  private static final int MAX_PART_HEADERS = 16;
  private static final String SIGNS = "'()+_,-./:=? ";

  /**
   * How a part begins.
   *
   * @param name of its form field
   * @param fileName as the browser tells it, perhaps with a path
   */
  public record PartHead(String name, Optional<String> fileName) {}

  private final ByteSource source;
  private final byte[] delimiter;
  private ByteBuffer piece = ByteBuffer.allocate(0);

  /** How much of the delimiter the last bytes that arrived may be. */
  private int matched;

  private boolean inContent = true;
  private boolean ended;

  /**
   * @param boundary from the request's content type
   */
  public MultipartReader(ByteSource source, String boundary) {
    this.source = source;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
    // The first delimiter may stand at the very start, where no line end comes before it.
    this.matched = 2;
  }

  /** The boundary that a content type names, if it is that of a form and the boundary is legal. */
  public static Optional<String> boundary(String contentType) {
    int semicolon = contentType.indexOf(';');
    if (semicolon < 0
        || !contentType.substring(0, semicolon).strip().equalsIgnoreCase("multipart/form-data")) {
      return Optional.empty();
    }
    return parameter(contentType, "boundary").filter(MultipartReader::isLegal);
  }

  private static boolean isLegal(String boundary) {
    return !boundary.isEmpty()
        && boundary.length() <= MAX_BOUNDARY_CHARS
        && !boundary.endsWith(" ")
        && boundary
            .chars()
            .allMatch(
                c ->
                    (c >= '0' && c <= '9')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= 'a' && c <= 'z')
                        || SIGNS.indexOf(c) >= 0);
  }

  /**
   * Goes to the next part, past what is left of this one; empty behind the last.
   *
   * @param limitBytes of what is passed over
   */
  public Optional<PartHead> next(long limitBytes) throws IOException {
    long skipped = 0;
    for (var content = content(); content.hasRemaining(); content = content()) {
      skipped += content.remaining();
      if (skipped > limitBytes) {
        throw S3Error.MAX_POST_PRE_DATA_LENGTH_EXCEEDED
            .exception()
            .with("MaxPostPreDataLengthBytes", Long.toString(limitBytes));
      }
    }
    if (ended) {
      return Optional.empty();
    }
    matched = 0;
    var end = line();
    if (end.startsWith("--")) {
      ended = true;
      return Optional.empty();
    }
    if (!end.isBlank()) {
      throw malformed("A boundary is followed by something else than a line end.");
    }
    return Optional.of(head());
  }

  private PartHead head() throws IOException {
    Optional<String> disposition = Optional.empty();
    int count = 0;
    for (var line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon <= 0 || ++count > MAX_PART_HEADERS) {
        throw malformed("A part of the form has a header that is none, or too many.");
      }
      if (line.substring(0, colon).strip().equalsIgnoreCase("content-disposition")) {
        if (disposition.isPresent()) {
          throw malformed("A part of the form has two names.");
        }
        disposition = Optional.of(line.substring(colon + 1).strip());
      }
    }
    inContent = true;
    var text = disposition.orElseThrow(() -> malformed("A part of the form has no name."));
    if (!text.toLowerCase(Locale.ROOT).startsWith("form-data;")) {
      throw malformed("A part of the form is no form-data.");
    }
    return new PartHead(
        parameter(text, "name").orElseThrow(() -> malformed("A part of the form has no name.")),
        parameter(text, "filename"));
  }

  /**
   * A parameter behind the first semicolon. Browsers escape quotes as {@code %22}, others with a
   * backslash; a backslash before anything else is part of a Windows path.
   */
  static Optional<String> parameter(String header, String wanted) {
    int at = header.indexOf(';');
    while (at >= 0 && at < header.length()) {
      int equals = header.indexOf('=', at);
      if (equals < 0) {
        return Optional.empty();
      }
      var name = header.substring(at + 1, equals).strip();
      var value = new StringBuilder();
      int i = equals + 1;
      while (i < header.length() && header.charAt(i) == ' ') {
        i++;
      }
      if (i < header.length() && header.charAt(i) == '"') {
        i++;
        while (i < header.length() && header.charAt(i) != '"') {
          boolean escape =
              header.charAt(i) == '\\'
                  && i + 1 < header.length()
                  && (header.charAt(i + 1) == '"' || header.charAt(i + 1) == '\\');
          value.append(header.charAt(escape ? i + 1 : i));
          i += escape ? 2 : 1;
        }
        if (i == header.length()) {
          throw malformed("A quote is not closed.");
        }
        at = header.indexOf(';', i);
      } else {
        at = header.indexOf(';', i);
        value.append(header.substring(i, at < 0 ? header.length() : at).strip());
      }
      if (name.equalsIgnoreCase(wanted)) {
        return Optional.of(value.toString().replace("%22", "\""));
      }
    }
    return Optional.empty();
  }

  /** The next piece of this part's content, lent until the next call; without bytes at its end. */
  public ByteBuffer content() throws IOException {
    while (inContent) {
      if (!piece.hasRemaining()) {
        fetch();
      }
      int start = piece.position();
      int held = matched;
      int at = start;
      while (at < piece.limit() && matched < delimiter.length) {
        if (piece.get(at) == delimiter[matched]) {
          matched++;
          at++;
        } else if (matched == 0) {
          at++;
        } else if (held == 0) {
          // Only its first byte is a carriage return, so no shorter match can be under way.
          matched = 0;
        } else {
          // What was held back of pieces before was no delimiter, but looked like its beginning.
          matched = 0;
          return ByteBuffer.wrap(delimiter, 0, held).slice();
        }
      }
      int end = held > 0 ? start : at - matched;
      if (matched == delimiter.length) {
        inContent = false;
        matched = 0;
      }
      piece.position(at);
      if (end > start) {
        return piece.slice(start, end - start);
      }
    }
    return ByteBuffer.allocate(0);
  }

  /** Passes over what stands behind the last boundary. */
  void finish(long limitBytes) throws IOException {
    long skipped = piece.remaining();
    piece = source.next();
    while (piece.hasRemaining()) {
      skipped += piece.remaining();
      if (skipped > limitBytes) {
        throw malformed("Too much stands behind the form.");
      }
      piece = source.next();
    }
  }

  private void fetch() throws IOException {
    piece = source.next();
    if (!piece.hasRemaining()) {
      throw malformed("The form ends without its closing boundary.");
    }
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream(128);
    int before = 0;
    while (true) {
      if (!piece.hasRemaining()) {
        fetch();
      }
      int b = piece.get();
      if (b == '\n' && before == '\r') {
        break;
      }
      if (before == '\r') {
        throw malformed("A line of the form is broken by a carriage return.");
      }
      // The closing boundary may be the end of all, without a line end behind it.
      if (b == '-' && before == '-' && line.size() == 1) {
        return "--";
      }
      if (b != '\r') {
        if (line.size() == MAX_LINE_BYTES || b == 0 || b == '\n') {
          throw malformed("A header of the form is too long or holds what it cannot.");
        }
        line.write(b);
      }
      before = b;
    }
    return PercentCoding.utf8(ByteBuffer.wrap(line.toByteArray()))
        .orElseThrow(() -> malformed("A header of the form is not UTF-8."));
  }

  private static S3Exception malformed(String message) {
    return S3Error.MALFORMED_POST_REQUEST.because(message);
  }
}
