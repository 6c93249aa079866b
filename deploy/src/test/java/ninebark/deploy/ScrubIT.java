package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Damage in files of a store that runs is found by one patrol and mended, and no reader sees it.
 */
class ScrubIT {
  private static final int[] SIZES = {20 << 10, 40 << 10, 200 << 10, 1 << 20, 5 << 20};
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int RECORD_MAGIC = 0x4E427368;
  private static final int CONTAINER_HEAD_BYTES = 64;

  @TempDir Path folder;
  private final Map<String, byte[]> objects = new LinkedHashMap<>();

  private StoreProcess.Options options(String patrol) throws IOException {
    var file = folder.resolve("scrub.yaml");
    Files.writeString(file, "patrol: {" + patrol + "}\nreclaim: {grace: 1 s, interval: 1 s}\n");
    return StoreProcess.Options.PLAIN.with("--config", file.toString());
  }

  private void fill(S3Client s3, int from, int to) {
    for (int i = from; i < to; i++) {
      var key = "object-" + i;
      var body = Bodies.of(i, SIZES[i % SIZES.length] + i);
      s3.putObject(r -> r.bucket("kept").key(key), RequestBody.fromBytes(body));
      objects.put(key, body);
    }
  }

  private void readAll(S3Client s3) {
    objects.forEach(
        (key, body) ->
            assertThat(s3.getObjectAsBytes(r -> r.bucket("kept").key(key)).asByteArray())
                .describedAs(key)
                .isEqualTo(body));
  }

  /** Where a bit can be flipped in a container. */
  private enum Place {
    HEAD,
    RECORD_HEADER,
    BLOCK_CHECKSUM,
    DATA,
    TOMBSTONE
  }

  @Test
  void one_bit_in_each_kind_of_place_is_found_in_one_pass_and_mended() throws Exception {
    long seed = Long.getLong("ninebark.seed", 20261121L);
    System.out.println("replay with -Dninebark.seed=" + seed);
    var random = new SplittableRandom(seed);
    var data = folder.resolve("data");
    try (var store = StoreProcess.start(data, options("settle: 0 s"));
        var s3 = store.client()) {
      s3.createBucket(r -> r.bucket("kept"));
      fill(s3, 0, 30);
      var az = data.resolve("disks/az-1");
      for (int i = 0; i < 5; i++) {
        var key = "object-" + i;
        s3.deleteObject(r -> r.bucket("kept").key(key));
        objects.remove(key);
      }
      await(() -> store.metric("ninebark_reclaim_garbage_stripes_total") >= 4);
      var flipped = new LinkedHashMap<Place, Integer>();
      // Two shards of a stripe are in one AZ at most, and two may be lost. Tombstones come first:
      // to
      // find them, the records before must still be legible.
      for (var disk : children(az)) {
        for (var container : children(disk.resolve("containers"))) {
          for (var place : List.of(Place.values()).reversed()) {
            if (flip(container, place, random)) {
              flipped.merge(place, 1, Integer::sum);
            }
          }
        }
      }
      assertThat(flipped).containsOnlyKeys(Place.values());
      int total = flipped.values().stream().mapToInt(count -> count).sum();
      int passes = startPass(store);
      readAll(s3);
      awaitPass(store, passes);
      assertThat(store.metric("ninebark_patrol_damaged_total"))
          .describedAs("flipped " + flipped)
          .isGreaterThanOrEqualTo(total - 1.0);
      awaitRebuilt(store);
      // What a record left where it was damaged is garbage now; the next pass mends the chain.
      for (int i = 0; i < 2; i++) {
        passes = startPass(store);
        awaitPass(store, passes);
        awaitRebuilt(store);
      }
      for (var disk : status(store).get("disks")) {
        assertThat(disk.get("damaged").asInt()).describedAs(disk.toString()).isZero();
      }
      readAll(s3);
      assertThat(store.stop()).isZero();
    }
    try (var store = StoreProcess.start(data, StoreProcess.Options.PLAIN);
        var s3 = store.client()) {
      readAll(s3);
      assertThat(store.metric("ninebark_shards_damaged_total")).isZero();
      assertThat(store.metric("ninebark_shards_missing_total")).isZero();
      assertThat(store.stop()).isZero();
    }
  }

