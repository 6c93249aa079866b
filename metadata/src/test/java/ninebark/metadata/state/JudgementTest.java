package ninebark.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import ninebark.metadata.AccountId;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.UploadId;
import ninebark.metadata.fixture.MemoryRows;
import ninebark.metadata.rows.EntryFormat.Entry;
import ninebark.metadata.rows.EntryFormat.Envelope;
import ninebark.metadata.rows.Family;
import ninebark.metadata.state.Judgement.Outcome;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.StripeId;
import org.junit.jupiter.api.Test;

class JudgementTest {
  private static final AccountId OWNER = new AccountId("owner");
  private static final UUID SUBMITTER = new UUID(1, 2);
  private static final ObjectKey KEY = new ObjectKey("key");
  private static final long PART = KeyspaceState.MIN_PART_BYTES;

  private final MemoryRows rows = new MemoryRows();
  private long sequence;
  private long now = 1_000_000;
  private long serial;

  private Outcome judge(Envelope envelope, Command<?>... commands) {
    var outcome = Judgement.judge(new Entry(envelope, List.of(commands)), rows);
    if (outcome instanceof Outcome.Judged(var replies, var changes)) {
      rows.write(changes);
    }
    return outcome;
  }

  @SuppressWarnings("unchecked")
  private <R> R submit(Command<R> command) {
    var envelope = new Envelope(SUBMITTER, ++sequence, sequence - 1, now);
    return (R) ((Outcome.Judged) judge(envelope, command)).replies().getFirst();
  }

  private <R> R ask(Query<R> query) {
    return new Questions(rows).answer(query);
  }

  private BucketId bucket(String name) {
    return switch (submit(new Command.CreateBucket(new BucketName(name), OWNER, "us-east-1"))) {
      case Reply.CreateBucket.Created(var bucket) -> bucket.id();
      case Reply.CreateBucket other -> throw new AssertionError(other);
    };
  }

  private Content stripes(int count) {
    return new Content.Striped(
        IntStream.range(0, count)
            .mapToObj(i -> new Extent(new StripeId(now, ++serial), new GroupId(0), 100, 64))
            .toList());
  }

  private Command.PutObject put(BucketId bucket, Content content) {
    return new Command.PutObject(
        bucket,
        KEY,
        new NewObject(new ETag("e"), 100, "STANDARD", OWNER, List.of(), List.of(), content),
        Precondition.NONE);
  }

  private UploadId upload(BucketId bucket, long contentId) {
    var id = new UploadId(String.format("%032x", ++serial));
    submit(
        new Command.CreateUpload(
            bucket, KEY, id, contentId, "STANDARD", OWNER, List.of(), Optional.empty()));
    return id;
  }

  private Reply.PutPart part(BucketId bucket, UploadId upload, int number, long length) {
    return submit(
        new Command.PutPart(
            bucket, KEY, upload, number, new ETag("p" + number), length, List.of(), stripes(1)));
  }

  private Reply.CompleteUpload complete(BucketId bucket, UploadId upload, int... parts) {
    return submit(
        new Command.CompleteUpload(
            bucket,
            KEY,
            upload,
            IntStream.of(parts)
                .mapToObj(n -> new Command.ChosenPart(n, new ETag("p" + n)))
                .toList(),
            new ETag("whole"),
            List.of(),
            Precondition.NONE));
  }

  @Test
  void aBatchThatComesTwiceChangesNothingAndGetsTheFirstReplies() {
    var bucket = bucket("bucket");
    var batch = new Envelope(SUBMITTER, 10, 0, now);
    var first = (Outcome.Judged) judge(batch, put(bucket, stripes(1)));
    var hash = StateHash.of(rows);
    now += 5;
    var second = (Outcome.Judged) judge(batch, put(bucket, stripes(1)));
    assertThat(second.replies()).isEqualTo(first.replies());
    assertThat(StateHash.of(rows)).isEqualTo(hash);
  }

