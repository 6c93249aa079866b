package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

class SpaceComesBackIT {
  @TempDir Path folder;

  @Test
  void after_everything_is_deleted_only_open_containers_remain() throws Exception {
    var config = folder.resolve("quick.yaml");
    Files.writeString(
        config,
        """
        reclaim:
          interval: 200 ms
          grace: 0 s
          orphan-interval: 500 ms
          orphan-age: 1 s
        """);
    var data = folder.resolve("data");
    var options = StoreProcess.Options.PLAIN.with("--config", config.toString());
    try (var store = StoreProcess.start(data, options);
        var s3 = store.client()) {
      s3.createBucket(r -> r.bucket("gone"));
      for (int i = 0; i < 40; i++) {
        var key = "k" + i;
        var body = Bodies.of(i, 6 << 20);
        s3.putObject(r -> r.bucket("gone").key(key), RequestBody.fromBytes(body));
      }
      long full = containerBytes(data);
      assertThat(full).isGreaterThan(300L << 20);
      // An upload that is never finished is garbage too, once it is aborted.
      var upload = s3.createMultipartUpload(r -> r.bucket("gone").key("never")).uploadId();
      s3.uploadPart(
          r -> r.bucket("gone").key("never").uploadId(upload).partNumber(1),
          RequestBody.fromBytes(Bodies.of(99, 6 << 20)));
      s3.abortMultipartUpload(r -> r.bucket("gone").key("never").uploadId(upload));
      var keys =
          s3.listObjectsV2Paginator(r -> r.bucket("gone")).contents().stream()
              .map(object -> ObjectIdentifier.builder().key(object.key()).build())
              .toList();
      assertThat(keys).hasSize(40);
      s3.deleteObjects(r -> r.bucket("gone").delete(d -> d.objects(keys)));
      s3.deleteBucket(r -> r.bucket("gone"));
      var deadline = Instant.now().plus(Duration.ofSeconds(60));
      long left = containerBytes(data);
      while (left > full / 20 && Instant.now().isBefore(deadline)) {
        Thread.sleep(200);
        left = containerBytes(data);
      }
      assertThat(left)
          .describedAs("bytes of containers left of " + full)
          .isLessThanOrEqualTo(full / 20);
      assertThat(containers(data)).describedAs("containers left").isLessThanOrEqualTo(16);
      assertThat(store.stop()).isZero();
    }
    // And they stay gone: nothing is resurrected by a restart.
    try (var store = StoreProcess.start(data, options)) {
      assertThat(containers(data)).isLessThanOrEqualTo(16);
      assertThat(store.stop()).isZero();
    }
  }

  /** Bytes on disk, not lengths: preallocated room that was never written costs nothing. */
  private static long containerBytes(Path data) throws IOException {
    var process =
        new ProcessBuilder(
                "sh",
                "-c",
                "du -sk " + data.resolve("disks") + "/*/*/containers | awk '{s+=$1} END {print s}'")
            .redirectErrorStream(true)
            .start();
    return Long.parseLong(
            new String(
                    process.getInputStream().readAllBytes(),
                    java.nio.charset.StandardCharsets.UTF_8)
                .strip())
        * 1024;
  }

  private static long containers(Path data) throws IOException {
    try (var files = Files.walk(data.resolve("disks"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getParent().getFileName().toString().equals("containers"))
          .count();
    }
  }
}
