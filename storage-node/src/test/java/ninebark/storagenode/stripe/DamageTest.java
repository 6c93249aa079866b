package ninebark.storagenode.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import ninebark.storagenode.Extent;
import ninebark.storagenode.shard.ShardStoreConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that come back with other bytes than they were given. */
class DamageTest {
  @TempDir Path folder;
  private TestCluster cluster;
  private final List<byte[]> contents = new ArrayList<>();
  private final List<List<Extent>> stored = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    cluster = new TestCluster(folder, TestCluster.SMALL, ShardStoreConfig.DEFAULT);
    for (int index = 0; index < 12; index++) {
      contents.add(TestCluster.random(1 + index * 60_000, index));
      stored.add(cluster.put(contents.getLast()));
    }
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  /** The folders of the disks, two disks of different groups' places. */
  private List<Path> diskFolders() throws IOException {
    try (var paths = Files.walk(folder.resolve("disks"), 2)) {
      return paths
          .filter(path -> path.getFileName().toString().startsWith("disk-"))
          .sorted()
          .toList();
    }
  }

  private static List<Path> containers(Path disk) throws IOException {
    try (var paths = Files.list(disk.resolve("containers"))) {
      return paths.sorted().toList();
    }
  }

  private void everyObjectReads() throws IOException {
    for (int index = 0; index < stored.size(); index++) {
      assertThat(cluster.get(stored.get(index), 0, contents.get(index).length))
          .isEqualTo(contents.get(index));
    }
  }

  @Test
  void bitFlipsOnTwoDisksAreNeverReturnedAndAreCounted() throws IOException {
    long seed = System.nanoTime();
    System.out.println("bitFlipsOnTwoDisksAreNeverReturnedAndAreCounted seed " + seed);
    var random = new Random(seed);
    cluster.disks.close();
    for (var disk : diskFolders().subList(0, 2)) {
      for (var container : containers(disk)) {
        try (var file = new RandomAccessFile(container.toFile(), "rw")) {
          for (long at = 0; at < file.length(); at += 500 + random.nextInt(500)) {
            file.seek(at);
            int before = file.read();
            file.seek(at);
            file.write(before ^ 1 << random.nextInt(8));
          }
        }
      }
    }
    cluster.open();
    everyObjectReads();
    assertThat(cluster.metric("ninebark.disk.damaged")).isPositive();
    assertThat(cluster.metric("ninebark.shards.damaged")).isPositive();
    assertThat(cluster.found).isNotEmpty();
  }

  @Test
  void truncatedContainersOnTwoDisksAreReadAround() throws IOException {
    cluster.disks.close();
    for (var disk : diskFolders().subList(7, 9)) {
      for (var container : containers(disk)) {
        try (var file = new RandomAccessFile(container.toFile(), "rw")) {
          file.setLength(file.length() / 2);
        }
      }
    }
    cluster.open();
    everyObjectReads();
    assertThat(cluster.metric("ninebark.disk.damaged")).isPositive();
    cluster.put(contents.get(3));
  }

  @Test
  void twoDisksWithoutContainersAreReadAround() throws IOException {
    cluster.disks.close();
    for (var disk : diskFolders().subList(3, 5)) {
      for (var container : containers(disk)) {
        Files.delete(container);
      }
    }
    cluster.open();
    everyObjectReads();
    assertThat(cluster.metric("ninebark.disk.damaged")).isPositive();
  }

  @Test
  void anIndexThatIsGoneOrBrokenIsRebuilt() throws IOException {
    cluster.disks.close();
    var disks = diskFolders();
    for (int disk = 0; disk < 8; disk++) {
      try (var files = Files.list(disks.get(disk).resolve("index"))) {
        for (var file : files.toList()) {
          if (disk < 4) {
            Files.delete(file);
          } else if (!file.getFileName().toString().startsWith("LOG")) {
            Files.write(file, TestCluster.random(100, disk));
          }
        }
      }
    }
    cluster.open();
    everyObjectReads();
    assertThat(cluster.metric("ninebark.stripes.reconstructed")).isZero();
  }

  @Test
  void aFolderThatIsGoneLeavesTheOthersAtWork() throws IOException {
    cluster.disks.close();
    var gone = diskFolders().get(5);
    Files.move(gone, folder.resolve("elsewhere"));
    cluster.open();
    assertThat(cluster.disks.away()).hasSize(1);
    everyObjectReads();
    cluster.disks.close();
    Files.move(folder.resolve("elsewhere"), gone);
    cluster.open();
    assertThat(cluster.disks.away()).isEmpty();
    everyObjectReads();
  }

  @Test
  void aSecondProcessOnTheSameDisksIsRefused() {
    assertThatThrownBy(cluster::open).hasMessageContaining("in use");
  }

  @Test
  void afterErasingEverythingContainersShrinkToNothing() throws IOException {
    stored.forEach(
        extents -> {
          try {
            cluster.store.erase(extents);
          } catch (IOException failure) {
            throw new AssertionError(failure);
          }
        });
    cluster.reclaimAll();
    Set<Long> sizes = new HashSet<>();
    for (var disk : diskFolders()) {
      assertThat(containers(disk)).hasSizeLessThanOrEqualTo(1);
      for (var container : containers(disk)) {
        sizes.add(Files.size(container));
      }
    }
    assertThat(sizes).allMatch(size -> size <= 64);
  }
}
