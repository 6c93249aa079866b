package ninebark.storagenode.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskFullException;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.DiskSuspectException;
import ninebark.storagenode.ShardAppend;
import ninebark.storagenode.ShardDamagedException;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardMissingException;
import org.junit.jupiter.api.Test;

class ShardStoreTest {
  private static final int BLOCK = BlockChecksums.BLOCK_BYTES;

  @Test
  void anyRangeOfAShardEqualsTheSlice() throws IOException {
    long seed = System.nanoTime();
    System.out.println("anyRangeOfAShardEqualsTheSlice seed " + seed);
    var disk = new SimulatedDisk(seed, SimulatedDisk.CONFIG.withContainerBytes(4 << 20));
    int bytes = 3 * BLOCK + 1234;
    disk.put(1, bytes);
    var content = SimulatedDisk.content(1, bytes);
    for (int round = 0; round < 200; round++) {
      int from = disk.random.nextInt(bytes + 1);
      int length = disk.random.nextInt(bytes - from + 1);
      assertThat(disk.get(1, from, length))
          .isEqualTo(Arrays.copyOfRange(content, from, from + length));
    }
    assertThat(disk.get(1, BLOCK, 2 * BLOCK))
        .isEqualTo(Arrays.copyOfRange(content, BLOCK, 3 * BLOCK));
    assertThatThrownBy(() -> disk.get(1, 10, bytes)).isInstanceOf(IllegalArgumentException.class);
    disk.store.close();
  }

  @Test
  void whatIsWrittenBesideAShardComesBack() throws IOException {
    var disk = new SimulatedDisk(1);
    disk.put(3, 500);
    assertThat(disk.store.label(SimulatedDisk.key(3))).isEqualTo(SimulatedDisk.label(3, 500));
    assertThatThrownBy(() -> disk.store.label(SimulatedDisk.key(4)))
        .isInstanceOf(ShardMissingException.class);
    disk.store.close();
  }

  @Test
  void aFlippedBitAnywhereInARecordNeverGivesOtherBytes() throws IOException {
    var disk = new SimulatedDisk(2);
    disk.put(1, 1000);
    disk.put(2, 1000);
    disk.put(3, 1000);
    var content = SimulatedDisk.content(2, 1000);
    var name = ContainerFormat.fileName(1);
    var location = disk.index.find(SimulatedDisk.key(2)).orElseThrow();
    int from = (int) location.position().offset();
    for (int at = from; at < from + location.headerBytes() + 1000; at++) {
      disk.files.flip(name, at, 1 << (at % 8));
      assertThatThrownBy(() -> disk.get(2, 0, 1000)).isInstanceOf(ShardDamagedException.class);
      disk.files.flip(name, at, 1 << (at % 8));
    }
    assertThat(disk.get(2, 0, 1000)).isEqualTo(content);
    assertThat(disk.count("ninebark.disk.damaged")).isEqualTo(location.headerBytes() + 1000.0);
    disk.store.close();
  }

  @Test
  void aRecordFromElsewhereIsNotTakenForTheShard() throws IOException {
    var disk = new SimulatedDisk(3);
    disk.put(1, 1000);
    disk.put(2, 1000);
    var name = ContainerFormat.fileName(1);
    var content = disk.files.content(name);
    var one = disk.index.find(SimulatedDisk.key(1)).orElseThrow();
    var two = disk.index.find(SimulatedDisk.key(2)).orElseThrow();
    for (int at = 0; at < one.recordBytes(); at++) {
      int to = (int) two.position().offset() + at;
      disk.files.flip(name, to, content[to] ^ content[(int) one.position().offset() + at]);
    }
    assertThatThrownBy(() -> disk.get(2, 0, 1000)).isInstanceOf(ShardDamagedException.class);
    disk.store.close();
  }

  @Test
  void manyShardsShareOneSync() throws IOException, InterruptedException {
    var disk = new SimulatedDisk(4, SimulatedDisk.CONFIG.withContainerBytes(16 << 20));
    disk.put(1, 100);
    int before = disk.files.syncs();
    List<ShardAppend> appends = new ArrayList<>();
    // While the writer is held up, all of these wait, and then go together.
    var files = disk.files;
    synchronized (files) {
      for (int number = 2; number < 202; number++) {
        appends.add(disk.append(number, 100));
      }
    }
    for (var append : appends) {
      append.awaitDurable(Deadline.after(SimulatedDisk.minute()));
    }
    assertThat(disk.files.syncs() - before).isLessThanOrEqualTo(3);
    disk.store.close();
  }

