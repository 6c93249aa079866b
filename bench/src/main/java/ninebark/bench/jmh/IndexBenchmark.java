package ninebark.bench.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import ninebark.metadata.AccountId;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Listing;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectInfo;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.rocks.Applied;
import ninebark.metadata.rocks.RocksRowStore;
import ninebark.metadata.rows.CommandFormat;
import ninebark.metadata.rows.EntryFormat;
import ninebark.metadata.state.Judgement;
import ninebark.metadata.state.Questions;
import ninebark.storagenode.shard.IndexMemory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The index without Raft: formats, the state machine over RocksDB, look-ups and listings. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class IndexBenchmark {
  private static final int ENTRY_COMMANDS = 64;
  private static final int OBJECTS = 100_000;
  private static final int PAGE_KEYS = 1_000;
  private static final AccountId OWNER = new AccountId("bench");
  private static final ETag TAG = new ETag("d41d8cd98f00b204e9800998ecf8427e");
  private static final UUID SUBMITTER = new UUID(1, 2);

  private Path folder = Path.of("");
  private IndexMemory memory = new IndexMemory(64L << 20, 32L << 20);
  private List<RocksRowStore> opened = List.of();
  private BucketId bucket = new BucketId(0);
  private byte[] encodedPut = new byte[0];
  private long sequence;
  private long position;
  private long nextObject;
  private long nextQuestion;

  /** Fills a bucket with a hundred thousand small objects. */
  @Setup
  public void fill() throws IOException {
    folder = Files.createTempDirectory("bench-index-");
    opened = List.of(RocksRowStore.open(folder, memory, 16L << 20));
    var created =
        apply(
            List.of(
                CommandFormat.encode(
                    new Command.CreateBucket(
                        new BucketName("ninebark-bench"), OWNER, "us-east-1"))));
    if (!(created.getFirst() instanceof Reply.CreateBucket.Created(var made))) {
      throw new IllegalStateException("a fresh index refused a bucket");
    }
    bucket = made.id();
    for (int i = 0; i < OBJECTS / ENTRY_COMMANDS; i++) {
      applyEntry();
    }
    encodedPut = CommandFormat.encode(put(0));
  }

  /** Leaves nothing behind. */
  @TearDown
  public void delete() throws IOException {
    rows().close();
    memory.close();
    try (var paths = Files.walk(folder)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private RocksRowStore rows() {
    return opened.getFirst();
  }

  private Command.PutObject put(long number) {
    return new Command.PutObject(
        bucket,
        key(number),
        new NewObject(
            TAG, 4096, "STANDARD", OWNER, List.of(), List.of(), new Content.Inline(new byte[4096])),
        new Precondition.None());
  }

  private static ObjectKey key(long number) {
    return new ObjectKey("bench/" + Long.toHexString(number * 0x9E3779B97F4A7C15L));
  }

  private List<?> apply(List<byte[]> commands) throws IOException {
    sequence++;
    var entry =
        EntryFormat.encode(
            new EntryFormat.Envelope(
                SUBMITTER, sequence, sequence - 1, 1_790_000_000_000L + sequence),
            commands);
    var outcome = Judgement.judge(EntryFormat.decode(entry), rows().live());
    if (!(outcome instanceof Judgement.Outcome.Judged(var replies, var changes))) {
      throw new IllegalStateException("an entry was taken for a repeated one");
    }
    position++;
    rows().write(changes, new Applied(1, position));
    return replies;
  }

  /** One PUT of 4 KiB, as its part of an entry of 64: encode, judge, write the rows. */
  @Benchmark
  @OperationsPerInvocation(ENTRY_COMMANDS)
  public List<?> applyEntry() throws IOException {
    var commands = new ArrayList<byte[]>(ENTRY_COMMANDS);
    for (int i = 0; i < ENTRY_COMMANDS; i++) {
      commands.add(CommandFormat.encode(put(nextObject++)));
    }
    var replies = apply(commands);
    if (!(replies.getLast() instanceof Reply.PutObject.Stored)) {
      throw new IllegalStateException("a put was refused: " + replies.getLast());
    }
    return replies;
  }

  @Benchmark
  public byte[] encodeCommand() {
    return CommandFormat.encode(put(1));
  }

  @Benchmark
  public Command<?> decodeCommand() {
    return CommandFormat.decode(encodedPut, 0, encodedPut.length);
  }

  /** What HEAD asks. */
  @Benchmark
  public ObjectInfo lookUp() {
    nextQuestion = (nextQuestion + 7919) % (OBJECTS / 2);
    try (var view = rows().view()) {
      return new Questions(view)
          .answer(new Query.HeadObject(bucket, key(nextQuestion)))
          .hit()
          .orElseThrow();
    }
  }

  /** A page of a thousand keys from the middle. */
  @Benchmark
  public Listing listPage() {
    nextQuestion = (nextQuestion + 7919) % (OBJECTS / 2);
    try (var view = rows().view()) {
      return new Questions(view)
          .answer(new Query.ListObjects(bucket, "bench/", "", "bench/4" + nextQuestion, PAGE_KEYS));
    }
  }
}