  @Test
  void repliesThatWereHeardAreForgottenAndTheirBatchIsNeverAppliedAgain() {
    var bucket = bucket("bucket");
    submit(put(bucket, stripes(1)));
    submit(put(bucket, stripes(1)));
    assertThat(judge(new Envelope(SUBMITTER, 2, 0, now), put(bucket, stripes(1))))
        .isEqualTo(new Outcome.Forgotten());
    assertThat(rows.size(Family.SYSTEM))
        .as("the state, the submitter, and the replies of the last batch")
        .isEqualTo(3);
  }

  @Test
  void submittersThatFellSilentAreForgottenWhenANewOneComes() {
    bucket("bucket");
    now += 7_200_000;
    judge(new Envelope(new UUID(3, 4), 1, 0, now), new Command.RaiseFence(0));
    assertThat(rows.size(Family.SYSTEM)).isEqualTo(3);
  }

  @Test
  void theClusterClockNeverGoesBack() {
    var bucket = bucket("bucket");
    var first = (Reply.PutObject.Stored) submit(put(bucket, stripes(1)));
    now -= 500_000;
    var second = (Reply.PutObject.Stored) submit(put(bucket, stripes(1)));
    assertThat(second.lastModified()).isEqualTo(first.lastModified());
  }

  @Test
  void aBucketsIdIsNeverUsedAgain() {
    var first = bucket("bucket");
    assertThat(submit(new Command.DeleteBucket(first))).isEqualTo(new Reply.DeleteBucket.Deleted());
    assertThat(bucket("bucket")).isNotEqualTo(first);
    assertThat(submit(put(first, stripes(1)))).isEqualTo(new Reply.PutObject.NoSuchBucket());
  }

  @Test
  void aDeletedBucketsUploadsBecomeGarbageAFewWithEachEntry() {
    var bucket = bucket("bucket");
    for (int i = 0; i < 250; i++) {
      part(bucket, upload(bucket, i), 1, PART);
    }
    submit(new Command.DeleteBucket(bucket));
    assertThat(ask(new Query.GarbageCount()).objects()).isEqualTo(100);
    submit(new Command.RaiseFence(0));
    submit(new Command.RaiseFence(0));
    submit(new Command.RaiseFence(0));
    assertThat(ask(new Query.GarbageCount())).isEqualTo(new Query.Count(250, 250 * PART));
    assertThat(rows.size(Family.UPLOADS)).isZero();
    var garbage = ask(new Query.ListGarbage(Long.MAX_VALUE, 1000));
    assertThat(garbage).hasSize(250);
    submit(new Command.ForgetGarbage(garbage.stream().map(g -> g.id()).toList()));
    assertThat(rows.size(Family.PARTS)).isZero();
    assertThat(rows.size(Family.STRIPES)).isZero();
  }

  @Test
  void theLeaseIsHeldByOneUntilItsTimeIsOverOrItGivesItBack() {
    var one = new UUID(8, -1);
    var other = new UUID(-9, 2);
    assertThat(submit(new Command.TakeLease(one, 100))).isEqualTo(new Reply.TakeLease.Held());
    now += 99;
    assertThat(submit(new Command.TakeLease(other, 100)))
        .isEqualTo(new Reply.TakeLease.HeldByAnother(one));
    assertThat(submit(new Command.TakeLease(one, 100))).isEqualTo(new Reply.TakeLease.Held());
    now += 99;
    assertThat(submit(new Command.TakeLease(other, 100)))
        .isEqualTo(new Reply.TakeLease.HeldByAnother(one));
    now += 1;
    assertThat(submit(new Command.TakeLease(other, 100))).isEqualTo(new Reply.TakeLease.Held());
    assertThat(submit(new Command.TakeLease(one, 100)))
        .isEqualTo(new Reply.TakeLease.HeldByAnother(other));
    assertThat(submit(new Command.TakeLease(other, 0))).isEqualTo(new Reply.TakeLease.Held());
    assertThat(submit(new Command.TakeLease(one, 100))).isEqualTo(new Reply.TakeLease.Held());
  }

