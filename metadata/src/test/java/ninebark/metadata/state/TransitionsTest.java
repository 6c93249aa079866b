package ninebark.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Checksum;
import ninebark.metadata.Command;
import ninebark.metadata.Command.Expirable;
import ninebark.metadata.Command.Moved;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Header;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.Tag;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.metadata.Versioning;
import ninebark.metadata.fixture.MemoryIndex;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.StripeId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A version changes its class and nothing else, or nothing at all. */
class TransitionsTest {
  private static final AccountId OWNER = new AccountId("owner");
  private static final ETag ETAG = new ETag("e");
  private static final ObjectKey KEY = new ObjectKey("key");
  private static final ObjectKey COPY = new ObjectKey("copy");
  private static final BucketName NAME = new BucketName("bucket");
  private static final List<Tag> TAGS = List.of(new Tag("a", "b"));
  private static final String COLD = "GLACIER_IR";

  private final AtomicLong now = new AtomicLong(1_000_000);
  private final MemoryIndex index =
      new MemoryIndex(() -> Instant.ofEpochMilli(now.addAndGet(1000)));
  private long serial;

  @BeforeEach
  void create() {
    index.submit(new Command.CreateBucket(NAME, OWNER, "us-east-1", false, Map.of()));
  }

  private Bucket bucket() {
    return index.ask(new Query.FindBucket(NAME)).orElseThrow();
  }

  private void versioning(Versioning versioning) {
    index.submit(new Command.SetVersioning(bucket().id(), versioning));
  }

  private List<Extent> extents(int... lengths) {
    var extents = new ArrayList<Extent>();
    for (int length : lengths) {
      extents.add(new Extent(new StripeId(5_000_000, ++serial), new GroupId(1), length, length));
    }
    return extents;
  }

  private void put(Content content) {
    var reply =
        index.submit(
            new Command.PutObject(
                bucket().id(),
                KEY,
                new NewObject(
                    ETAG,
                    30,
                    "STANDARD",
                    OWNER,
                    List.of(new Header("content-type", "a/b")),
                    List.of(),
                    TAGS,
                    ObjectLock.NONE,
                    content),
                Precondition.NONE));
    assertThat(reply).isInstanceOf(Reply.PutObject.Stored.class);
  }

  private Query.Found find(ObjectKey key) {
    return index.ask(new Query.ReadObject(bucket().id(), key)).hit().orElseThrow();
  }

  private Expirable.OfVersion seen() {
    var info = find(KEY).info();
    return new Expirable.Current(info.version(), info.lastModified(), info.etag(), info.tags());
  }

  private Reply.Transition move(Expirable.OfVersion seen, String from, String to, Moved moved) {
    return index.submit(
        new Command.Transition(bucket().id(), KEY, bucket().epoch(), seen, from, to, moved));
  }

  private List<StripeId> garbage() {
    return index.ask(new Query.ListGarbage(Long.MAX_VALUE / 2, 1_000)).stream()
        .flatMap(row -> row.extents().stream())
        .map(Extent::stripe)
        .toList();
  }

  private static List<StripeId> stripes(List<Extent> extents) {
    return extents.stream().map(Extent::stripe).toList();
  }

  private void copy(Optional<String> seenClass, Class<?> expected) {
    var reply =
        index.submit(
            new Command.CopyObject(
                bucket().id(),
                COPY,
                new Command.Source(bucket().id(), KEY, VersionId.NULL, ETAG, seenClass),
                new Command.CopiedObject(
                    "STANDARD", OWNER, List.of(), List.of(), List.of(), ObjectLock.NONE),
                false,
                Precondition.NONE));
    assertThat(reply).isInstanceOf(expected);
  }

  @Test
  void stripesAreReplacedAndTheOldOnesBecomeGarbage() {
    var old = extents(20, 10);
    put(new Content.Striped(old));
    var before = find(KEY).info();
    var next = extents(30);
    assertThat(move(seen(), "STANDARD", COLD, new Moved.Stripes(old.getFirst().stripe(), next)))
        .isEqualTo(new Reply.Transition.Done());
    var after = find(KEY);
    assertThat(after.content()).isEqualTo(new Content.Striped(next));
    assertThat(after.info().storageClass()).isEqualTo(COLD);
    assertThat(after.info().lastModified()).isEqualTo(before.lastModified());
    assertThat(after.info().headers()).isEqualTo(before.headers());
    assertThat(after.info().tags()).isEqualTo(TAGS);
    assertThat(garbage()).containsExactlyElementsOf(stripes(old));
    assertThat(index.ask(new Query.CountObjects(bucket().id()))).isEqualTo(new Query.Count(1, 30));
  }

