package ninebark.bench.client;

import io.netty.buffer.ByteBuf;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Reads HTTP/1.1 responses off a connection, one after the other, looking only at what a load
 * client needs. Threads: one.
 */
final class ResponseParser {
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final int MAX_COLLECTED_BYTES = 64 * 1024 * 1024;
  private static final int MAX_LINE_BYTES = 1024;

  private enum At {
    HEAD,
    FIXED_BODY,
    CHUNK_SIZE,
    CHUNK_DATA,
    CHUNK_END,
    TRAILER,
    BODY_TO_CLOSE,
    COMPLETE
  }

  private enum Sink {
    DISCARD,
    COLLECT,
    VERIFY
  }

  private final ContentPattern pattern;

  private byte[] head = new byte[2048];
  private int headCount;
  private byte[] collected = new byte[1024];
  private int collectedCount;

  private At at = At.COMPLETE;
  private Sink sink = Sink.DISCARD;
  private boolean headRequest;
  private Reading reading = Reading.DISCARD;
  private Reading.Verify expected = new Reading.Verify(0, 0, 0);
  private int status;
  private long contentLength;
  private boolean chunked;
  private boolean keepAlive;
  private String etag = "";
  private String versionId = "";
  private long left;
  private long received;
  private boolean started;
  private String wrong = "";

  ResponseParser(ContentPattern pattern) {
    this.pattern = pattern;
  }

  /** Makes ready for the answer to this request. */
  void expect(Request request) {
    headRequest = request.method().equals("HEAD");
    reading = request.reading();
    headCount = 0;
    collectedCount = 0;
    received = 0;
    started = false;
    wrong = "";
    at = At.HEAD;
  }

  /** True once anything of the answer has arrived. */
  boolean started() {
    return started;
  }

  /** True if the connection may carry another request. */
  boolean keepAlive() {
    return keepAlive;
  }

  Outcome outcome() {
    if (!wrong.isEmpty()) {
      return new Outcome.WrongBytes(wrong);
    }
    return new Outcome.Answer(status, etag, versionId, received, collected, collectedCount);
  }

  /**
   * Takes what arrived.
   *
   * @return true once the answer is whole
   */
  boolean feed(ByteBuf in) throws ProtocolException {
    started = true;
    while (in.isReadable()) {
      switch (at) {
        case HEAD -> readHead(in);
        case FIXED_BODY, CHUNK_DATA -> {
          int count = (int) Math.min(left, in.readableBytes());
          take(in, count);
          left -= count;
          if (left == 0) {
            if (at == At.FIXED_BODY) {
              complete();
            } else {
              headCount = 0;
              at = At.CHUNK_END;
            }
          }
        }
        case BODY_TO_CLOSE -> take(in, in.readableBytes());
        case CHUNK_SIZE -> {
          if (readLine(in)) {
            left = chunkSize();
            headCount = 0;
            at = left == 0 ? At.TRAILER : At.CHUNK_DATA;
          }
        }
        case CHUNK_END -> {
          if (readLine(in)) {
            headCount = 0;
            at = At.CHUNK_SIZE;
          }
        }
        case TRAILER -> {
          if (readLine(in)) {
            if (headCount == 0) {
              complete();
            }
            headCount = 0;
          }
        }
        case COMPLETE -> throw new ProtocolException("the server sent more than its answer");
      }
    }
    return at == At.COMPLETE;
  }

  /**
   * The connection ended.
   *
   * @return true if the answer is whole thereby
   */
  boolean endOfStream() {
    if (at == At.BODY_TO_CLOSE) {
      complete();
    }
    return at == At.COMPLETE;
  }

  private void complete() {
    at = At.COMPLETE;
    if (sink == Sink.VERIFY && wrong.isEmpty() && received != expected.length()) {
      wrong = received + " bytes came instead of " + expected.length();
    }
  }

  private void take(ByteBuf in, int count) throws ProtocolException {
    switch (sink) {
      case DISCARD -> {}
      case COLLECT -> {
        if (collectedCount + (long) count > MAX_COLLECTED_BYTES) {
          throw new ProtocolException("a document of more than " + MAX_COLLECTED_BYTES + " bytes");
        }
        if (collectedCount + count > collected.length) {
          collected =
              Arrays.copyOf(collected, Math.max(collected.length * 2, collectedCount + count));
        }
        in.getBytes(in.readerIndex(), collected, collectedCount, count);
        collectedCount += count;
      }
      case VERIFY -> {
        int within = (int) Math.min(count, Math.max(0, expected.length() - received));
        if (wrong.isEmpty()
            && !pattern.matches(
                expected.variant(), expected.offset() + received, in, in.readerIndex(), within)) {
          wrong = "a byte within offsets " + received + " to " + (received + within) + " is wrong";
        }
      }
    }
    received += count;
    in.skipBytes(count);
  }

