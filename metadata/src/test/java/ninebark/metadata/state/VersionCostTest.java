package ninebark.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import ninebark.metadata.AccountId;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.PartInfo;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.metadata.VersionListing.Position;
import ninebark.metadata.Versioning;
import ninebark.metadata.fixture.MemoryRows;
import ninebark.metadata.rows.CommandFormat;
import ninebark.metadata.rows.EntryFormat;
import ninebark.metadata.rows.EntryFormat.Envelope;
import ninebark.metadata.rows.RowKeys;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.StripeId;
import org.junit.jupiter.api.Test;

/** What must not grow with the number of versions, parts or extents: counted in rows, not time. */
class VersionCostTest {
  private static final AccountId OWNER = new AccountId("owner");
  private static final BucketId BUCKET = new BucketId(1);
  private static final UUID SUBMITTER = new UUID(3, 3);

  /** Of a command about one key, whatever else there is: some look-ups and a few rows written. */
  private static final long FEW = 24;

  private final MemoryRows rows = new MemoryRows();
  private long sequence;
  private long serial;

  /** What one entry costs. */
  private record Cost(Object reply, long touched, long written, List<byte[]> versionWalks) {}

  private Cost submit(Command<?> command) {
    return submitAll(List.of(command));
  }

  private Cost submitAll(List<? extends Command<?>> commands) {
    var encoded = new ArrayList<byte[]>();
    commands.forEach(command -> encoded.add(CommandFormat.encode(command)));
    var entry =
        EntryFormat.decode(
            EntryFormat.encode(
                new Envelope(SUBMITTER, ++sequence, sequence - 1, 1_000 + sequence), encoded));
    var counted = new CountedRows(rows);
    var judged = (Judgement.Outcome.Judged) Judgement.judge(entry, counted);
    var written = new AtomicLong();
    judged.changes().forEach((family, key, value) -> written.incrementAndGet());
    rows.write(judged.changes());
    return new Cost(
        judged.replies().getLast(), counted.touched(), written.get(), counted.versionWalks());
  }

  private <R> long touchedBy(Query<R> query, R expected) {
    var counted = new CountedRows(rows);
    assertThat(new Questions(counted).answer(query)).isEqualTo(expected);
    return counted.touched();
  }

  private void createBucket(Versioning versioning) {
    submit(new Command.CreateBucket(new BucketName("bucket"), OWNER, "us-east-1", false, Map.of()));
    submit(new Command.SetVersioning(BUCKET, versioning));
  }

  private static ObjectKey key(String name) {
    return new ObjectKey(name);
  }

  private Content.Striped stripes(int count) {
    return new Content.Striped(
        IntStream.range(0, count)
            .mapToObj(i -> new Extent(new StripeId(500, ++serial), new GroupId(1), 4 << 20, 64))
            .toList());
  }

  private Command.PutObject put(String name, Content content) {
    return new Command.PutObject(
        BUCKET,
        key(name),
        new NewObject(new ETag("e"), 9, "STANDARD", OWNER, List.of(), List.of(), content),
        Precondition.NONE);
  }

  private void putVersions(String name, int count) {
    for (int done = 0; done < count; done += 1_000) {
      submitAll(
          IntStream.range(0, Math.min(1_000, count - done))
              .mapToObj(i -> put(name, new Content.Inline(new byte[0])))
              .toList());
    }
  }

  private static Command.CopyObject copy(String from, VersionId version, ETag etag, String to) {
    return new Command.CopyObject(
        BUCKET,
        key(to),
        new Command.Source(BUCKET, key(from), version, etag),
        new Command.CopiedObject(
            "STANDARD", OWNER, List.of(), List.of(), List.of(), ObjectLock.NONE),
        true,
        Precondition.NONE);
  }

  private static Command.DeleteObject delete(String name, VersionChoice version) {
    return new Command.DeleteObject(BUCKET, key(name), version, Precondition.NONE, false);
  }

