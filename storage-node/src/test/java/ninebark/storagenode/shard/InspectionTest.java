package ninebark.storagenode.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import ninebark.storagenode.DiskInspector.Inspection;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.ShardDamagedException;
import ninebark.storagenode.ShardMissingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a disk finds and mends by itself, and what it says about shards without reading them. */
class InspectionTest {
  private static final String FIRST = ContainerFormat.fileName(1);

  @TempDir Path folder;

  private static Inspection inspectAll(SimulatedDisk disk) throws IOException {
    var sum = Inspection.NOTHING;
    for (int container : disk.store.containers()) {
      sum = sum.and(disk.store.inspectContainer(container));
    }
    return sum;
  }

  @Test
  void a_disk_that_is_whole_has_nothing_to_mend() throws IOException {
    var disk = new SimulatedDisk(21);
    for (int number = 1; number <= 40; number++) {
      disk.put(number, 7000);
    }
    disk.store.erase(List.of(SimulatedDisk.key(3)));
    var found = inspectAll(disk);
    assertThat(disk.store.containers()).hasSizeGreaterThan(2);
    assertThat(found.damageCount()).isZero();
    assertThat(found.bytes()).isPositive();
    disk.store.close();
  }

  @Test
  void every_bit_of_a_containers_head_is_mended() throws IOException {
    var disk = new SimulatedDisk(22);
    disk.put(1, 1000);
    var before = disk.files.content(FIRST);
    for (int bit = 0; bit < ContainerFormat.HEADER_BYTES * 8; bit++) {
      disk.files.flip(FIRST, bit / 8, 1 << (bit % 8));
      assertThat(inspectAll(disk).mendedCount()).describedAs("bit " + bit).isEqualTo(1);
      assertThat(disk.files.content(FIRST)).isEqualTo(before);
    }
    assertThat(inspectAll(disk).damageCount()).isZero();
    disk.store.close();
  }

  @Test
  void a_damaged_tombstone_becomes_a_filler_and_the_chain_is_whole_again() throws IOException {
    var disk = new SimulatedDisk(23);
    disk.put(1, 1000);
    disk.put(2, 1000);
    var last = disk.index.find(SimulatedDisk.key(2)).orElseThrow();
    int tombstone = (int) (last.position().offset() + last.recordBytes());
    disk.store.erase(List.of(SimulatedDisk.key(1)));
    disk.put(3, 1000);
    disk.files.flip(FIRST, tombstone + 33, 16);
    var found = inspectAll(disk);
    assertThat(found.damageCount()).isEqualTo(1);
    assertThat(found.mendedCount()).isEqualTo(1);
    assertThat(inspectAll(disk).damageCount()).isZero();
    assertThat(disk.get(3, 0, 1000)).isEqualTo(SimulatedDisk.content(3, 1000));
    assertThatThrownBy(() -> disk.get(1, 0, 1000)).isInstanceOf(ShardMissingException.class);
    disk.crashAndOpen(false);
    assertThat(disk.get(2, 0, 1000)).isEqualTo(SimulatedDisk.content(2, 1000));
    assertThat(disk.get(3, 0, 1000)).isEqualTo(SimulatedDisk.content(3, 1000));
    disk.store.close();
  }

  @Test
  void a_live_shards_header_is_told_and_kept_until_the_shard_is_written_again() throws IOException {
    var disk = new SimulatedDisk(24);
    for (int number = 1; number <= 3; number++) {
      disk.put(number, 1000);
    }
    var at = disk.index.find(SimulatedDisk.key(2)).orElseThrow().position();
    disk.files.flip(FIRST, (int) at.offset() + 40, 2);
    var found = inspectAll(disk);
    assertThat(found.damageCount()).isEqualTo(1);
    assertThat(found.mendedCount()).isZero();
    assertThatThrownBy(() -> disk.get(2, 0, 1000)).isInstanceOf(ShardDamagedException.class);
    disk.put(2, 1000);
    assertThat(inspectAll(disk).mendedCount()).isEqualTo(1);
    assertThat(inspectAll(disk).damageCount()).isZero();
    disk.loseIndexAndOpen();
    for (int number = 1; number <= 3; number++) {
      assertThat(disk.get(number, 0, 1000)).isEqualTo(SimulatedDisk.content(number, 1000));
    }
    disk.store.close();
  }

