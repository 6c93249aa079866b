package ninebark.bench.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;

/** As much of S3 as the load client needs, in memory, on a port of its own. */
public final class FakeS3 implements AutoCloseable {
  /** A request as it arrived, its framing taken off. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Seen(
      String method, String path, String query, Map<String, String> headers, byte[] body) {}

  /** An answer. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Reply(int status, Map<String, String> headers, byte[] body) {
    public static Reply xml(int status, String xml) {
      return new Reply(status, Map.of(), xml.getBytes(StandardCharsets.UTF_8));
    }

    public static Reply error(int status, String code, String message) {
      return xml(
          status,
          "<?xml version=\"1.0\"?><Error><Code>"
              + code
              + "</Code><Message>"
              + message
              + "</Message></Error>");
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Version(String id, byte[] body) {}

  private static final Pattern KEY =
      Pattern.compile("<Key>(.*?)</Key>(?:<VersionId>(.*?)</VersionId>)?");

  private final ServerSocket server;
  private final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<String, List<Version>> versions =
      new ConcurrentSkipListMap<>();
  private final Map<String, Map<Integer, byte[]>> uploads = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  public final AtomicInteger connections = new AtomicInteger();
  public final AtomicInteger requests = new AtomicInteger();
  public final List<Seen> seen = new CopyOnWriteArrayList<>();
  private volatile boolean bucketExists;
  private volatile boolean versioned;
  private volatile boolean remember;
  private volatile boolean chunkedReplies;
  private volatile Function<Seen, Optional<Reply>> trouble = request -> Optional.empty();

  public FakeS3() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public Endpoint endpoint() {
    return new Endpoint(false, "127.0.0.1", server.getLocalPort());
  }

  public ConcurrentSkipListMap<String, byte[]> objects() {
    return objects;
  }

  public boolean bucketExists() {
    return bucketExists;
  }

  /** Answers in another way than it should. */
  public FakeS3 trouble(Function<Seen, Optional<Reply>> other) {
    trouble = other;
    return this;
  }

  public FakeS3 remembering() {
    remember = true;
    return this;
  }