  private void readHead(ByteBuf in) throws ProtocolException {
    int before = headCount;
    int count = Math.min(in.readableBytes(), Math.max(512, head.length - before));
    if (before + count > head.length) {
      if (before + count > MAX_HEAD_BYTES) {
        throw new ProtocolException("a response head of more than " + MAX_HEAD_BYTES + " bytes");
      }
      head = Arrays.copyOf(head, Math.max(head.length * 2, before + count));
    }
    in.getBytes(in.readerIndex(), head, before, count);
    headCount = before + count;
    for (int i = Math.max(3, before); i < headCount; i++) {
      if (head[i] == '\n' && head[i - 1] == '\r' && head[i - 2] == '\n' && head[i - 3] == '\r') {
        in.skipBytes(i + 1 - before);
        parseHead(i - 1);
        return;
      }
    }
    in.skipBytes(count);
  }

  /**
   * @param end behind the line end of the last header
   */
  private void parseHead(int end) throws ProtocolException {
    if (end < 14 || head[0] != 'H' || head[4] != '/' || head[5] != '1' || head[8] != ' ') {
      throw new ProtocolException("the server does not speak HTTP/1.1");
    }
    status = (head[9] - '0') * 100 + (head[10] - '0') * 10 + (head[11] - '0');
    contentLength = -1;
    chunked = false;
    keepAlive = head[7] != '0';
    etag = "";
    versionId = "";
    int line = lineEnd(0, end) + 2;
    while (line < end) {
      int lineEnd = lineEnd(line, end);
      header(line, lineEnd);
      line = lineEnd + 2;
    }
    headCount = 0;
    if (status >= 100 && status < 200) {
      at = At.HEAD;
      return;
    }
    chooseSink();
    if (headRequest || status == 204 || status == 304) {
      sink = Sink.DISCARD;
      complete();
    } else if (chunked) {
      at = At.CHUNK_SIZE;
    } else if (contentLength > 0) {
      left = contentLength;
      at = At.FIXED_BODY;
    } else if (contentLength == 0) {
      complete();
    } else {
      keepAlive = false;
      at = At.BODY_TO_CLOSE;
    }
  }

  private void chooseSink() {
    if (status >= 300) {
      sink = Sink.COLLECT;
      return;
    }
    switch (reading) {
      case Reading.Discard() -> sink = Sink.DISCARD;
      case Reading.Collect() -> sink = Sink.COLLECT;
      case Reading.Verify verify -> {
        sink = Sink.VERIFY;
        expected = verify;
      }
    }
  }

  private void header(int from, int to) throws ProtocolException {
    int colon = from;
    while (colon < to && head[colon] != ':') {
      colon++;
    }
    if (colon == to) {
      throw new ProtocolException("a response header without a colon");
    }
    switch (colon - from) {
      case 4 -> {
        if (named("etag", from)) {
          etag = value(colon, to);
        }
      }
      case 10 -> {
        if (named("connection", from)) {
          var value = value(colon, to);
          if (value.equalsIgnoreCase("close")) {
            keepAlive = false;
          } else if (value.equalsIgnoreCase("keep-alive")) {
            keepAlive = true;
          }
        }
      }
      case 14 -> {
        if (named("content-length", from)) {
          contentLength = length(value(colon, to));
        }
      }
      case 16 -> {
        if (named("x-amz-version-id", from)) {
          versionId = value(colon, to);
        }
      }
      case 17 -> {
        if (named("transfer-encoding", from)) {
          chunked = value(colon, to).equalsIgnoreCase("chunked");
        }
      }
      default -> {}
    }
  }

  private boolean named(String name, int from) {
    for (int i = 0; i < name.length(); i++) {
      byte b = head[from + i];
      if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String value(int colon, int to) {
    int from = colon + 1;
    while (from < to && (head[from] == ' ' || head[from] == '\t')) {
      from++;
    }
    int end = to;
    while (end > from && (head[end - 1] == ' ' || head[end - 1] == '\t')) {
      end--;
    }
    return new String(head, from, end - from, StandardCharsets.ISO_8859_1);
  }

  private static long length(String digits) throws ProtocolException {
    try {
      long length = Long.parseLong(digits);
      if (length >= 0) {
        return length;
      }
    } catch (NumberFormatException notANumber) {
      // Said below, as for a negative one.
    }
    throw new ProtocolException("a content-length of '" + digits + "'");
  }

  private int lineEnd(int from, int end) throws ProtocolException {
    for (int i = from; i < end; i++) {
      if (head[i] == '\r') {
        return i;
      }
    }
    throw new ProtocolException("a response head without line ends");
  }

  /** True once {@link #head} holds the whole line, without its end. */
  private boolean readLine(ByteBuf in) throws ProtocolException {
    while (in.isReadable()) {
      byte b = in.readByte();
      if (b == '\n') {
        if (headCount > 0 && head[headCount - 1] == '\r') {
          headCount--;
        }
        return true;
      }
      if (headCount == MAX_LINE_BYTES) {
        throw new ProtocolException("a chunk head of more than " + MAX_LINE_BYTES + " bytes");
      }
      head[headCount++] = b;
    }
    return false;
  }

  private long chunkSize() throws ProtocolException {
    int end = 0;
    while (end < headCount && HexFormat.isHexDigit(head[end])) {
      end++;
    }
    if (end == 0 || end > 15) {
      throw new ProtocolException("a chunk without a size");
    }
    return HexFormat.fromHexDigitsToLong(new String(head, 0, end, StandardCharsets.ISO_8859_1));
  }
}