  @Test
  void aCommitOfAStripeBornBeforeTheFenceIsRefused() {
    var bucket = bucket("bucket");
    var upload = upload(bucket, 1);
    var old = stripes(2);
    submit(new Command.RaiseFence(now + 1));
    submit(new Command.RaiseFence(now - 100));
    assertThat(ask(new Query.CurrentFence())).isEqualTo(now + 1);
    assertThat(submit(put(bucket, old))).isEqualTo(new Reply.PutObject.Fenced());
    assertThat(part(bucket, upload, 1, PART)).isEqualTo(new Reply.PutPart.Fenced());
    now += 1;
    assertThat(submit(put(bucket, stripes(1)))).isInstanceOf(Reply.PutObject.Stored.class);
  }

  @Test
  void aRepeatedCompleteIsAnsweredAsTheFirstUntilItIsForgotten() {
    var bucket = bucket("bucket");
    var upload = upload(bucket, 1);
    part(bucket, upload, 1, PART);
    part(bucket, upload, 2, 10);
    var first = complete(bucket, upload, 1, 2);
    assertThat(first).isInstanceOf(Reply.CompleteUpload.Completed.class);
    now += 1000;
    assertThat(complete(bucket, upload, 1, 2)).isEqualTo(first);
    assertThat(ask(new Query.FindCompleted(bucket, KEY, upload)))
        .contains((Reply.CompleteUpload.Completed) first);
    submit(new Command.ForgetCompleted(now - 1001, 10));
    assertThat(complete(bucket, upload, 1, 2)).isEqualTo(first);
    submit(new Command.ForgetCompleted(now, 10));
    assertThat(complete(bucket, upload, 1, 2)).isEqualTo(new Reply.CompleteUpload.NoSuchUpload());
    assertThat(rows.size(Family.COMPLETED)).isZero();
  }

  @Test
  void aRefusedCompleteKeepsTheParts() {
    var bucket = bucket("bucket");
    var upload = upload(bucket, 1);
    part(bucket, upload, 1, PART - 1);
    part(bucket, upload, 2, 10);
    assertThat(complete(bucket, upload, 1, 2))
        .isEqualTo(new Reply.CompleteUpload.PartTooSmall(1, PART - 1, new ETag("p1")));
    assertThat(complete(bucket, upload, 1, 3)).isEqualTo(new Reply.CompleteUpload.InvalidPart(3));
    assertThat(complete(bucket, upload, 2, 1)).isEqualTo(new Reply.CompleteUpload.InvalidPart(1));
    assertThat(complete(bucket, upload)).isInstanceOf(Reply.CompleteUpload.InvalidPart.class);
    assertThat(ask(new Query.ListParts(bucket, KEY, upload, 0, 10))).hasSize(2);
    assertThat(complete(bucket, upload, 2))
        .isEqualTo(
            new Reply.CompleteUpload.Completed(
                new ETag("whole"), java.time.Instant.ofEpochMilli(now), 10, Optional.empty()));
    assertThat(ask(new Query.GarbageCount()).objects()).isEqualTo(1);
  }

  @Test
  void partsOfUploadsThatDrewTheSameContentIdNeverMix() {
    var bucket = bucket("bucket");
    var one = upload(bucket, 5);
    var two = upload(bucket, 5);
    part(bucket, one, 1, PART);
    part(bucket, two, 2, PART);
    assertThat(ask(new Query.ListParts(bucket, KEY, one, 0, 10))).hasSize(1);
    complete(bucket, one, 1);
    complete(bucket, two, 2);
    var found = ask(new Query.ReadObject(bucket, KEY)).hit().orElseThrow();
    var content = (Content.Parts) found.content();
    assertThat(ask(new Query.ReadParts(content.contentId(), 0, 10)).getFirst().info().number())
        .isEqualTo(2);
  }

