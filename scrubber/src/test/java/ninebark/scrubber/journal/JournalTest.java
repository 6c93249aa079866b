package ninebark.scrubber.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import ninebark.erasure.ShardSet;
import ninebark.metadata.Naming;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.file.RealDiskFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the scrubber remembers comes back, whatever moment it stopped at. */
class JournalTest {
  private static final UUID CLUSTER = new UUID(1, 2);

  @TempDir Path folder;

  private static StripeKey stripe(int number) {
    return new StripeKey(
        new GroupId(number % 4), new StripeId(1_700_000_000_000L + number, number));
  }

  private static Loss loss(int number) {
    return new Loss(
        stripe(number),
        ShardSet.of(number % 8),
        number % 5 == 0 ? ShardSet.of(8, 200) : ShardSet.EMPTY,
        Instant.ofEpochMilli(1_700_000_100_000L + number));
  }

  private static PatrolMark mark(int number) {
    var disk = new DiskId(new UUID(3, number % 3));
    var mark = PatrolMark.first(disk, Instant.ofEpochMilli(1000L + number));
    return switch (number % 4) {
      case 0 -> mark;
      case 1 -> mark.checked(new ShardKey(new GroupId(2), stripe(9).stripe(), 7), 4096, 1);
      case 2 -> mark.wrap().inspected(70, 2);
      default -> mark.end(Instant.ofEpochMilli(5000)).next(Instant.ofEpochMilli(6000));
    };
  }

  /** One of each kind, with all that may be there and all that may not. */
  private static List<JournalRecord> oneOfEach() {
    List<JournalRecord> records = new ArrayList<>();
    for (int number = 0; number < 6; number++) {
      records.add(new JournalRecord.Lost(loss(number)));
      records.add(new JournalRecord.Marked(mark(number)));
    }
    records.add(new JournalRecord.Mended(stripe(1)));
    records.add(new JournalRecord.Grown(2, Instant.ofEpochMilli(77)));
    records.add(new JournalRecord.Paused(Instant.ofEpochMilli(88)));
    records.addAll(censuses());
    var disk = new DiskId(new UUID(3, 2));
    records.add(
        new JournalRecord.Experienced(
            new Experience(Instant.ofEpochMilli(99), 1, 2, 3, 4, 5, 6, 7, 8)));
    records.add(new JournalRecord.Away(new Absence(disk, Instant.ofEpochMilli(55), true)));
    records.add(new JournalRecord.Back(disk));
    records.add(new JournalRecord.Away(new Absence(disk, Instant.ofEpochMilli(66), false)));
    return records;
  }

  /** One at each kind of place. */
  private static List<JournalRecord> censuses() {
    var disk = new DiskId(new UUID(3, 1));
    var key = new ShardKey(new GroupId(2), stripe(9).stripe(), 7);
    var counts = new CensusMark.Counts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    var mark = CensusMark.first(Instant.ofEpochMilli(100));
    var nameless = new CensusMark.Place.OfIndex(Optional.of(new Naming.OfAnnotation(44, "")));
    return List.of(
        new JournalRecord.Counted(mark),
        new JournalRecord.Counted(mark.on(after(new Naming.OfContent(42)), counts)),
        new JournalRecord.Counted(mark.on(after(new Naming.OfPart(-43, 10_000)), counts)),
        new JournalRecord.Counted(mark.on(nameless, counts)),
        new JournalRecord.Counted(
            mark.on(new CensusMark.Place.OfDisk(disk, Optional.empty()), counts)),
        new JournalRecord.Counted(
            mark.on(new CensusMark.Place.OfDisk(disk, Optional.of(key)), counts)),
        new JournalRecord.Counted(mark.end(Instant.ofEpochMilli(200))),
        new JournalRecord.Counted(mark.end(Instant.ofEpochMilli(200)).next(Instant.EPOCH)));
  }

  private static CensusMark.Place after(Naming naming) {
    return new CensusMark.Place.OfIndex(Optional.of(naming));
  }

