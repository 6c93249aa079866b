package ninebark.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import ninebark.metadata.AccountId;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Garbage;
import ninebark.metadata.LockSettings;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.Retention;
import ninebark.metadata.Retention.Mode;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.metadata.Versioning;
import ninebark.metadata.fixture.MemoryIndex;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.StripeId;
import org.junit.jupiter.api.Test;

/** Single cases of versions, copies and locks that a random history rarely meets. */
class VersionJudgementTest {
  private static final AccountId OWNER = new AccountId("owner");
  private static final ETag ETAG = new ETag("e");
  private static final ObjectKey KEY = new ObjectKey("key");
  private static final ObjectKey OTHER = new ObjectKey("other");

  private final AtomicLong now = new AtomicLong(1_000_000);
  private final MemoryIndex index = new MemoryIndex(() -> Instant.ofEpochMilli(now.get()));
  private long serial;

  private BucketId bucket(boolean lock) {
    return switch (index.submit(
        new Command.CreateBucket(new BucketName("bucket"), OWNER, "us-east-1", lock, Map.of()))) {
      case Reply.CreateBucket.Created(var bucket) -> bucket.id();
      case Reply.CreateBucket other -> throw new AssertionError(other);
    };
  }

  private Content.Striped stripes(int count) {
    return new Content.Striped(
        IntStream.range(0, count)
            .mapToObj(i -> new Extent(new StripeId(500, ++serial), new GroupId(1), 100, 64))
            .toList());
  }

  private Optional<VersionId> put(BucketId bucket, ObjectKey key, ObjectLock lock) {
    return switch (index.submit(
        new Command.PutObject(
            bucket,
            key,
            new NewObject(
                ETAG, 9, "STANDARD", OWNER, List.of(), List.of(), List.of(), lock, stripes(1)),
            Precondition.NONE))) {
      case Reply.PutObject.Stored(var etag, var modified, var version) -> version;
      case Reply.PutObject other -> throw new AssertionError(other);
    };
  }

  private Optional<VersionId> put(BucketId bucket, ObjectKey key) {
    return put(bucket, key, ObjectLock.NONE);
  }

  private Reply.CopyObject copy(BucketId bucket, VersionId version, boolean annotations) {
    return index.submit(
        new Command.CopyObject(
            bucket,
            OTHER,
            new Command.Source(bucket, KEY, version, ETAG),
            new Command.CopiedObject(
                "STANDARD", OWNER, List.of(), List.of(), List.of(), ObjectLock.NONE),
            annotations,
            Precondition.NONE));
  }

  private Reply.DeleteObject delete(
      BucketId bucket, ObjectKey key, VersionChoice version, boolean bypass) {
    return index.submit(new Command.DeleteObject(bucket, key, version, Precondition.NONE, bypass));
  }

  private ObjectLock lockOf(BucketId bucket, ObjectKey key) {
    return index
        .ask(new Query.HeadObject(bucket, key, VersionChoice.CURRENT))
        .hit()
        .orElseThrow()
        .lock();
  }

  private Reply.ChangeVersion retain(
      BucketId bucket, VersionChoice version, Optional<Retention> retention, boolean bypass) {
    return index.submit(new Command.SetRetention(bucket, KEY, version, retention, bypass));
  }

  @Test
  void whatTwoRowsOfOnePageOfGarbageShareIsGivenOutOnce() {
    var bucket = bucket(false);
    put(bucket, KEY);
    var shared = stripes(2);
    index.submit(
        new Command.PutAnnotation(
            bucket,
            KEY,
            VersionChoice.CURRENT,
            "name",
            ETAG,
            200,
            List.of(),
            shared,
            Precondition.NONE));
    assertThat(copy(bucket, VersionId.NULL, true)).isInstanceOf(Reply.CopyObject.Copied.class);
    delete(bucket, KEY, VersionChoice.CURRENT, false);
    delete(bucket, OTHER, VersionChoice.CURRENT, false);

    var page = index.ask(new Query.ListGarbage(Long.MAX_VALUE, 100));

    var given = page.stream().flatMap(garbage -> garbage.extents().stream()).toList();
    assertThat(given).containsAll(shared.extents()).doesNotHaveDuplicates();
    index.submit(new Command.ForgetGarbage(page.stream().map(Garbage::id).toList()));
    assertThat(
            index.ask(
                new Query.KnownStripes(shared.extents().stream().map(Extent::stripe).toList())))
        .isEmpty();
  }

  @Test
  void aGarbageRowIsNotGivenOutWhileALaterPageStillNamesItsStripes() {
    var bucket = bucket(false);
    put(bucket, KEY);
    var shared = stripes(1);
    index.submit(
        new Command.PutAnnotation(
            bucket,
            KEY,
            VersionChoice.CURRENT,
            "name",
            ETAG,
            100,
            List.of(),
            shared,
            Precondition.NONE));
    copy(bucket, VersionId.NULL, true);
    delete(bucket, KEY, VersionChoice.CURRENT, false);
    delete(bucket, OTHER, VersionChoice.CURRENT, false);
    int times = 0;

    for (var page = index.ask(new Query.ListGarbage(Long.MAX_VALUE, 1));
        !page.isEmpty();
        page = index.ask(new Query.ListGarbage(Long.MAX_VALUE, 1))) {
      times +=
          (int)
              page.stream()
                  .filter(garbage -> garbage.extents().containsAll(shared.extents()))
                  .count();
      index.submit(new Command.ForgetGarbage(page.stream().map(Garbage::id).toList()));
    }

    assertThat(times).isEqualTo(1);
  }

