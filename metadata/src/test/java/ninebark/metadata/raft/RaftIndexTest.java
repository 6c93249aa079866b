package ninebark.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Header;
import ninebark.metadata.IndexBusyException;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.storagenode.shard.IndexMemory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftIndexTest {
  private static final AccountId OWNER = new AccountId("owner");
  private static final IndexMemory MEMORY = new IndexMemory(8 << 20, 8 << 20);

  @TempDir Path folder;

  @AfterAll
  static void closeMemory() {
    MEMORY.close();
  }

  static RaftIndex open(Path folder, IndexConfig config, IndexMemory memory) throws IOException {
    return RaftIndex.open(
        folder,
        config,
        memory,
        InstantSource.system(),
        new SimpleMeterRegistry(),
        failure -> {
          throw new AssertionError("the index panicked", failure);
        });
  }

  private RaftIndex open() throws IOException {
    return open(folder, IndexConfig.DEFAULT, MEMORY);
  }

  static NewObject object(String body) {
    return new NewObject(
        new ETag("e" + body.hashCode()),
        body.length(),
        "STANDARD",
        OWNER,
        List.of(new Header("content-type", "text/plain")),
        List.of(),
        new Content.Inline(body.getBytes(StandardCharsets.UTF_8)));
  }

  static Bucket bucket(RaftIndex index, String name) throws IOException {
    return switch (index.submit(
        new Command.CreateBucket(new BucketName(name), OWNER, "us-east-1"))) {
      case Reply.CreateBucket.Created(var bucket) -> bucket;
      case Reply.CreateBucket.Exists(var bucket) -> bucket;
      case Reply.CreateBucket.TooMany tooMany -> throw new AssertionError(tooMany);
    };
  }

  static Command.PutObject put(Bucket bucket, String key, String body) {
    return new Command.PutObject(bucket.id(), new ObjectKey(key), object(body), Precondition.NONE);
  }

  @Test
  void whatIsPutIsThereAfterRestart() throws Exception {
    Bucket bucket;
    var key = new ObjectKey("a/b\0c");
    String hash;
    try (var index = open()) {
      bucket = bucket(index, "bucket");
      assertThat(index.submit(put(bucket, "a/b\0c", "hello")))
          .isInstanceOf(Reply.PutObject.Stored.class);
      assertThat(index.ask(new Query.FindBucket(new BucketName("bucket"))))
          .isEqualTo(Optional.of(bucket));
      hash = index.stateHash();
    }
    try (var index = open()) {
      assertThat(index.stateHash()).isEqualTo(hash);
      var found = index.ask(new Query.ReadObject(bucket.id(), key)).hit().orElseThrow();
      assertThat(found.info().etag()).isEqualTo(object("hello").etag());
      assertThat(((Content.Inline) found.content()).bytes()).asString().isEqualTo("hello");
      assertThat(index.ask(new Query.CountObjects(bucket.id()))).isEqualTo(new Query.Count(1, 5));
      assertThat(bucket(index, "second").id()).isNotEqualTo(bucket.id());
    }
  }

  @Test
  void ofManyPutsThatWantTheKeyAbsentExactlyOneIsStored() throws Exception {
    try (var index = open();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var bucket = bucket(index, "bucket");
      Callable<Reply.PutObject> put =
          () ->
              index.submit(
                  new Command.PutObject(
                      bucket.id(), new ObjectKey("key"), object("x"), new Precondition.Absent()));
      var replies = new ArrayList<Reply.PutObject>();
      for (var reply : threads.invokeAll(IntStream.range(0, 1000).mapToObj(i -> put).toList())) {
        replies.add(reply.get());
      }
      assertThat(replies).filteredOn(Reply.PutObject.Stored.class::isInstance).hasSize(1);
      assertThat(replies)
          .filteredOn(new Reply.PutObject.PreconditionFailed("If-None-Match")::equals)
          .hasSize(999);
    }
  }

  @Test
  void aThousandCommandsAtOnceAreAnsweredInOrder() throws Exception {
    try (var index = open()) {
      var bucket = bucket(index, "bucket");
      var puts = IntStream.range(0, 2500).mapToObj(i -> put(bucket, "k" + i, "b" + i)).toList();
      var replies = index.<Reply.PutObject>submitAll(puts);
      assertThat(replies.stream().map(r -> ((Reply.PutObject.Stored) r).etag()).toList())
          .isEqualTo(puts.stream().map(p -> p.object().etag()).toList());
      assertThat(index.ask(new Query.CountObjects(bucket.id())).objects()).isEqualTo(2500);
    }
  }

  @Test
  void aFullQueueRefusesAndTheRefusedChangeHasNoEffect() throws Exception {
    try (var index = open(folder, IndexConfig.DEFAULT.withQueue(3, 1 << 20), MEMORY);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var bucket = bucket(index, "bucket");
      var puts =
          threads.invokeAll(
              IntStream.range(0, 500)
                  .<Callable<Boolean>>mapToObj(
                      i ->
                          () -> {
                            try {
                              index.submit(put(bucket, "k" + i, "b"));
                              return true;
                            } catch (IndexBusyException e) {
                              assertThat(e).hasMessageContaining("queueCommands 3");
                              return false;
                            }
                          })
                  .toList());
      int stored = 0;
      for (var put : puts) {
        stored += put.get() ? 1 : 0;
      }
      assertThat(stored).isPositive();
      assertThat(index.ask(new Query.CountObjects(bucket.id())).objects()).isEqualTo(stored);
    }
  }

  @Test
  void snapshotsPurgeTheLogAndARestartGoesOn() throws Exception {
    var config = IndexConfig.DEFAULT.withSnapshots(20, 1 << 20, 5, 64 << 10);
    String hash;
    Bucket bucket;
    try (var index = open(folder, config, MEMORY)) {
      bucket = bucket(index, "bucket");
      var body = "x".repeat(4000);
      for (int i = 0; i < 200; i++) {
        index.submit(put(bucket, "k" + i, body));
      }
      hash = index.stateHash();
    }
    try (var files = Files.walk(folder.resolve("log"))) {
      assertThat(files.filter(f -> f.getFileName().toString().startsWith("log_")).count())
          .as("200 entries of 4 KiB in segments of 64 KiB, most of them purged")
          .isLessThan(10);
    }
    try (var index = open(folder, config, MEMORY)) {
      assertThat(index.stateHash()).isEqualTo(hash);
      index.submit(put(bucket, "more", "x"));
      assertThat(index.ask(new Query.CountObjects(bucket.id())).objects()).isEqualTo(201);
    }
  }

  @Test
  void aSecondOpenOfTheSameFolderIsRefused() throws Exception {
    try (var index = open()) {
      bucket(index, "bucket");
      assertThatThrownBy(this::open)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is in use: another Ninebark has it open");
      bucket(index, "bucket2");
    }
  }

  @Test
  void aFolderOfANewerVersionIsRefusedAndADamagedIdentityToo() throws Exception {
    open().close();
    var identity = folder.resolve("identity");
    var text = Files.readString(identity);
    Files.writeString(identity, text.replace("ninebark-index 1", "ninebark-index 2"));
    assertThatThrownBy(this::open).hasMessageContaining("was written by a newer Ninebark");
    Files.writeString(identity, text.replace("group ", "group 0").replaceFirst("0(.{35}).", "$1"));
    assertThatThrownBy(this::open).hasMessageContaining("is damaged");
    Files.delete(identity);
    assertThatThrownBy(this::open).hasMessageContaining("no identity file");
    Files.writeString(identity, text);
    open().close();
  }

  @Test
  void aClosedIndexSaysSo() throws Exception {
    var index = open();
    index.close();
    index.close();
    assertThatThrownBy(() -> bucket(index, "bucket")).hasMessageContaining("closed");
    assertThatThrownBy(() -> index.ask(new Query.CurrentFence())).hasMessageContaining("closed");
  }

  @Test
  void noPortIsOpened() throws Exception {
    try (var index = open()) {
      bucket(index, "bucket");
      var mine = listening();
      assertThat(mine).isEmpty();
    }
  }

  /** Sockets of this process that listen, as Linux tells it. */
  private static List<String> listening() throws IOException {
    var inodes = new ArrayList<String>();
    try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (var descriptor : descriptors) {
        // One that was closed meanwhile is not a link any more.
        var target =
            Files.isSymbolicLink(descriptor) ? Files.readSymbolicLink(descriptor).toString() : "";
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring(8, target.length() - 1));
        }
      }
    }
    var found = new ArrayList<String>();
    for (var table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
      if (Files.exists(Path.of(table))) {
        for (var line : Files.readAllLines(Path.of(table))) {
          var columns = new StringTokenizer(line);
          var fields = new ArrayList<String>();
          columns.asIterator().forEachRemaining(field -> fields.add((String) field));
          if (fields.get(3).equals("0A") && inodes.contains(fields.get(9))) {
            found.add(line);
          }
        }
      }
    }
    return found;
  }
}
