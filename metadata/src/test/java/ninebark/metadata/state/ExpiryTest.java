package ninebark.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import ninebark.metadata.AccountId;
import ninebark.metadata.AgePage;
import ninebark.metadata.AgedVersion;
import ninebark.metadata.AgedVersion.Kind;
import ninebark.metadata.AgedVersion.Standing;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Command.Expirable;
import ninebark.metadata.Content;
import ninebark.metadata.DocumentName;
import ninebark.metadata.ETag;
import ninebark.metadata.LifecycleProgress;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.Retention;
import ninebark.metadata.Tag;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.metadata.VersionListing;
import ninebark.metadata.Versioning;
import ninebark.metadata.fixture.MemoryIndex;
import org.junit.jupiter.api.Test;

/** A rule's demand is met only while what it was asked about stands as it stood. */
class ExpiryTest {
  private static final AccountId OWNER = new AccountId("owner");
  private static final ETag ETAG = new ETag("e");
  private static final ObjectKey KEY = new ObjectKey("key");
  private static final BucketName NAME = new BucketName("bucket");

  private final AtomicLong now = new AtomicLong(1_000_000);
  private final MemoryIndex index =
      new MemoryIndex(() -> Instant.ofEpochMilli(now.addAndGet(1000)));

  private Bucket create(boolean lock) {
    index.submit(new Command.CreateBucket(NAME, OWNER, "us-east-1", lock, Map.of()));
    return bucket();
  }

  private Bucket bucket() {
    return index.ask(new Query.FindBucket(NAME)).orElseThrow();
  }

  private Bucket versioning(Versioning versioning) {
    index.submit(new Command.SetVersioning(bucket().id(), versioning));
    return bucket();
  }

  private void put(ObjectKey key, List<Tag> tags, ObjectLock lock) {
    var object =
        new NewObject(
            ETAG,
            3,
            "STANDARD",
            OWNER,
            List.of(),
            List.of(),
            tags,
            lock,
            new Content.Inline(new byte[3]));
    assertThat(index.submit(new Command.PutObject(bucket().id(), key, object, Precondition.NONE)))
        .isInstanceOf(Reply.PutObject.Stored.class);
  }

  private void put() {
    put(KEY, List.of(), ObjectLock.NONE);
  }

  private void delete(VersionChoice version) {
    index.submit(new Command.DeleteObject(bucket().id(), KEY, version, Precondition.NONE, false));
  }

  private List<AgedVersion> ages() {
    return index.ask(new Query.ListAges(bucket().id(), "", Optional.empty(), 1000)).versions();
  }

  private static Command.Expire current(Bucket bucket, AgedVersion seen) {
    var stored = (Kind.Stored) seen.kind();
    return new Command.Expire(
        bucket.id(),
        seen.key(),
        bucket.epoch(),
        new Expirable.Current(seen.version(), seen.born(), stored.etag(), stored.tags()));
  }

  private static Command.Expire noncurrent(Bucket bucket, AgedVersion seen, int keep) {
    return new Command.Expire(
        bucket.id(),
        seen.key(),
        bucket.epoch(),
        new Expirable.Noncurrent(
            seen.version(),
            ((Standing.Noncurrent) seen.standing()).since(),
            seen.kind() instanceof Kind.Stored stored ? stored.tags() : List.of(),
            keep));
  }

  private static Command.Expire marker(Bucket bucket, AgedVersion seen) {
    return new Command.Expire(
        bucket.id(), seen.key(), bucket.epoch(), new Expirable.LonelyMarker(seen.version()));
  }

  @Test
  void withoutVersionsTheObjectGoes() {
    var bucket = create(false);
    put();
    assertThat(index.submit(current(bucket, ages().getFirst())))
        .isEqualTo(new Reply.Expire.Removed());
    assertThat(ages()).isEmpty();
    assertThat(index.ask(new Query.CountObjects(bucket.id()))).isEqualTo(new Query.Count(0, 0));
  }

