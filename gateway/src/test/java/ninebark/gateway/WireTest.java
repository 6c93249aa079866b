package ninebark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import ninebark.gateway.http.HttpConfig;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.message.Target;
import ninebark.gateway.sigv4.Sha256;
import ninebark.gateway.sigv4.Signer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What SDKs hide: raw bytes against a whole gateway. */
class WireTest {
  private static final Signer SIGNER =
      new Signer(TestStore.ACCESS_KEY, TestStore.SECRET_KEY, "us-east-1");
  private static TestStore store;

  @BeforeAll
  static void open() throws IOException {
    store =
        TestStore.start(
            config -> {
              var http = config.http();
              return new GatewayConfig(
                  new HttpConfig(
                      http.eventLoopThreads(),
                      http.maxConnections(),
                      8 * 1024,
                      Duration.ofMillis(700),
                      Duration.ofSeconds(20),
                      Duration.ofMillis(700),
                      http.bodyMinimumBytesPerSecond(),
                      http.writeIdleDeadline(),
                      http.bodyQueueBytes(),
                      http.lingerBytes(),
                      Duration.ofSeconds(2)),
                  config.baseDomains(),
                  config.limits(),
                  config.website(),
                  config.signatureVersionTwo(),
                  config.legacyBucketDefaults(),
                  config.maxConcurrentRequests(),
                  config.maxQueryParameters(),
                  config.documentCacheBytes(),
                  config.slowAnswerAfter());
            });
    assertThat(send(signed("PUT", "/wire", "", new byte[0])).status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  /** One response, as it came. */
  private record Answer(int status, Map<String, String> headers, String body) {}

  private static String signed(String method, String target, String extra, byte[] body) {
    return signed(method, target, extra, body, Sha256.hex(body), body.length);
  }

  /** A whole request; {@code extra} are signed header lines. */
  private static String signed(
      String method, String target, String extra, byte[] body, String hash, long length) {
    var headers = Headers.builder().add("host", "localhost");
    for (var line : extra.split("\r\n", -1)) {
      if (!line.isEmpty()) {
        headers.add(
            line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1).strip());
      }
    }
    var parsed = Target.parse(target).orElseThrow();
    var all =
        SIGNER
            .sign(
                method,
                parsed.path(),
                QueryParameters.parse(parsed.query(), 99).orElseThrow(),
                headers.build(),
                hash,
                Instant.now())
            .headers();
    var text = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    for (int i = 0; i < all.count(); i++) {
      text.append(all.name(i)).append(": ").append(all.value(i)).append("\r\n");
    }
    if (length >= 0) {
      text.append("content-length: ").append(length).append("\r\n");
    }
    return text + "\r\n" + new String(body, StandardCharsets.ISO_8859_1);
  }

  private static Socket connect() throws IOException {
    var socket = new Socket(store.gateway.address().getAddress(), store.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String line(Socket socket) throws IOException {
    var line = new ByteArrayOutputStream();
    int b;
    while ((b = socket.getInputStream().read()) >= 0 && b != '\n') {
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static Answer read(Socket socket, boolean head) throws IOException {
    var status = line(socket);
    var headers = new TreeMap<String, String>();
    for (var line = line(socket); !line.isEmpty(); line = line(socket)) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    int length = head ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "0"));
    var body = socket.getInputStream().readNBytes(length);
    return new Answer(
        Integer.parseInt(status.substring(9, 12)),
        headers,
        new String(body, StandardCharsets.ISO_8859_1));
  }

  private static Answer send(String request) throws IOException {
    try (var socket = connect()) {
      write(socket, request);
      return read(socket, request.startsWith("HEAD"));
    }
  }

  private static void assertClosed(Socket socket) throws IOException {
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
  }

  private static final String GOOD = "GET / HTTP/1.1\r\nHost: h\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        GOOD + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        GOOD + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        GOOD + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        GOOD + "Content-Length: 5, 5\r\n\r\nhello",
        GOOD + "Content-Length: -1\r\n\r\n",
        GOOD + "Content-Length: +5\r\n\r\nhello",
        GOOD + "Content-Length: 0x5\r\n\r\nhello",
        GOOD + "Content-Length:\r\n\r\n",
        GOOD + "Content-Length: 99999999999999999999\r\n\r\n",
        GOOD + "Transfer-Encoding: identity\r\n\r\n",
        GOOD + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        GOOD + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        GOOD + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        GOOD + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        GOOD + " folded: x\r\n\r\n",
        GOOD + "A: b\r\n c\r\n\r\n",
        GOOD + "A\r\n\r\n",
        GOOD + ": b\r\n\r\n",
        GOOD + "A b: c\r\n\r\n",
        GOOD + "A: b\u0000c\r\n\r\n",
        GOOD + "A: b\rc\r\n\r\n",
        GOOD + "A: b\u000bc\r\n\r\n",
        GOOD + "A: b\nB: c\r\n\r\n",
        "GET / HTTP/1.1\nHost: h\n\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /\u0001 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: h\r\n\r\n",
        "GET /\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "\u0000GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "G@T / HTTP/1.1\r\nHost: h\r\n\r\n",
        GOOD + "Expect: 200-ok\r\n\r\n"
      })
  void whatIsAmbiguousIsRefusedAndTheConnectionClosed(String request) throws IOException {
    try (var socket = connect()) {
      write(socket, request + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
      var answer = read(socket, false);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("<Code>BadRequest</Code>", "<Message>", "<RequestId>");
      assertThat(answer.body()).contains(answer.headers().get("x-amz-request-id"));
      assertThat(answer.headers()).containsEntry("content-type", "application/xml");
      assertThat(answer.headers()).containsEntry("connection", "close");
      assertClosed(socket);
    }
  }

  @Test
  void anOversizedHeadIsRefused() throws IOException {
    var answer = send(GOOD + "A: " + "x".repeat(10_000) + "\r\n\r\n");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("RequestHeaderSectionTooLarge");
  }

  @Test
  void aStalledHeadIsTimedOut() throws IOException {
    var answer = send("GET / HTTP/1.1\r\nHo");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("<Code>RequestTimeout</Code>");
  }

  @Test
  void aStalledBodyIsTimedOutAndNothingStored() throws IOException {
    var answer = send(signed("PUT", "/wire/stalled", "", new byte[0], "UNSIGNED-PAYLOAD", 100));
    assertThat(answer.body()).contains("<Code>RequestTimeout</Code>");
    assertThat(send(signed("GET", "/wire/stalled", "", new byte[0])).status()).isEqualTo(404);
  }

  @Test
  void aBodyThatEndsEarlyIsIncomplete() throws IOException {
    try (var socket = connect()) {
      write(
          socket,
          signed(
              "PUT",
              "/wire/short",
              "",
              "half".getBytes(StandardCharsets.UTF_8),
              "UNSIGNED-PAYLOAD",
              100));
      socket.shutdownOutput();
      var answer = read(socket, false);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("<Code>IncompleteBody</Code>");
    }
    assertThat(send(signed("GET", "/wire/short", "", new byte[0])).status()).isEqualTo(404);
  }

  @Test
  void requestsSentAheadAreAnsweredInOrder() throws IOException {
    try (var socket = connect()) {
      var put = signed("PUT", "/wire/ahead", "", "body".getBytes(StandardCharsets.UTF_8));
      var get = signed("GET", "/wire/ahead", "", new byte[0]);
      write(socket, put + get + get + get);
      assertThat(read(socket, false).status()).isEqualTo(200);
      for (int i = 0; i < 3; i++) {
        assertThat(read(socket, false).body()).isEqualTo("body");
      }
    }
  }

  @Test
  void theBodyIsInvitedOnlyWhenItIsWanted() throws IOException {
    try (var socket = connect()) {
      var body = "expected".getBytes(StandardCharsets.UTF_8);
      var request = signed("PUT", "/wire/expect", "expect: 100-continue\r\n", body);
      int end = request.length() - body.length;
      write(socket, request.substring(0, end));
      assertThat(line(socket)).isEqualTo("HTTP/1.1 100 Continue");
      assertThat(line(socket)).isEmpty();
      write(socket, request.substring(end));
      assertThat(read(socket, false).status()).isEqualTo(200);
    }
    for (var refused :
        new String[] {
          signed(
              "PUT", "/nowhere/k", "expect: 100-continue\r\n", new byte[0], "UNSIGNED-PAYLOAD", 9),
          signed(
              "PUT",
              "/wire/expect",
              "expect: 100-continue\r\nif-none-match: *\r\n",
              new byte[0],
              "UNSIGNED-PAYLOAD",
              9),
          "PUT /wire/k HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"
        }) {
      try (var socket = connect()) {
        write(socket, refused);
        var answer = read(socket, false);
        assertThat(answer.status()).isIn(403, 404, 412);
        assertThat(answer.headers()).containsEntry("connection", "close");
        assertClosed(socket);
      }
    }
  }

  /** botocore expects it before empty bodies too, and mixes up the connection without it. */
  @Test
  void anEmptyBodyIsInvitedAsWell() throws IOException {
    try (var socket = connect()) {
      for (int i = 0; i < 2; i++) {
        write(socket, signed("PUT", "/wire/nothing", "expect: 100-continue\r\n", new byte[0]));
        assertThat(line(socket)).isEqualTo("HTTP/1.1 100 Continue");
        assertThat(line(socket)).isEmpty();
        var answer = read(socket, false);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).doesNotContainKey("connection");
      }
    }
    try (var socket = connect()) {
      write(socket, signed("PUT", "/nowhere/k", "expect: 100-continue\r\n", new byte[0]));
      assertThat(read(socket, false).headers()).containsEntry("connection", "close");
      assertClosed(socket);
    }
  }

  @Test
  void headNeverHasABody() throws IOException {
    try (var socket = connect()) {
      write(socket, signed("HEAD", "/wire/none", "", new byte[0]));
      assertThat(read(socket, true).status()).isEqualTo(404);
      write(socket, signed("GET", "/wire/none", "", new byte[0]));
      assertThat(read(socket, false).body()).contains("<Code>NoSuchKey</Code>");
    }
  }

  @Test
  void aWrongDigestStoresNothing() throws IOException {
    var body = "body".getBytes(StandardCharsets.UTF_8);
    for (var wrong :
        new String[][] {
          {"content-md5: AAAAAAAAAAAAAAAAAAAAAA==\r\n", "BadDigest"},
          {"content-md5: AAAA\r\n", "InvalidDigest"},
          {"x-amz-checksum-crc32: AAAAAA==\r\n", "BadDigest"},
          {"x-amz-checksum-crc32: A\r\n", "InvalidRequest"},
          {"x-amz-checksum-crc32: AAAAAA==\r\nx-amz-checksum-sha1: AAAA\r\n", "InvalidRequest"},
          {"x-amz-checksum-sha3: AAAA\r\n", "InvalidRequest"},
          {"x-amz-trailer: x-amz-checksum-crc32\r\n", "InvalidRequest"}
        }) {
      var answer = send(signed("PUT", "/wire/digest", wrong[0], body));
      assertThat(answer.body()).as(wrong[0]).contains("<Code>" + wrong[1] + "</Code>");
    }
    var answer = send(signed("PUT", "/wire/digest", "", body, Sha256.EMPTY_HEX, body.length));
    assertThat(answer.body()).contains("<Code>XAmzContentSHA256Mismatch</Code>");
    assertThat(send(signed("GET", "/wire/digest", "", new byte[0])).status()).isEqualTo(404);
  }

  @Test
  void aSpoiledChunkStoresNothing() throws IOException {
    int before = store.stripes.count();
    var chunk = "a".repeat(40_000);
    var framed = Integer.toHexString(40_000) + "\r\n" + chunk + "\r\n0\r\n";
    var good = framed + "x-amz-checksum-crc32:" + crc32(chunk) + "\r\n\r\n";
    var bad = framed + "x-amz-checksum-crc32:AAAAAA==\r\n\r\n";
    var missing = framed + "\r\n";
    var header =
        String.join(
            "\r\n",
            "x-amz-trailer: x-amz-checksum-crc32",
            "x-amz-decoded-content-length: 40000",
            "content-encoding: aws-chunked");
    assertThat(trailer(header, bad).body()).contains("<Code>BadDigest</Code>");
    assertThat(trailer(header, missing).body()).contains("<Code>InvalidRequest</Code>");
    assertThat(store.stripes.count()).isEqualTo(before);
    assertThat(send(signed("GET", "/wire/trailer", "", new byte[0])).status()).isEqualTo(404);
    assertThat(trailer(header, good).status()).isEqualTo(200);
    var got = send(signed("GET", "/wire/trailer", "", new byte[0]));
    assertThat(got.body()).isEqualTo(chunk);
    assertThat(got.headers()).doesNotContainKey("content-encoding");
  }

  private static Answer trailer(String header, String framed) throws IOException {
    var bytes = framed.getBytes(StandardCharsets.ISO_8859_1);
    return send(
        signed(
            "PUT",
            "/wire/trailer",
            header,
            bytes,
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            bytes.length));
  }

  private static String crc32(String text) {
    var crc = new java.util.zip.CRC32();
    crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
    return java.util.Base64.getEncoder()
        .encodeToString(java.nio.ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  @Test
  void aPutWithoutALengthIsRefused() throws IOException {
    var answer = send(signed("PUT", "/wire/k", "", new byte[0], "UNSIGNED-PAYLOAD", -1));
    assertThat(answer.status()).isEqualTo(411);
    assertThat(answer.body()).contains("<Code>MissingContentLength</Code>");
  }

  @Test
  void transportChunksCarryADecodedLength() throws IOException {
    var framed = String.join("\r\n", "4", "body", "0", "", "");
    var http = Integer.toHexString(framed.length()) + "\r\n" + framed + "\r\n0\r\n\r\n";
    var head =
        signed(
            "PUT",
            "/wire/twice-chunked",
            "x-amz-decoded-content-length: 4\r\n",
            new byte[0],
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            -1);
    var answer =
        send(head.substring(0, head.length() - 2) + "transfer-encoding: chunked\r\n\r\n" + http);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(send(signed("GET", "/wire/twice-chunked", "", new byte[0])).body())
        .isEqualTo("body");
  }

  @Test
  void metadataCannotBreakOutOfItsHeader() throws IOException {
    var answer =
        send(signed("PUT", "/wire/meta", "x-amz-meta-a: caf\u00e9 \u00ff\r\n", new byte[0]));
    assertThat(answer.status()).isEqualTo(200);
    var got = send(signed("GET", "/wire/meta", "", new byte[0]));
    assertThat(got.headers()).containsEntry("x-amz-meta-a", "=?UTF-8?B?Y2Fmw6kgw78=?=");
    var overridden =
        send(
            signed(
                "GET", "/wire/meta?response-content-type=a%0d%0aSet-Cookie:%20x", "", new byte[0]));
    assertThat(overridden.status()).isEqualTo(200);
    assertThat(overridden.headers()).doesNotContainKey("Set-Cookie");
    assertThat(overridden.headers().keySet())
        .noneMatch(name -> name.equalsIgnoreCase("set-cookie"));
  }

  @Test
  void everyOperationWithoutAHandlerSaysSo() throws IOException {
    for (var operation : ninebark.gateway.request.S3Operation.values()) {
      if (operation.selectors().isEmpty() || !operation.needsBucket()) {
        continue;
      }
      var path =
          operation.resource() == ninebark.gateway.request.S3Operation.Resource.OBJECT
              ? "/wire/absent"
              : "/wire";
      var query = new StringBuilder();
      for (var selector : operation.selectors()) {
        query.append(query.isEmpty() ? "?" : "&").append(selector);
        query.append(
            switch (selector) {
              case "list-type", "select-type" -> "=2";
              case "partNumber" -> "=1";
              default -> "=";
            });
      }
      var anonymous =
          send(
              operation.method()
                  + " "
                  + path
                  + query
                  + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      assertThat(anonymous.status()).as(operation.label()).isEqualTo(403);
      var known = send(signed(operation.method().name(), path + query, "", new byte[0]));
      assertThat(known.status()).as(operation.label()).isIn(200, 204, 400, 404, 411, 501);
      if (known.status() == 501) {
        assertThat(known.body()).contains("<Operation>" + operation.label() + "</Operation>");
      }
    }
  }

  @Test
  void virtualHostsNameTheBucket() throws IOException {
    assertThat(send(signed("PUT", "/wire/vh/a", "", "v".getBytes(StandardCharsets.UTF_8))).status())
        .isEqualTo(200);
    var headers = Headers.builder().add("host", "wire.localhost:1234").build();
    var all =
        SIGNER
            .sign("GET", "/vh/a", QueryParameters.NONE, headers, Sha256.EMPTY_HEX, Instant.now())
            .headers();
    var text = new StringBuilder("GET /vh/a HTTP/1.1\r\n");
    for (int i = 0; i < all.count(); i++) {
      text.append(all.name(i)).append(": ").append(all.value(i)).append("\r\n");
    }
    assertThat(send(text + "\r\n").body()).isEqualTo("v");
  }

  @Test
  void aClientThatSendsNothingMoreKeepsItsConnection() throws IOException {
    try (var socket = connect()) {
      write(socket, signed("HEAD", "/wire", "", new byte[0]));
      assertThat(read(socket, true).status()).isEqualTo(200);
      socket.setSoTimeout(1500);
      int read;
      try {
        read = socket.getInputStream().read();
      } catch (SocketTimeoutException idle) {
        read = -2;
      }
      assertThat(read).isEqualTo(-2);
    }
  }
}
