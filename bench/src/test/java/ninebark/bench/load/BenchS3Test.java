package ninebark.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import ninebark.bench.client.FakeS3;
import ninebark.bench.client.FakeS3.Reply;
import ninebark.bench.report.Report;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BenchS3Test {
  private FakeS3 server;
  @TempDir private Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @BeforeEach
  void start() throws IOException {
    server = new FakeS3();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private int bench(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--endpoint",
            server.endpoint().toString(),
            "--anonymous",
            "--warmup",
            "0s",
            "--json",
            folder.resolve("out.json").toString()));
    var before = System.err;
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      return new CommandLine(new BenchS3(_ -> List.of())).execute(all.toArray(String[]::new));
    } finally {
      System.setErr(before);
      System.out.println(said.toString(StandardCharsets.UTF_8));
    }
  }

  private Report.Run run() throws IOException {
    return Report.read(folder.resolve("out.json")).runs().getFirst();
  }

  @ParameterizedTest
  @EnumSource(Workload.class)
  void everyWorkloadRunsWithoutErrorsAndCleansUp(Workload workload) throws IOException {
    int code =
        bench(
            workload.toString(),
            "--count",
            "60",
            "--concurrency",
            "4",
            "--size",
            "100..3000",
            "--keys",
            "200",
            "--part-size",
            "700",
            "--range-size",
            "50",
            "--max-keys",
            "30");

    assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain("ninebark bench:");
    assertThat(code).isZero();
    assertThat(run().total().count()).isEqualTo(60);
    assertThat(run().errors()).isEmpty();
    assertThat(server.objects()).isEmpty();
    assertThat(server.bucketExists()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"signed", "unsigned", "chunked-signed", "chunked-unsigned-trailer"})
  void whatIsPutIsReadBackInEveryPayloadMode(String mode) throws IOException {
    for (var size : List.of("0", "1", "65536", "65537", "3MiB")) {
      assertThat(
              bench(
                  "get",
                  "--payload-mode",
                  mode,
                  "--size",
                  size,
                  "--keys",
                  "3",
                  "--count",
                  "6",
                  "--concurrency",
                  "2"))
          .as(size)
          .isZero();
      assertThat(run().total().count()).isEqualTo(6);
    }
  }

  @Test
  void anUnsignedTrailerCarriesTheChecksumOfTheBody() {
    server.remembering();

    assertThat(
            bench(
                "put",
                "--payload-mode",
                "chunked-unsigned-trailer",
                "--size",
                "70000",
                "--count",
                "1",
                "--concurrency",
                "1"))
        .isZero();

    var put =
        server.seen.stream()
            .filter(seen -> seen.method().equals("PUT") && seen.body().length > 0)
            .findFirst()
            .orElseThrow();
    var crc = new java.util.zip.CRC32();
    crc.update(put.body());
    assertThat(
            java.nio.ByteBuffer.wrap(
                    java.util.Base64.getDecoder().decode(put.headers().get("x-amz-checksum-crc32")))
                .getInt())
        .isEqualTo((int) crc.getValue());
    assertThat(put.headers()).containsEntry("x-amz-decoded-content-length", "70000");
  }

  @Test
  void oneConnectionServesAllRequestsOfAWorker() {
    assertThat(bench("put", "--count", "200", "--concurrency", "3")).isZero();

    // One for each worker, and one for the bucket.
    assertThat(server.connections.get()).isLessThanOrEqualTo(2 * 3 + 4);
    assertThat(server.requests.get()).isGreaterThanOrEqualTo(200);
  }

  @Test
  void chunkedAnswersAreReadAndChecked() {
    server.chunkedReplies();

    assertThat(
            bench("get", "--size", "200KiB", "--keys", "4", "--count", "20", "--concurrency", "2"))
        .isZero();
  }

  @Test
  void aSingleWrongByteIsSeen() throws IOException {
    server.trouble(
        request -> {
          if (!request.method().equals("GET") || request.path().lastIndexOf('/') == 0) {
            return Optional.empty();
          }
          var key = request.path().substring(request.path().indexOf('/', 1) + 1);
          var bytes = server.objects().get(key).clone();
          bytes[bytes.length - 7] ^= 4;
          return Optional.of(new Reply(200, java.util.Map.of(), bytes));
        });

    assertThat(
            bench("get", "--size", "300KiB", "--keys", "2", "--count", "3", "--concurrency", "1"))
        .isEqualTo(4);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("WRONG BYTES");
    assertThat(run().errors().getFirst().code()).isEqualTo("WrongBytes");
  }

  @Test
  void aBodyThatIsTooShortIsSeen() {
    server.trouble(
        request ->
            request.method().equals("GET") && request.path().lastIndexOf('/') > 0
                ? Optional.of(
                    new Reply(
                        200,
                        java.util.Map.of(),
                        Arrays.copyOf(server.objects().firstEntry().getValue(), 10)))
                : Optional.empty());

    assertThat(bench("get", "--keys", "1", "--count", "1", "--concurrency", "1")).isEqualTo(4);
  }

  @Test
  void errorsAreCountedByCodeWithWhatTheServerSaid() throws IOException {
    var puts = new AtomicInteger();
    server.trouble(
        request ->
            request.method().equals("PUT")
                    && request.body().length > 0
                    && puts.incrementAndGet() % 2 == 0
                ? Optional.of(Reply.error(503, "SlowDown", "Please reduce your request rate."))
                : Optional.empty());

    assertThat(bench("put", "--count", "10", "--concurrency", "1")).isEqualTo(1);
    assertThat(run().errors())
        .containsExactly(new Report.ErrorCount("SlowDown", 5, "Please reduce your request rate."));
    assertThat(run().total().count()).isEqualTo(5);
  }

  @Test
  void aConnectionThatIsClosedIsOpenedAgain() throws IOException {
    var puts = new AtomicInteger();
    server.trouble(
        request ->
            request.method().equals("PUT")
                    && request.body().length > 0
                    && puts.incrementAndGet() == 3
                ? Optional.of(new Reply(0, java.util.Map.of(), new byte[0]))
                : Optional.empty());

    assertThat(bench("put", "--count", "10", "--concurrency", "1")).isEqualTo(1);
    assertThat(run().errors().getFirst().code()).isEqualTo("ConnectionClosed");
    assertThat(run().total().count()).isEqualTo(9);
  }

  @Test
  void anEndpointThatNobodyServesIsNamed() throws IOException {
    server.close();

    assertThat(bench("put", "--count", "1")).isEqualTo(3);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("cannot reach " + server.endpoint())
        .contains("refused");
  }

  @Test
  void aRefusalIsShownInTheServersWords() {
    server.trouble(
        request -> Optional.of(Reply.error(403, "AccessDenied", "Access &amp; all denied.")));

    assertThat(bench("put", "--count", "1")).isEqualTo(3);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("the server says AccessDenied: Access & all denied.");
  }

  @Test
  void aPreparationThatFailsNamesTheFirstError() {
    server.trouble(
        request ->
            request.method().equals("PUT") && request.body().length > 0
                ? Optional.of(Reply.error(507, "InsufficientStorage", "The disks are full."))
                : Optional.empty());

    assertThat(bench("get", "--keys", "2", "--concurrency", "1")).isEqualTo(3);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("The disks are full.");
  }

  @Test
  void wrongUsageSaysWhatIsRight() {
    assertThat(bench("paint")).isEqualTo(2);
    assertThat(bench("put", "--size", "4 elephants")).isEqualTo(2);
    assertThat(bench("put", "--duration", "soon")).isEqualTo(2);
    assertThat(bench("put", "--endpoint", "ftp://127.0.0.1")).isEqualTo(2);
    assertThat(bench("put", "--concurrency", "0")).isEqualTo(2);
    assertThat(bench("mixed", "--mix", "get=1,put=1,delete=2")).isEqualTo(2);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("put, get, stat")
        .contains("write it like 4096, 4KiB or 1.5MiB")
        .contains("write it like 500ms")
        .contains("write it like http://127.0.0.1:9000")
        .contains("runs dry");
  }

  @Test
  void whatIsKeptCanBeReadByALaterRun() throws IOException {
    assertThat(bench("get", "--keys", "20", "--count", "1", "--prefix", "p/", "--keep")).isZero();
    assertThat(server.objects()).hasSize(20);

    assertThat(bench("get", "--keys", "20", "--count", "50", "--prefix", "p/", "--prepared"))
        .isZero();
    assertThat(server.objects()).isEmpty();
  }

  @Test
  void anOpenLoopCountsTheWaitOfThoseWhoWouldHaveCome() throws IOException {
    var puts = new AtomicInteger();
    server.trouble(
        request -> {
          if (request.method().equals("PUT")
              && request.body().length > 0
              && puts.incrementAndGet() == 40) {
            LockSupport.parkNanos(500_000_000);
          }
          return Optional.empty();
        });

    assertThat(bench("put", "--rate", "200", "--duration", "1s", "--concurrency", "1")).isZero();

    // One request in two hundred was slow, but eighty were due more than 100 ms before its end.
    var latency = run().total().latency();
    assertThat(latency.p90()).isGreaterThan(100_000);
    assertThat(latency.max()).isGreaterThan(450_000);
  }

  @Test
  void anOpenLoopSaysHowManyRequestsWereNeverBegun() throws IOException {
    assertThat(bench("put", "--rate", "1e7", "--duration", "200ms", "--concurrency", "1")).isZero();

    assertThat(run().missedArrivals()).isGreaterThan(1_000_000);
    assertThat(run().total().latency().p50()).isGreaterThan(50_000);
  }

  @Test
  void ratesCountSecondsThatAreWhole() throws IOException {
    assertThat(bench("put", "--duration", "2s", "--concurrency", "2")).isZero();

    var total = run().total();
    assertThat(total.series()).hasSize(2);
    assertThat(total.series().stream().mapToLong(Report.Second::count).sum())
        .isEqualTo(total.count());
    assertThat(run().seconds()).isEqualTo(2.0);
  }
}