  @Test
  void whereVersionsAreKeptAMarkerCoversIt() {
    create(false);
    var bucket = versioning(Versioning.ENABLED);
    put();
    var seen = ages().getFirst();
    assertThat(index.submit(current(bucket, seen))).isInstanceOf(Reply.Expire.Marked.class);
    assertThat(ages()).hasSize(2);
    assertThat(ages().getFirst().kind()).isEqualTo(new Kind.Marker());
    assertThat(index.submit(current(bucket, seen)))
        .as("once more, as after a crash")
        .isEqualTo(new Reply.Expire.Changed());
    assertThat(ages()).hasSize(2);
  }

  @Test
  void whereTheyWereKeptOnceANullMarkerTakesThePlaceOfTheNullVersion() {
    create(false);
    put();
    var bucket = versioning(Versioning.SUSPENDED);
    assertThat(index.submit(current(bucket, ages().getFirst())))
        .isEqualTo(new Reply.Expire.Marked(VersionId.NULL));
    assertThat(ages()).singleElement().extracting(AgedVersion::kind).isEqualTo(new Kind.Marker());
    assertThat(index.submit(marker(bucket, ages().getFirst())))
        .isEqualTo(new Reply.Expire.Removed());
    assertThat(ages()).isEmpty();
  }

  @Test
  void whatWasOverwrittenOrTaggedSinceStays() {
    var bucket = create(false);
    put();
    var seen = ages().getFirst();
    index.submit(
        new Command.SetTags(
            bucket.id(), KEY, VersionChoice.CURRENT, List.of(new Tag("keep", "yes"))));
    assertThat(index.submit(current(bucket, seen))).isEqualTo(new Reply.Expire.Changed());
    var tagged = ages().getFirst();
    put();
    assertThat(index.submit(current(bucket, tagged))).isEqualTo(new Reply.Expire.Changed());
    assertThat(ages()).hasSize(1);
    delete(VersionChoice.CURRENT);
    assertThat(index.submit(current(bucket, seen))).isEqualTo(new Reply.Expire.Changed());
  }

  @Test
  void rulesThatWereChangedSinceDemandNothing() {
    var bucket = create(false);
    put();
    var demand = current(bucket, ages().getFirst());
    index.submit(new Command.DeleteDocument(bucket.id(), DocumentName.of("lifecycle")));
    assertThat(bucket().epoch()).as("nothing was there").isEqualTo(bucket.epoch());
    index.submit(new Command.PutDocument(bucket.id(), DocumentName.of("lifecycle"), "<L/>"));
    assertThat(index.submit(demand)).isEqualTo(new Reply.Expire.OtherEpoch());
    assertThat(ages()).hasSize(1);
    assertThat(
            index.submit(
                new Command.Expire(
                    new BucketId(99), KEY, 1, new Expirable.LonelyMarker(VersionId.NULL))))
        .isEqualTo(new Reply.Expire.NoSuchBucket());
  }

  @Test
  void aNoncurrentVersionGoesOnlyWhileItIsOne() {
    create(false);
    var bucket = versioning(Versioning.ENABLED);
    put();
    put();
    var old = ages().get(1);
    var newest = ages().getFirst();
    delete(new VersionChoice.Exactly(newest.version()));
    assertThat(index.submit(noncurrent(bucket, old, 0)))
        .as("current again")
        .isEqualTo(new Reply.Expire.Changed());
    put();
    assertThat(index.submit(noncurrent(bucket, old, 0)))
        .as("noncurrent, but since now")
        .isEqualTo(new Reply.Expire.Changed());
    assertThat(index.submit(noncurrent(bucket, ages().get(1), 0)))
        .isEqualTo(new Reply.Expire.Removed());
    assertThat(ages()).hasSize(1);
  }