  @Test
  void bytesInTheIndexStayThereAndTheClassChanges() {
    put(new Content.Inline(new byte[30]));
    assertThat(move(seen(), "STANDARD", COLD, new Moved.Nothing()))
        .isEqualTo(new Reply.Transition.Done());
    assertThat(find(KEY).info().storageClass()).isEqualTo(COLD);
    assertThat(((Content.Inline) find(KEY).content()).bytes()).hasSize(30);
  }

  @Test
  void aCopyThatSharesTheStripesKeepsThem() {
    var old = extents(30);
    put(new Content.Striped(old));
    copy(Optional.of("STANDARD"), Reply.CopyObject.Copied.class);
    var next = extents(30);
    assertThat(move(seen(), "STANDARD", COLD, new Moved.Stripes(old.getFirst().stripe(), next)))
        .isEqualTo(new Reply.Transition.Done());
    assertThat(garbage()).isEmpty();
    assertThat(find(COPY).content()).isEqualTo(new Content.Striped(old));
    assertThat(find(COPY).info().storageClass()).isEqualTo("STANDARD");
    index.submit(new Command.DeleteObject(bucket().id(), COPY, Precondition.NONE));
    assertThat(garbage()).containsExactlyElementsOf(stripes(old));
  }

  @Test
  void aCopyOfWhatHasMovedSinceItWasLookedAtIsJudgedAnew() {
    var old = extents(30);
    put(new Content.Striped(old));
    move(seen(), "STANDARD", COLD, new Moved.Stripes(old.getFirst().stripe(), extents(30)));
    copy(Optional.of("STANDARD"), Reply.CopyObject.SourceChanged.class);
    copy(Optional.of(COLD), Reply.CopyObject.Copied.class);
  }

  @Test
  void whatHasChangedMeanwhileDoesNotMove() {
    var old = extents(30);
    put(new Content.Striped(old));
    var seen = seen();
    var moved = new Moved.Stripes(old.getFirst().stripe(), extents(30));
    var changed = new Reply.Transition.Changed();

    assertThat(move(seen, "STANDARD_IA", COLD, moved)).as("another class").isEqualTo(changed);
    assertThat(move(seen, "STANDARD", COLD, new Moved.Nothing())).isEqualTo(changed);
    var other = new Moved.Stripes(new StripeId(9, 9), extents(30));
    assertThat(move(seen, "STANDARD", COLD, other)).as("other bytes").isEqualTo(changed);
    var shorter = new Moved.Stripes(old.getFirst().stripe(), extents(29));
    assertThat(move(seen, "STANDARD", COLD, shorter)).as("fewer bytes").isEqualTo(changed);

    index.submit(new Command.SetTags(bucket().id(), KEY, VersionChoice.CURRENT, List.of()));
    assertThat(move(seen, "STANDARD", COLD, moved)).as("other tags").isEqualTo(changed);
    index.submit(new Command.SetTags(bucket().id(), KEY, VersionChoice.CURRENT, TAGS));
    put(new Content.Striped(extents(30)));
    assertThat(move(seen, "STANDARD", COLD, moved)).as("overwritten").isEqualTo(changed);
    index.submit(new Command.DeleteObject(bucket().id(), KEY, Precondition.NONE));
    assertThat(move(seen, "STANDARD", COLD, moved)).as("deleted").isEqualTo(changed);
    assertThat(index.ask(new Query.HeadObject(bucket().id(), KEY)).hit()).isEmpty();
    assertThat(index.ask(new Query.KnownStripes(moved.now().stream().map(Extent::stripe).toList())))
        .as("nobody names what was refused")
        .isEmpty();
  }

  @Test
  void rulesThatMayHaveChangedAndStripesBehindTheFenceAreRefused() {
    var old = extents(30);
    put(new Content.Striped(old));
    var seen = seen();
    var moved = new Moved.Stripes(old.getFirst().stripe(), extents(30));
    assertThat(
            index.submit(
                new Command.Transition(
                    bucket().id(), KEY, bucket().epoch() + 1, seen, "STANDARD", COLD, moved)))
        .isEqualTo(new Reply.Transition.OtherEpoch());
    index.submit(new Command.RaiseFence(5_000_001));
    assertThat(move(seen, "STANDARD", COLD, moved)).isEqualTo(new Reply.Transition.Fenced());
  }

