package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A store takes in disks and gives disks up while it is used, and forgets nothing over it. */
@Tag("soak")
class GrowIT {
  private static final int[] SIZES = {20 << 10, 100 << 10, 1 << 20};
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;
  private final Map<String, byte[]> objects = new ConcurrentHashMap<>();

  private StoreProcess start(int disksPerAz) throws IOException {
    var file = folder.resolve("grow.yaml");
    Files.writeString(
        file,
        "topology: {disks-per-az-count: "
            + disksPerAz
            + "}\nmoves: {settle: 300 ms, look: 100 ms, groups-at-once: 16}\n");
    return StoreProcess.start(
        folder.resolve("data"), StoreProcess.Options.PLAIN.with("--config", file.toString()));
  }

  private void put(S3Client s3, int number) {
    var key = "object-" + number;
    var body = Bodies.of(number, SIZES[number % SIZES.length] + number);
    s3.putObject(r -> r.bucket("kept").key(key), RequestBody.fromBytes(body));
    objects.put(key, body);
  }

  private void readAll(S3Client s3) {
    objects.forEach(
        (key, body) ->
            assertThat(s3.getObjectAsBytes(r -> r.bucket("kept").key(key)).asByteArray())
                .describedAs(key)
                .isEqualTo(body));
  }

  private static JsonNode list(StoreProcess store) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var question = HttpRequest.newBuilder(URI.create(store.admin() + "/disks")).build();
      return JsonMapper.builder()
          .build()
          .readTree(client.send(question, HttpResponse.BodyHandlers.ofString()).body());
    }
  }

  private static String command(StoreProcess store, int exit, String... arguments)
      throws Exception {
    var command = new ArrayList<>(StoreProcess.java());
    command.addAll(List.of(arguments));
    command.addAll(List.of("--admin", store.admin().getAuthority()));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new ByteArrayOutputStream();
    process.getInputStream().transferTo(output);
    assertThat(process.waitFor())
        .describedAs(output.toString(StandardCharsets.UTF_8))
        .isEqualTo(exit);
    return output.toString(StandardCharsets.UTF_8);
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(until);
      Thread.sleep(50);
    }
  }

  private static JsonNode disk(JsonNode list, String id) {
    for (var disk : list.get("disks")) {
      if (disk.get("disk").asString().equals(id)) {
        return disk;
      }
    }
    throw new AssertionError("no disk " + id + " in " + list);
  }

  @Test
  void disks_join_and_leave_under_load_and_kill_nine_and_no_object_is_lost() throws Exception {
    try (var store = start(4);
        var s3 = store.client()) {
      s3.createBucket(r -> r.bucket("kept"));
      for (int i = 0; i < 30; i++) {
        put(s3, i);
      }
      assertThat(store.stop()).isZero();
    }
    String leaving;
    try (var store = start(5);
        var s3 = store.client()) {
      var load = load(store);
      var first = list(store);
      assertThat(first.get("disks").size()).isEqualTo(20);
      leaving = first.get("disks").get(0).get("disk").asString();
      await(() -> store.metric("ninebark_moves_shards_total") > 0);
      assertThat(command(store, 1, "disk", "drain", leaving)).contains("add --yes to begin");
      command(store, 0, "disk", "drain", leaving, "--yes");
      assertThat(command(store, 1, "disk", "remove", leaving)).contains("still");
      await(() -> list(store).get("movingGroups").asInt() > 0);
      load.stop();
      readAll(s3);
      store.kill();
    }
    try (var store = start(5);
        var s3 = store.client()) {
      var load = load(store);
      readAll(s3);
      await(
          () -> {
            var now = list(store);
            var gone = disk(now, leaving);
            return !now.get("balancing").asBoolean()
                && now.get("movingGroups").asInt() == 0
                && gone.get("positions").asInt() == 0
                && gone.get("heldBytes").asLong() == 0;
          });
      load.stop();
      assertThat(command(store, 0, "disk", "list"))
          .contains(leaving + "  ")
          .contains("may be removed");
      command(store, 0, "disk", "remove", leaving);
      var now = list(store);
      assertThat(now.get("disks").size()).isEqualTo(19);
      for (var disk : now.get("disks")) {
        assertThat(disk.get("positions").asInt()).describedAs(disk.toString()).isBetween(4, 9);
        assertThat(disk.get("heldBytes").asLong()).describedAs(disk.toString()).isPositive();
      }
      readAll(s3);
      assertThat(store.metric("ninebark_shards_damaged_total")).isZero();
      assertThat(store.stop()).isZero();
    }
    try (var store = start(5);
        var s3 = store.client()) {
      assertThat(list(store).get("disks").size())
          .describedAs("what was removed does not come back by itself")
          .isEqualTo(19);
      readAll(s3);
      assertThat(store.metric("ninebark_shards_missing_total")).isZero();
    }
  }

  private int next = 1000;

  private interface Load {
    void stop() throws Exception;
  }

  /** Writes one object after the other, and keeps a ledger of what was acknowledged. */
  private Load load(StoreProcess store) {
    var stop = new AtomicBoolean();
    var failure = new ArrayList<Throwable>();
    var thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (var s3 = store.client()) {
                    while (!stop.get()) {
                      put(s3, next++);
                    }
                  } catch (RuntimeException refused) {
                    failure.add(refused);
                  }
                });
    return () -> {
      stop.set(true);
      thread.join();
      assertThat(failure).isEmpty();
    };
  }
}
