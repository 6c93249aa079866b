package ninebark.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Query;
import ninebark.storagenode.shard.IndexMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashTest {
  @TempDir Path folder;

  @Test
  void everyAcknowledgedObjectSurvivesKillsInTheMiddleOfALoad() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("CrashTest seed " + seed + ": replay with -Dseed=" + seed);
    var random = new Random(seed);
    var acknowledged = new ArrayList<String>();
    for (int round = 0; round < 3; round++) {
      acknowledged.addAll(writeAndKill(round, 200 + random.nextInt(2500)));
      long start = System.nanoTime();
      try (var memory = new IndexMemory(8 << 20, 8 << 20);
          var index = RaftIndexTest.open(folder, IndexConfig.DEFAULT, memory)) {
        System.out.println(
            "reopened after "
                + acknowledged.size()
                + " acknowledged in "
                + (System.nanoTime() - start) / 1_000_000
                + " ms");
        var bucket = RaftIndexTest.bucket(index, "bucket");
        for (var key : acknowledged) {
          var found = index.ask(new Query.ReadObject(bucket.id(), new ObjectKey(key))).hit();
          assertThat(found).as(key).isPresent();
          assertThat(found.get().info().etag())
              .isEqualTo(RaftIndexTest.object(CrashWriter.body(key)).etag());
        }
        var count = index.ask(new Query.CountObjects(bucket.id()));
        long listed = 0;
        var after = "";
        while (true) {
          var page = index.ask(new Query.ListObjects(bucket.id(), "", "", after, 1000));
          listed += page.entries().size();
          if (page.resume().isEmpty()) {
            break;
          }
          after = page.resume().get();
        }
        assertThat(count.objects()).isEqualTo(listed);
        assertThat(listed).isGreaterThanOrEqualTo(acknowledged.size());
      }
    }
  }

  private List<String> writeAndKill(int round, int acknowledgements) throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                CrashWriter.class.getName(),
                folder.toString(),
                "r" + round)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var acknowledged = new ArrayList<String>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line; (line = lines.readLine()) != null; ) {
        if (line.startsWith("ack ")) {
          acknowledged.add(line.substring(4));
          if (acknowledged.size() == acknowledgements) {
            // By the handle: the process's own method also closes the stream that is being read.
            assertThat(process.toHandle().destroyForcibly()).isTrue();
          }
        }
      }
    }
    process.waitFor();
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(acknowledgements);
    return acknowledged;
  }
}