  @Test
  void a_disk_that_comes_back_empty_is_filled_again() throws Exception {
    var data = folder.resolve("data");
    try (var store = StoreProcess.start(data, StoreProcess.Options.PLAIN);
        var s3 = store.client()) {
      s3.createBucket(r -> r.bucket("kept"));
      fill(s3, 0, 60);
      assertThat(store.stop()).isZero();
    }
    var disks = children(data.resolve("disks/az-2"));
    // One lost its files but not its identity; the other is a new disk that an operator offers.
    deleteTree(disks.get(0).resolve("containers"));
    deleteTree(disks.get(0).resolve("index"));
    deleteTree(disks.get(1));
    Files.createDirectories(disks.get(1));
    Files.writeString(disks.get(1).resolve("ADOPT"), "");
    try (var store = StoreProcess.start(data, options("settle: 0 s"));
        var s3 = store.client()) {
      long began = System.nanoTime();
      await(() -> store.metric("ninebark_patrol_rollcalls_total") >= groups(store));
      awaitRebuilt(store);
      double seconds = (System.nanoTime() - began) / 1e9;
      var rebuild = status(store).get("rebuild");
      double read = rebuild.get("readBytes").asDouble();
      double written = rebuild.get("writtenBytes").asDouble();
      System.out.printf(
          "rebuilt %d shards, %.1f MiB in %.1f s; read %.2f times as much%n",
          rebuild.get("madeShards").asLong(), written / (1 << 20), seconds, read / written);
      assertThat(written).isGreaterThan(4 << 20);
      assertThat(read / written).isLessThanOrEqualTo(6.0);
      assertThat(store.metric("ninebark_rebuild_unproven_total"))
          .describedAs("two of a stripe were lost at most")
          .isLessThan(rebuild.get("madeShards").asDouble());
      readAll(s3);
      assertThat(store.stop()).isZero();
    }
    // All else may be gone but what the stripes need: the two disks do their part.
    var aside = folder.resolve("aside");
    Files.createDirectories(aside);
    for (int i = 2; i < 4; i++) {
      Files.move(disks.get(i), aside.resolve("disk-" + i));
    }
    try (var store = StoreProcess.start(data, StoreProcess.Options.PLAIN);
        var s3 = store.client()) {
      readAll(s3);
      assertThat(store.stop()).isZero();
    }
  }

  @Test
  void a_write_that_was_acknowledged_without_a_shard_ends_whole() throws Exception {
    var data = folder.resolve("data");
    try (var store = StoreProcess.start(data, StoreProcess.Options.PLAIN);
        var s3 = store.client()) {
      s3.createBucket(r -> r.bucket("kept"));
      assertThat(store.stop()).isZero();
    }
    var disks = children(data.resolve("disks/az-1"));
    var aside = folder.resolve("aside");
    Files.createDirectories(aside);
    for (int i = 1; i < 4; i++) {
      Files.move(disks.get(i), aside.resolve("disk-" + i));
    }
    // The roll call is told to look at old stripes only: the queue alone must know.
    try (var store = StoreProcess.start(data, options("settle: 1 d"));
        var s3 = store.client()) {
      fill(s3, 0, 20);
      assertThat(store.metric("ninebark_stripes_degraded_total")).isPositive();
      assertThat(status(store).get("rebuild").get("openByMargin").isEmpty()).isFalse();
      assertThat(status(store).get("rebuild").get("disksAway").asInt()).isEqualTo(3);
      store.kill();
    }
    for (int i = 1; i < 4; i++) {
      Files.move(aside.resolve("disk-" + i), disks.get(i));
    }
    try (var store = StoreProcess.start(data, options("settle: 1 d"));
        var s3 = store.client()) {
      awaitRebuilt(store);
      assertThat(store.metric("ninebark_rebuild_shards_total")).isPositive();
      readAll(s3);
      assertThat(store.metric("ninebark_shards_missing_total")).isZero();
      assertThat(store.stop()).isZero();
    }
    try (var store = StoreProcess.start(data, options("settle: 0 s"))) {
      await(() -> store.metric("ninebark_patrol_rollcalls_total") >= groups(store));
      assertThat(store.metric("ninebark_patrol_missing_total")).isZero();
      assertThat(store.stop()).isZero();
    }
  }