  private static Journal.Memory memory(List<JournalRecord> records) {
    Map<StripeKey, Loss> losses = new LinkedHashMap<>();
    Map<DiskId, PatrolMark> marks = new LinkedHashMap<>();
    Map<Integer, Instant> grown = new LinkedHashMap<>();
    Optional<Instant> paused = Optional.empty();
    Optional<CensusMark> census = Optional.empty();
    Optional<CensusMark> before = Optional.empty();
    Optional<Experience> experience = Optional.empty();
    Map<DiskId, Absence> away = new LinkedHashMap<>();
    for (var record : records) {
      switch (record) {
        case JournalRecord.Lost(var loss) -> losses.put(loss.stripe(), loss);
        case JournalRecord.Mended(var mended) -> losses.remove(mended);
        case JournalRecord.Marked(var mark) -> marks.put(mark.disk(), mark);
        case JournalRecord.Grown(var age, var until) -> grown.put(age, until);
        case JournalRecord.Paused(var until) -> paused = Optional.of(until);
        case JournalRecord.Counted(var mark) -> {
          if (census.isPresent() && census.get().isDone() && census.get().pass() < mark.pass()) {
            before = census;
          }
          census = Optional.of(mark);
        }
        case JournalRecord.Experienced(var all) -> experience = Optional.of(all);
        case JournalRecord.Away(var absence) -> away.put(absence.disk(), absence);
        case JournalRecord.Back(var disk) -> away.remove(disk);
      }
    }
    return new Journal.Memory(losses, marks, grown, paused, census, before, experience, away);
  }

  private Journal.Memory reopen() throws IOException {
    var opened = Journal.open(new RealDiskFiles(folder), CLUSTER, List::of);
    opened.journal().close();
    return opened.memory();
  }

  private void write(Collection<JournalRecord> records) throws IOException {
    try (var journal = Journal.open(new RealDiskFiles(folder), CLUSTER, List::of).journal()) {
      journal.append(records);
    }
  }

  private Path file() {
    return folder.resolve("journal");
  }

  @Test
  void what_was_appended_comes_back() throws IOException {
    write(oneOfEach());
    assertThat(reopen()).isEqualTo(memory(oneOfEach()));
    write(List.of(new JournalRecord.Mended(stripe(2))));
    var all = new ArrayList<>(oneOfEach());
    all.add(new JournalRecord.Mended(stripe(2)));
    assertThat(reopen()).isEqualTo(memory(all));
  }

  @Test
  void a_journal_cut_at_any_byte_gives_what_was_whole_before_and_takes_more() throws IOException {
    List<Long> ends = new ArrayList<>();
    var records = oneOfEach();
    try (var journal = Journal.open(new RealDiskFiles(folder), CLUSTER, List::of).journal()) {
      ends.add(Files.size(file()));
      for (var record : records) {
        journal.append(List.of(record));
        ends.add(Files.size(file()));
      }
    }
    var whole = Files.readAllBytes(file());
    // Each opening syncs; behind the first records of each kind, some bytes are left out.
    int step = 1;
    for (int length = JournalFormat.HEAD_BYTES; length < whole.length; length += step) {
      step = length < 600 ? 1 : 5;
      Files.write(file(), java.util.Arrays.copyOf(whole, length));
      int cut = length;
      int kept = (int) ends.stream().filter(end -> end <= cut).count() - 1;
      assertThat(reopen())
          .describedAs("cut at " + length)
          .isEqualTo(memory(records.subList(0, kept)));
      assertThat(Files.size(file())).isEqualTo(ends.get(kept));
      if (length % 7 != 0) {
        continue;
      }
      var more = new JournalRecord.Lost(loss(99));
      write(List.of(more));
      var expected = new ArrayList<>(records.subList(0, kept));
      expected.add(more);
      assertThat(reopen()).isEqualTo(memory(expected));
    }
  }

