package ninebark.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.util.OptionalLong;
import ninebark.gateway.message.HttpDates;

/** A response head as bytes. What could break out of a header line becomes a space. */
final class ResponseFormat {
  private record Stamp(long second, String text) {}

  private static final int HEAD_BYTES = 512;

  private static volatile Stamp stamp = new Stamp(-1, "");

  private ResponseFormat() {}

  /**
   * @param room for so many bytes that the caller will add
   * @return a buffer on the heap: pooled ones are contended when many virtual threads ask at once
   */
  static ByteBuf head(
      ResponseHead head, OptionalLong length, boolean chunked, boolean close, int room) {
    var out = Unpooled.buffer(HEAD_BYTES + room);
    ascii(out, "HTTP/1.1 ");
    ascii(out, Integer.toString(head.status()));
    out.writeByte(' ');
    ascii(out, reason(head.status()));
    newline(out);
    var headers = head.headers();
    for (int i = 0; i < headers.count(); i++) {
      line(out, headers.name(i), headers.value(i));
    }
    line(out, "date", date());
    line(out, "server", "Ninebark");
    if (chunked) {
      line(out, "transfer-encoding", "chunked");
    } else if (length.isPresent()) {
      line(out, "content-length", Long.toString(length.getAsLong()));
    }
    if (close) {
      line(out, "connection", "close");
    }
    newline(out);
    return out;
  }

  private static void line(ByteBuf out, String name, String value) {
    ascii(out, name);
    out.writeByte(':').writeByte(' ');
    ascii(out, value);
    newline(out);
  }

  private static void newline(ByteBuf out) {
    out.writeByte('\r').writeByte('\n');
  }

  private static void ascii(ByteBuf out, String text) {
    int length = text.length();
    out.ensureWritable(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if ((c >= ' ' && c != 127 && c <= 255) || c == '\t') {
        out.writeByte(c);
      } else {
        out.writeByte(c > 255 ? '?' : ' ');
      }
    }
  }

  private static String date() {
    long second = System.currentTimeMillis() / 1000;
    var known = stamp;
    if (known.second() != second) {
      known = new Stamp(second, HttpDates.http(Instant.ofEpochSecond(second)));
      stamp = known;
    }
    return known.text();
  }

  static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 201 -> "Created";
      case 204 -> "No Content";
      case 206 -> "Partial Content";
      case 301 -> "Moved Permanently";
      case 302 -> "Found";
      case 303 -> "See Other";
      case 304 -> "Not Modified";
      case 307 -> "Temporary Redirect";
      case 308 -> "Permanent Redirect";
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 409 -> "Conflict";
      case 411 -> "Length Required";
      case 412 -> "Precondition Failed";
      case 415 -> "Unsupported Media Type";
      case 416 -> "Requested Range Not Satisfiable";
      case 500 -> "Internal Server Error";
      case 501 -> "Not Implemented";
      case 503 -> "Service Unavailable";
      case 507 -> "Insufficient Storage";
      default -> "Status";
    };
  }
}