  @Test
  void aHundredThousandVersionsDoNotSlowWhatIsAboutTheCurrentOrOneVersion() {
    createBucket(Versioning.ENABLED);
    var oldest = ((Reply.PutObject.Stored) submit(put("a", stripes(1))).reply()).version();
    submit(put("z", new Content.Inline(new byte[0])));
    putVersions("a", 100_000);

    var listing = new CountedRows(rows);
    var page = new Questions(listing).answer(new Query.ListObjects(BUCKET, "", "", "", 1_000));
    assertThat(page.entries()).hasSize(2);
    assertThat(page.rowsTouched()).isEqualTo(2);
    assertThat(listing.touched()).isLessThanOrEqualTo(4);

    // Rolled up, the versions under a prefix are passed in one seek.
    var counted = new CountedRows(rows);
    var versions =
        new Questions(counted)
            .answer(new Query.ListVersions(BUCKET, "", "a", Optional.empty(), 1_000));
    assertThat(versions.entries()).hasSize(2);
    assertThat(counted.touched()).isLessThanOrEqualTo(8);

    // A page from within, or from behind all of them, begins with a seek as well.
    var inside = new CountedRows(rows);
    assertThat(
            new Questions(inside)
                .answer(
                    new Query.ListVersions(
                        BUCKET, "", "", Optional.of(new Position("a", oldest)), 10))
                .entries())
        .hasSize(1);
    assertThat(inside.touched()).isLessThanOrEqualTo(10);
    var behind = new CountedRows(rows);
    assertThat(
            new Questions(behind)
                .answer(
                    new Query.ListVersions(
                        BUCKET, "", "", Optional.of(new Position("a", Optional.empty())), 10))
                .entries())
        .hasSize(1);
    assertThat(behind.touched()).isLessThanOrEqualTo(10);

    var first = new VersionChoice.Exactly(oldest.orElseThrow());
    var info =
        new Questions(rows).answer(new Query.HeadObject(BUCKET, key("a"), first)).hit().get();
    assertThat(
            touchedBy(new Query.HeadObject(BUCKET, key("a"), first), new Query.Lookup.Hit<>(info)))
        .isLessThanOrEqualTo(2);
    assertThat(submit(put("a", stripes(1))).touched()).isLessThanOrEqualTo(FEW);
    assertThat(submit(delete("a", VersionChoice.CURRENT)).touched()).isLessThanOrEqualTo(FEW);
    var marker =
        (Query.Lookup.Marker<?>)
            new Questions(rows)
                .answer(new Query.HeadObject(BUCKET, key("a"), VersionChoice.CURRENT));
    var uncovered = submit(delete("a", new VersionChoice.Exactly(marker.version())));
    assertThat(uncovered.reply())
        .isEqualTo(new Reply.DeleteObject.Deleted(Optional.of(marker.version()), true));
    assertThat(uncovered.touched()).isLessThanOrEqualTo(FEW);
    assertThat(submit(delete("a", first)).touched()).isLessThanOrEqualTo(FEW);
  }

  @Test
  void uncoveringAnOlderVersionBeginsBehindTheOneThatIsGone() {
    createBucket(Versioning.ENABLED);
    submit(put("a", stripes(1)));
    var newest = ((Reply.PutObject.Stored) submit(put("a", stripes(1))).reply()).version();

    var removed = submit(delete("a", new VersionChoice.Exactly(newest.orElseThrow())));

    // On disk, what was removed before it lies there until compaction: a walk must not meet it.
    var row =
        RowKeys.version(
            RowKeys.object(BUCKET, key("a")), ((VersionId.Numbered) newest.orElseThrow()).number());
    assertThat(removed.versionWalks())
        .isNotEmpty()
        .allMatch(from -> Arrays.compareUnsigned(from, row) > 0);
  }

  @Test
  void theNullVersionIsFoundAndReplacedUnderAnyNumberOfOthers() {
    submit(new Command.CreateBucket(new BucketName("bucket"), OWNER, "us-east-1", false, Map.of()));
    submit(put("a", stripes(1)));
    submit(new Command.SetVersioning(BUCKET, Versioning.ENABLED));
    putVersions("a", 5_000);
    submit(new Command.SetVersioning(BUCKET, Versioning.SUSPENDED));

    var replaced = submit(put("a", stripes(1)));

    assertThat(replaced.touched()).isLessThanOrEqualTo(FEW);
    assertThat(replaced.written()).isLessThanOrEqualTo(FEW);
    assertThat(new Questions(rows).answer(new Query.GarbageCount()))
        .isEqualTo(new Query.Count(1, 4 << 20));
  }