  @Test
  void aRenamedObjectIsANewVersionAndGetsTheDefaultRetention() {
    var bucket = bucket(true);
    put(bucket, KEY);
    var standard =
        new LockSettings.DefaultRetention(Mode.COMPLIANCE, new LockSettings.Period.Days(2));
    index.submit(new Command.SetLock(bucket, new LockSettings(Optional.of(standard))));

    index.submit(
        new Command.RenameObject(bucket, OTHER, KEY, Precondition.NONE, Precondition.NONE));

    assertThat(lockOf(bucket, OTHER))
        .isEqualTo(
            new ObjectLock(
                Optional.of(
                    new Retention(
                        Mode.COMPLIANCE, Instant.ofEpochMilli(now.get()).plus(Duration.ofDays(2)))),
                false));
  }

  @Test
  void aCopyThatCameAfterTheUploadBeganIsAConflictHoweverOldItsBytesAre() {
    var bucket = bucket(false);
    put(bucket, KEY);
    now.addAndGet(10);
    var upload = new UploadId("0".repeat(32));
    index.submit(
        new Command.CreateUpload(
            bucket,
            OTHER,
            upload,
            5,
            "STANDARD",
            OWNER,
            List.of(),
            Optional.empty(),
            List.of(),
            ObjectLock.NONE));
    index.submit(new Command.PutPart(bucket, OTHER, upload, 1, ETAG, 9, List.of(), stripes(1)));
    now.addAndGet(10);
    assertThat(copy(bucket, VersionId.NULL, false)).isInstanceOf(Reply.CopyObject.Copied.class);

    var completed =
        index.submit(
            new Command.CompleteUpload(
                bucket,
                OTHER,
                upload,
                List.of(new Command.ChosenPart(1, ETAG)),
                ETAG,
                List.of(),
                new Precondition.Absent()));

    assertThat(completed).isEqualTo(new Reply.CompleteUpload.Conflict("If-None-Match"));
    assertThat(index.ask(new Query.ListParts(bucket, OTHER, upload, 0, 10))).hasSize(1);
  }

  @Test
  void complianceOutlivesEveryClockThatSaysOtherwise() {
    var bucket = bucket(true);
    var until = Instant.ofEpochMilli(now.get() + 1_000);
    var retention = new Retention(Mode.COMPLIANCE, until);
    var version =
        new VersionChoice.Exactly(
            put(bucket, KEY, new ObjectLock(Optional.of(retention), false)).orElseThrow());
    now.addAndGet(-500_000);

    assertThat(delete(bucket, KEY, version, true)).isEqualTo(new Reply.DeleteObject.Locked());
    assertThat(retain(bucket, version, Optional.empty(), true))
        .isEqualTo(new Reply.ChangeVersion.Locked());
    assertThat(
            retain(
                bucket,
                version,
                Optional.of(new Retention(Mode.GOVERNANCE, until.plusSeconds(9))),
                true))
        .isEqualTo(new Reply.ChangeVersion.Locked());
    assertThat(
            retain(
                bucket,
                version,
                Optional.of(new Retention(Mode.COMPLIANCE, until.minusMillis(1))),
                true))
        .isEqualTo(new Reply.ChangeVersion.Locked());
    assertThat(
            retain(
                bucket,
                version,
                Optional.of(new Retention(Mode.COMPLIANCE, until.plusMillis(1))),
                false))
        .isInstanceOf(Reply.ChangeVersion.Changed.class);
    now.set(until.toEpochMilli());
    assertThat(delete(bucket, KEY, version, true)).isEqualTo(new Reply.DeleteObject.Locked());
    now.addAndGet(1);
    assertThat(delete(bucket, KEY, version, false)).isInstanceOf(Reply.DeleteObject.Deleted.class);
  }

  @Test
  void aCopyOfALockedVersionIsNotLockedAndOutlivesIt() {
    var bucket = bucket(true);
    var hold = new ObjectLock(Optional.empty(), true);
    var version = put(bucket, KEY, hold).orElseThrow();

    assertThat(copy(bucket, version, false)).isInstanceOf(Reply.CopyObject.Copied.class);

    assertThat(lockOf(bucket, OTHER)).isEqualTo(ObjectLock.NONE);
    index.submit(new Command.SetLegalHold(bucket, KEY, new VersionChoice.Exactly(version), false));
    assertThat(delete(bucket, KEY, new VersionChoice.Exactly(version), false))
        .isInstanceOf(Reply.DeleteObject.Deleted.class);
    assertThat(index.ask(new Query.ReadObject(bucket, OTHER, VersionChoice.CURRENT)).hit())
        .isPresent();
    assertThat(index.ask(new Query.ListGarbage(Long.MAX_VALUE, 10))).isEmpty();
  }

  @Test
  void aBucketWithOnlyAMarkerIsNotEmpty() {
    var bucket = bucket(false);
    index.submit(new Command.SetVersioning(bucket, Versioning.ENABLED));
    var marked = (Reply.DeleteObject.Marked) delete(bucket, KEY, VersionChoice.CURRENT, false);

    assertThat(index.submit(new Command.DeleteBucket(bucket)))
        .isEqualTo(new Reply.DeleteBucket.NotEmpty());
    delete(bucket, KEY, new VersionChoice.Exactly(marked.version()), false);
    assertThat(index.submit(new Command.DeleteBucket(bucket)))
        .isEqualTo(new Reply.DeleteBucket.Deleted());
  }
}
