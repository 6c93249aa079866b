package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;

/** Rules under a clock whose days last seconds, in a process that is killed while it works. */
class LifecycleIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int DUE = 120;
  private static final int KEPT = 30;

  @TempDir Path folder;

  private StoreProcess.Options options() throws IOException {
    var file = folder.resolve("lifecycle.yaml");
    // Slow enough to be met at work.
    Files.writeString(
        file,
        """
        lifecycle: {day-length: 3 s, interval: 50 ms, page-count: 20, actions-per-second: 60}
        reclaim: {grace: 1 s, interval: 1 s}
        """);
    return StoreProcess.Options.PLAIN.with("--config", file.toString());
  }

  private static LifecycleRule.Builder rule(String id, String prefix) {
    return LifecycleRule.builder()
        .id(id)
        .status(ExpirationStatus.ENABLED)
        .filter(filter -> filter.prefix(prefix));
  }

  private static void put(S3Client s3, String bucket, String key, int seed) {
    s3.putObject(
        r -> r.bucket(bucket).key(key),
        RequestBody.fromBytes(Bodies.of(seed, 2_000 + seed % 7 * 9_000)));
  }

  private static List<String> versions(S3Client s3, String bucket, String prefix) {
    var found = new ArrayList<String>();
    for (var page : s3.listObjectVersionsPaginator(r -> r.bucket(bucket).prefix(prefix))) {
      page.versions().forEach(version -> found.add(version.key() + " " + version.versionId()));
      page.deleteMarkers().forEach(marker -> found.add(marker.key() + " marker"));
    }
    return found;
  }

  @Test
  void whatIsDueGoesAndNothingElseThoughTheStoreIsKilledAtWork() throws Exception {
    var data = folder.resolve("data");
    int kills = 0;
    String held;
    try (var store = StoreProcess.start(data, options());
        var s3 = store.client()) {
      s3.createBucket(r -> r.bucket("plain"));
      s3.createBucket(r -> r.bucket("versions").objectLockEnabledForBucket(true));
      assertThat(s3.getBucketVersioning(r -> r.bucket("versions")).status())
          .isEqualTo(BucketVersioningStatus.ENABLED);
      for (var bucket : List.of("plain", "versions")) {
        for (int i = 0; i < DUE; i++) {
          put(s3, bucket, "tmp/" + i, i);
        }
        for (int i = 0; i < KEPT; i++) {
          put(s3, bucket, "kept/" + i, i);
        }
      }
      held =
          s3.putObject(r -> r.bucket("versions").key("tmp/held"), RequestBody.fromString("held"))
              .versionId();
      s3.putObjectLegalHold(
          r ->
              r.bucket("versions")
                  .key("tmp/held")
                  .legalHold(hold -> hold.status(ObjectLockLegalHoldStatus.ON)));
      s3.createMultipartUpload(r -> r.bucket("plain").key("tmp/never"));
      s3.createMultipartUpload(r -> r.bucket("plain").key("kept/perhaps"));
      s3.putBucketLifecycleConfiguration(
          r ->
              r.bucket("plain")
                  .lifecycleConfiguration(
                      all ->
                          all.rules(
                              rule("away", "tmp/")
                                  .expiration(e -> e.days(1))
                                  .abortIncompleteMultipartUpload(a -> a.daysAfterInitiation(1))
                                  .build())));
      s3.putBucketLifecycleConfiguration(
          r ->
              r.bucket("versions")
                  .lifecycleConfiguration(
                      all ->
                          all.rules(
                              rule("away", "tmp/").expiration(e -> e.days(1)).build(),
                              rule("for good", "tmp/")
                                  .noncurrentVersionExpiration(n -> n.noncurrentDays(1))
                                  .build(),
                              rule("markers", "")
                                  .expiration(e -> e.expiredObjectDeleteMarker(true))
                                  .build())));
      await(() -> store.metric("ninebark_lifecycle_actions_total") >= 40);
      store.kill();
    }
    // A key that is written all the time never gets old enough, whatever dies around it.
    int written = 0;
    while (kills < 2) {
      try (var store = StoreProcess.start(data, options());
          var s3 = store.client()) {
        var until = Instant.now().plusSeconds(3);
        while (Instant.now().isBefore(until)) {
          written++;
          var body = "write " + written;
          s3.putObject(r -> r.bucket("plain").key("tmp/always"), RequestBody.fromString(body));
          assertThat(s3.getObjectAsBytes(r -> r.bucket("plain").key("tmp/always")).asUtf8String())
              .isEqualTo(body);
        }
        await(() -> store.metric("ninebark_lifecycle_actions_total") >= 1 || isEmpty(s3));
        store.kill();
        kills++;
      }
    }
    try (var store = StoreProcess.start(data, options());
        var s3 = store.client()) {
      await(() -> isEmpty(s3));
      assertThat(versions(s3, "plain", "tmp/")).isEmpty();
      await(() -> versions(s3, "versions", "tmp/").size() == 2);
      assertThat(versions(s3, "versions", "tmp/"))
          .as("a hold keeps its version, under a marker")
          .containsExactlyInAnyOrder("tmp/held " + held, "tmp/held marker");
      assertThat(
              s3.getObjectAsBytes(r -> r.bucket("versions").key("tmp/held").versionId(held))
                  .asUtf8String())
          .isEqualTo("held");
      for (var bucket : List.of("plain", "versions")) {
        for (int i = 0; i < KEPT; i++) {
          var key = "kept/" + i;
          assertThat(s3.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asByteArray())
              .isEqualTo(Bodies.of(i, 2_000 + i % 7 * 9_000));
        }
      }
      await(() -> s3.listMultipartUploads(r -> r.bucket("plain")).uploads().size() == 1);
      assertThat(s3.listMultipartUploads(r -> r.bucket("plain")).uploads().getFirst().key())
          .isEqualTo("kept/perhaps");
      assertThat(lifecycle(store, "status")).isZero();
      assertThat(lifecycle(store, "status", "--json")).isZero();
      assertThat(lifecycle(store, "preview", "--bucket", "versions")).isZero();
      assertThat(lifecycle(store, "preview", "--bucket", "none")).isEqualTo(1);
      var file = folder.resolve("rules.xml");
      Files.writeString(
          file,
          "<LifecycleConfiguration><Rule><ID>all</ID><Filter/><Status>Enabled</Status>"
              + "<Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>");
      assertThat(lifecycle(store, "preview", "--bucket", "plain", "--rules", file.toString()))
          .isZero();
      Files.writeString(file, "<LifecycleConfiguration/>");
      assertThat(lifecycle(store, "preview", "--bucket", "plain", "--rules", file.toString()))
          .isEqualTo(1);
      assertThat(lifecycle(store, "dance")).isEqualTo(2);
      // Rules that are gone demand nothing.
      s3.deleteBucketLifecycle(r -> r.bucket("plain"));
      put(s3, "plain", "tmp/late", 1);
      double before = store.metric("ninebark_lifecycle_looked_total");
      await(() -> store.metric("ninebark_lifecycle_looked_total") >= before + 2 * KEPT);
      assertThat(versions(s3, "plain", "tmp/")).hasSize(1);
      assertThat(store.log() + store.output()).contains("by rule away", "by rule for good");
      assertThat(store.stop()).isZero();
    }
  }

  private static int lifecycle(StoreProcess store, String... arguments) {
    var all = new ArrayList<>(List.of("lifecycle"));
    all.addAll(List.of(arguments));
    if (!List.of(arguments).contains("dance")) {
      all.addAll(List.of("--admin", store.admin().getAuthority()));
    }
    return Main.run(all.toArray(String[]::new));
  }

  /** Whether nothing is current under the rules' prefix, but for what is written all the time. */
  private static boolean isEmpty(S3Client s3) {
    return List.of("plain", "versions").stream()
        .allMatch(
            bucket -> s3.listObjectsV2(r -> r.bucket(bucket).prefix("tmp/")).contents().isEmpty());
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