  public FakeS3 chunkedReplies() {
    chunkedReplies = true;
    return this;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
      var out = socket.getOutputStream();
      while (true) {
        var request = read(in);
        if (request.isEmpty()) {
          return;
        }
        requests.incrementAndGet();
        if (remember) {
          seen.add(request.get());
        }
        var reply = trouble.apply(request.get()).orElseGet(() -> answer(request.get()));
        if (reply.status() == 0) {
          return;
        }
        write(reply, request.get().method().equals("HEAD"), out);
      }
    } catch (IOException gone) {
      // The client has what it wanted.
    }
  }

  private static Optional<Seen> read(InputStream in) throws IOException {
    var start = line(in);
    if (start.isEmpty()) {
      return Optional.empty();
    }
    var words = start.split(" ", -1);
    var headers = new LinkedHashMap<String, String>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    var body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    if (headers.getOrDefault("content-encoding", "").equals("aws-chunked")) {
      body = unframe(body, headers);
    }
    int question = words[1].indexOf('?');
    return Optional.of(
        new Seen(
            words[0],
            question < 0 ? words[1] : words[1].substring(0, question),
            question < 0 ? "" : words[1].substring(question + 1),
            headers,
            body));
  }

  private static byte[] unframe(byte[] framed, Map<String, String> headers) throws IOException {
    var in = new java.io.ByteArrayInputStream(framed);
    var body = new ByteArrayOutputStream();
    while (true) {
      var head = line(in);
      int semicolon = head.indexOf(';');
      int size = Integer.parseInt(semicolon < 0 ? head : head.substring(0, semicolon), 16);
      if (size == 0) {
        break;
      }
      body.write(in.readNBytes(size));
      if (!line(in).isEmpty()) {
        throw new IOException("a chunk is longer than it says");
      }
    }
    for (var trailer = line(in); !trailer.isEmpty(); trailer = line(in)) {
      headers.put(
          trailer.substring(0, trailer.indexOf(':')), trailer.substring(trailer.indexOf(':') + 1));
    }
    if (in.available() > 0) {
      throw new IOException("more than the body");
    }
    return body.toByteArray();
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }

  private void write(Reply reply, boolean head, OutputStream out) throws IOException {
    var text = new StringBuilder("HTTP/1.1 ").append(reply.status()).append(" Whatever\r\n");
    reply
        .headers()
        .forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    var bytes = new ByteArrayOutputStream();
    if (chunkedReplies && !head && reply.body().length > 1) {
      text.append("Transfer-Encoding: chunked\r\n\r\n");
      bytes.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
      int half = reply.body().length / 2;
      chunk(reply.body(), 0, half, bytes);
      chunk(reply.body(), half, reply.body().length - half, bytes);
      bytes.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    } else {
      text.append("Content-Length: ").append(reply.body().length).append("\r\n\r\n");
      bytes.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
      if (!head) {
        bytes.write(reply.body());
      }
    }
    out.write(bytes.toByteArray());
  }

  private static void chunk(byte[] body, int from, int count, ByteArrayOutputStream out)
      throws IOException {
    out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    out.write(body, from, count);
    out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
  }

  private Reply answer(Seen request) {
    var query = query(request.query());
    var key = request.path().substring(1);
    int slash = key.indexOf('/');
    if (slash < 0) {
      return bucket(request, query);
    }
    key = URLDecoder.decode(key.substring(slash + 1), StandardCharsets.UTF_8);
    if (query.containsKey("uploads") || query.containsKey("uploadId")) {
      return upload(request, query, key);
    }
    return object(request, query, key);
  }

  private Reply bucket(Seen request, Map<String, String> query) {
    return switch (request.method()) {
      case "PUT" -> {
        if (query.containsKey("versioning")) {
          versioned = true;
        } else {
          bucketExists = true;
        }
        yield Reply.xml(200, "");
      }
      case "DELETE" -> {
        bucketExists = false;
        yield Reply.xml(204, "");
      }
      case "POST" -> {
        var keys = KEY.matcher(new String(request.body(), StandardCharsets.UTF_8));
        while (keys.find()) {
          delete(keys.group(1), Optional.ofNullable(keys.group(2)));
        }
        yield Reply.xml(200, "<DeleteResult/>");
      }
      default -> list(query);
    };
  }

  private Reply list(Map<String, String> query) {
    if (!bucketExists) {
      return Reply.error(404, "NoSuchBucket", "The specified bucket does not exist");
    }
    var prefix = query.getOrDefault("prefix", "");
    var xml = new StringBuilder("<ListBucketResult>");
    if (query.containsKey("versions")) {
      versions.forEach(
          (key, all) ->
              all.forEach(
                  version ->
                      xml.append("<Version><Key>")
                          .append(key)
                          .append("</Key><VersionId>")
                          .append(version.id())
                          .append("</VersionId></Version>")));
      return Reply.xml(200, xml.append("</ListBucketResult>").toString());
    }
    if (query.containsKey("uploads")) {
      return Reply.xml(200, "<ListMultipartUploadsResult/>");
    }
    int most = Integer.parseInt(query.getOrDefault("max-keys", "1000"));
    var after = query.getOrDefault("continuation-token", query.getOrDefault("start-after", prefix));
    int count = 0;
    var last = "";
    for (var key : objects.tailMap(after, false).keySet()) {
      if (!key.startsWith(prefix)) {
        break;
      }
      if (count == most) {
        xml.append("<NextContinuationToken>").append(last).append("</NextContinuationToken>");
        break;
      }
      count++;
      last = key;
      xml.append("<Contents><Key>").append(key).append("</Key></Contents>");
    }
    return Reply.xml(200, xml.append("</ListBucketResult>").toString());
  }

  private Reply upload(Seen request, Map<String, String> query, String key) {
    if (request.method().equals("POST") && query.containsKey("uploads")) {
      var id = "upload-" + ids.incrementAndGet();
      uploads.put(id, new HashMap<>());
      return Reply.xml(200, "<X><UploadId>" + id + "</UploadId></X>");
    }
    var parts = uploads.get(query.get("uploadId"));
    if (parts == null) {
      return Reply.error(404, "NoSuchUpload", "The upload does not exist");
    }
    if (request.method().equals("PUT")) {
      parts.put(Integer.parseInt(query.get("partNumber")), request.body());
      return new Reply(200, Map.of("ETag", "\"part\""), new byte[0]);
    }
    var whole = new ByteArrayOutputStream();
    for (int i = 1; i <= parts.size(); i++) {
      whole.writeBytes(parts.get(i));
    }
    objects.put(key, whole.toByteArray());
    return Reply.xml(200, "<X><ETag>\"whole\"</ETag></X>");
  }

  private Reply object(Seen request, Map<String, String> query, String key) {
    var versionId = Optional.ofNullable(query.get("versionId"));
    var stored =
        versionId.isPresent()
            ? versions.getOrDefault(key, List.of()).stream()
                .filter(version -> version.id().equals(versionId.get()))
                .map(Version::body)
                .findFirst()
            : Optional.ofNullable(objects.get(key));
    return switch (request.method()) {
      case "PUT" -> put(request, key, stored);
      case "DELETE" -> {
        delete(key, versionId);
        yield Reply.xml(204, "");
      }
      default -> {
        if (stored.isEmpty()) {
          yield Reply.error(404, "NoSuchKey", "The specified key does not exist.");
        }
        if (request.headers().containsKey("if-none-match")) {
          yield Reply.xml(304, "");
        }
        var range = request.headers().get("range");
        if (range == null) {
          yield new Reply(200, Map.of("ETag", "\"e\""), stored.get());
        }
        var ends = range.substring("bytes=".length()).split("-", -1);
        yield new Reply(
            206,
            Map.of(),
            java.util.Arrays.copyOfRange(
                stored.get(), Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1));
      }
    };
  }

  private Reply put(Seen request, String key, Optional<byte[]> stored) {
    if (request.headers().containsKey("if-none-match") && stored.isPresent()) {
      return Reply.error(412, "PreconditionFailed", "At least one of them did not hold");
    }
    objects.put(key, request.body());
    if (!versioned) {
      return new Reply(200, Map.of("ETag", "\"e\""), new byte[0]);
    }
    var id = "v" + ids.incrementAndGet();
    versions
        .computeIfAbsent(key, fresh -> new CopyOnWriteArrayList<>())
        .add(new Version(id, request.body()));
    return new Reply(200, Map.of("ETag", "\"e\"", "x-amz-version-id", id), new byte[0]);
  }

  private void delete(String key, Optional<String> versionId) {
    if (versionId.isEmpty()) {
      objects.remove(key);
    } else {
      versions
          .getOrDefault(key, List.of())
          .removeIf(version -> version.id().equals(versionId.get()));
      if (versions.getOrDefault(key, List.of()).isEmpty()) {
        objects.remove(key);
      }
    }
  }

  private static Map<String, String> query(String raw) {
    var parameters = new HashMap<String, String>();
    for (var pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals >= 0) {
        parameters.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return parameters;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
