package ninebark.storagenode.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import ninebark.erasure.checksum.Crc;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.DiskStatus;
import ninebark.storagenode.Extent;
import ninebark.storagenode.Owner;
import ninebark.storagenode.ShardAppend;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.StoredShard;
import ninebark.storagenode.shard.ShardStoreConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that stall or fail, and more work than memory. */
class TroubleTest {
  private static final StripeConfig TIGHT =
      new StripeConfig(
          256 << 10,
          32 << 10,
          64 << 10,
          3L << 20,
          1L << 20,
          4L << 20,
          64 << 10,
          16 << 10,
          2,
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofMillis(30),
          100,
          Duration.ofMillis(200),
          Duration.ofSeconds(1));

  @TempDir Path folder;

  /** Passes everything on, after a stop on the way. */
  private static class Stopped implements ShardDisk {
    final ShardDisk disk;

    Stopped(ShardDisk disk) {
      this.disk = disk;
    }

    void stop() throws IOException {}

    void stopAppend() throws IOException {}

    @Override
    public DiskId id() {
      return disk.id();
    }

    @Override
    public DiskState state() {
      return disk.state();
    }

    @Override
    public DiskStatus status() {
      return disk.status();
    }

    @Override
    public ShardAppend append(ShardLabel label, MemorySegment bytes, Deadline deadline)
        throws IOException {
      stopAppend();
      return disk.append(label, bytes, deadline);
    }

    @Override
    public void read(ShardKey key, int offset, MemorySegment into) throws IOException {
      stop();
      disk.read(key, offset, into);
    }

    @Override
    public ShardLabel label(ShardKey key) throws IOException {
      return disk.label(key);
    }

    @Override
    public void erase(Collection<ShardKey> keys) throws IOException {
      disk.erase(keys);
    }

    @Override
    public List<StoredShard> list(Optional<ShardKey> after, int limit) throws IOException {
      return disk.list(after, limit);
    }

    @Override
    public void close() {}
  }

  @Test
  void aStalledDiskIsReadAround() throws IOException {
    try (var cluster = new TestCluster(folder, TIGHT, ShardStoreConfig.DEFAULT)) {
      var bytes = TestCluster.random(200_000, 1);
      var extents = cluster.put(bytes);
      var stalled = cluster.group(extents.getFirst()).disks().getFirst();
      var release = new CountDownLatch(1);
      cluster.wrapping =
          disk ->
              disk.id().equals(stalled)
                  ? new Stopped(disk) {
                    @Override
                    void stop() throws IOException {
                      try {
                        release.await();
                      } catch (InterruptedException unexpected) {
                        throw new AssertionError(unexpected);
                      }
                    }
                  }
                  : disk;
      assertThat(cluster.get(extents, 0, bytes.length)).isEqualTo(bytes);
      assertThat(cluster.metric("ninebark.stripes.hedged")).isPositive();
      release.countDown();
    }
  }

  @Test
  void aDiskThatFailsWritesIsDoneWithout() throws IOException {
    try (var cluster = new TestCluster(folder, TIGHT, ShardStoreConfig.DEFAULT)) {
      var bad = cluster.places.getFirst().disk();
      cluster.wrapping =
          disk ->
              disk.id().equals(bad)
                  ? new Stopped(disk) {
                    @Override
                    void stopAppend() throws IOException {
                      throw new IOException("Input/output error");
                    }
                  }
                  : disk;
      // Groups are drawn at random: it may take some stripes until one meets the disk.
      for (int round = 0; round < 30 || cluster.metric("ninebark.stripes.retried") == 0; round++) {
        assertThat(round).as("stripes, and none met the disk").isLessThan(3000);
        var bytes = TestCluster.random(50_000, round);
        var extents = cluster.put(bytes);
        assertThat(cluster.get(extents, 0, bytes.length)).isEqualTo(bytes);
      }
      assertThat(cluster.metric("ninebark.stripes.degraded"))
          .as("a whole group was always there")
          .isZero();
    }
  }

  @Test
  void oneBitTurnedBeforeADiskTakesItShowsInTheWritersChecksum() throws IOException {
    try (var cluster = new TestCluster(folder, TIGHT, ShardStoreConfig.DEFAULT)) {
      var bytes = TestCluster.random(700_000, 5);
      long honest = Crc.CRC64NVME.of(bytes);
      for (int stripe : new int[] {0, 1, 2}) {
        var turned = new AtomicInteger();
        cluster.wrapping =
            disk ->
                new Stopped(disk) {
                  @Override
                  public ShardAppend append(
                      ShardLabel label, MemorySegment shard, Deadline deadline) throws IOException {
                    boolean data = label.key().shard() == 3;
                    if (data && label.owner().offset() > 0 == stripe > 0) {
                      if (turned.getAndIncrement() == Math.max(0, stripe - 1)) {
                        long at = shard.byteSize() / 2;
                        byte old = shard.get(ValueLayout.JAVA_BYTE, at);
                        shard.set(ValueLayout.JAVA_BYTE, at, (byte) (old ^ 1));
                      }
                    }
                    return super.append(label, shard, deadline);
                  }
                };
        try (var writer = cluster.store.write(new Owner(1, "k", 1, 0), TestCluster.RS62)) {
          writer.write(ByteBuffer.wrap(bytes));
          writer.finish();
          assertThat(turned.get()).as("stripes met").isPositive();
          assertThat(writer.crc64()).isNotEqualTo(honest);
        }
      }
    }
  }

  @Test
  void manyUploadsAtOnceShareLittleMemoryAndAllFinish() throws Exception {
    try (var cluster = new TestCluster(folder, TIGHT, ShardStoreConfig.DEFAULT);
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Extent>>> uploads = new ArrayList<>();
      for (int client = 0; client < 64; client++) {
        int number = client;
        uploads.add(
            clients.submit(() -> cluster.put(TestCluster.random(1_000_000 + number, number))));
      }
      for (int client = 0; client < 64; client++) {
        var bytes = TestCluster.random(1_000_000 + client, client);
        assertThat(cluster.get(uploads.get(client).get(), 0, bytes.length)).isEqualTo(bytes);
      }
      // A read that lost against its hedge may hold its buffer a little longer.
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (lentBytes(cluster) > 0 && System.nanoTime() - deadline < 0) {
        Thread.onSpinWait();
      }
      assertThat(lentBytes(cluster)).as("all memory came back").isZero();
    }
  }

  private static double lentBytes(TestCluster cluster) {
    return cluster.registry.find("ninebark.stripes.memory.bytes").gauges().stream()
        .mapToDouble(gauge -> gauge.value())
        .sum();
  }

  @Test
  void anAbandonedWriterLeavesNothing() throws IOException {
    var cluster = new TestCluster(folder, TIGHT, ShardStoreConfig.DEFAULT);
    try (var writer = cluster.store.write(new Owner(1, "k", 1, 0), TestCluster.RS62)) {
      writer.write(ByteBuffer.wrap(TestCluster.random(900_000, 1)));
    }
    // Closing waits for what the writer left running.
    cluster.store.close();
    for (var disk : cluster.disks.all()) {
      assertThat(disk.list(Optional.empty(), 10)).isEmpty();
    }
    cluster.disks.close();
    cluster.memory.close();
  }
}
