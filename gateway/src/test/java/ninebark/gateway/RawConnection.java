package ninebark.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.message.Target;
import ninebark.gateway.sigv4.Sha256;
import ninebark.gateway.sigv4.Signer;

/** One connection whose requests and answers go over the wire piece by piece. Threads: one. */
final class RawConnection implements AutoCloseable {
  private static final Signer SIGNER =
      new Signer(TestStore.ACCESS_KEY, TestStore.SECRET_KEY, "us-east-1");

  private final Socket socket;

  RawConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
  }

  /** An answer without its body. */
  record Head(int status, Map<String, String> headers) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** Sends the signed head of a request whose body is to follow, with these further headers. */
  void sendHead(String method, String target, byte[] body, String... lines) throws IOException {
    var headers = Headers.builder().add("host", "localhost");
    Arrays.stream(lines)
        .forEach(
            line ->
                headers.add(
                    line.substring(0, line.indexOf(':')),
                    line.substring(line.indexOf(':') + 1).strip()));
    var parsed = Target.parse(target).orElseThrow();
    var signed =
        SIGNER
            .sign(
                method,
                parsed.path(),
                QueryParameters.parse(parsed.query(), 99).orElseThrow(),
                headers.build(),
                Sha256.hex(body),
                Instant.now())
            .headers();
    var text = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    for (int i = 0; i < signed.count(); i++) {
      text.append(signed.name(i)).append(": ").append(signed.value(i)).append("\r\n");
    }
    text.append("content-length: ").append(body.length).append("\r\n\r\n");
    send(text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  void request(String method, String target, String body, String... lines) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    sendHead(method, target, bytes, lines);
    send(bytes);
  }

  Head head() throws IOException {
    var status = line();
    var headers = new TreeMap<String, String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return new Head(Integer.parseInt(status.substring(9, 12)), headers);
  }

  String line() throws IOException {
    var line = new ByteArrayOutputStream();
    int b;
    while ((b = socket.getInputStream().read()) >= 0 && b != '\n') {
      if (b != '\r') {
        line.write(b);
      }
    }
    if (b < 0) {
      throw new IOException("the connection was closed after '" + line + "'");
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  String text(int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
  }

  /** The body that the head announces. */
  String body(Head head) throws IOException {
    return text(Integer.parseInt(head.header("content-length")));
  }

  /** The next chunk; empty for the last. */
  String chunk() throws IOException {
    var chunk = text(Integer.parseInt(line(), 16));
    line();
    return chunk;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
