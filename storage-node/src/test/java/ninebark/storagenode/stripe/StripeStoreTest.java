package ninebark.storagenode.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import ninebark.erasure.Scheme;
import ninebark.erasure.checksum.Crc;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.Extent;
import ninebark.storagenode.Owner;
import ninebark.storagenode.UnreadableException;
import ninebark.storagenode.shard.ShardStoreConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StripeStoreTest {
  private static final int[] SIZES = {
    1,
    100,
    16 << 10,
    32 << 10,
    (32 << 10) + 1,
    40 << 10,
    100_000,
    256 << 10,
    (1 << 20) - 1,
    1 << 20,
    (1 << 20) + 1,
    5_000_001
  };

  @TempDir Path folder;
  private TestCluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = new TestCluster(folder, TestCluster.SMALL, ShardStoreConfig.DEFAULT);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void bytesComeBackAsTheyWentIn() throws IOException {
    for (int size : SIZES) {
      var bytes = TestCluster.random(size, size);
      var extents = cluster.put(bytes);
      assertThat(extents.stream().mapToLong(Extent::length).sum()).isEqualTo(size);
      assertThat(cluster.get(extents, 0, size)).isEqualTo(bytes);
    }
    assertThat(cluster.metric("ninebark.stripes.reconstructed")).isZero();
  }

  @Test
  void aWriterTellsTheChecksumOfWhatTheDisksTook() throws IOException {
    for (int size : SIZES) {
      var bytes = TestCluster.random(size, size);
      try (var writer = cluster.store.write(new Owner(1, "k", 1, 0), TestCluster.RS62)) {
        assertThatThrownBy(writer::crc64).isInstanceOf(IllegalStateException.class);
        writer.write(ByteBuffer.wrap(bytes));
        writer.finish();
        assertThat(writer.crc64()).as("%d bytes", size).isEqualTo(Crc.CRC64NVME.of(bytes));
      }
    }
  }

  @Test
  void nothingWrittenIsNoExtents() throws IOException {
    assertThat(cluster.put(new byte[0])).isEmpty();
    assertThat(cluster.get(List.of(), 0, 0)).isEmpty();
  }

  @Test
  void aSmallStripeStoresFewShards() throws IOException {
    var extent = cluster.put(TestCluster.random(40 << 10, 1)).getFirst();
    assertThat(extent.storedDataShards()).isEqualTo(2);
    assertThat(extent.shardBytes()).isEqualTo(20 << 10);
    long stored = 0;
    for (var disk : cluster.disks.all()) {
      stored += disk.list(java.util.Optional.empty(), 100).size();
    }
    assertThat(stored).isEqualTo(4);
  }

  @Test
  void anyRangeEqualsTheSlice() throws IOException {
    long seed = System.nanoTime();
    System.out.println("anyRangeEqualsTheSlice seed " + seed);
    var random = new Random(seed);
    for (int size : new int[] {1000, 100_000, 3_300_000}) {
      var bytes = TestCluster.random(size, seed);
      var extents = cluster.put(bytes);
      for (int round = 0; round < 60; round++) {
        int from = random.nextInt(size + 1);
        int length = random.nextInt(size - from + 1);
        var expected = java.util.Arrays.copyOfRange(bytes, from, from + length);
        assertThat(cluster.get(extents, from, length)).isEqualTo(expected);
      }
      assertThatThrownBy(() -> cluster.get(extents, 1, size))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anyTwoDisksOfAGroupMayBeLost() throws IOException {
    List<byte[]> contents = new ArrayList<>();
    List<List<Extent>> stored = new ArrayList<>();
    for (int size : new int[] {1, 50_000, 200_000, 1_500_000}) {
      contents.add(TestCluster.random(size, size));
      stored.add(cluster.put(contents.getLast()));
    }
    int patterns = 0;
    for (int one = 0; one < 8; one++) {
      for (int other = one + 1; other < 8; other++) {
        patterns++;
        for (int object = 0; object < stored.size(); object++) {
          for (var extent : stored.get(object)) {
            cluster.remove(cluster.group(extent).disks().get(one));
            cluster.remove(cluster.group(extent).disks().get(other));
            var part = cluster.get(List.of(extent), 0, extent.length());
            assertThat(part).isEqualTo(slice(contents.get(object), stored.get(object), extent));
            cluster.putAllBack();
          }
        }
      }
    }
    assertThat(patterns).isEqualTo(28);
    assertThat(cluster.metric("ninebark.stripes.reconstructed")).isPositive();
  }

  private static byte[] slice(byte[] content, List<Extent> extents, Extent wanted) {
    int at = 0;
    for (var extent : extents) {
      if (extent.equals(wanted)) {
        return java.util.Arrays.copyOfRange(content, at, at + extent.length());
      }
      at += extent.length();
    }
    throw new AssertionError();
  }

  @Test
  void anyAzMayBeLostAndWritesGoOn() throws IOException {
    var bytes = TestCluster.random(3_000_000, 5);
    var extents = cluster.put(bytes);
    for (int az = 1; az <= 4; az++) {
      for (var place : cluster.places) {
        if (place.az().equals("az-" + az)) {
          cluster.remove(place.disk());
        }
      }
      assertThat(cluster.get(extents, 0, bytes.length)).isEqualTo(bytes);
      assertThatThrownBy(() -> cluster.put(bytes))
          .as("two shards of every stripe are missing, one more than may be")
          .hasMessageContaining("too few disks take writes");
      cluster.putAllBack();
    }
  }

  @Test
  void withOneDiskPerGroupMissingWritesAreDegradedAndSaySo() throws IOException {
    for (var group : cluster.map.groups()) {
      if (group.disks().stream().noneMatch(cluster.removed::contains)) {
        var before = new ArrayList<DiskId>(cluster.removed);
        for (var disk : group.disks()) {
          cluster.remove(disk);
          boolean fits =
              cluster.map.groups().stream()
                  .allMatch(
                      other ->
                          other.disks().stream().filter(cluster.removed::contains).count() <= 1);
          if (fits) {
            break;
          }
          cluster.removed.retainAll(before);
        }
      }
    }
    var bytes = TestCluster.random(400_000, 6);
    for (int round = 0; round < 20; round++) {
      try (var writer = cluster.store.write(new Owner(1, "k", 1, 0), TestCluster.RS62)) {
        writer.write(java.nio.ByteBuffer.wrap(bytes));
        var extents = writer.finish();
        for (var degraded : writer.degraded()) {
          assertThat(degraded.missing().size()).isEqualTo(1);
        }
        assertThat(cluster.get(extents, 0, bytes.length)).isEqualTo(bytes);
      }
    }
  }

  @Test
  void threeLostShardsAreAnErrorAndNeverWrongBytes() throws IOException {
    var bytes = TestCluster.random(300_000, 7);
    var extent = cluster.put(bytes).getFirst();
    for (int shard = 0; shard < 3; shard++) {
      cluster.remove(cluster.group(extent).disks().get(shard));
    }
    assertThatThrownBy(() -> cluster.get(List.of(extent), 0, extent.length()))
        .isInstanceOf(UnreadableException.class);
  }

  @Test
  void whatWasErasedIsGone() throws IOException {
    var extents = cluster.put(TestCluster.random(2_500_000, 8));
    cluster.store.erase(extents);
    assertThatThrownBy(() -> cluster.get(extents, 0, 100)).isInstanceOf(UnreadableException.class);
    for (var disk : cluster.disks.all()) {
      assertThat(disk.list(java.util.Optional.empty(), 10)).isEmpty();
    }
  }

  @Test
  void otherShapesWorkToo() throws IOException {
    for (var scheme :
        List.of(Scheme.rs(1, 2), Scheme.rs(4, 2), Scheme.rs(10, 4), Scheme.rs(3, 0))) {
      var other = folder.resolve(scheme.formatName());
      try (var small =
          new TestCluster(other, TestCluster.SMALL, ShardStoreConfig.DEFAULT, scheme, 8)) {
        var bytes = TestCluster.random(2_222_222, 9);
        var extents = small.put(bytes);
        assertThat(small.get(extents, 0, bytes.length)).isEqualTo(bytes);
      }
    }
  }
}
