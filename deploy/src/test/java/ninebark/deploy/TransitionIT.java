package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.InvalidObjectStateException;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Transition;
import software.amazon.awssdk.services.s3.model.TransitionStorageClass;

/** Objects go to colder classes while they are overwritten and the store is killed. */
@org.junit.jupiter.api.Tag("soak")
class TransitionIT {
  private static final Duration PATIENCE = Duration.ofSeconds(25);
  private static final int OBJECTS = 60;

  @TempDir Path folder;

  private StoreProcess.Options options() throws IOException {
    var file = folder.resolve("tiers.yaml");
    // Slow enough to be killed at work.
    Files.writeString(
        file,
        """
        lifecycle: {day-length: 2 s, interval: 50 ms, page-count: 10, transition-bytes-per-second: 2 MiB}
        reclaim: {grace: 1 s, interval: 500 ms}
        """);
    return StoreProcess.Options.PLAIN.with("--config", file.toString());
  }

  /** Some live in the index, most in stripes. */
  private static byte[] body(int seed) {
    return Bodies.of(seed, seed % 10 == 0 ? 5_000 : 140_000 + seed * 100);
  }

  private static LifecycleRule rule(String prefix, TransitionStorageClass to) {
    return LifecycleRule.builder()
        .id(prefix)
        .status(ExpirationStatus.ENABLED)
        .filter(f -> f.and(and -> and.prefix(prefix).objectSizeGreaterThan(1L)))
        .transitions(List.of(Transition.builder().days(0).storageClass(to).build()))
        .build();
  }

  private static String storageClass(S3Client s3, String key) {
    return s3.headObject(r -> r.bucket("tiers").key(key)).storageClassAsString();
  }

  @Test
  void whatMovesStaysWhatItIsThoughTheStoreIsKilledAtWork() throws Exception {
    var data = folder.resolve("data");
    Map<String, Integer> seeds = new HashMap<>();
    int seed = 0;
    try (var store = StoreProcess.start(data, options());
        var s3 = store.client()) {
      s3.createBucket(r -> r.bucket("tiers"));
      for (; seed < OBJECTS; seed++) {
        put(s3, "cool/" + seed, seed);
        seeds.put("cool/" + seed, seed);
      }
      s3.putBucketLifecycleConfiguration(
          r ->
              r.bucket("tiers")
                  .lifecycleConfiguration(
                      all ->
                          all.rules(
                              rule("cool/", TransitionStorageClass.GLACIER_IR),
                              rule("ice/", TransitionStorageClass.GLACIER))));
      await(() -> store.metric("ninebark_lifecycle_actions_total") >= 5);
      store.kill();
    }
    for (int kills = 0; kills < 2; kills++) {
      try (var store = StoreProcess.start(data, options());
          var s3 = store.client()) {
        // Overwritten, deleted and tagged while they move: the last word is the client's.
        for (int i = 0; i < 12; i++) {
          var key = "cool/" + (i * 5 + kills);
          switch (i % 3) {
            case 0 -> {
              put(s3, key, ++seed);
              seeds.put(key, seed);
            }
            case 1 -> {
              s3.deleteObject(r -> r.bucket("tiers").key(key));
              seeds.remove(key);
            }
            default -> {
              if (seeds.containsKey(key)) {
                s3.putObjectTagging(
                    r ->
                        r.bucket("tiers")
                            .key(key)
                            .tagging(t -> t.tagSet(Tag.builder().key("a").value("b").build())));
              }
            }
          }
        }
        await(() -> store.metric("ninebark_lifecycle_actions_total") >= 3 || allMoved(s3, seeds));
        store.kill();
      }
    }
    try (var store = StoreProcess.start(data, options());
        var s3 = store.client()) {
      await(() -> allMoved(s3, seeds));
      assertThat(s3.listObjectsV2(r -> r.bucket("tiers")).contents()).hasSize(seeds.size());
      for (var entry : seeds.entrySet()) {
        assertThat(s3.getObjectAsBytes(r -> r.bucket("tiers").key(entry.getKey())).asByteArray())
            .as(entry.getKey())
            .isEqualTo(body(entry.getValue()));
      }
      assertThat(s3.headObject(r -> r.bucket("tiers").key("cool/10")).tagCount()).isEqualTo(1);
      archive(s3);
      assertThat(Main.run("tiers", "--admin", store.admin().getAuthority())).isZero();
      assertThat(
              Main.run(
                  "lifecycle",
                  "preview",
                  "--bucket",
                  "tiers",
                  "--admin",
                  store.admin().getAuthority()))
          .isZero();
      var tiers = store.admin().resolve("/tiers").toURL();
      try (var page = tiers.openStream()) {
        assertThat(new String(page.readAllBytes(), StandardCharsets.UTF_8))
            .contains("\"GLACIER_IR\"", "\"pricePerMonth\"");
      }
      assertThat(store.log() + store.output()).contains("to GLACIER_IR by rule cool/");
      assertThat(store.stop()).isZero();
    }
  }

  private static boolean allMoved(S3Client s3, Map<String, Integer> seeds) {
    return seeds.keySet().stream().allMatch(key -> "GLACIER_IR".equals(storageClass(s3, key)));
  }

  private static void put(S3Client s3, String key, int seed) {
    s3.putObject(r -> r.bucket("tiers").key(key), RequestBody.fromBytes(body(seed)));
  }

  private static void archive(S3Client s3) throws Exception {
    put(s3, "ice/a", 3);
    await(() -> "GLACIER".equals(storageClass(s3, "ice/a")));
    assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket("tiers").key("ice/a")))
        .isInstanceOf(InvalidObjectStateException.class);
    s3.restoreObject(r -> r.bucket("tiers").key("ice/a").restoreRequest(wish -> wish.days(1)));
    assertThat(s3.getObjectAsBytes(r -> r.bucket("tiers").key("ice/a")).asByteArray())
        .isEqualTo(body(3));
    assertThat(s3.headObject(r -> r.bucket("tiers").key("ice/a")).restore())
        .contains("expiry-date");
    // Two short days later nobody may read it any more.
    await(() -> s3.headObject(r -> r.bucket("tiers").key("ice/a")).restore() == null);
    assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket("tiers").key("ice/a")))
        .isInstanceOf(InvalidObjectStateException.class);
    assertThat(
            s3.listObjectsV2(r -> r.bucket("tiers").prefix("ice/")).contents().stream()
                .map(object -> object.storageClassAsString()))
        .containsExactly("GLACIER");
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds(condition)) {
      assertThat(System.nanoTime()).describedAs("in time").isLessThan(deadline);
      Thread.sleep(100);
    }
  }

  private static boolean holds(Condition condition) throws Exception {
    try {
      return condition.holds();
    } catch (SdkException busy) {
      return false;
    }
  }
}
