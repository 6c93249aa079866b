package ninebark.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import ninebark.gateway.message.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a listener ends, and what it does with clients that are too many or too slow. */
@Timeout(60)
class HttpServerTest {
  private static final int PIECE_BYTES = 1 << 20;
  private static final int RESPONSE_PIECES = 24;
  private static final Duration LONG = Duration.ofSeconds(30);

  private final List<Socket> sockets = new ArrayList<>();
  private Optional<HttpServer> server = Optional.empty();

  @AfterEach
  void close() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
    server.ifPresent(each -> each.close(Duration.ofMillis(100)));
  }

  private static HttpConfig config(int maxConnections, Duration writeIdle, Duration linger) {
    var usual = HttpConfig.DEFAULT;
    return new HttpConfig(
        1,
        maxConnections,
        usual.maxHeadBytes(),
        LONG,
        LONG,
        LONG,
        usual.bodyMinimumBytesPerSecond(),
        writeIdle,
        usual.bodyQueueBytes(),
        usual.lingerBytes(),
        linger);
  }

  private interface Handler {
    void serve(Exchange exchange) throws Exception;
  }

  private HttpServer start(HttpConfig config, Handler handler) throws IOException {
    var service =
        new HttpService() {
          @Override
          public void serve(Exchange exchange) {
            try {
              handler.serve(exchange);
            } catch (Exception gaveUp) {
              exchange.abort();
            }
          }

          @Override
          public Page refuse(Refusal refusal, String message) {
            return new Page(
                new ResponseHead(503, Headers.EMPTY),
                refusal.name().getBytes(StandardCharsets.US_ASCII));
          }
        };
    var started =
        HttpServer.start(
            "test", InetSocketAddress.createUnresolved("127.0.0.1", 0), config, service);
    server = Optional.of(started);
    return started;
  }

  private Socket connect() throws IOException {
    var socket = new Socket();
    sockets.add(socket);
    // A narrow window, so that what the client does not read stays with the server.
    socket.setReceiveBufferSize(4096);
    socket.connect(server.orElseThrow().address());
    socket.setSoTimeout((int) LONG.toMillis());
    return socket;
  }

  private static void request(Socket socket, String... headers) throws IOException {
    var text = new StringBuilder("GET / HTTP/1.1\r\nHost: h\r\n");
    for (var header : headers) {
      text.append(header).append("\r\n");
    }
    socket
        .getOutputStream()
        .write(text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
  }

  private static String head(Socket socket) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int b = socket.getInputStream().read();
      if (b < 0) {
        throw new IOException("the connection was closed after '" + head + "'");
      }
      head.write(b);
    }
    return head.toString(StandardCharsets.US_ASCII);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  private static ResponseHead ok() {
    return new ResponseHead(200, Headers.EMPTY);
  }

  /** Sends a large response; returns once all of it is handed over, if not yet received. */
  private static void sendMuch(Exchange exchange, AtomicInteger released) throws ClientTrouble {
    var out = exchange.stream(ok(), OptionalLong.of((long) RESPONSE_PIECES * PIECE_BYTES));
    for (int i = 0; i < RESPONSE_PIECES; i++) {
      out.write(ByteBuffer.allocateDirect(PIECE_BYTES), released::incrementAndGet);
    }
    out.finish();
  }

  /** As much at once: far more than the system's buffers take from a server. */
  private static Handler atOnce(CountDownLatch answered) {
    return exchange -> {
      exchange.respond(ok(), new byte[RESPONSE_PIECES * PIECE_BYTES]);
      answered.countDown();
    };
  }

  private static long readAll(Socket socket) throws IOException {
    return socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
  }

  private static CompletableFuture<Void> closeWithin(HttpServer server, Duration grace) {
    return CompletableFuture.runAsync(() -> server.close(grace));
  }

  private static boolean isListening(HttpServer server) {
    try (var socket = new Socket()) {
      socket.connect(server.address());
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  @Test
  void closingWaitsForTheRequestUnderWay() throws Exception {
    var began = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var server =
        start(
            config(10, LONG, LONG),
            exchange -> {
              began.countDown();
              assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
              exchange.respond(ok(), "done".getBytes(StandardCharsets.US_ASCII));
            });
    var idle = connect();
    await(() -> server.connectionCount() == 1);
    var busy = connect();
    request(busy);
    began.await();
    var closed = closeWithin(server, LONG);

    assertThat(idle.getInputStream().read()).isEqualTo(-1);
    await(() -> !isListening(server));
    assertThat(closed).isNotDone();
    mayEnd.countDown();
    assertThat(head(busy)).contains("connection: close");
    assertThat(new String(busy.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
        .isEqualTo("done");
    closed.get(30, TimeUnit.SECONDS);
  }

  @Test
  void closingCutsOffWhatOutlivesTheGrace() throws Exception {
    var began = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var server =
        start(
            config(10, LONG, LONG),
            exchange -> {
              began.countDown();
              mayEnd.await();
            });
    var busy = connect();
    request(busy);
    began.await();
    server.close(Duration.ofMillis(100));
    assertThat(busy.getInputStream().read()).isEqualTo(-1);
    mayEnd.countDown();
  }

  @Test
  void closingWaitsUntilTheLastAnswerHasLeft() throws Exception {
    var answered = new CountDownLatch(1);
    var server = start(config(10, LONG, LONG), atOnce(answered));
    var client = connect();
    request(client);
    assertThat(head(client)).contains("200 OK");
    answered.await();
    var closed = closeWithin(server, LONG);
    await(() -> !isListening(server));
    assertThat(readAll(client)).isEqualTo((long) RESPONSE_PIECES * PIECE_BYTES);
    closed.get(30, TimeUnit.SECONDS);
  }

  @Test
  void anAnswerIsNotCutOffByTheTimeForLingering() throws Exception {
    var answered = new CountDownLatch(1);
    var linger = Duration.ofMillis(50);
    start(config(10, LONG, linger), atOnce(answered));
    var client = connect();
    request(client, "Connection: close");
    assertThat(head(client)).contains("connection: close");
    answered.await();
    // Nothing to await: the time for lingering passes and must change nothing.
    Thread.sleep(linger.plusMillis(600));
    assertThat(readAll(client)).isEqualTo((long) RESPONSE_PIECES * PIECE_BYTES);
  }

  @Test
  void aClientThatClosesItsHalfStillGetsItsAnswer() throws Exception {
    var answered = new CountDownLatch(1);
    start(config(10, LONG, LONG), atOnce(answered));
    var client = connect();
    request(client);
    assertThat(head(client)).contains("200 OK");
    answered.await();
    client.shutdownOutput();
    assertThat(readAll(client)).isEqualTo((long) RESPONSE_PIECES * PIECE_BYTES);
  }

  @Test
  void aClientThatDoesNotReadIsGivenUp() throws Exception {
    var released = new AtomicInteger();
    var trouble = new CompletableFuture<ClientTrouble>();
    var server =
        start(
            config(10, Duration.ofMillis(200), LONG),
            exchange -> {
              try {
                sendMuch(exchange, released);
              } catch (ClientTrouble stalled) {
                trouble.complete(stalled);
                throw stalled;
              }
            });
    request(connect());
    assertThat(trouble.get(30, TimeUnit.SECONDS).kind()).isEqualTo(ClientTrouble.Kind.STALLED);
    await(() -> server.connectionCount() == 0);
    // What was lent to the socket comes back, however it ends.
    await(() -> released.get() > 0);
  }

  @Test
  void aClientThatGoesAwayEndsTheWaitForIt() throws Exception {
    var trouble = new CompletableFuture<ClientTrouble>();
    start(
        config(10, LONG, LONG),
        exchange -> {
          try {
            sendMuch(exchange, new AtomicInteger());
          } catch (ClientTrouble gone) {
            trouble.complete(gone);
            throw gone;
          }
        });
    var client = connect();
    request(client);
    assertThat(head(client)).contains("200 OK");
    client.setSoLinger(true, 0);
    client.close();
    assertThat(trouble.get(30, TimeUnit.SECONDS).kind()).isEqualTo(ClientTrouble.Kind.GONE);
  }

  @Test
  void connectionsBeyondTheLimitAreToldSoAndClosed() throws Exception {
    var server =
        start(
            config(2, LONG, Duration.ofMillis(50)),
            exchange -> exchange.respond(ok(), new byte[0]));
    var first = connect();
    var second = connect();
    await(() -> server.connectionCount() == 2);
    var third = connect();
    assertThat(head(third)).startsWith("HTTP/1.1 503").contains("connection: close");
    assertThat(new String(third.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
        .isEqualTo("TOO_MANY_CONNECTIONS");
    // It keeps its end open; the server does not.
    await(() -> server.refusedCount() == 0);
    await(
        () -> {
          try {
            third.getOutputStream().write(1);
            return false;
          } catch (IOException closed) {
            return true;
          }
        });

    request(first);
    assertThat(head(first)).contains("200 OK");
    second.close();
    await(() -> server.connectionCount() == 1);
    var fourth = connect();
    request(fourth);
    assertThat(head(fourth)).contains("200 OK");
  }

  @Test
  void aRefusedConnectionIsNotServed() throws Exception {
    var served = new AtomicInteger();
    var server =
        start(
            config(1, LONG, LONG),
            exchange -> {
              served.incrementAndGet();
              exchange.respond(ok(), new byte[0]);
            });
    var first = connect();
    await(() -> server.connectionCount() == 1);
    var second = connect();
    request(second);
    assertThat(head(second)).startsWith("HTTP/1.1 503");
    assertThat(served).hasValue(0);
    request(first);
    assertThat(head(first)).contains("200 OK");
    assertThat(served).hasValue(1);
    assertThatThrownBy(
            () -> {
              second.getInputStream().skip(Long.MAX_VALUE);
              head(second);
            })
        .isInstanceOf(IOException.class);
  }
}
