package ninebark.gateway.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import ninebark.gateway.http.Exchange;
import ninebark.gateway.http.HttpConfig;
import ninebark.gateway.http.HttpServer;
import ninebark.gateway.http.HttpService;
import ninebark.gateway.http.Refusal;
import ninebark.gateway.http.ResponseHead;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.message.QueryParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /health/live}, {@code /health/ready}, {@code /metrics}, and what other parts of the store
 * bring. Threads: safe.
 */
public final class AdminServer implements HttpService {
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

  /** What a request must carry that changes something. */
  public static final String COMMAND_HEADER = "x-ninebark-admin";

  private static final int MOST_PARAMETERS = 16;
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Supplier<List<String>> unready;
  private final Supplier<String> metrics;
  private final Map<String, AdminPage> pages;

  private AdminServer(
      Supplier<List<String>> unready, Supplier<String> metrics, Map<String, AdminPage> pages) {
    this.unready = unready;
    this.metrics = metrics;
    this.pages = Map.copyOf(pages);
  }

  /** A running one. */
  public record Running(HttpServer server) {
    public InetSocketAddress address() {
      return server.address();
    }

    public void close(Duration grace) {
      server.close(grace);
    }
  }

  /**
   * Begins to serve.
   *
   * @param unready the reasons not to send requests here now; empty when ready
   * @param metrics in the text format of Prometheus
   */
  public static Running start(
      InetSocketAddress listen,
      HttpConfig config,
      Supplier<List<String>> unready,
      Supplier<String> metrics)
      throws IOException {
    return start(listen, config, unready, metrics, Map.of());
  }

  /**
   * Begins to serve.
   *
   * @param unready the reasons not to send requests here now; empty when ready
   * @param metrics in the text format of Prometheus
   * @param pages further paths
   */
  public static Running start(
      InetSocketAddress listen,
      HttpConfig config,
      Supplier<List<String>> unready,
      Supplier<String> metrics,
      Map<String, AdminPage> pages)
      throws IOException {
    return new Running(
        HttpServer.start("admin", listen, config, new AdminServer(unready, metrics, pages)));
  }

  @Override
  public void serve(Exchange exchange) {
    try {
      answer(exchange);
    } catch (RuntimeException | Error bug) {
      LOG.error("{} met a bug", exchange.target().path(), bug);
      if (exchange.isAnswered()) {
        exchange.abort();
      } else {
        respond(exchange, 500, TEXT, "internal error\n");
      }
    }
  }

  private void answer(Exchange exchange) {
    var page = pages.get(exchange.target().path());
    if (page != null) {
      answer(exchange, page);
      return;
    }
    boolean known =
        switch (exchange.target().path()) {
          case "/health/live", "/health/ready", "/metrics" -> true;
          default -> false;
        };
    if (!known) {
      respond(exchange, 404, TEXT, "not found\n");
      return;
    }
    if (!exchange.method().equals("GET") && !exchange.method().equals("HEAD")) {
      refuseMethod(exchange, "GET, HEAD");
      return;
    }
    switch (exchange.target().path()) {
      case "/health/live" -> respond(exchange, 200, TEXT, "live\n");
      case "/health/ready" -> ready(exchange);
      default -> respond(exchange, 200, PROMETHEUS, metrics.get());
    }
  }

  private static void answer(Exchange exchange, AdminPage page) {
    boolean asks = exchange.method().equals("GET") || exchange.method().equals("HEAD");
    boolean changes = exchange.method().equals("POST");
    if (page.posted() ? !changes : !asks) {
      refuseMethod(exchange, page.posted() ? "POST" : "GET, HEAD");
    } else if (page.posted() && !exchange.headers().has(COMMAND_HEADER)) {
      respond(exchange, 403, TEXT, "a command needs the header " + COMMAND_HEADER + "\n");
    } else {
      var answer =
          question(exchange)
              .map(page.answer())
              .orElseGet(() -> AdminPage.Answer.refusal(400, "the question cannot be read"));
      respond(exchange, answer.status(), answer.type(), answer.text());
    }
  }

  /** Empty if the query or the document is not legal, too large or not whole. */
  private static Optional<AdminPage.Question> question(Exchange exchange) {
    return QueryParameters.parse(exchange.target().query(), MOST_PARAMETERS)
        .flatMap(
            query -> document(exchange).map(document -> new AdminPage.Question(query, document)));
  }

  private static Optional<String> document(Exchange exchange) {
    var bytes = new ByteArrayOutputStream();
    try {
      var source = exchange.body();
      for (var piece = source.next(); piece.hasRemaining(); piece = source.next()) {
        if (bytes.size() + piece.remaining() > AdminPage.MAX_DOCUMENT_BYTES) {
          return Optional.empty();
        }
        var copy = new byte[piece.remaining()];
        piece.get(copy);
        bytes.writeBytes(copy);
      }
    } catch (IOException gone) {
      return Optional.empty();
    }
    return PercentCoding.utf8(ByteBuffer.wrap(bytes.toByteArray()));
  }

  private static void refuseMethod(Exchange exchange, String allowed) {
    exchange.respond(
        new ResponseHead(
            405, Headers.builder().add("allow", allowed).add("content-type", TEXT).build()),
        "method not allowed\n".getBytes(StandardCharsets.UTF_8));
  }

  private void ready(Exchange exchange) {
    var reasons = unready.get();
    if (reasons.isEmpty()) {
      respond(exchange, 200, TEXT, "ready\n");
    } else {
      respond(exchange, 503, TEXT, "not ready\n" + String.join("\n", reasons) + "\n");
    }
  }

  private static void respond(Exchange exchange, int status, String type, String text) {
    exchange.respond(
        new ResponseHead(status, Headers.builder().add("content-type", type).build()),
        text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Page refuse(Refusal refusal, String message) {
    int status =
        switch (refusal) {
          case MALFORMED, HEAD_TOO_LARGE, HEAD_TOO_SLOW -> 400;
          case TOO_MANY_CONNECTIONS -> 503;
        };
    return new Page(
        new ResponseHead(status, Headers.builder().add("content-type", TEXT).build()),
        (message + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
