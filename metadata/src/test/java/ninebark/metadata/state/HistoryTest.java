package ninebark.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import ninebark.metadata.AccountId;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Checksum;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Garbage;
import ninebark.metadata.Header;
import ninebark.metadata.Naming;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Upload;
import ninebark.metadata.UploadId;
import ninebark.metadata.fixture.MemoryRows;
import ninebark.metadata.rocks.Applied;
import ninebark.metadata.rocks.RocksRowStore;
import ninebark.metadata.rows.CommandFormat;
import ninebark.metadata.rows.EntryFormat;
import ninebark.metadata.rows.EntryFormat.Envelope;
import ninebark.metadata.rows.Family;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.shard.IndexMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random histories against {@link IndexModel}, in memory and on disk, with restarts. */
class HistoryTest {
  private static final AccountId OWNER = new AccountId("owner");
  private static final UUID SUBMITTER = new UUID(7, 7);

  @TempDir Path folder;

  /** Makes commands over few names, so that they meet. */
  private static final class Chance {
    final Random random;
    long serial;
    long now = 1_000_000;
    final List<UploadId> uploads = new ArrayList<>();

    Chance(long seed) {
      random = new Random(seed);
      for (int i = 0; i < 6; i++) {
        uploads.add(new UploadId(String.format("%032x", i)));
      }
    }

    BucketId bucket(IndexModel model) {
      return new BucketId(1 + random.nextLong(model.lastBucket + 1));
    }

    ObjectKey key() {
      return new ObjectKey(List.of("a", "a\0", "b/c").get(random.nextInt(3)));
    }

    ETag etag() {
      return new ETag("e" + random.nextInt(3));
    }

    Precondition precondition() {
      return switch (random.nextInt(8)) {
        case 0 -> new Precondition.Absent();
        case 1 -> new Precondition.Present();
        case 2 -> new Precondition.Matches(etag());
        default -> Precondition.NONE;
      };
    }

    Content content() {
      if (random.nextInt(3) == 0) {
        return new Content.Inline(new byte[random.nextInt(2000)]);
      }
      return new Content.Striped(
          IntStream.range(0, random.nextInt(3))
              .mapToObj(
                  i ->
                      new Extent(
                          new StripeId(now - random.nextInt(50), ++serial),
                          new GroupId(random.nextInt(5)),
                          1 + random.nextInt(100),
                          64))
              .toList());
    }

    List<Checksum> checksums() {
      return random.nextBoolean()
          ? List.of()
          : List.of(
              new Checksum(Checksum.Algorithm.CRC64NVME, Checksum.Kind.FULL_OBJECT, "c" + serial));
    }

    /** So that some parts are large enough to complete, and extents do not matter for it. */
    long partLength() {
      return random.nextInt(3) == 0 ? random.nextInt(1000) : (5 << 20) + random.nextInt(10);
    }

    Command<?> command(IndexModel model) {
      return switch (random.nextInt(20)) {
        case 0 ->
            new Command.CreateBucket(
                new BucketName("bucket-" + random.nextInt(2)), OWNER, "us-east-1");
        case 1 -> new Command.DeleteBucket(bucket(model));
        case 2 -> new Command.RaiseFence(now - 20 - random.nextInt(100));
        case 3 ->
            random.nextInt(5) == 0
                ? new Command.ForgetCompleted(Long.MAX_VALUE, 1000)
                : new Command.DeleteObject(bucket(model), key(), precondition());
        case 4, 5 -> new Command.DeleteObject(bucket(model), key(), precondition());
        case 6, 7 ->
            new Command.CreateUpload(
                bucket(model),
                key(),
                upload(),
                random.nextInt(4),
                "STANDARD",
                OWNER,
                List.of(new Header("x-amz-meta-a", "\u00e9")),
                random.nextBoolean()
                    ? Optional.empty()
                    : Optional.of(
                        new Upload.ChecksumChoice(
                            Checksum.Algorithm.SHA256, Checksum.Kind.COMPOSITE)));
        case 8, 9, 10, 11 ->
            new Command.PutPart(
                bucket(model),
                key(),
                upload(),
                1 + random.nextInt(4),
                etag(),
                partLength(),
                checksums(),
                content());
        case 12, 13 -> complete(model);
        case 14 -> new Command.AbortUpload(bucket(model), key(), upload());
        default ->
            new Command.PutObject(
                bucket(model),
                key(),
                new NewObject(
                    etag(),
                    random.nextInt(5000),
                    "STANDARD",
                    OWNER,
                    List.of(),
                    checksums(),
                    content()),
                precondition());
      };
    }

    private UploadId upload() {
      return uploads.get(random.nextInt(uploads.size()));
    }