  @Test
  void aRangeOfAnObjectOfTenThousandPartsIsFoundBySeeking() {
    var bucket = bucket("bucket");
    var upload = upload(bucket, 9);
    for (int number = 1; number <= 10_000; number++) {
      part(bucket, upload, number, PART);
    }
    complete(bucket, upload, IntStream.rangeClosed(1, 10_000).toArray());
    var info = ask(new Query.HeadObject(bucket, KEY)).hit().orElseThrow();
    assertThat(info.partCount()).isEqualTo(10_000);
    assertThat(info.length()).isEqualTo(10_000 * PART);
    for (long offset :
        LongStream.of(0, PART - 1, PART, 5000 * PART + 7, 10_000 * PART - 1).toArray()) {
      var part = ask(new Query.ReadParts(9, offset, 2)).getFirst();
      assertThat(part.info().number()).isEqualTo((int) (offset / PART) + 1);
      assertThat(part.offset()).isEqualTo(offset / PART * PART);
    }
    submit(new Command.DeleteObject(bucket, KEY, Precondition.NONE));
    assertThat(rows.size(Family.GARBAGE)).isEqualTo(1);
    assertThat(ask(new Query.GarbageCount()).objects()).isEqualTo(10_000);
    while (true) {
      var garbage = ask(new Query.ListGarbage(Long.MAX_VALUE, 1000));
      if (garbage.isEmpty()) {
        break;
      }
      submit(new Command.ForgetGarbage(garbage.stream().map(g -> g.id()).toList()));
    }
    assertThat(rows.size(Family.GARBAGE)).isZero();
    assertThat(rows.size(Family.PARTS)).isZero();
    assertThat(rows.size(Family.STRIPES)).isZero();
  }

  @Test
  void garbageIsListedOldestFirstAndOnlyOnceOldEnough() {
    var bucket = bucket("bucket");
    submit(put(bucket, stripes(1)));
    now += 10;
    submit(put(bucket, stripes(1)));
    long first = now;
    now += 10;
    submit(put(bucket, stripes(1)));
    assertThat(ask(new Query.ListGarbage(first, 10))).isEmpty();
    assertThat(ask(new Query.ListGarbage(first + 1, 10))).hasSize(1);
    var both = ask(new Query.ListGarbage(first + 11, 10));
    assertThat(both.stream().map(g -> g.id().sinceMillis()).toList())
        .isEqualTo(List.of(first, first + 10));
    assertThat(ask(new Query.KnownStripes(List.of(new StripeId(0, 1))))).isEmpty();
    var known = new ArrayList<StripeId>();
    both.forEach(g -> g.extents().forEach(e -> known.add(e.stripe())));
    assertThat(ask(new Query.KnownStripes(known))).isEqualTo(known);
  }

  @Test
  void bucketsAreListedByOwnerInOrder() {
    for (var name : List.of("bbb", "aaa", "ccc", "abc")) {
      bucket(name);
    }
    submit(new Command.CreateBucket(new BucketName("other"), new AccountId("owner2"), "r"));
    assertThat(names(new Query.ListBuckets(OWNER, "", "", 10)))
        .containsExactly("aaa", "abc", "bbb", "ccc");
    assertThat(names(new Query.ListBuckets(OWNER, "a", "aaa", 10))).containsExactly("abc");
    assertThat(names(new Query.ListBuckets(OWNER, "", "abc", 1))).containsExactly("bbb");
    assertThat(submit(new Command.CreateBucket(new BucketName("other"), OWNER, "r")))
        .isInstanceOf(Reply.CreateBucket.Exists.class);
  }

  private List<String> names(Query.ListBuckets list) {
    return ask(list).stream().map(bucket -> bucket.name().value()).toList();
  }
}
