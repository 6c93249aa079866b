package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** All replicas of the index are lost: what the disks hold makes it again. */
@org.junit.jupiter.api.Tag("soak")
class RecoverIT {
  private static final int LARGE = 40 << 10;
  private static final int PART = 5 << 20;
  private static final Instant LOCKED_UNTIL = Instant.parse("2036-01-01T00:00:00Z");

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path folder;

  /** What a version must be, wherever its index came from. */
  private record Kept(String key, String version, int seed, int bytes, String etag) {
    byte[] body() {
      return Bodies.of(seed, bytes);
    }
  }

  private final List<Kept> versions = new ArrayList<>();
  private final Map<String, byte[]> since = new LinkedHashMap<>();

  private StoreProcess.Options options(String interval) throws IOException {
    var file = folder.resolve("recover.yaml");
    Files.writeString(file, "snapshots: {interval: " + interval + ", keep-count: 2}\n");
    return StoreProcess.Options.PLAIN.with("--config", file.toString());
  }

  @Test
  void everything_in_the_copy_and_what_was_written_since_is_there_again() throws Exception {
    var data = folder.resolve("data");
    try (var store = StoreProcess.start(data, options("300 ms"));
        var s3 = store.client()) {
      before(s3);
      double taken = store.metric("ninebark_index_snapshots_taken_total");
      // The first that begins from now on has it all; the one that runs may not.
      await(() -> store.metric("ninebark_index_snapshots_taken_total") >= taken + 2);
      assertThat(store.metric("ninebark_index_snapshots_failures_total")).isZero();
      assertThat(store.stop()).isZero();
    }
    try (var store = StoreProcess.start(data, options("10 min"));
        var s3 = store.client()) {
      since(s3);
      store.kill();
    }
    delete(data.resolve("index"));
    try (var refused = StoreProcess.launch(data, options("10 min"))) {
      assertThat(refused.awaitExit(Duration.ofSeconds(60))).isOne();
      assertThat(refused.log()).contains("ninebark recover index");
    }

    var rehearsed = recover(data, "--dry-run", "--json");
    assertThat(rehearsed.get("recovered").asBoolean()).isFalse();
    assertThat(keys(rehearsed.get("restoredSince"))).containsAll(since.keySet());
    var recovered = recover(data, "--json");
    assertThat(recovered.get("recovered").asBoolean()).isTrue();
    assertThat(keys(recovered.get("restoredSince")))
        .containsExactlyElementsOf(keys(rehearsed.get("restoredSince")));
    assertThat(recovered.get("refused")).isEmpty();
    assertThat(recovered.get("bucketsMadeAgain").get(0).asString()).isEqualTo("young");
    assertThat(recovered.get("openUploads")).hasSize(1);

    try (var store = StoreProcess.start(data, options("300 ms"));
        var s3 = store.client()) {
      compare(s3);
      // And the next copies do not mistake files of the old index for theirs.
      await(() -> store.metric("ninebark_index_snapshots_taken_total") >= 1);
      assertThat(store.metric("ninebark_index_snapshots_failures_total")).isZero();
      assertThat(store.stop()).isZero();
    }
    assertThat(run(data, "--json").exit()).describedAs("an index that is there").isOne();
  }

  /** All that the copy must hold: nothing of it may differ afterwards. */
  private void before(S3Client s3) {
    s3.createBucket(r -> r.bucket("kept").objectLockEnabledForBucket(true));
    for (int i = 0; i < 12; i++) {
      var key = "object-" + i % 6;
      var body = Bodies.of(i, i % 3 == 0 ? 900 + i : LARGE + i);
      var stored =
          s3.putObject(
              r -> r.bucket("kept").key(key).metadata(Map.of("writer", key)).tagging("a=b"),
              RequestBody.fromBytes(body));
      versions.add(new Kept(key, stored.versionId(), i, body.length, stored.eTag()));
    }
    var locked = versions.getFirst();
    s3.putObjectRetention(
        r ->
            r.bucket("kept")
                .key(locked.key)
                .versionId(locked.version)
                .retention(
                    t -> t.mode(ObjectLockRetentionMode.COMPLIANCE).retainUntilDate(LOCKED_UNTIL)));
    s3.putObjectLegalHold(
        r ->
            r.bucket("kept")
                .key(locked.key)
                .legalHold(h -> h.status(ObjectLockLegalHoldStatus.ON))
                .versionId(locked.version));
    s3.deleteObject(r -> r.bucket("kept").key("object-5"));
    multipart(s3, "kept", "parts", 77, true);
  }

  private void multipart(S3Client s3, String bucket, String key, int seed, boolean complete) {
    var upload =
        s3.createMultipartUpload(r -> r.bucket(bucket).key(key).contentType("text/x-parts"));
    var parts = new ArrayList<CompletedPart>();
    var whole = Bodies.of(seed, PART + LARGE);
    for (int number = 1; number <= 2; number++) {
      int part = number;
      var body =
          number == 1
              ? java.util.Arrays.copyOf(whole, PART)
              : java.util.Arrays.copyOfRange(whole, PART, whole.length);
      var stored =
          s3.uploadPart(
              r -> r.bucket(bucket).key(key).uploadId(upload.uploadId()).partNumber(part),
              RequestBody.fromBytes(body));
      parts.add(CompletedPart.builder().partNumber(part).eTag(stored.eTag()).build());
    }
    if (complete) {
      var stored =
          s3.completeMultipartUpload(
              r ->
                  r.bucket(bucket)
                      .key(key)
                      .uploadId(upload.uploadId())
                      .multipartUpload(m -> m.parts(parts)));
      versions.add(new Kept(key, stored.versionId(), seed, whole.length, stored.eTag()));
    }
  }

