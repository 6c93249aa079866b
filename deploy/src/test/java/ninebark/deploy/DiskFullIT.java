package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

class DiskFullIT {
  private static final int BYTES = 6 << 20;

  @TempDir Path folder;

  @Test
  void a_full_store_refuses_writes_reads_on_and_recovers_by_deleting() throws Exception {
    var config = folder.resolve("small.yaml");
    Files.writeString(
        config,
        """
        disk:
          capacity-bytes: 48 MiB
          reserve-bytes: 16 MiB
          container-bytes: 8 MiB
          preallocation-bytes: 1 MiB
        reclaim:
          interval: 200 ms
          grace: 0 s
        """);
    try (var store =
            StoreProcess.start(
                folder.resolve("data"),
                StoreProcess.Options.PLAIN.with("--config", config.toString()));
        var s3 = store.client()) {
      s3.createBucket(r -> r.bucket("full"));
      int stored = 0;
      var refusal = put(s3, stored);
      while (refusal == 0 && stored < 200) {
        stored++;
        refusal = put(s3, stored);
      }
      assertThat(refusal).describedAs("the status of the first refused write").isIn(503, 507);
      assertThat(stored).describedAs("objects stored before").isGreaterThan(10);
      for (int i = 0; i < stored; i++) {
        assertThat(read(s3, i)).describedAs("object " + i).isEqualTo(Bodies.of(i, BYTES));
      }
      int refused = stored;
      assertThat(s3.listObjectsV2(r -> r.bucket("full")).contents())
          .describedAs("nothing of object " + refused + " is visible")
          .hasSize(stored);
      for (int i = 0; i < stored; i++) {
        var key = "k" + i;
        s3.deleteObject(r -> r.bucket("full").key(key));
      }
      var deadline = Instant.now().plus(Duration.ofSeconds(60));
      while (put(s3, 1000) != 0) {
        assertThat(Instant.now()).describedAs("writes go on once space is back").isBefore(deadline);
      }
      assertThat(read(s3, 1000)).isEqualTo(Bodies.of(1000, BYTES));
      assertThat(store.stop()).isZero();
    }
  }

  /** The status of a refusal, 0 when it was stored. */
  private static int put(S3Client s3, int number) {
    try {
      s3.putObject(
          r -> r.bucket("full").key("k" + number), RequestBody.fromBytes(Bodies.of(number, BYTES)));
      return 0;
    } catch (S3Exception refused) {
      return refused.statusCode();
    }
  }

  private static byte[] read(S3Client s3, int number) {
    return s3.getObjectAsBytes(r -> r.bucket("full").key("k" + number)).asByteArray();
  }
}