    /** Mostly right about what the upload holds. */
    private Command<?> complete(IndexModel model) {
      var bucket = bucket(model);
      var id = upload();
      var key = key();
      var open =
          Optional.ofNullable(model.buckets.get(bucket.value()))
              .map(found -> found.uploads.get(new IndexModel.UploadName(key.value(), id)));
      var parts = new ArrayList<Command.ChosenPart>();
      open.ifPresent(
          upload ->
              upload.parts.forEach(
                  (number, part) -> {
                    if (random.nextInt(4) > 0) {
                      var etag = random.nextInt(10) == 0 ? etag() : part.etag();
                      parts.add(new Command.ChosenPart(number, etag));
                    }
                  }));
      return new Command.CompleteUpload(
          bucket, key, id, parts, etag(), checksums(), precondition());
    }
  }

  private static EntryFormat.Entry entry(
      UUID submitter, long sequence, long time, List<? extends Command<?>> commands) {
    var encoded = new ArrayList<byte[]>();
    commands.forEach(command -> encoded.add(CommandFormat.encode(command)));
    return EntryFormat.decode(
        EntryFormat.encode(new Envelope(submitter, sequence, sequence - 1, time), encoded));
  }

  @Test
  void anyHistoryEqualsTheModelAndBothStoresAlsoAfterRestarts() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("HistoryTest seed " + seed + ": replay with -Dseed=" + seed);
    try (var shared = new IndexMemory(4 << 20, 4 << 20)) {
      for (int history = 0; history < 6; history++) {
        run(seed + history, shared);
      }
    }
  }

  private void run(long seed, IndexMemory shared) throws Exception {
    var chance = new Chance(seed);
    var model = new IndexModel();
    var memory = new MemoryRows();
    var log = new ArrayList<EntryFormat.Entry>();
    var path = folder.resolve("rows-" + seed);
    var disk = RocksRowStore.open(path, shared, 1 << 20);
    try {
      for (long sequence = 1; sequence <= 400; sequence++) {
        var commands = new ArrayList<Command<?>>();
        var expected = new ArrayList<String>();
        for (int i = 1 + chance.random.nextInt(5); i > 0; i--) {
          var command = chance.command(model);
          commands.add(command);
          expected.add(model.apply(command));
        }
        chance.now += chance.random.nextInt(30) - 10;
        var entry = entry(SUBMITTER, sequence, chance.now, commands);
        log.add(entry);
        var judged = (Judgement.Outcome.Judged) Judgement.judge(entry, memory);
        memory.write(judged.changes());
        // This model does not know when an upload began; a conflict is a condition that failed.
        assertThat(
                judged.replies().stream()
                    .map(r -> r.getClass().getSimpleName())
                    .map(name -> name.equals("Conflict") ? "PreconditionFailed" : name)
                    .toList())
            .as("seed %d, entry %d: %s", seed, sequence, commands)
            .isEqualTo(expected);
        var onDisk = (Judgement.Outcome.Judged) Judgement.judge(entry, disk.live());
        assertThat(onDisk.replies()).isEqualTo(judged.replies());
        disk.write(onDisk.changes(), new Applied(1, sequence));

        if (chance.random.nextInt(40) == 0) {
          if (chance.random.nextBoolean()) {
            disk.flush();
          }
          disk.close();
          disk = RocksRowStore.open(path, shared, 1 << 20);
          // What was not flushed is replayed from the log, as after a crash.
          for (long next = disk.applied().index() + 1; next <= sequence; next++) {
            var again =
                (Judgement.Outcome.Judged)
                    Judgement.judge(log.get((int) Math.max(next, 1) - 1), disk.live());
            disk.write(again.changes(), new Applied(1, next));
          }
        }
        if (sequence % 50 == 0) {
          compare(seed, model, memory);
          try (var view = disk.view()) {
            assertThat(StateHash.of(view)).isEqualTo(StateHash.of(memory));
          }
          if (sequence % 100 == 0) {
            reclaim(model, memory, disk, sequence, chance);
          }
        }
      }
    } finally {
      disk.close();
    }
  }

  private static void compare(long seed, IndexModel model, MemoryRows rows) {
    var questions = new Questions(rows);
    compareNamed(seed, model, questions);
    model.buckets.forEach(
        (id, bucket) -> {
          var bucketId = new BucketId(id);
          var count = questions.answer(new Query.CountObjects(bucketId));
          assertThat(count)
              .as("seed %d", seed)
              .isEqualTo(
                  new Query.Count(
                      bucket.objects.size(),
                      bucket.objects.values().stream().mapToLong(IndexModel.Stored::length).sum()));
          bucket.objects.forEach(
              (key, stored) -> {
                var found =
                    questions
                        .answer(new Query.ReadObject(bucketId, new ObjectKey(key)))
                        .hit()
                        .orElseThrow();
                assertThat(found.info().etag()).isEqualTo(stored.etag());
                assertThat(found.info().length()).isEqualTo(stored.length());
                assertThat(found.info().checksums()).isEqualTo(stored.checksums());
                assertThat(extents(questions, found.content())).isEqualTo(stored.extents());
              });
          assertThat(questions.answer(new Query.ListObjects(bucketId, "", "", "", 100)).entries())
              .hasSize(bucket.objects.size());
          bucket.uploads.forEach(
              (upload, open) ->
                  assertThat(
                          questions
                              .answer(
                                  new Query.ListParts(
                                      bucketId, new ObjectKey(upload.key()), upload.id(), 0, 100))
                              .stream()
                              .map(part -> part.number() + part.etag().value())
                              .toList())
                      .isEqualTo(
                          open.parts.entrySet().stream()
                              .map(part -> part.getKey() + part.getValue().etag().value())
                              .toList()));
          assertThat(
                  questions
                      .answer(new Query.ListUploads(bucketId, "", "", "", Optional.empty(), 100))
                      .uploads())
              .hasSize(bucket.uploads.size());
        });
  }

  /** Whatever the pages, the walk over all that names extents meets each naming once. */
  private static void compareNamed(long seed, IndexModel model, Questions questions) {
    var whole = questions.answer(new Query.ListNamed(Optional.empty(), 100_000));
    assertThat(whole.next()).isEmpty();
    assertThat(whole.named().stream().map(Naming.Named::by)).doesNotHaveDuplicates();
    var named = new HashSet<StripeId>();
    whole.named().forEach(one -> one.extents().forEach(extent -> named.add(extent.stripe())));
    assertThat(named).as("seed %d", seed).containsAll(model.live());
    assertThat(questions.answer(new Query.KnownStripes(List.copyOf(named))))
        .containsExactlyInAnyOrderElementsOf(named);

    var paged = new ArrayList<Naming.Named>();
    var page = questions.answer(new Query.ListNamed(Optional.empty(), 3));
    paged.addAll(page.named());
    while (page.next().isPresent()) {
      page = questions.answer(new Query.ListNamed(page.next(), 3));
      paged.addAll(page.named());
    }
    assertThat(paged).as("seed %d", seed).isEqualTo(whole.named());
  }

  private static List<Extent> extents(Questions questions, Content content) {
    return switch (content) {
      case Content.Inline inline -> List.of();
      case Content.Striped(var extents) -> extents;
      case Content.Parts(long id, int count) -> {
        var parts = questions.answer(new Query.ReadParts(id, 0, 100));
        assertThat(parts).hasSize(count);
        for (var part : parts) {
          assertThat(questions.answer(new Query.ReadPart(id, part.info().number())))
              .map(found -> found.offset())
              .contains(part.offset());
          if (part.info().length() > 0) {
            assertThat(
                    questions
                        .answer(
                            new Query.ReadParts(id, part.offset() + part.info().length() - 1, 1))
                        .getFirst()
                        .info()
                        .number())
                .isEqualTo(part.info().number());
          }
        }
        yield parts.stream().flatMap(part -> extents(questions, part.content()).stream()).toList();
      }
    };
  }

  /** All that is garbage is given out exactly once, nothing live is, and then it is forgotten. */
  private static void reclaim(
      IndexModel model, MemoryRows memory, RocksRowStore disk, long sequence, Chance chance)
      throws Exception {
    // Deleted buckets are swept by the entries that follow.
    var submitter = new UUID(8, sequence);
    long mine = 0;
    for (int i = 0; i < 3; i++) {
      both(memory, disk, entry(submitter, ++mine, chance.now, List.of(new Command.RaiseFence(0))));
    }
    var erased = new HashSet<StripeId>();
    while (true) {
      var page =
          new Questions(memory)
              .answer(new Query.ListGarbage(Long.MAX_VALUE, 1 + chance.random.nextInt(5)));
      if (page.isEmpty()) {
        break;
      }
      for (var garbage : page) {
        for (var extent : garbage.extents()) {
          assertThat(erased.add(extent.stripe())).isTrue();
        }
      }
      var ids = page.stream().map(Garbage::id).toList();
      var twice = new ArrayList<>(ids);
      twice.addAll(ids);
      both(
          memory,
          disk,
          entry(submitter, ++mine, chance.now, List.of(new Command.ForgetGarbage(twice))));
    }
    assertThat(erased).isEqualTo(model.garbage);
    model.garbage.clear();
    assertThat(new Questions(memory).answer(new Query.GarbageCount()))
        .isEqualTo(new Query.Count(0, 0));
    assertThat(memory.size(Family.GARBAGE)).isZero();
    Set<StripeId> live = model.live();
    assertThat(memory.size(Family.STRIPES)).isEqualTo(live.size());
    assertThat(new Questions(memory).answer(new Query.KnownStripes(List.copyOf(live))))
        .hasSameSizeAs(live);
    try (var view = disk.view()) {
      assertThat(StateHash.of(view)).isEqualTo(StateHash.of(memory));
    }
  }

  private static void both(MemoryRows memory, RocksRowStore disk, EntryFormat.Entry entry)
      throws Exception {
    var judged = (Judgement.Outcome.Judged) Judgement.judge(entry, memory);
    memory.write(judged.changes());
    var onDisk = (Judgement.Outcome.Judged) Judgement.judge(entry, disk.live());
    disk.write(onDisk.changes(), disk.applied());
  }
}