  @Test
  void bytes_are_held_against_a_shard_by_its_checksums_alone() throws IOException {
    var disk = new SimulatedDisk(25);
    disk.put(1, 3000);
    var key = SimulatedDisk.key(1);
    var content = SimulatedDisk.content(1, 3000);
    var place = disk.index.find(key).orElseThrow();
    disk.files.flip(FIRST, (int) place.position().offset() + place.headerBytes() + 9, 1);
    assertThat(disk.store.attests(key, SimulatedDisk.nativeCopy(content)))
        .describedAs("the damaged bytes are not looked at")
        .isTrue();
    content[2999] ^= 1;
    assertThat(disk.store.attests(key, SimulatedDisk.nativeCopy(content))).isFalse();
    assertThat(disk.store.attests(key, SimulatedDisk.nativeCopy(new byte[2999]))).isFalse();
    assertThatThrownBy(
            () ->
                disk.store.attests(SimulatedDisk.key(2), SimulatedDisk.nativeCopy(new byte[3000])))
        .isInstanceOf(ShardMissingException.class);
    disk.files.flip(FIRST, (int) place.position().offset() + 8, 1);
    assertThatThrownBy(() -> disk.store.attests(key, SimulatedDisk.nativeCopy(content)))
        .isInstanceOf(ShardDamagedException.class);
    disk.store.close();
  }

  @Test
  void a_damaged_table_of_the_index_is_found_and_the_next_opening_makes_it_anew() throws Exception {
    var cluster = new UUID(1, 2);
    var layout = List.of(new LocalDisks.Layout("az-1", "node-1", 1));
    var places =
        LocalDisks.create(folder, cluster, layout, ShardStoreConfig.DEFAULT, () -> new UUID(3, 4));
    try (var memory = new IndexMemory(8 << 20, 4 << 20)) {
      try (var disks = open(cluster, places, memory)) {
        var store = disks.all().getFirst();
        for (int number = 1; number <= 50; number++) {
          put(store, number);
        }
        store.flushIndex();
        assertThat(store.inspectIndex().damageCount()).isZero();
        damageTable();
        assertThat(store.inspectIndex().damageCount()).isEqualTo(1);
      }
      try (var disks = open(cluster, places, memory)) {
        var store = disks.all().getFirst();
        assertThat(store.inspectIndex().damageCount()).isZero();
        for (int number = 1; number <= 50; number++) {
          var content = SimulatedDisk.content(number, 500);
          assertThat(store.attests(SimulatedDisk.key(number), SimulatedDisk.nativeCopy(content)))
              .isTrue();
        }
      }
    }
  }

  @Test
  void an_empty_folder_becomes_the_missing_disk_only_when_it_is_offered() throws Exception {
    var cluster = new UUID(1, 2);
    var layout = List.of(new LocalDisks.Layout("az-1", "node-1", 2));
    var places =
        LocalDisks.create(folder, cluster, layout, ShardStoreConfig.DEFAULT, UUID::randomUUID);
    var first = folder.resolve("disks/az-1/disk-0");
    Files.delete(first.resolve(IdentityFormat.FILE));
    Files.deleteIfExists(first.resolve(ContainerFormat.FOLDER));
    try (var memory = new IndexMemory(8 << 20, 4 << 20)) {
      try (var disks = open(cluster, places, memory)) {
        assertThat(disks.away()).hasSize(1);
      }
      Files.writeString(first.resolve("ADOPT"), "");
      Files.writeString(first.resolve("photo.jpg"), "somebody's");
      try (var disks = open(cluster, places, memory)) {
        assertThat(disks.away()).describedAs("it holds something else").hasSize(1);
      }
      Files.delete(first.resolve("photo.jpg"));
      try (var disks = open(cluster, places, memory)) {
        assertThat(disks.away()).isEmpty();
        assertThat(disks.all()).extracting(ShardStore::id).doesNotHaveDuplicates().hasSize(2);
        assertThat(first.resolve("ADOPT")).doesNotExist();
      }
    }
  }

  private LocalDisks open(UUID cluster, List<DiskPlace> places, IndexMemory memory)
      throws IOException {
    return LocalDisks.open(
        folder, cluster, places, ShardStoreConfig.DEFAULT, memory, new SimpleMeterRegistry());
  }

  private static void put(ShardStore store, int number) throws Exception {
    var bytes = SimulatedDisk.nativeCopy(SimulatedDisk.content(number, 500));
    var deadline = ninebark.storagenode.Deadline.after(SimulatedDisk.minute());
    store.append(SimulatedDisk.label(number, 500), bytes, deadline).awaitDurable(deadline);
  }

  private void damageTable() throws IOException {
    try (var files = Files.list(folder.resolve("disks/az-1/disk-0/index"))) {
      var table = files.filter(file -> file.toString().endsWith(".sst")).findFirst().orElseThrow();
      var bytes = Files.readAllBytes(table);
      bytes[100] ^= 1;
      try (var channel = FileChannel.open(table, StandardOpenOption.WRITE)) {
        channel.write(java.nio.ByteBuffer.wrap(bytes));
      }
    }
  }
}
