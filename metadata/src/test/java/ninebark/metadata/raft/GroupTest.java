package ninebark.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.Index;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupTest {
  @TempDir Path folder;

  static Bucket bucket(Index index) throws IOException {
    return switch (index.submit(
        new Command.CreateBucket(
            new BucketName("bucket"), new ninebark.metadata.AccountId("owner"), "us-east-1"))) {
      case Reply.CreateBucket.Created(var bucket) -> bucket;
      case Reply.CreateBucket.Exists(var bucket) -> bucket;
      case Reply.CreateBucket.TooMany tooMany -> throw new AssertionError(tooMany);
    };
  }

  private static String body(Index index, Bucket bucket, String key) throws IOException {
    var found = index.ask(new Query.ReadObject(bucket.id(), new ObjectKey(key))).hit();
    return new String(
        ((Content.Inline) found.orElseThrow().content()).bytes(),
        java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void whatAnyProcessPutsEveryOtherReadsAtOnce() throws Exception {
    try (var group = new TestGroup(folder, 3, IndexConfig.DEFAULT);
        var remote = group.connect()) {
      group.startAll();
      var bucket = bucket(remote);
      var all = new java.util.ArrayList<Index>(group.replicas());
      all.add(remote);
      for (int i = 0; i < 20; i++) {
        var writer = all.get(i % all.size());
        writer.submit(RaftIndexTest.put(bucket, "key", "body " + i));
        for (var reader : all) {
          assertThat(body(reader, bucket, "key")).isEqualTo("body " + i);
        }
      }
      group.commonHash();
      assertThat(group.panics).isEmpty();
    }
  }

  @Test
  void ofManyPutsFromEverywhereThatWantTheKeyAbsentExactlyOneIsStored() throws Exception {
    try (var group = new TestGroup(folder, 3, IndexConfig.DEFAULT);
        var remote = group.connect();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      group.startAll();
      var bucket = bucket(remote);
      var all = new java.util.ArrayList<Index>(group.replicas());
      all.add(remote);
      var puts =
          IntStream.range(0, 400)
              .<Callable<Reply.PutObject>>mapToObj(
                  i ->
                      () ->
                          all.get(i % all.size())
                              .submit(
                                  new Command.PutObject(
                                      bucket.id(),
                                      new ObjectKey("key"),
                                      RaftIndexTest.object("x"),
                                      new Precondition.Absent())))
              .toList();
      int stored = 0;
      for (var put : threads.invokeAll(puts)) {
        stored += put.get() instanceof Reply.PutObject.Stored ? 1 : 0;
      }
      assertThat(stored).isEqualTo(1);
    }
  }

  @Test
  void aStoppedLeaderIsReplacedAndAMinorityTakesNothing() throws Exception {
    var impatience = IndexConfig.DEFAULT.withSubmitTimeout(java.time.Duration.ofSeconds(1));
    try (var group = new TestGroup(folder, 3, IndexConfig.DEFAULT);
        var remote = group.connect();
        var impatient = group.connect(impatience)) {
      group.startAll();
      var bucket = bucket(remote);
      remote.submit(RaftIndexTest.put(bucket, "a", "1"));
      var first = group.leader();
      group.stop(first);
      remote.submit(RaftIndexTest.put(bucket, "b", "2"));
      assertThat(body(remote, bucket, "a")).isEqualTo("1");
      var second = group.leader();
      group.stop(second);
      assertThatThrownBy(() -> impatient.submit(RaftIndexTest.put(bucket, "c", "3")))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> body(impatient, bucket, "b")).isInstanceOf(IOException.class);
      group.start(first);
      assertThat(body(remote, bucket, "b")).isEqualTo("2");
      group.start(second);
      group.commonHash();
    }
  }

  @Test
  void withoutTlsOnlyLoopbackIsTaken() {
    var far = new IndexPeer("r1", "192.0.2.1", 4000, "az1");
    var group = new IndexGroup(UUID.randomUUID(), List.of(far));
    assertThatThrownBy(
            () ->
                RemoteIndex.connect(
                    group,
                    TestGroup.PLAINTEXT,
                    IndexConfig.DEFAULT,
                    java.time.InstantSource.system(),
                    new io.micrometer.core.instrument.simple.SimpleMeterRegistry()))
        .hasMessageContaining("without TLS, index replicas speak on loopback only");
  }

  @Test
  void aFolderOfAnotherReplicaOrGroupIsRefused() throws Exception {
    try (var group = new TestGroup(folder, 3, IndexConfig.DEFAULT)) {
      group.start("r1");
      group.stop("r1");
      var place = group.place("r1");
      try (var other = new TestGroup(folder, 3, IndexConfig.DEFAULT)) {
        assertThat(other.place("r1")).isEqualTo(place);
        assertThatThrownBy(() -> other.start("r1")).hasMessageContaining("belongs to the group");
      }
    }
  }
}
