package ninebark.gateway.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import ninebark.gateway.TestStore;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.message.Target;
import ninebark.gateway.sigv4.Sha256;
import ninebark.gateway.sigv4.Signer;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlReader;

/**
 * Sends requests just as they are written, signed with version 4 or by nobody: for what SDKs hide.
 * One connection for each request. Threads: safe.
 */
public final class SignedHttp {
  private static final int TIMEOUT_MILLIS = 20_000;

  private final int port;
  private final Optional<Signer> signer;

  private SignedHttp(int port, Optional<Signer> signer) {
    this.port = port;
    this.signer = signer;
  }

  /** As the root account. */
  public static SignedHttp root(TestStore store) {
    return as(store, TestStore.ACCESS_KEY, TestStore.SECRET_KEY);
  }

  /** As the account that is not root. */
  public static SignedHttp other(TestStore store) {
    return as(store, TestStore.OTHER_ACCESS_KEY, TestStore.OTHER_SECRET_KEY);
  }

  public static SignedHttp as(TestStore store, String accessKey, String secret) {
    return as(store, accessKey, secret, "us-east-1");
  }

  public static SignedHttp as(TestStore store, String accessKey, String secret, String region) {
    return new SignedHttp(store.port(), Optional.of(new Signer(accessKey, secret, region)));
  }

  public static SignedHttp anonymous(TestStore store) {
    return new SignedHttp(store.port(), Optional.empty());
  }

  /** Of the websites. */
  public static SignedHttp visitor(TestStore store) {
    return new SignedHttp(store.websiteAddress().orElseThrow().getPort(), Optional.empty());
  }

  /** A response. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Answer(int status, Headers headers, byte[] bytes) {
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    public XmlElement xml() {
      return XmlReader.read(bytes);
    }

    /** The code of an error document; empty if there is no body. */
    public String code() {
      return bytes.length == 0 ? "" : xml().expect("Error").required("Code");
    }

    /** The text of a direct child of the document's root; empty if it is not there. */
    public String element(String name) {
      return xml().optional(name).orElse("");
    }

    /** The value of a header; empty if it is not there. */
    public String header(String name) {
      return headers.first(name).orElse("");
    }

    /** {@code 404 NoSuchKey}; only the status if there is no error document. */
    public String verdict() {
      return status < 300 || bytes.length == 0 ? Integer.toString(status) : status + " " + code();
    }
  }

  public Answer get(String target, String... headers) {
    return send("GET", target, new byte[0], headers);
  }

  public Answer head(String target, String... headers) {
    return send("HEAD", target, new byte[0], headers);
  }

  public Answer delete(String target, String... headers) {
    return send("DELETE", target, new byte[0], headers);
  }

  public Answer put(String target, String body, String... headers) {
    return send("PUT", target, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  public Answer post(String target, String body, String... headers) {
    return send("POST", target, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /**
   * @param target path and query as they go on the wire
   * @param headers lines like {@code x-amz-acl: private}; {@code host} is added if it is missing
   */
  public Answer send(String method, String target, byte[] body, String... headers) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      var out = socket.getOutputStream();
      out.write(head(method, target, body, headers).getBytes(StandardCharsets.ISO_8859_1));
      out.write(body);
      out.flush();
      return read(socket.getInputStream(), method.equals("HEAD"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private String head(String method, String target, byte[] body, String... lines) {
    var given = Headers.builder();
    boolean host = false;
    for (var line : lines) {
      int colon = line.indexOf(':');
      host |= line.regionMatches(true, 0, "host:", 0, 5);
      given.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    if (!host) {
      given.add("host", "localhost");
    }
    var headers = given.build();
    if (signer.isPresent()) {
      var parsed = Target.parse(target).orElseThrow();
      headers =
          signer
              .get()
              .sign(
                  method,
                  parsed.path(),
                  QueryParameters.parse(parsed.query(), 1000).orElseThrow(),
                  headers,
                  headers.first("x-amz-content-sha256").orElse(Sha256.hex(body)),
                  Instant.now())
              .headers();
    }
    var text = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    for (int i = 0; i < headers.count(); i++) {
      text.append(headers.name(i)).append(": ").append(headers.value(i)).append("\r\n");
    }
    if (!headers.has("content-length") && !headers.has("transfer-encoding")) {
      text.append("content-length: ").append(body.length).append("\r\n");
    }
    return text + "connection: close\r\n\r\n";
  }

  private static Answer read(InputStream in, boolean bodiless) throws IOException {
    var status = line(in);
    while (status.startsWith("HTTP/1.1 100")) {
      while (!line(in).isEmpty()) {
        // the heads of interim responses say nothing
      }
      status = line(in);
    }
    var headers = Headers.builder();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    var built = headers.build();
    return new Answer(
        Integer.parseInt(status.substring(9, 12)), built, bodiless ? new byte[0] : body(in, built));
  }

  private static byte[] body(InputStream in, Headers headers) throws IOException {
    if (!headers.first("transfer-encoding").orElse("").equals("chunked")) {
      int length = Integer.parseInt(headers.first("content-length").orElse("0"));
      var bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new IOException("the body ends after " + bytes.length + " of " + length + " bytes");
      }
      return bytes;
    }
    var bytes = new ByteArrayOutputStream();
    while (true) {
      int length = Integer.parseInt(line(in), 16);
      bytes.writeBytes(in.readNBytes(length));
      line(in);
      if (length == 0) {
        return bytes.toByteArray();
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    int b;
    while ((b = in.read()) >= 0 && b != '\n') {
      if (b != '\r') {
        line.write(b);
      }
    }
    if (b < 0) {
      throw new IOException("the connection was closed after '" + line + "'");
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
