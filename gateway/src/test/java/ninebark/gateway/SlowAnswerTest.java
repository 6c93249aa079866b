package ninebark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import ninebark.erasure.Scheme;
import ninebark.gateway.digest.Md5;
import ninebark.gateway.operation.StorageClasses;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlReader;
import ninebark.metadata.Command;
import ninebark.metadata.Index;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.lifecycle.DayLength;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Completions that take long keep their connection alive, and may still fail. */
class SlowAnswerTest {
  private static TestStore store;
  private static SlowIndex index;
  private static Gateway gateway;

  /** The store's index, but that a completion waits and may be told to come out differently. */
  private static final class SlowIndex implements Index {
    final Semaphore mayComplete = new Semaphore(0);
    volatile UnaryOperator<Reply.CompleteUpload> outcome = UnaryOperator.identity();

    @Override
    @SuppressWarnings("unchecked")
    public <R> R submit(Command<R> command) throws IOException {
      if (command instanceof Command.CompleteUpload) {
        mayComplete.acquireUninterruptibly();
        return (R) outcome.apply((Reply.CompleteUpload) store.index.submit(command));
      }
      return store.index.submit(command);
    }

    @Override
    public <R> List<R> submitAll(List<? extends Command<R>> commands) throws IOException {
      return store.index.submitAll(commands);
    }

    @Override
    public <R> R ask(Query<R> query) throws IOException {
      return store.index.ask(query);
    }
  }

  @BeforeAll
  static void open() throws Exception {
    store = TestStore.start();
    index = new SlowIndex();
    var usual = GatewayConfig.DEFAULT;
    gateway =
        Gateway.start(
            InetSocketAddress.createUnresolved("127.0.0.1", 0),
            new GatewayConfig(
                usual.http(),
                usual.baseDomains(),
                usual.limits(),
                usual.website(),
                usual.signatureVersionTwo(),
                usual.legacyBucketDefaults(),
                usual.maxConcurrentRequests(),
                usual.maxQueryParameters(),
                usual.documentCacheBytes(),
                Duration.ofMillis(10)),
            TestStore.accounts(),
            index,
            store.stripes,
            StorageClasses.of(Map.of(StorageClasses.STANDARD, Scheme.rs(6, 2))),
            Md5.JDK,
            DayLength.REAL,
            new SecureRandom(),
            InstantSource.system(),
            new SimpleMeterRegistry());
    try (var client = connect()) {
      client.request("PUT", "/slow", "");
      assertThat(client.head().status()).isEqualTo(200);
    }
  }

  @AfterAll
  static void close() {
    gateway.close(Duration.ofSeconds(5));
    store.close();
  }

  private static RawConnection connect() throws IOException {
    return new RawConnection(gateway.address().getPort());
  }

  /** Uploads one part and asks for completion; the answer is up to the test. */
  private static void complete(RawConnection client, String key) throws IOException {
    client.request("POST", "/slow/" + key + "?uploads", "");
    var created = client.head();
    var upload =
        XmlReader.read(client.body(created).getBytes(StandardCharsets.UTF_8)).required("UploadId");
    client.request("PUT", "/slow/" + key + "?partNumber=1&uploadId=" + upload, "the part");
    var etag = client.head().header("etag");
    client.request(
        "POST",
        "/slow/" + key + "?uploadId=" + upload,
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"
            + etag
            + "</ETag></Part></CompleteMultipartUpload>");
  }

  /** Waits for white space before the document, lets the completion go on and reads all. */
  private static XmlElement awaitDocument(RawConnection client) throws IOException {
    var begin = client.head();
    assertThat(begin.status()).isEqualTo(200);
    assertThat(begin.header("transfer-encoding")).isEqualTo("chunked");
    assertThat(begin.header("content-type")).isEqualTo("application/xml");
    var text = new StringBuilder(client.chunk());
    assertThat(text.toString()).startsWith("<?xml").doesNotContain("Result", "Error");
    for (int i = 0; i < 3; i++) {
      assertThat(client.chunk()).isBlank();
    }
    index.mayComplete.release();
    for (var chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
      text.append(chunk);
    }
    assertThat(text.toString()).containsOnlyOnce("<?xml");
    return XmlReader.read(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whiteSpaceBridgesTheWaitAndTheResultFollows() throws Exception {
    try (var client = connect()) {
      complete(client, "good");
      var result = awaitDocument(client);
      assertThat(result.name()).isEqualTo("CompleteMultipartUploadResult");
      assertThat(result.required("Key")).isEqualTo("good");

      client.request("GET", "/slow/good", "");
      var head = client.head();
      assertThat(client.body(head)).isEqualTo("the part");
    }
  }

  @Test
  void anErrorAfterTheBeginningStandsInTheBodyOfThe200() throws Exception {
    index.outcome = done -> new Reply.CompleteUpload.Conflict("If-None-Match");
    try (var client = connect()) {
      complete(client, "conflicted");
      var error = awaitDocument(client);
      assertThat(error.name()).isEqualTo("Error");
      assertThat(error.required("Code")).isEqualTo("ConditionalRequestConflict");
      assertThat(error.required("Resource")).isEqualTo("/slow/conflicted");
      assertThat(error.required("RequestId")).hasSize(16);
    } finally {
      index.outcome = UnaryOperator.identity();
    }
  }

  @Test
  void aBugAfterTheBeginningIsAnInternalErrorWithoutItsWords() throws Exception {
    index.outcome =
        done -> {
          throw new IllegalStateException("secret words");
        };
    try (var client = connect()) {
      complete(client, "bug");
      var error = awaitDocument(client);
      assertThat(error.required("Code")).isEqualTo("InternalError");
      assertThat(error.required("Message")).doesNotContain("secret");
    } finally {
      index.outcome = UnaryOperator.identity();
    }
  }

  @Test
  void aClientThatLeavesDoesNotUndoTheCompletion() throws Exception {
    try (var client = connect()) {
      complete(client, "left");
      assertThat(client.head().status()).isEqualTo(200);
    }
    index.mayComplete.release();
    try (var client = connect()) {
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      RawConnection.Head head;
      String body;
      do {
        client.request("GET", "/slow/left", "");
        head = client.head();
        body = client.body(head);
        assertThat(System.nanoTime()).isLessThan(deadline);
      } while (head.status() == 404);
      assertThat(body).isEqualTo("the part");
    }
  }
}