  @Test
  void theNewestOfThemAreKept() {
    create(false);
    var bucket = versioning(Versioning.ENABLED);
    for (int i = 0; i < 4; i++) {
      put();
      delete(VersionChoice.CURRENT);
    }
    // Newest first: marker, object, marker, object, marker, object, marker, object.
    var ages = ages();
    assertThat(ages).hasSize(8);
    assertThat(ages.get(7).standing()).isEqualTo(new Standing.Noncurrent(ages.get(6).born(), 3));
    assertThat(index.submit(noncurrent(bucket, ages.get(7), 4)))
        .isEqualTo(new Reply.Expire.Changed());
    assertThat(index.submit(noncurrent(bucket, ages.get(7), 3)))
        .isEqualTo(new Reply.Expire.Removed());
    assertThat(index.submit(noncurrent(bucket, ages.get(6), 0)))
        .as("a marker that is not the newest")
        .isEqualTo(new Reply.Expire.Removed());
    assertThat(ages()).hasSize(6);
  }

  @Test
  void aLockIsStrongerThanARule() {
    var bucket = create(true);
    var lock =
        new ObjectLock(
            Optional.of(
                new Retention(
                    Retention.Mode.GOVERNANCE, Instant.ofEpochMilli(now.get() + 1_000_000))),
            false);
    put(KEY, List.of(), lock);
    assertThat(index.submit(current(bucket, ages().getFirst())))
        .as("covered, and there")
        .isInstanceOf(Reply.Expire.Marked.class);
    var old = ages().get(1);
    assertThat(index.submit(noncurrent(bucket, old, 0))).isEqualTo(new Reply.Expire.Locked());
    now.addAndGet(Duration.ofMinutes(30).toMillis());
    index.submit(
        new Command.SetLegalHold(bucket.id(), KEY, new VersionChoice.Exactly(old.version()), true));
    assertThat(index.submit(noncurrent(bucket, old, 0))).isEqualTo(new Reply.Expire.Locked());
    index.submit(
        new Command.SetLegalHold(
            bucket.id(), KEY, new VersionChoice.Exactly(old.version()), false));
    assertThat(index.submit(noncurrent(bucket, old, 0))).isEqualTo(new Reply.Expire.Removed());
    assertThat(ages()).singleElement().extracting(AgedVersion::kind).isEqualTo(new Kind.Marker());
  }

  @Test
  void aMarkerThatCoversSomethingStays() {
    create(false);
    var bucket = versioning(Versioning.ENABLED);
    put();
    delete(VersionChoice.CURRENT);
    var seen = ages().getFirst();
    assertThat(seen.standing()).isEqualTo(new Standing.Current(false));
    assertThat(index.submit(marker(bucket, seen))).isEqualTo(new Reply.Expire.Changed());
    delete(new VersionChoice.Exactly(ages().get(1).version()));
    assertThat(ages().getFirst().standing()).isEqualTo(new Standing.Current(true));
    put();
    assertThat(index.submit(marker(bucket, seen)))
        .as("covered itself")
        .isEqualTo(new Reply.Expire.Changed());
    delete(new VersionChoice.Exactly(ages().getFirst().version()));
    assertThat(index.submit(marker(bucket, seen))).isEqualTo(new Reply.Expire.Removed());
    assertThat(ages()).isEmpty();
  }

  @Test
  void anUploadGoesOnce() {
    var bucket = create(false);
    var id = new UploadId("0".repeat(32));
    index.submit(
        new Command.CreateUpload(
            bucket.id(), KEY, id, 7, "STANDARD", OWNER, List.of(), Optional.empty()));
    var demand = new Command.Expire(bucket.id(), KEY, bucket.epoch(), new Expirable.OpenUpload(id));
    assertThat(index.submit(demand)).isEqualTo(new Reply.Expire.Removed());
    assertThat(index.submit(demand)).isEqualTo(new Reply.Expire.Changed());
    assertThat(index.ask(new Query.FindUpload(bucket.id(), KEY, id))).isEmpty();
  }

