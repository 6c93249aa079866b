package ninebark.bench.ceiling;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import ninebark.bench.report.Report.Ceiling;
import ninebark.metadata.AccountId;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Index;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.raft.IndexConfig;
import ninebark.metadata.raft.RaftIndex;
import ninebark.storagenode.shard.IndexMemory;

/** What one replica of the index agrees on and answers, asked in process. */
final class IndexCeiling {
  private static final int CLIENTS = 64;
  private static final AccountId OWNER = new AccountId("bench");
  private static final ETag TAG = new ETag("d41d8cd98f00b204e9800998ecf8427e");
  private static final Duration WARM_UP = Duration.ofSeconds(6);
  private static final long CACHE_BYTES = 64L << 20;
  private static final long MEMTABLE_BYTES = 32L << 20;

  private final Path folder;
  private final Trials trials;
  private final AtomicLong next = new AtomicLong();

  IndexCeiling(Path folder, Trials trials) {
    this.folder = folder;
    this.trials = trials;
  }

  List<Ceiling> measure() throws IOException, InterruptedException {
    Files.createDirectories(folder);
    var work = Files.createTempDirectory(folder, "bench-index-");
    var panicked = new AtomicReference<Throwable>();
    try (var memory = new IndexMemory(CACHE_BYTES, MEMTABLE_BYTES);
        var index =
            RaftIndex.open(
                work,
                IndexConfig.DEFAULT,
                memory,
                InstantSource.system(),
                new SimpleMeterRegistry(),
                panicked::set)) {
      var created =
          index.submit(
              new Command.CreateBucket(new BucketName("ninebark-bench"), OWNER, "us-east-1"));
      if (!(created instanceof Reply.CreateBucket.Created(var bucket))) {
        throw new IOException("a fresh index refused a bucket");
      }
      // The first trial of each is too short for so much code to be compiled.
      var _ = commits(new Trials(1, WARM_UP), index, bucket.id(), CLIENTS, 300);
      var ceilings = new ArrayList<Ceiling>();
      ceilings.add(commits(index, bucket.id(), 1, 300));
      ceilings.add(commits(index, bucket.id(), CLIENTS, 300));
      ceilings.add(commits(index, bucket.id(), CLIENTS, 4096));
      ceilings.add(lookUps(index, bucket.id(), 1));
      ceilings.add(lookUps(index, bucket.id(), CLIENTS));
      if (panicked.get() != null) {
        throw new IOException("the index stopped", panicked.get());
      }
      return ceilings;
    } finally {
      delete(work);
    }
  }

  private Ceiling commits(Index index, BucketId bucket, int clients, int bytes)
      throws IOException, InterruptedException {
    return commits(trials, index, bucket, clients, bytes);
  }

  private Ceiling commits(Trials measured, Index index, BucketId bucket, int clients, int bytes)
      throws IOException, InterruptedException {
    var content = new Content.Inline(new byte[bytes]);
    return measured.rate(
        "index commits, " + bytes + " B inline, " + of(clients),
        1,
        "commit/s",
        until ->
            inParallel(
                clients,
                until,
                () -> {
                  var reply =
                      index.submit(
                          new Command.PutObject(
                              bucket,
                              key(next.getAndIncrement()),
                              new NewObject(
                                  TAG, bytes, "STANDARD", OWNER, List.of(), List.of(), content),
                              new Precondition.None()));
                  if (!(reply instanceof Reply.PutObject.Stored)) {
                    throw new IOException("a commit was refused: " + reply);
                  }
                }));
  }

  private Ceiling lookUps(Index index, BucketId bucket, int clients)
      throws IOException, InterruptedException {
    var at = new AtomicLong();
    return trials.rate(
        "index look-ups, " + of(clients),
        1,
        "look-up/s",
        until ->
            inParallel(
                clients,
                until,
                () -> {
                  long number = at.getAndAdd(7919) % next.get();
                  if (index.ask(new Query.HeadObject(bucket, key(number))).hit().isEmpty()) {
                    throw new IOException("a committed key is not there: " + key(number));
                  }
                }));
  }

  private static ObjectKey key(long number) {
    return new ObjectKey("bench/" + Long.toHexString(number * 0x9E3779B97F4A7C15L));
  }

  private static String of(int clients) {
    return clients + (clients == 1 ? " client" : " clients");
  }

  /** One request. */
  private interface Ask {
    void once() throws IOException;
  }

  private static double inParallel(int clients, long untilNanos, Ask ask)
      throws IOException, InterruptedException {
    var done = new LongAdder();
    var failure = new AtomicReference<IOException>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < clients; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (System.nanoTime() - untilNanos < 0) {
                        ask.once();
                        done.increment();
                      }
                    } catch (IOException failed) {
                      failure.set(failed);
                    }
                  }));
    }
    for (var thread : threads) {
      thread.join();
    }
    if (failure.get() != null) {
      throw failure.get();
    }
    return done.sum();
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