  @Test
  void the_command_pauses_resumes_and_tells() throws Exception {
    try (var store = StoreProcess.start(folder.resolve("data"), StoreProcess.Options.PLAIN)) {
      var admin = store.admin().getAuthority();
      assertThat(Main.run("scrub", "status", "--admin", admin)).isZero();
      assertThat(Main.run("scrub", "pause", "--admin", admin)).isZero();
      assertThat(status(store).has("pausedUntil")).isTrue();
      assertThat(Main.run("scrub", "--admin", admin, "resume", "--json")).isZero();
      assertThat(status(store).has("pausedUntil")).isFalse();
      assertThat(Main.run("scrub", "start", "--admin", "127.0.0.1:1")).isEqualTo(1);
      assertThat(Main.run("scrub", "dance")).isEqualTo(2);
      assertThat(post(store, "/scrub/pause", false).statusCode())
          .describedAs("a page in a browser cannot command")
          .isEqualTo(403);
      assertThat(status(store).has("pausedUntil")).isFalse();
      assertThat(post(store, "/scrub", true).statusCode()).isEqualTo(405);
      assertThat(store.stop()).isZero();
    }
  }

  /** Asks for a pass; the passes that all disks must have reached and ended. */
  private static int startPass(StoreProcess store) throws Exception {
    int most = 0;
    for (var disk : status(store).get("disks")) {
      most = Math.max(most, disk.get("pass").asInt());
    }
    assertThat(Main.run("scrub", "start", "--admin", store.admin().getAuthority())).isZero();
    return most + 1;
  }

  private static void awaitPass(StoreProcess store, int pass) throws Exception {
    await(
        () -> {
          for (var disk : status(store).get("disks")) {
            if (disk.get("pass").asInt() < pass || !disk.get("done").asBoolean()) {
              return false;
            }
          }
          return true;
        });
  }

  private static void awaitRebuilt(StoreProcess store) throws Exception {
    await(() -> status(store).get("rebuild").get("openByMargin").isEmpty());
  }

  private static double groups(StoreProcess store) {
    return store.metric("ninebark_patrol_groups");
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).describedAs("in time").isLessThan(deadline);
      Thread.sleep(100);
    }
  }

  private static JsonNode status(StoreProcess store) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(store.admin() + "/scrub")).build();
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      return JsonMapper.builder().build().readTree(answer.body());
    }
  }

  private static HttpResponse<String> post(StoreProcess store, String path, boolean header)
      throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create(store.admin() + path))
              .POST(HttpRequest.BodyPublishers.noBody());
      if (header) {
        request.header("x-ninebark-admin", "test");
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  /** Flips one bit at such a place of a container; false if it has none. */
  private static boolean flip(Path container, Place place, SplittableRandom random)
      throws IOException {
    try (var channel =
        FileChannel.open(container, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (place == Place.HEAD) {
        flip(channel, random.nextInt(CONTAINER_HEAD_BYTES), random);
        return true;
      }
      List<long[]> records = records(channel, place == Place.TOMBSTONE ? 2 : 1);
      if (records.isEmpty()) {
        return false;
      }
      var record = records.get(random.nextInt(records.size()));
      long start = record[0];
      long header = record[1];
      long body = record[2];
      long at =
          switch (place) {
            case RECORD_HEADER, TOMBSTONE -> start + random.nextInt(64);
            // The checksum of the last block, before the padding, or the padding itself.
            case BLOCK_CHECKSUM -> start + header - 8 - random.nextInt(4);
            case DATA -> start + header + random.nextLong(body);
            case HEAD -> throw new IllegalStateException();
          };
      flip(channel, at, random);
      return true;
    }
  }

  private static void flip(FileChannel channel, long at, SplittableRandom random)
      throws IOException {
    var one = ByteBuffer.allocate(1);
    channel.read(one, at);
    byte damaged = (byte) (one.get(0) ^ (1 << random.nextInt(8)));
    channel.write(ByteBuffer.wrap(new byte[] {damaged}), at);
  }

  /** The records of a kind that can still be walked to: start, header's length, body's length. */
  private static List<long[]> records(FileChannel channel, int kind) throws IOException {
    List<long[]> records = new ArrayList<>();
    long at = CONTAINER_HEAD_BYTES;
    while (at + 16 <= channel.size()) {
      var prefix = ByteBuffer.allocate(16);
      channel.read(prefix, at);
      if (prefix.getInt(0) != RECORD_MAGIC) {
        break;
      }
      long header = Short.toUnsignedInt(prefix.getShort(6));
      long body = Integer.toUnsignedLong(prefix.getInt(12));
      if (prefix.get(5) == kind) {
        records.add(new long[] {at, header, body});
      }
      at += (header + body + 7) / 8 * 8;
    }
    return records;
  }

  private static List<Path> children(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