  @Test
  void afterAFailedSyncTheContainerIsSealedAndTheDiskSuspectUntilProbed() throws IOException {
    var disk = new SimulatedDisk(5);
    disk.put(1, 1000);
    disk.files.failSyncs(1);
    assertThatThrownBy(() -> disk.put(2, 1000)).isInstanceOf(IOException.class);
    assertThat(disk.store.state()).isEqualTo(DiskState.SUSPECT);
    assertThatThrownBy(() -> disk.put(3, 1000)).isInstanceOf(DiskSuspectException.class);
    assertThat(disk.get(1, 0, 1000)).isEqualTo(SimulatedDisk.content(1, 1000));
    int sealedLength = disk.files.length(ContainerFormat.fileName(1));
    disk.files.failSyncs(1);
    assertThatThrownBy(() -> disk.store.maintain()).isInstanceOf(IOException.class);
    assertThat(disk.store.state()).isEqualTo(DiskState.SUSPECT);
    disk.store.maintain();
    assertThat(disk.store.state()).isEqualTo(DiskState.UP);
    disk.put(4, 1000);
    assertThat(disk.files.length(ContainerFormat.fileName(1))).isEqualTo(sealedLength);
    disk.crashAndOpen(false);
    assertThat(disk.get(1, 0, 1000)).isEqualTo(SimulatedDisk.content(1, 1000));
    assertThat(disk.get(4, 0, 1000)).isEqualTo(SimulatedDisk.content(4, 1000));
    assertThatThrownBy(() -> disk.get(2, 0, 1000)).isInstanceOf(ShardMissingException.class);
    disk.store.close();
  }

  @Test
  void aFailedWriteIsTreatedLikeAFailedSync() throws IOException {
    var disk = new SimulatedDisk(6);
    disk.files.failWrites(1);
    assertThatThrownBy(() -> disk.put(1, 1000)).isInstanceOf(IOException.class);
    assertThat(disk.store.state()).isEqualTo(DiskState.SUSPECT);
    disk.store.close();
  }

  @Test
  void aFullDiskRefusesWritesAndIsEmptiedByErasing() throws IOException {
    var disk = new SimulatedDisk(7, SimulatedDisk.CONFIG.withSpace(64 << 10, 512 << 10));
    int stored = 0;
    try {
      while (stored < 1000) {
        disk.put(stored + 1, 5000);
        stored++;
      }
      throw new AssertionError("the reserve was not kept");
    } catch (DiskFullException expected) {
      assertThat(disk.store.state()).isEqualTo(DiskState.FULL);
    }
    assertThat(stored).isGreaterThan(40);
    assertThat(disk.store.status().usedBytes()).isLessThanOrEqualTo(512 << 10);
    assertThat(disk.get(1, 0, 5000)).isEqualTo(SimulatedDisk.content(1, 5000));
    for (int number = 1; number <= stored; number++) {
      disk.store.erase(List.of(SimulatedDisk.key(number)));
    }
    while (disk.store.maintain()) {
      Thread.onSpinWait();
    }
    disk.store.maintain();
    assertThat(disk.store.state()).isEqualTo(DiskState.UP);
    disk.put(5000, 5000);
    disk.store.close();
  }

  @Test
  void noSpaceLeftFailsTheWriteAndNothingElse() throws IOException {
    var disk = new SimulatedDisk(8);
    disk.put(1, 1000);
    disk.files.spaceIs(disk.files.length(ContainerFormat.fileName(1)) + 1000);
    assertThatThrownBy(() -> disk.put(2, 40_000)).isInstanceOf(DiskFullException.class);
    assertThat(disk.get(1, 0, 1000)).isEqualTo(SimulatedDisk.content(1, 1000));
    disk.files.spaceIs(1 << 20);
    disk.store.maintain();
    disk.put(3, 40_000);
    disk.crashAndOpen(true);
    assertThat(disk.get(3, 0, 40_000)).isEqualTo(SimulatedDisk.content(3, 40_000));
    disk.store.close();
  }

  @Test
  void afterErasingAllOnlyAnEmptyContainerIsLeft() throws IOException {
    var disk = new SimulatedDisk(9);
    for (int number = 1; number <= 200; number++) {
      disk.put(number, 3000);
    }
    assertThat(disk.store.status().containerCount()).isGreaterThan(5);
    for (int number = 1; number <= 200; number++) {
      disk.store.erase(List.of(SimulatedDisk.key(number)));
    }
    while (disk.store.maintain()) {
      Thread.onSpinWait();
    }
    assertThat(disk.store.status().containerCount()).isLessThanOrEqualTo(1);
    assertThat(disk.store.status().usedBytes()).isLessThan(1000);
    assertThat(disk.store.status().reclaimableBytes()).isZero();
    disk.put(500, 100);
    disk.loseIndexAndOpen();
    assertThat(disk.store.list(Optional.empty(), 1000)).hasSize(1);
    disk.store.close();
  }