  @Test
  void a_flipped_bit_never_gives_a_record_that_was_not_written() throws IOException {
    var records = oneOfEach();
    write(records);
    var whole = Files.readAllBytes(file());
    var random = new Random(5);
    for (int at = JournalFormat.HEAD_BYTES; at < whole.length; at += at < 600 ? 1 : 3) {
      var damaged = whole.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file(), damaged);
      var memory = reopen();
      assertThat(memory)
          .describedAs("byte " + at)
          .isIn(
              java.util.stream.IntStream.rangeClosed(0, records.size())
                  .mapToObj(count -> memory(records.subList(0, count)))
                  .toList());
    }
  }

  @Test
  void a_damaged_head_sets_the_journal_aside_and_begins_another() throws IOException {
    write(oneOfEach());
    var bytes = Files.readAllBytes(file());
    bytes[9] ^= 4;
    Files.write(file(), bytes);
    assertThat(reopen()).isEqualTo(memory(List.of()));
    assertThat(Files.readAllBytes(folder.resolve("journal.damaged"))).isEqualTo(bytes);
    write(oneOfEach());
    assertThat(reopen()).isEqualTo(memory(oneOfEach()));
  }

  @Test
  void the_journal_of_another_cluster_or_of_a_newer_version_is_refused() throws IOException {
    write(oneOfEach());
    assertThatThrownBy(() -> Journal.open(new RealDiskFiles(folder), new UUID(9, 9), List::of))
        .hasMessageContaining("belongs to cluster");
    var newer = ByteBuffer.wrap(Files.readAllBytes(file()));
    newer.put(4, (byte) 2);
    var crc = new java.util.zip.CRC32C();
    crc.update(ByteBuffer.allocate(8));
    crc.update(newer.slice(0, JournalFormat.HEAD_BYTES - 4));
    newer.putInt(JournalFormat.HEAD_BYTES - 4, (int) crc.getValue());
    Files.write(file(), newer.array());
    assertThatThrownBy(this::reopen).hasMessageContaining("version 2");
  }

  @Test
  void a_long_history_is_written_anew_and_short_again() throws IOException {
    Map<StripeKey, Loss> live = new LinkedHashMap<>();
    var random = new Random(6);
    try (var journal =
        Journal.open(
                new RealDiskFiles(folder),
                CLUSTER,
                () -> live.values().stream().map(JournalRecord.Lost::new).toList())
            .journal()) {
      List<JournalRecord> records = new ArrayList<>();
      for (int number = 0; number < 20_000; number++) {
        live.put(stripe(number), loss(number));
        records.add(new JournalRecord.Lost(loss(number)));
        if (live.size() > 50) {
          var mended = List.copyOf(live.keySet()).get(random.nextInt(50));
          live.remove(mended);
          records.add(new JournalRecord.Mended(mended));
        }
        if (records.size() > 40) {
          journal.append(records);
          records.clear();
        }
      }
      journal.append(records);
    }
    assertThat(Files.size(file())).isLessThan(400 << 10);
    assertThat(reopen().losses()).isEqualTo(live);
    assertThat(folder.resolve("journal.new")).doesNotExist();
  }

  @Test
  void a_stop_while_the_journal_is_written_anew_keeps_the_old_one() throws IOException {
    write(oneOfEach());
    Files.write(folder.resolve("journal.new"), new byte[] {1, 2, 3});
    assertThat(reopen()).isEqualTo(memory(oneOfEach()));
    assertThat(folder.resolve("journal.new")).doesNotExist();
  }

  @Test
  void the_bytes_are_those_of_the_golden_file() throws IOException {
    write(oneOfEach());
    var bytes = Files.readAllBytes(file());
    var hex = HexFormat.of().formatHex(bytes);
    var golden = readGolden();
    assertThat(hex).isEqualTo(golden.replaceAll("\\s", ""));
  }

  private static String readGolden() throws IOException {
    try (var in = JournalTest.class.getResourceAsStream("/golden/journal.hex")) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
    }
  }
}