  @Test
  void aCopyOfTenThousandPartsIsAsCheapAsAnyAndOnlyTheLastOfThemLeavesGarbage() {
    createBucket(Versioning.OFF);
    var upload = new UploadId("0".repeat(32));
    submit(
        new Command.CreateUpload(
            BUCKET,
            key("large"),
            upload,
            77,
            "STANDARD",
            OWNER,
            List.of(),
            Optional.empty(),
            List.of(),
            ObjectLock.NONE));
    var chosen = new ArrayList<Command.ChosenPart>();
    for (int first = 1; first <= PartInfo.MAX_NUMBER; first += 1_000) {
      submitAll(
          IntStream.range(first, first + 1_000)
              .mapToObj(
                  number ->
                      new Command.PutPart(
                          BUCKET,
                          key("large"),
                          upload,
                          number,
                          new ETag("p"),
                          5 << 20,
                          List.of(),
                          stripes(2)))
              .toList());
    }
    IntStream.rangeClosed(1, PartInfo.MAX_NUMBER)
        .forEach(number -> chosen.add(new Command.ChosenPart(number, new ETag("p"))));
    var completed =
        submit(
            new Command.CompleteUpload(
                BUCKET,
                key("large"),
                upload,
                chosen,
                new ETag("whole-10000"),
                List.of(),
                Precondition.NONE));
    assertThat(completed.reply()).isInstanceOf(Reply.CompleteUpload.Completed.class);

    var copied = submit(copy("large", VersionId.NULL, new ETag("whole-10000"), "copy"));

    assertThat(copied.reply()).isInstanceOf(Reply.CopyObject.Copied.class);
    assertThat(copied.touched()).isLessThanOrEqualTo(FEW);
    assertThat(copied.written()).isLessThanOrEqualTo(FEW);
    var original = submit(delete("large", VersionChoice.CURRENT));
    assertThat(original.touched()).isLessThanOrEqualTo(FEW);
    assertThat(new Questions(rows).answer(new Query.GarbageCount()))
        .isEqualTo(new Query.Count(0, 0));
    assertThat(new Questions(rows).answer(new Query.ReadParts(77, 0, PartInfo.MAX_NUMBER)))
        .hasSize(PartInfo.MAX_NUMBER);
    var last = submit(delete("copy", VersionChoice.CURRENT));
    assertThat(last.touched()).isLessThanOrEqualTo(FEW);
    assertThat(last.written()).isLessThanOrEqualTo(FEW);
    assertThat(new Questions(rows).answer(new Query.GarbageCount()).objects())
        .isEqualTo(PartInfo.MAX_NUMBER);
  }

  @Test
  void aCopyOfFiveGibibytesInOnePutIsAsCheapAsAny() {
    createBucket(Versioning.ENABLED);
    var stored = (Reply.PutObject.Stored) submit(put("large", stripes(1_280))).reply();

    var copied = submit(copy("large", stored.version().orElseThrow(), new ETag("e"), "copy"));

    assertThat(copied.reply()).isInstanceOf(Reply.CopyObject.Copied.class);
    assertThat(copied.touched()).isLessThanOrEqualTo(FEW);
    assertThat(copied.written()).isLessThanOrEqualTo(FEW);
    var removed =
        submit(delete("large", new VersionChoice.Exactly(stored.version().orElseThrow())));
    assertThat(removed.touched()).isLessThanOrEqualTo(FEW);
  }

  @Test
  void aRenameMovesARowAndNothingElse() {
    createBucket(Versioning.OFF);
    submit(put("from", stripes(1_280)));
    submitAll(
        IntStream.range(0, 1_000)
            .mapToObj(
                i ->
                    new Command.PutAnnotation(
                        BUCKET,
                        key("from"),
                        VersionChoice.CURRENT,
                        "name-" + i,
                        new ETag("a"),
                        10,
                        List.of(),
                        new Content.Inline(new byte[10]),
                        Precondition.NONE))
            .toList());

    var renamed =
        submit(
            new Command.RenameObject(
                BUCKET, key("to"), key("from"), Precondition.NONE, Precondition.NONE));

    assertThat(renamed.reply()).isEqualTo(new Reply.RenameObject.Renamed());
    assertThat(renamed.touched()).isLessThanOrEqualTo(FEW);
    assertThat(renamed.written()).isLessThanOrEqualTo(FEW);
    assertThat(
            new Questions(rows)
                .answer(
                    new Query.ListAnnotations(
                        BUCKET, key("to"), VersionChoice.CURRENT, "", "", 2_000))
                .hit()
                .orElseThrow()
                .annotations())
        .hasSize(1_000);
  }

  @Test
  void aNewKeyWhereVersionsAreNotKeptCostsNoMoreThanItsRows() {
    submit(new Command.CreateBucket(new BucketName("bucket"), OWNER, "us-east-1", false, Map.of()));
    submit(put("first", new Content.Inline(new byte[9])));

    var inline = submit(put("second", new Content.Inline(new byte[9])));

    // The submitter, its replies, the state, the bucket, its counter, and the object itself.
    assertThat(inline.touched()).isEqualTo(6);
    // The object, its bytes, the counter, the state, the submitter, its replies old and new.
    assertThat(inline.written()).isEqualTo(7);
    assertThat(((Reply.PutObject.Stored) inline.reply()).lastModified())
        .isEqualTo(Instant.ofEpochMilli(1_000 + sequence));
  }
}