  @Test
  void mostlyGarbageIsCopiedOutAndTheLiveRestStaysReadable() throws IOException {
    var disk = new SimulatedDisk(10);
    for (int number = 1; number <= 200; number++) {
      disk.put(number, 3000);
    }
    for (int number = 1; number <= 200; number++) {
      if (number % 5 != 0) {
        disk.store.erase(List.of(SimulatedDisk.key(number)));
      }
    }
    while (disk.store.maintain()) {
      Thread.onSpinWait();
    }
    assertThat(disk.store.status().usedBytes()).isLessThan(2 * 40 * 3100 + (64 << 10));
    for (int number = 5; number <= 200; number += 5) {
      assertThat(disk.get(number, 0, 3000)).isEqualTo(SimulatedDisk.content(number, 3000));
    }
    disk.loseIndexAndOpen();
    assertThat(disk.store.list(Optional.empty(), 1000)).hasSize(40);
    disk.store.close();
  }

  @Test
  void damageInTheMiddleIsReportedAndKeptTheTornTailIsTrimmed() throws IOException {
    var disk = new SimulatedDisk(11);
    for (int number = 1; number <= 5; number++) {
      disk.put(number, 1000);
    }
    var third = disk.index.find(SimulatedDisk.key(3)).orElseThrow();
    var last = disk.index.find(SimulatedDisk.key(5)).orElseThrow();
    disk.store.close();
    var name = ContainerFormat.fileName(1);
    disk.files.flip(name, (int) third.position().offset() + 20, 4);
    disk.files.flip(name, (int) (last.position().offset() + last.headerBytes() + 7), 1);
    int length = disk.files.length(name);
    disk.index = new SimulatedIndex();
    disk.open();
    assertThat(disk.count("ninebark.disk.damaged")).isEqualTo(1);
    assertThat(disk.count("ninebark.disk.torn.bytes")).isPositive();
    assertThat(disk.files.length(name)).as("evidence is kept").isEqualTo(length);
    for (int number : new int[] {1, 2, 4}) {
      assertThat(disk.get(number, 0, 1000)).isEqualTo(SimulatedDisk.content(number, 1000));
    }
    for (int number : new int[] {3, 5}) {
      assertThatThrownBy(() -> disk.get(number, 0, 1000)).isInstanceOf(ShardMissingException.class);
    }
    disk.put(6, 1000);
    assertThat(disk.get(6, 0, 1000)).isEqualTo(SimulatedDisk.content(6, 1000));
    disk.store.close();
  }

  @Test
  void aTruncatedContainerIsDamageAndWritesGoElsewhere() throws IOException {
    var disk = new SimulatedDisk(12);
    for (int number = 1; number <= 5; number++) {
      disk.put(number, 1000);
    }
    disk.store.close();
    disk.files.cut(ContainerFormat.fileName(1), 2500);
    disk.open();
    assertThat(disk.count("ninebark.disk.damaged")).isEqualTo(1);
    assertThat(disk.get(1, 0, 1000)).isEqualTo(SimulatedDisk.content(1, 1000));
    assertThatThrownBy(() -> disk.get(5, 0, 1000)).isInstanceOf(ShardDamagedException.class);
    disk.put(5, 1000);
    assertThat(disk.get(5, 0, 1000)).isEqualTo(SimulatedDisk.content(5, 1000));
    disk.store.close();
  }

  @Test
  void shardsAreListedInPagesInTheOrderOfTheirKeys() throws IOException {
    var disk = new SimulatedDisk(13);
    for (int number = 1; number <= 25; number++) {
      disk.put(number, 10);
    }
    List<ShardKey> seen = new ArrayList<>();
    var page = disk.store.list(Optional.empty(), 10);
    while (!page.isEmpty()) {
      page.forEach(shard -> seen.add(shard.key()));
      page = disk.store.list(Optional.of(page.getLast().key()), 10);
    }
    assertThat(seen).hasSize(25).isSorted();
    disk.store.close();
  }

  @Test
  void aDiskOfAnotherClusterIsRefused() throws IOException {
    var disk = new SimulatedDisk(14);
    disk.store.close();
    var stranger =
        new DiskIdentity(new UUID(9, 9), SimulatedDisk.IDENTITY.disk(), "node-1", "az-1");
    assertThatThrownBy(
            () ->
                ShardStore.open(
                    disk.files, stranger, disk.config, SimulatedIndex::new, disk.registry))
        .hasMessageContaining("belongs to cluster");
  }

  @Test
  void aSecondOpeningIsRefused() throws IOException {
    var disk = new SimulatedDisk(15);
    assertThatThrownBy(disk::open).hasMessageContaining("in use");
    disk.store.close();
    disk.open();
    disk.store.close();
  }
}
