package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

class BoundedMemoryIT {
  private static final int UPLOADS = 64;
  private static final int BYTES = 100 << 20;

  @TempDir Path folder;

  @Test
  void sixty_four_uploads_of_100_mib_fit_into_512_mib() throws Exception {
    var body = Bodies.of(1, BYTES);
    try (var store =
            StoreProcess.start(
                folder.resolve("data"),
                StoreProcess.Options.PLAIN.withJvm("-Xmx256m", "-XX:MaxDirectMemorySize=256m"));
        var s3 = store.client()) {
      s3.createBucket(r -> r.bucket("large"));
      var uploads = new ArrayList<Callable<Object>>();
      for (int i = 0; i < UPLOADS; i++) {
        var key = "k" + i;
        uploads.add(() -> s3.putObject(r -> r.bucket("large").key(key), contentOf(body)));
      }
      try (var threads = Executors.newFixedThreadPool(UPLOADS)) {
        for (var done : threads.invokeAll(uploads)) {
          done.get();
        }
      }
      assertThat(s3.getObjectAsBytes(r -> r.bucket("large").key("k63")).asByteArray())
          .isEqualTo(body);
      System.out.println("peak resident: " + peakResident(store.pid()));
      assertThat(store.stop()).isZero();
    }
  }

  /** The same bytes for all: the SDK would copy them for each upload. */
  private static RequestBody contentOf(byte[] body) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(body), body.length, "application/octet-stream");
  }

  private static String peakResident(long pid) throws Exception {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .findFirst()
        .orElse("not known here");
  }
}
