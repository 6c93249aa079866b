package ninebark.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ninebark.metadata.AccountId;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.Retention;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.metadata.fixture.MemoryIndex;
import org.junit.jupiter.api.Test;

/** What an annotation's change may ask of its object, and what locks forbid. */
class AnnotationConditionsTest {
  private static final AccountId OWNER = new AccountId("owner");
  private static final ObjectKey KEY = new ObjectKey("key");
  private static final ETag ETAG = new ETag("e");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Instant now = START;
  private final MemoryIndex index = new MemoryIndex(() -> now);
  private final BucketId bucket = bucket();

  private BucketId bucket() {
    var reply =
        index.submit(
            new Command.CreateBucket(new BucketName("bucket"), OWNER, "us-east-1", true, Map.of()));
    return ((Reply.CreateBucket.Created) reply).bucket().id();
  }

  private VersionChoice object(Retention.Mode mode) {
    var lock =
        new ObjectLock(Optional.of(new Retention(mode, START.plus(Duration.ofDays(1)))), false);
    return object(lock);
  }

  private VersionChoice object(ObjectLock lock) {
    var reply =
        index.submit(
            new Command.PutObject(
                bucket,
                KEY,
                new NewObject(
                    ETAG,
                    1,
                    "STANDARD",
                    OWNER,
                    List.of(),
                    List.of(),
                    List.of(),
                    lock,
                    new Content.Inline(new byte[1])),
                Precondition.NONE));
    return new VersionChoice.Exactly(((Reply.PutObject.Stored) reply).version().orElseThrow());
  }

  private Reply.ChangeVersion put(VersionChoice version, Precondition precondition) {
    return index.submit(
        new Command.PutAnnotation(
            bucket,
            KEY,
            version,
            "note",
            new ETag("n"),
            1,
            List.of(),
            new Content.Inline(new byte[1]),
            precondition));
  }

  private Reply.ChangeVersion delete(
      VersionChoice version, boolean bypass, Precondition precondition) {
    return index.submit(
        new Command.DeleteAnnotation(bucket, KEY, version, "note", bypass, precondition));
  }

  private boolean isThere(VersionChoice version) {
    return index
        .ask(new Query.ReadAnnotation(bucket, KEY, version, "note"))
        .hit()
        .orElseThrow()
        .isPresent();
  }

  @Test
  void theObjectMustBeTheOneAskedFor() {
    var version = object(ObjectLock.NONE);
    var other = new Precondition.Matches(new ETag("other"));
    assertThat(put(version, other))
        .isEqualTo(new Reply.ChangeVersion.PreconditionFailed("If-Match"));
    assertThat(isThere(version)).isFalse();
    assertThat(put(version, new Precondition.Matches(ETAG)))
        .isInstanceOf(Reply.ChangeVersion.Changed.class);
    assertThat(delete(version, false, other))
        .isEqualTo(new Reply.ChangeVersion.PreconditionFailed("If-Match"));
    assertThat(isThere(version)).isTrue();
    assertThat(delete(version, false, new Precondition.Matches(ETAG)))
        .isInstanceOf(Reply.ChangeVersion.Changed.class);
    assertThat(isThere(version)).isFalse();
  }

  @Test
  void anAnnotationTellsItsVersion() {
    var version = object(ObjectLock.NONE);
    put(version, Precondition.NONE);
    VersionId id =
        index
            .ask(new Query.ReadAnnotation(bucket, KEY, VersionChoice.CURRENT, "note"))
            .hit()
            .flatMap(found -> found)
            .orElseThrow()
            .version();
    assertThat(new VersionChoice.Exactly(id)).isEqualTo(version);
  }

  @Test
  void governanceIsBypassedByWhoMay() {
    var version = object(Retention.Mode.GOVERNANCE);
    put(version, Precondition.NONE);
    assertThat(delete(version, false, Precondition.NONE))
        .isInstanceOf(Reply.ChangeVersion.Locked.class);
    assertThat(isThere(version)).isTrue();
    assertThat(delete(version, true, Precondition.NONE))
        .isInstanceOf(Reply.ChangeVersion.Changed.class);
  }

  @Test
  void complianceKeepsAnnotationsUntilItEnds() {
    var version = object(Retention.Mode.COMPLIANCE);
    put(version, Precondition.NONE);
    assertThat(delete(version, true, Precondition.NONE))
        .isInstanceOf(Reply.ChangeVersion.Locked.class);
    now = START.plus(Duration.ofDays(2));
    assertThat(delete(version, false, Precondition.NONE))
        .isInstanceOf(Reply.ChangeVersion.Changed.class);
  }

  @Test
  void aLegalHoldKeepsAnnotations() {
    var version = object(new ObjectLock(Optional.empty(), true));
    put(version, Precondition.NONE);
    assertThat(delete(version, true, Precondition.NONE))
        .isInstanceOf(Reply.ChangeVersion.Locked.class);
  }
}
