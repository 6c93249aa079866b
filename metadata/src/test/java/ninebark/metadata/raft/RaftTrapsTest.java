package ninebark.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Ratis leaves open, and how it is closed; the log's damage is in {@link DamagedLogTest}. */
class RaftTrapsTest {
  @TempDir Path folder;

  private static RaftProperties safe() {
    var properties = new RaftProperties();
    RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    return properties;
  }

  private static void refused(Consumer<RaftProperties> change, String why) {
    var properties = safe();
    assertThatCode(() -> RaftReplica.requireSafe(properties)).doesNotThrowAnyException();
    change.accept(properties);
    assertThatThrownBy(() -> RaftReplica.requireSafe(properties)).hasMessageContaining(why);
  }

  @Test
  void settingsThatLoseChangesOrShowThePastAreRefusedAtTheStart() {
    refused(
        p -> RaftServerConfigKeys.Read.setOption(p, RaftServerConfigKeys.Read.Option.DEFAULT),
        "not linearizable");
    refused(p -> RaftServerConfigKeys.Read.setLeaderLeaseEnabled(p, true), "trust clocks");
    refused(p -> RaftServerConfigKeys.Log.setUnsafeFlushEnabled(p, true), "before they are synced");
    refused(p -> RaftServerConfigKeys.Log.setAsyncFlushEnabled(p, true), "failed sync");
    refused(p -> RaftServerConfigKeys.Log.setUseMemory(p, true), "not be on a disk");
    refused(
        p ->
            RaftServerConfigKeys.Log.setCorruptionPolicy(
                p, RaftServerConfigKeys.Log.CorruptionPolicy.WARN_AND_RETURN),
        "passed over");
    refused(
        p -> RaftServerConfigKeys.LeaderElection.setMemberMajorityAdd(p, true), "replaced at once");
  }

  @Test
  void everyReplicaKeepsTheTermAndVoteThatItAnsweredWith() throws Exception {
    try (var group = new TestGroup(folder, 3, IndexConfig.DEFAULT);
        var remote = group.connect()) {
      group.startAll();
      GroupTest.bucket(remote);
      group.commonHash();
      for (var peer : group.group.peers()) {
        assertThat(Files.readString(group.place(peer.id()).resolve("term-and-vote")))
            .matches("ninebark-term-and-vote 1\nterm [1-9]\\d*\nvote \\S*\ncrc32c [0-9a-f]{8}\n");
      }
      var kept = Files.readString(group.place(group.leader()).resolve("term-and-vote"));
      assertThat(kept).contains("vote " + group.leader() + "\n");

      // A power cut brings back a folder as it was before the rename: the term before.
      var id = group.follower();
      group.stop(id);
      var meta = meta(group.place(id));
      var now = Files.readString(meta);
      Files.writeString(meta, now.replaceAll("term=\\d+", "term=0"));
      assertThatThrownBy(() -> group.start(id)).hasMessageContaining("it could vote twice");
      Files.delete(meta);
      assertThatThrownBy(() -> group.start(id)).hasMessageContaining("it could vote twice");
      Files.writeString(meta, now);
      group.start(id);
      group.commonHash();
    }
  }

  private static Path meta(Path place) throws IOException {
    try (var files = Files.walk(place.resolve("log"))) {
      return files
          .filter(file -> file.getFileName().toString().equals("raft-meta"))
          .findFirst()
          .orElseThrow();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5, r1, 5, r1, true",
    "5, '', 5, '', true",
    "5, '', 5, r1, true",
    "5, r1, 6, '', true",
    "5, r1, 5, '', false",
    "5, r1, 5, r2, false",
    "5, r1, 4, r1, false"
  })
  void aTermAndVoteOlderThanWhatWasAnsweredIsRefused(
      long term, String vote, long found, String foundVote, boolean taken) throws Exception {
    try (var index = IndexFolder.open(folder, "r1", new UUID(1, 2))) {
      Files.createDirectories(index.segments());
      var meta = index.segments().resolve("raft-meta");
      Files.writeString(meta, "term=" + term + "\nvotedFor=" + vote + "\n");
      new TermAndVote(index).keep();
      Files.writeString(meta, "term=" + found + "\nvotedFor=" + foundVote + "\n");
      if (taken) {
        new TermAndVote(index).check();
      } else {
        assertThatThrownBy(() -> new TermAndVote(index).check())
            .hasMessageContaining("it could vote twice");
      }
    }
  }

  @Test
  void theFilesAboutTheLogHaveTheBytesThatTheyAlwaysHad() throws Exception {
    try (var index = IndexFolder.open(folder, "r1", new UUID(1, 2))) {
      Files.createDirectories(index.segments());
      Files.writeString(index.segments().resolve("raft-meta"), "term=7\nvotedFor=r2\n");
      new TermAndVote(index).keep();
      assertThat(Files.readString(index.termAndVote()))
          .isEqualTo("ninebark-term-and-vote 1\nterm 7\nvote r2\ncrc32c 8b666e91\n");
      CheckedText.write(index.installed(), "ninebark-index-installed 1\nterm 7\nindex 42\n");
      assertThat(Files.readString(index.installed()))
          .isEqualTo("ninebark-index-installed 1\nterm 7\nindex 42\ncrc32c 1695884b\n");
      assertThat(ReplicaRows.installed(index).index()).isEqualTo(42);
      Files.writeString(index.installed(), "ninebark-index-installed 1\nterm 7\nindex 43\n");
      assertThatThrownBy(() -> ReplicaRows.installed(index)).hasMessageContaining("is damaged");
      Files.writeString(index.installed(), "ninebark-index-installed 2\n");
      assertThatThrownBy(() -> ReplicaRows.installed(index))
          .hasMessageContaining("written by a newer Ninebark");
    }
  }
}
