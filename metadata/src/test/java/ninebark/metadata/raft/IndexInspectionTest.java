package ninebark.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import ninebark.storagenode.shard.IndexMemory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damage in the files of a replica that runs is found by reading them, before anybody needs them.
 */
class IndexInspectionTest {
  private static final IndexMemory MEMORY = new IndexMemory(8 << 20, 8 << 20);
  private static final int FLIPS_PER_FILE = 1;

  @TempDir Path folder;

  @AfterAll
  static void closeMemory() {
    MEMORY.close();
  }

  private RaftIndex open() throws IOException {
    return RaftIndexTest.open(folder, IndexConfig.DEFAULT, MEMORY);
  }

  private List<Path> files(String glob) throws IOException {
    var matcher = folder.getFileSystem().getPathMatcher("glob:" + glob);
    try (var files = Files.walk(folder)) {
      return files.filter(file -> matcher.matches(file.getFileName())).sorted().toList();
    }
  }

  private static void flip(Path file, long bit) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var one = ByteBuffer.allocate(1);
      channel.read(one, bit / 8);
      one.put(0, (byte) (one.get(0) ^ 1 << bit % 8));
      channel.write(one.flip(), bit / 8);
    }
  }

  /** How much of a file means something: Ratis allocates segments ahead. */
  private static long used(Path file) throws IOException {
    var bytes = Files.readAllBytes(file);
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }

  @Test
  void one_bit_anywhere_in_a_table_body_file_manifest_or_log_segment_is_found() throws Exception {
    long seed = Long.getLong("ninebark.seed", 20261121L);
    System.out.println("replay with -Dninebark.seed=" + seed);
    var random = new SplittableRandom(seed);
    try (var index = open()) {
      var bucket = RaftIndexTest.bucket(index, "bucket");
      for (int i = 0; i < 200; i++) {
        index.submit(RaftIndexTest.put(bucket, "k" + i, ("body " + i).repeat(400)));
      }
    }
    try (var index = open()) {
      assertThat(index.inspect().damage()).isEmpty();
      assertThat(index.inspect().bytes()).isPositive();
      var looked = new ArrayList<String>();
      for (var glob : List.of("*.sst", "*.blob", "MANIFEST-*", "CURRENT", "log_*")) {
        var kind = files(glob);
        assertThat(kind).describedAs(glob).isNotEmpty();
        for (var file : kind) {
          long bits = used(file) * 8;
          for (int i = 0; i < FLIPS_PER_FILE; i++) {
            long bit = random.nextLong(bits);
            flip(file, bit);
            assertThat(index.inspect().damage())
                .describedAs("bit " + bit + " of " + file.getFileName())
                .isNotEmpty();
            flip(file, bit);
            looked.add(file.getFileName().toString());
          }
        }
      }
      assertThat(looked).hasSizeGreaterThanOrEqualTo(5 * FLIPS_PER_FILE);
      assertThat(index.inspect().damage()).isEmpty();
    }
  }

  @Test
  void a_file_that_is_gone_is_found() throws Exception {
    try (var index = open()) {
      var bucket = RaftIndexTest.bucket(index, "bucket");
      index.submit(RaftIndexTest.put(bucket, "k", "body"));
    }
    try (var index = open()) {
      var table = files("*.sst").getFirst();
      var aside = folder.resolve("aside");
      Files.move(table, aside);
      assertThat(index.inspect().damage()).isNotEmpty();
      Files.move(aside, table);
      assertThat(index.inspect().damage()).isEmpty();
    }
  }

  @Test
  void what_others_write_meanwhile_is_no_damage() throws Exception {
    try (var index = open()) {
      var bucket = RaftIndexTest.bucket(index, "bucket");
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 20; i++) {
          index.submit(RaftIndexTest.put(bucket, "k" + i, ("body " + round).repeat(300)));
        }
        index.copyRows(folder.resolve("copy-" + round));
        assertThat(index.inspect().damage()).isEmpty();
      }
    }
  }
}