  @Test
  void progressIsKeptAsLongAsItsBucket() {
    var bucket = create(false);
    assertThat(index.ask(new Query.FindProgress(bucket.id()))).isEmpty();
    var progress =
        new LifecycleProgress(
            bucket.id(),
            bucket.epoch(),
            Instant.ofEpochMilli(5),
            6,
            7,
            new LifecycleProgress.Stage.Versions(Optional.of(KEY)));
    index.submit(new Command.NoteProgress(progress));
    assertThat(index.ask(new Query.FindProgress(bucket.id()))).contains(progress);
    index.submit(new Command.DeleteBucket(bucket.id()));
    assertThat(index.ask(new Query.FindProgress(bucket.id()))).isEmpty();
    index.submit(new Command.NoteProgress(progress));
    assertThat(index.ask(new Query.FindProgress(bucket.id()))).isEmpty();
  }

  @Test
  void bucketsWithRulesAreFound() {
    for (int i = 0; i < 7; i++) {
      var made =
          (Reply.CreateBucket.Created)
              index.submit(
                  new Command.CreateBucket(new BucketName("bucket-" + i), OWNER, "us-east-1"));
      if (i % 3 != 0) {
        index.submit(
            new Command.PutDocument(made.bucket().id(), DocumentName.of("lifecycle"), "<L/>"));
      }
    }
    var document = DocumentName.of("lifecycle");
    var first = index.ask(new Query.BucketsWith(document, Optional.empty(), 3));
    var rest = index.ask(new Query.BucketsWith(document, Optional.of(first.getLast().id()), 3));
    assertThat(first)
        .extracting(found -> found.name().value())
        .containsExactly("bucket-1", "bucket-2", "bucket-4");
    assertThat(rest).extracting(found -> found.name().value()).containsExactly("bucket-5");
  }

  @Test
  void pagesOfAnySizeTellWhatOneWalkTells() {
    create(false);
    long seed = Long.getLong("ninebark.seed", 20261121L);
    System.out.println("replay with -Dninebark.seed=" + seed);
    var random = new Random(seed);
    var keys = List.of("a", "a\0", "a/", "ab", "b", "\uffee", "\ud83d\ude00");
    for (int i = 0; i < 300; i++) {
      if (i % 40 == 20) {
        versioning(random.nextBoolean() ? Versioning.ENABLED : Versioning.SUSPENDED);
      }
      var key = new ObjectKey(keys.get(random.nextInt(keys.size())));
      if (random.nextInt(4) == 0) {
        index.submit(new Command.DeleteObject(bucket().id(), key, Precondition.NONE));
      } else {
        put(key, List.of(), ObjectLock.NONE);
      }
    }
    for (var prefix : List.of("", "a", "a/", "\ud83d", "zz")) {
      var all =
          index.ask(new Query.ListAges(bucket().id(), prefix, Optional.empty(), 1000)).versions();
      assertThat(all).extracting(AgedVersion::version).containsExactlyElementsOf(listed(prefix));
      for (int size : new int[] {1, 2, 3, 7, 50}) {
        assertThat(paged(prefix, size)).as(prefix + " by " + size).isEqualTo(all);
      }
    }
  }

  private List<VersionId> listed(String prefix) {
    return index
        .ask(new Query.ListVersions(bucket().id(), prefix, "", Optional.empty(), 1000))
        .entries()
        .stream()
        .map(
            entry ->
                switch (entry) {
                  case VersionListing.Entry.Version version -> version.id();
                  case VersionListing.Entry.DeleteMarker marker -> marker.id();
                  case VersionListing.Entry.CommonPrefix common -> throw new AssertionError(common);
                })
        .toList();
  }

  private List<AgedVersion> paged(String prefix, int size) {
    var all = new ArrayList<AgedVersion>();
    Optional<AgePage.Position> after = Optional.empty();
    do {
      var page = index.ask(new Query.ListAges(bucket().id(), prefix, after, size));
      assertThat(page.versions()).hasSizeLessThanOrEqualTo(size);
      all.addAll(page.versions());
      after = page.resume();
    } while (after.isPresent());
    return all;
  }
}
