package ninebark.lifecycle.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import ninebark.erasure.Scheme;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Command.Expirable;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Index;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.UploadId;
import ninebark.metadata.fixture.MemoryIndex;
import ninebark.storagenode.Extent;
import ninebark.storagenode.Owner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes go to another class whole and proven, or stay where they are. */
class TransitionsTest {
  private static final BucketName NAME = new BucketName("bucket");
  private static final ObjectKey KEY = new ObjectKey("key");
  private static final Scheme WARM = Scheme.rs(6, 2);
  private static final Scheme COLD = Scheme.rs(10, 4);

  private final MemoryIndex index = new MemoryIndex(() -> Instant.ofEpochMilli(1_000_000_000_000L));
  private final PlainStripes stripes = new PlainStripes();

  @BeforeEach
  void create() {
    index.submit(new Command.CreateBucket(NAME, new AccountId("a"), "us-east-1"));
  }

  private Bucket bucket() {
    return index.ask(new Query.FindBucket(NAME)).orElseThrow();
  }

  private static byte[] bytes(int length, int seed) {
    var bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static ETag md5(byte[] bytes) throws Exception {
    return new ETag(HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes)));
  }

  private List<Extent> write(byte[] bytes) throws IOException {
    try (var writer = stripes.write(new Owner(1, KEY.value(), 5, 0), WARM)) {
      writer.write(ByteBuffer.wrap(bytes));
      return writer.finish();
    }
  }

  private void put(byte[] bytes, ETag etag) throws IOException {
    index.submit(
        new Command.PutObject(
            bucket().id(),
            KEY,
            new NewObject(
                etag,
                bytes.length,
                "STANDARD",
                new AccountId("a"),
                List.of(),
                List.of(),
                new Content.Striped(write(bytes))),
            Precondition.NONE));
  }

  private Query.Found find() {
    return index.ask(new Query.ReadObject(bucket().id(), KEY)).hit().orElseThrow();
  }

  private Transitions transitions(Index through) {
    return new Transitions(
        through,
        stripes,
        Map.of("STANDARD", WARM, "GLACIER_IR", COLD),
        () -> 99,
        new LifecycleConfig(
            Duration.ofDays(1), Duration.ofSeconds(1), 10, 2, 1_000, 1_000, 2, 1L << 40));
  }

  private Transitions.Result carry(Index through) {
    var info = find().info();
    return transitions(through)
        .carry(
            bucket(),
            new Transitions.Demand(
                KEY,
                new Expirable.Current(
                    info.version(), info.lastModified(), info.etag(), info.tags()),
                "STANDARD",
                "GLACIER_IR"));
  }

  private byte[] read(List<Extent> extents, int length) throws IOException {
    try (var reader = stripes.read(extents, 0, length)) {
      var read = new byte[length];
      reader.next().orElseThrow().bytes().get(read);
      return read;
    }
  }

  private void assertStayed(Transitions.Result result, int stripeCount) {
    assertThat(result).isInstanceOf(Transitions.Result.Failed.class);
    assertThat(find().info().storageClass()).isEqualTo("STANDARD");
    assertThat(stripes.count()).as("nothing is left behind").isEqualTo(stripeCount);
  }

  @Test
  void theBytesAreTheSameInStripesOfTheOtherScheme() throws Exception {
    var bytes = bytes(5_000, 1);
    put(bytes, md5(bytes));
    assertThat(carry(index))
        .isEqualTo(new Transitions.Result.Answered(new Reply.Transition.Done()));
    assertThat(find().info().storageClass()).isEqualTo("GLACIER_IR");
    var extents = ((Content.Striped) find().content()).extents();
    assertThat(extents).allMatch(extent -> extent.group().value() == COLD.k());
    assertThat(read(extents, bytes.length)).isEqualTo(bytes);
    assertThat(stripes.owners().getLast()).isEqualTo(new Owner(1, KEY.value(), 99, 0));
  }

  @Test
  void aCopyThatIsNotWhatTheClientSentIsThrownAway() throws Exception {
    var bytes = bytes(5_000, 2);
    put(bytes, md5(bytes));
    int before = stripes.count();
    stripes.alters = true;
    assertStayed(carry(index), before);
  }

  @Test
  void aCopyThatLacksShardsIsThrownAway() throws Exception {
    var bytes = bytes(5_000, 3);
    put(bytes, md5(bytes));
    int before = stripes.count();
    stripes.degrades = true;
    assertStayed(carry(index), before);
  }

  @Test
  void disksThatFailLeaveTheObjectWhereItIs() throws Exception {
    var bytes = bytes(5_000, 4);
    put(bytes, md5(bytes));
    int before = stripes.count();
    stripes.trouble =
        () -> {
          throw new IOException("the disks are full");
        };
    assertStayed(carry(index), before);
  }

  /** Something comes between the copy and the command. */
  private Index before(Runnable meddling) {
    return new Index() {
      @Override
      public <R> R submit(Command<R> command) {
        meddling.run();
        return index.submit(command);
      }

      @Override
      public <R> List<R> submitAll(List<? extends Command<R>> commands) {
        throw new UnsupportedOperationException("transitions are submitted one by one");
      }

      @Override
      public <R> R ask(Query<R> query) {
        return index.ask(query);
      }
    };
  }

  @Test
  void whoComesBetweenTheCopyAndTheCommandWinsAndTheCopyIsThrownAway() throws Exception {
    var bytes = bytes(5_000, 5);
    put(bytes, md5(bytes));
    int before = stripes.count();
    var deleting =
        before(() -> index.submit(new Command.DeleteObject(bucket().id(), KEY, Precondition.NONE)));
    assertThat(carry(deleting))
        .isEqualTo(new Transitions.Result.Answered(new Reply.Transition.Changed()));
    assertThat(index.ask(new Query.HeadObject(bucket().id(), KEY)).hit()).isEmpty();
    assertThat(stripes.count()).isEqualTo(before);
  }

  @Test
  void eachPartIsCarriedAndProvenByItself() throws Exception {
    var upload = new UploadId("0".repeat(32));
    index.submit(
        new Command.CreateUpload(
            bucket().id(),
            KEY,
            upload,
            7,
            "STANDARD",
            new AccountId("a"),
            List.of(),
            Optional.empty()));
    var parts = List.of(bytes(5 << 20, 6), bytes(30, 7), bytes(900, 8));
    var chosen = new ArrayList<Command.ChosenPart>();
    for (int number : new int[] {1, 3}) {
      var part = parts.get(number - 1);
      index.submit(
          new Command.PutPart(
              bucket().id(),
              KEY,
              upload,
              number,
              md5(part),
              part.length,
              List.of(),
              new Content.Striped(write(part))));
      chosen.add(new Command.ChosenPart(number, md5(part)));
    }
    index.submit(
        new Command.CompleteUpload(
            bucket().id(), KEY, upload, chosen, new ETag("whole-2"), List.of(), Precondition.NONE));
    assertThat(carry(index))
        .isEqualTo(new Transitions.Result.Answered(new Reply.Transition.Done()));
    assertThat(find().content()).isEqualTo(new Content.Parts(99, 2));
    var carried = index.ask(new Query.ReadPart(99, 3)).orElseThrow();
    var extents = ((Content.Striped) carried.content()).extents();
    assertThat(extents).allMatch(extent -> extent.group().value() == COLD.k());
    assertThat(read(extents, 900)).isEqualTo(parts.get(2));
    assertThat(stripes.owners().getLast()).isEqualTo(new Owner(1, KEY.value(), 99, 3L << 40));
  }
}
