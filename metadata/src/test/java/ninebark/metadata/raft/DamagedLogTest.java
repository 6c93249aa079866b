package ninebark.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import ninebark.metadata.Bucket;
import ninebark.metadata.Query;
import ninebark.storagenode.shard.IndexMemory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A torn tail is trimmed, damage is not. The rows are taken away where a crash would have left them
 * behind the log, so that the log alone must give back the state.
 */
class DamagedLogTest {
  private static final IndexMemory MEMORY = new IndexMemory(8 << 20, 8 << 20);
  private static final int PUTS = 20;

  @TempDir Path folder;
  private Bucket bucket;

  @AfterAll
  static void closeMemory() {
    MEMORY.close();
  }

  private RaftIndex open() throws IOException {
    return RaftIndexTest.open(folder, IndexConfig.DEFAULT, MEMORY);
  }

  @BeforeEach
  void fill() throws IOException {
    try (var index = open()) {
      bucket = RaftIndexTest.bucket(index, "bucket");
      for (int i = 0; i < PUTS; i++) {
        index.submit(RaftIndexTest.put(bucket, "k" + i, "body " + i));
      }
    }
  }

  private void loseRows() throws IOException {
    try (var files = Files.walk(folder.resolve("rows"))) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Path segment() throws IOException {
    try (var files = Files.walk(folder.resolve("log"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("log_"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static int end(byte[] bytes) {
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private long objects() throws IOException {
    try (var index = open()) {
      return index.ask(new Query.CountObjects(bucket.id())).objects();
    }
  }

  @Test
  void theLogAloneGivesBackTheState() throws Exception {
    loseRows();
    assertThat(objects()).isEqualTo(PUTS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 150})
  void aTornTailIsTrimmedWhereverItTore(int lost) throws Exception {
    var bytes = Files.readAllBytes(segment());
    Arrays.fill(bytes, end(bytes) - lost, bytes.length, (byte) 0);
    Files.write(segment(), bytes);
    loseRows();
    assertThat(objects()).isEqualTo(PUTS - 1);
  }

  @Test
  void aTailThatEndsTheFileIsTrimmedToo() throws Exception {
    var bytes = Files.readAllBytes(segment());
    Files.write(segment(), Arrays.copyOf(bytes, end(bytes) - 7));
    loseRows();
    assertThat(objects()).isEqualTo(PUTS - 1);
  }

  @Test
  void damageInTheMiddleIsNeverTrimmed() throws Exception {
    var bytes = Files.readAllBytes(segment());
    bytes[end(bytes) / 2] ^= 1;
    Files.write(segment(), bytes);
    loseRows();
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is damaged at byte")
        .hasMessageContaining("so this is no torn tail");
    assertThat(Files.readAllBytes(segment())).isEqualTo(bytes);
  }

  @Test
  void zerosInTheMiddleAreDamageAndNoEnd() throws Exception {
    var bytes = Files.readAllBytes(segment());
    int middle = end(bytes) / 2;
    Arrays.fill(bytes, middle, middle + 512, (byte) 0);
    Files.write(segment(), bytes);
    loseRows();
    assertThatThrownBy(this::open).hasMessageContaining("so this is no torn tail");
  }

  @Test
  void anEntryThatTheRowsHaveAppliedIsNoTornTail() throws Exception {
    var bytes = Files.readAllBytes(segment());
    bytes[end(bytes) - 10] ^= 1;
    Files.write(segment(), bytes);
    assertThatThrownBy(this::open).hasMessageContaining("the rows have applied it");
  }

  @Test
  void aLogThatIsGoneOrCutShortIsRefused() throws Exception {
    var segment = segment();
    var bytes = Files.readAllBytes(segment);
    Files.write(segment, Arrays.copyOf(bytes, 8));
    assertThatThrownBy(this::open).hasMessageContaining("the end of the log is missing");
    Files.delete(segment);
    assertThatThrownBy(this::open).hasMessageContaining("is gone, but its rows reach entry");
  }

  @Test
  void aMissingTermAndVoteIsRefused() throws Exception {
    Files.delete(segment().resolveSibling("raft-meta"));
    assertThatThrownBy(this::open).hasMessageContaining("could vote twice");
  }
}
