package ninebark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Whatever clients write, each of their requests is one harmless line in the logs. */
class LogInjectionTest {
  private static final Pattern LINE =
      Pattern.compile("\\{(\"\\w+\":(\"([^\"\\\\]|\\\\.)*\"|\\d+)(,(?=\")|(?=})))+}");
  private static final Pattern RISKY =
      Pattern.compile("[\\p{Cntrl}\\u0080-\\u009F\\u2028-\\u202E\\u2066-\\u2069\\uFEFF]");

  private static final Logger ACCESS = (Logger) LoggerFactory.getLogger("ninebark.access");
  private static final Logger DOOR = (Logger) LoggerFactory.getLogger(Door.class);
  private static final Recorder ACCESS_LINES = new Recorder();
  private static final Recorder DOOR_LINES = new Recorder();
  private static TestStore store;

  /** Keeps what is logged, as it would be written. */
  private static final class Recorder extends AppenderBase<ILoggingEvent> {
    final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getFormattedMessage());
    }

    /** A line is logged after its answer has gone out. */
    String await(String part) throws InterruptedException {
      long deadline = System.nanoTime() + 30_000_000_000L;
      while (true) {
        for (var line : lines) {
          if (line.contains(part)) {
            return line;
          }
        }
        assertThat(System.nanoTime()).as(lines::toString).isLessThan(deadline);
        Thread.sleep(2);
      }
    }
  }

  @BeforeAll
  static void open() throws Exception {
    store = TestStore.start();
    try (var client = new RawConnection(store.port())) {
      client.request("PUT", "/logs", "");
      assertThat(client.head().status()).isEqualTo(200);
      client.request("PUT", "/logs/large", "x".repeat(100_000));
      assertThat(client.head().status()).isEqualTo(200);
    }
    ACCESS_LINES.start();
    ACCESS.addAppender(ACCESS_LINES);
    ACCESS.setLevel(Level.INFO);
    ACCESS.setAdditive(false);
    DOOR_LINES.start();
    DOOR.addAppender(DOOR_LINES);
    DOOR.setAdditive(false);
  }

  @AfterAll
  static void close() {
    ACCESS.setLevel(Level.OFF);
    ACCESS.detachAppender(ACCESS_LINES);
    ACCESS.setAdditive(true);
    DOOR.detachAppender(DOOR_LINES);
    DOOR.setAdditive(true);
    store.close();
  }

  private static RawConnection.Head get(String target) throws IOException {
    try (var client = new RawConnection(store.port())) {
      client.request("GET", target, "");
      return client.head();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%0D%0A%7B%22requestId%22:%22forged%22%7D",
        "%0A",
        "%1B%5B2J%1B%5D0;owned%07",
        "%C2%9B2J",
        "%C2%85next",
        "%E2%80%A8%E2%80%A9",
        "%E2%80%AEgnp.exe",
        "%22,%22status%22:200,%22x%22:%22",
        "%5C",
        "%5C%22",
        "%EF%BB%BF",
        "%F0%9F%90%9D",
        "%00%01%7F",
        "plain/key"
      })
  void aKeyStaysWithinItsQuotes(String key) throws Exception {
    var id = get("/logs/" + key).header("x-amz-request-id");
    var line = ACCESS_LINES.await(id);
    assertThat(LINE.matcher(line).matches()).as(line).isTrue();
    assertThat(RISKY.matcher(line).find()).as(line).isFalse();
    assertThat(line).contains("\"status\":404").doesNotContain("\"status\":200,\"x\"");
  }

  @Test
  void aBucketThatIsNoneStaysWithinItsQuotesAsWell() throws Exception {
    var id = get("/%0Aforged%1B%22/k").header("x-amz-request-id");
    var line = ACCESS_LINES.await(id);
    assertThat(LINE.matcher(line).matches()).as(line).isTrue();
    assertThat(RISKY.matcher(line).find()).as(line).isFalse();
  }

  @Test
  void headersAreNoWayIntoTheLog() throws Exception {
    try (var client = new RawConnection(store.port())) {
      client.request(
          "GET",
          "/logs/none",
          "",
          "user-agent: \u009b2J\" forged",
          "referer: \"}{",
          "x-forwarded-for: 6.6.6.6");
      var line = ACCESS_LINES.await(client.head().header("x-amz-request-id"));
      assertThat(LINE.matcher(line).matches()).as(line).isTrue();
      assertThat(line).doesNotContain("forged", "6.6.6.6");
    }
  }

  @Test
  void aHeaderWithALineBreakIsNoRequest() throws Exception {
    try (var client = new RawConnection(store.port())) {
      client.send(
          "GET / HTTP/1.1\r\nhost: h\r\nuser-agent: a\rb\r\n\r\n"
              .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
      assertThat(client.head().status()).isEqualTo(400);
    }
  }

  @Test
  void troubleNamesItsObjectInOneLine() throws Exception {
    var key = "%0A%1B%5B31mERROR%20forged%E2%80%AE";
    try (var client = new RawConnection(store.port())) {
      client.request("PUT", "/logs/" + key, "x".repeat(100_000));
      assertThat(client.head().status()).isEqualTo(200);
    }
    store.stripes.readFailure = Optional.of(new IOException("away"));
    try {
      assertThat(get("/logs/" + key).status()).isEqualTo(503);
    } finally {
      store.stripes.readFailure = Optional.empty();
    }
    var line = DOOR_LINES.await("GetObject /logs/");
    assertThat(line).isEqualTo("GetObject /logs/\\u000a\\u001b[31mERROR forged\\u202e failed");
  }
}
