package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Index and disks of a store that runs agree to the byte when nothing is under way. */
class CensusIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path folder;

  @Test
  void a_census_of_a_quiet_store_finds_each_named_byte_and_no_other() throws Exception {
    var file = folder.resolve("census.yaml");
    Files.writeString(file, "census: {settle: 0 s}\nreclaim: {grace: 1 ms, interval: 100 ms}\n");
    var options = StoreProcess.Options.PLAIN.with("--config", file.toString());
    try (var store = StoreProcess.start(folder.resolve("data"), options);
        var s3 = store.client()) {
      s3.createBucket(r -> r.bucket("kept"));
      for (int i = 0; i < 12; i++) {
        var key = "object-" + i;
        var body = Bodies.of(i, (i % 4 + 1) * 300_000 + i);
        s3.putObject(r -> r.bucket("kept").key(key), RequestBody.fromBytes(body));
      }
      for (int i = 0; i < 5; i++) {
        var key = "object-" + i;
        s3.deleteObject(r -> r.bucket("kept").key(key));
      }
      var upload = s3.createMultipartUpload(r -> r.bucket("kept").key("open")).uploadId();
      s3.uploadPart(
          r -> r.bucket("kept").key("open").uploadId(upload).partNumber(1),
          RequestBody.fromBytes(Bodies.of(99, 5 << 20)));
      await(() -> store.metric("ninebark_reclaim_garbage_stripes_total") >= 5);

      var counts = count(store);
      long named = 5L << 20;
      for (int i = 5; i < 12; i++) {
        named += (i % 4 + 1) * 300_000 + i;
      }
      assertThat(counts.get("namedBytes").asLong()).isEqualTo(named);
      assertThat(counts.get("heldBytes").asLong())
          .isEqualTo(counts.get("neededBytes").asLong())
          .isBetween(named * 8 / 6, named * 8 / 6 * 101 / 100 + (64 << 10));
      for (var none :
          new String[] {
            "missingShards",
            "lostStripes",
            "unseenStripes",
            "orphanShards",
            "youngShards",
            "misplacedShards"
          }) {
        assertThat(counts.get(none).asLong()).as(none).isZero();
      }
      assertThat(Main.run("scrub", "status", "--admin", store.admin().getAuthority())).isZero();
    }
  }

  /** A census that began after this call. */
  private static JsonNode count(StoreProcess store) throws Exception {
    await(() -> status(store).has("finished"));
    int before = status(store).get("finished").get("pass").asInt();
    ask(store, "/scrub/start", true);
    await(() -> status(store).get("finished").get("pass").asInt() > before);
    return status(store).get("finished");
  }

  private static JsonNode status(StoreProcess store) throws Exception {
    return JsonMapper.builder().build().readTree(ask(store, "/scrub", false)).get("census");
  }

  private static String ask(StoreProcess store, String path, boolean commands)
      throws IOException, InterruptedException {
    var question = HttpRequest.newBuilder(URI.create(store.admin() + path));
    if (commands) {
      question.POST(HttpRequest.BodyPublishers.noBody()).header("x-ninebark-admin", "start");
    }
    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(question.build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer.body();
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("it takes too long").isLessThan(until);
      Thread.sleep(50);
    }
  }
}
