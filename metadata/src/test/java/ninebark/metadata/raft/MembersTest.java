package ninebark.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ninebark.metadata.Bucket;
import ninebark.metadata.Index;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembersTest {
  /** So small that a replica which misses a few hundred entries needs a snapshot. */
  private static final IndexConfig SMALL =
      IndexConfig.DEFAULT.withSnapshots(20, 1 << 20, 5, 64 << 10);

  @TempDir Path folder;

  private static void fill(Index index, Bucket bucket, String prefix, int count) throws Exception {
    var body = "x".repeat(2000);
    for (int i = 0; i < count; i++) {
      index.submit(RaftIndexTest.put(bucket, prefix + i, body));
    }
  }

  private static List<String> ids(IndexMembers members) throws Exception {
    return members.list().stream().map(IndexMembers.Member::id).sorted().toList();
  }

  @Test
  void aReplicaThatLagsBehindThePurgedLogIsSentTheRows() throws Exception {
    try (var group = new TestGroup(folder, 3, SMALL);
        var remote = group.connect()) {
      group.startAll();
      var bucket = GroupTest.bucket(remote);
      var lagging = group.follower();
      fill(remote, bucket, "before", 10);
      group.stop(lagging);
      fill(remote, bucket, "after", 150);
      group.start(lagging);
      group.commonHash();
      assertThat(group.place(lagging).resolve("installed")).exists();
      // What it got by the snapshot and what by the log since then must hold after a restart.
      fill(remote, bucket, "later", 10);
      group.commonHash();
      group.stop(lagging);
      group.start(lagging);
      fill(remote, bucket, "last", 3);
      group.commonHash();
      assertThat(group.panics).isEmpty();
    }
  }

  @Test
  void replicasAreAddedRemovedAndMovedWhileTheIndexIsUsed() throws Exception {
    try (var group = new TestGroup(folder, 5, SMALL)) {
      var founders = new IndexGroup(group.group.id(), group.group.peers().subList(0, 1));
      var fourth = group.group.peer("r4");
      group.open("r1", new Seat.Founder(founders, "r1", TestGroup.PLAINTEXT));
      try (var remote = group.connect();
          var members = IndexMembers.connect(founders, TestGroup.PLAINTEXT)) {
        var bucket = GroupTest.bucket(remote);
        fill(remote, bucket, "one", 100);
        assertThat(ids(members)).containsExactly("r1");
        assertThatThrownBy(() -> members.add(group.group.peer("r2")))
            .hasMessageContaining("does not answer")
            .hasMessageContaining("start it first");
        for (var id : List.of("r2", "r3")) {
          group.open(id, new Seat.Joiner(group.group, id, TestGroup.PLAINTEXT));
          members.add(group.group.peer(id));
          fill(remote, bucket, id, 5);
        }
        assertThat(ids(members)).containsExactly("r1", "r2", "r3");
        group.commonHash();

        // A replica loses its folder, and comes back under another id.
        var lost = group.follower();
        group.stop(lost);
        ReplicaRows.delete(group.place(lost));
        assertThat(Files.exists(group.place(lost))).isFalse();
        group.open("r4", new Seat.Joiner(group.group, "r4", TestGroup.PLAINTEXT));
        members.move(lost, fourth);
        var now = new ArrayList<>(List.of("r1", "r2", "r3", "r4"));
        now.remove(lost);
        assertThat(ids(members)).containsExactlyElementsOf(now);
        fill(remote, bucket, "moved", 5);
        group.commonHash();

        // With one of three away, another must not be taken out.
        var away = group.follower();
        group.stop(away);
        var present = now.stream().filter(id -> !id.equals(away)).toList();
        assertThatThrownBy(() -> members.remove(present.getFirst()))
            .hasMessageContaining("would have no majority");
        members.remove(away);
        assertThatThrownBy(() -> members.remove("r9")).hasMessageContaining("no replica r9");
        assertThatThrownBy(() -> members.add(group.group.peer(present.getFirst())))
            .hasMessageContaining("in the index already");
        fill(remote, bucket, "two", 5);
        group.commonHash();
        assertThat(ids(members)).containsExactlyElementsOf(present);
        assertThat(group.panics).isEmpty();
      }
    }
  }
}