  @Test
  void aVersionThatIsNotCurrentMovesWhereItStands() {
    versioning(Versioning.ENABLED);
    var old = extents(30);
    put(new Content.Striped(old));
    var version = find(KEY).info().version();
    put(new Content.Inline(new byte[30]));
    var since = find(KEY).info().lastModified();
    var seen = new Expirable.Noncurrent(version, since, TAGS, 0);
    assertThat(
            move(seen, "STANDARD", COLD, new Moved.Stripes(old.getFirst().stripe(), extents(30))))
        .isEqualTo(new Reply.Transition.Done());
    assertThat(find(KEY).info().storageClass()).isEqualTo("STANDARD");
    var moved =
        index
            .ask(new Query.HeadObject(bucket().id(), KEY, new VersionChoice.Exactly(version)))
            .hit()
            .orElseThrow();
    assertThat(moved.storageClass()).isEqualTo(COLD);
    var kept = new Expirable.Noncurrent(version, since, TAGS, 1);
    assertThat(move(kept, COLD, "GLACIER", new Moved.Nothing()))
        .as("too few newer ones")
        .isEqualTo(new Reply.Transition.Changed());
  }

  private void complete(List<Content> parts, long partLength) {
    var upload = new UploadId("0".repeat(32));
    index.submit(
        new Command.CreateUpload(
            bucket().id(), KEY, upload, 77, "STANDARD", OWNER, List.of(), Optional.empty()));
    var chosen = new ArrayList<Command.ChosenPart>();
    for (int i = 0; i < parts.size(); i++) {
      var etag = new ETag("p" + i);
      long length = i == parts.size() - 1 ? 9 : partLength;
      index.submit(
          new Command.PutPart(
              bucket().id(),
              KEY,
              upload,
              2 * i + 1,
              etag,
              length,
              List.of(
                  new Checksum(Checksum.Algorithm.CRC32, Checksum.Kind.FULL_OBJECT, "AAAAAA==")),
              parts.get(i)));
      chosen.add(new Command.ChosenPart(2 * i + 1, etag));
    }
    assertThat(
            index.submit(
                new Command.CompleteUpload(
                    bucket().id(),
                    KEY,
                    upload,
                    chosen,
                    new ETag("e-3"),
                    List.of(),
                    Precondition.NONE)))
        .isInstanceOf(Reply.CompleteUpload.Completed.class);
  }

  @Test
  void partsKeepTheirNumbersLengthsAndChecksums() {
    int large = 5 << 20;
    var first = extents(large - 5, 5);
    var second = extents(large);
    complete(
        List.of(
            new Content.Striped(first),
            new Content.Striped(second),
            new Content.Inline(new byte[9])),
        large);
    var before = index.ask(new Query.ListStoredParts(77, 0, 10));
    var next = List.of(extents(large), extents(1, large - 1));
    var missing = new Moved.Parts(77, 88, List.of(new Command.MovedPart(1, next.get(0))));
    assertThat(move(seen(), "STANDARD", COLD, missing))
        .as("a part is missing")
        .isEqualTo(new Reply.Transition.Changed());
    var moved =
        new Moved.Parts(
            77,
            88,
            List.of(new Command.MovedPart(1, next.get(0)), new Command.MovedPart(3, next.get(1))));
    assertThat(move(seen(), "STANDARD", COLD, moved)).isEqualTo(new Reply.Transition.Done());
    assertThat(find(KEY).content()).isEqualTo(new Content.Parts(88, 3));
    assertThat(find(KEY).info().partCount()).isEqualTo(3);
    assertThat(index.ask(new Query.ListStoredParts(88, 0, 10))).isEqualTo(before);
    var parts = index.ask(new Query.ReadParts(88, large + 3, 10));
    assertThat(parts.getFirst().content()).isEqualTo(new Content.Striped(next.get(1)));
    assertThat(parts.getFirst().offset()).isEqualTo(large);
    assertThat(((Content.Inline) parts.get(1).content()).bytes()).hasSize(9);
    assertThat(garbage())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(first, second).flatMap(List::stream).map(Extent::stripe).toList());
    assertThat(index.ask(new Query.ReadPart(88, 5)).orElseThrow().offset()).isEqualTo(2L * large);
  }
}