  /** What only shards tell of. */
  private void since(S3Client s3) {
    s3.createBucket(r -> r.bucket("young"));
    s3.putBucketVersioning(
        r ->
            r.bucket("young")
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    for (int i = 0; i < 4; i++) {
      var key = "since-" + i;
      var bucket = i % 2 == 0 ? "kept" : "young";
      var body = Bodies.of(100 + i, LARGE + i * (3 << 20));
      s3.putObject(
          r ->
              r.bucket(bucket)
                  .key(key)
                  .contentType("text/x-since")
                  .metadata(Map.of("writer", key))
                  .tagging("tag=" + key),
          RequestBody.fromBytes(body));
      since.put(key, body);
    }
    multipart(s3, "young", "open", 78, false);
  }

  private void compare(S3Client s3) {
    for (var kept : versions) {
      var found = s3.getObjectAsBytes(r -> r.bucket("kept").key(kept.key).versionId(kept.version));
      assertThat(found.asByteArray()).describedAs(kept.key).isEqualTo(kept.body());
      assertThat(found.response().eTag()).isEqualTo(kept.etag);
      if (!kept.key.equals("parts")) {
        assertThat(found.response().metadata()).containsEntry("writer", kept.key);
        assertThat(found.response().tagCount()).isOne();
      }
    }
    var locked = versions.getFirst();
    var head = s3.headObject(r -> r.bucket("kept").key(locked.key).versionId(locked.version));
    assertThat(head.objectLockRetainUntilDate()).isEqualTo(LOCKED_UNTIL);
    assertThat(head.objectLockLegalHoldStatus()).isEqualTo(ObjectLockLegalHoldStatus.ON);
    var listed = s3.listObjectVersions(r -> r.bucket("kept"));
    assertThat(listed.deleteMarkers()).hasSize(1);
    assertThat(listed.versions()).hasSize(versions.size() + 2);
    since.forEach(
        (key, body) -> {
          var bucket = Integer.parseInt(key.substring(6)) % 2 == 0 ? "kept" : "young";
          var found = s3.getObjectAsBytes(r -> r.bucket(bucket).key(key));
          assertThat(found.asByteArray()).describedAs(key).isEqualTo(body);
          assertThat(found.response().contentType()).isEqualTo("text/x-since");
          assertThat(found.response().metadata()).containsEntry("writer", key);
          assertThat(s3.getObjectTagging(r -> r.bucket(bucket).key(key)).tagSet())
              .containsExactly(Tag.builder().key("tag").value(key).build());
        });
    assertThat(s3.listBuckets().buckets()).extracting("name").containsExactly("kept", "young");
    assertThat(s3.getBucketVersioning(r -> r.bucket("young")).status())
        .isEqualTo(BucketVersioningStatus.ENABLED);
    complete(s3);
  }

  /** An upload that got its parts since goes on where it was. */
  private static void complete(S3Client s3) {
    var upload = s3.listMultipartUploads(r -> r.bucket("young")).uploads().getFirst();
    var parts =
        s3
            .listParts(r -> r.bucket("young").key("open").uploadId(upload.uploadId()))
            .parts()
            .stream()
            .map(p -> CompletedPart.builder().partNumber(p.partNumber()).eTag(p.eTag()).build())
            .toList();
    s3.completeMultipartUpload(
        r ->
            r.bucket("young")
                .key("open")
                .uploadId(upload.uploadId())
                .multipartUpload(m -> m.parts(parts)));
    var found = s3.getObjectAsBytes(r -> r.bucket("young").key("open"));
    assertThat(found.asByteArray()).isEqualTo(Bodies.of(78, PART + LARGE));
    assertThat(found.response().contentType()).isEqualTo("text/x-parts");
  }

  private static List<String> keys(JsonNode items) {
    var keys = new ArrayList<String>();
    items.forEach(item -> keys.add(item.get("key").asString()));
    return keys;
  }

  private record Ended(int exit, String out, String err) {}

  private JsonNode recover(Path data, String... options) throws Exception {
    var ended = run(data, options);
    assertThat(ended.exit).describedAs(ended.err).isZero();
    return JsonMapper.builder().build().readTree(ended.out);
  }

  private Ended run(Path data, String... options) throws Exception {
    var command = new ArrayList<>(StoreProcess.java());
    command.addAll(List.of("recover", "index", "--data", data.toString()));
    command.addAll(List.of(options));
    var out = folder.resolve("recover.out").toFile();
    var err = folder.resolve("recover.err").toFile();
    var process = new ProcessBuilder(command).redirectOutput(out).redirectError(err).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(
        process.exitValue(), Files.readString(out.toPath()), Files.readString(err.toPath()));
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).describedAs("in time").isLessThan(deadline);
      Thread.sleep(50);
    }
  }
}
