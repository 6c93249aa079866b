package ninebark.metadata.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;

/**
 * Changes which replicas hold the index, while it is used: one replica at a time, never without a
 * majority, and a new one gets its vote after it has caught up.
 *
 * <p>A new replica is started first, as {@link Seat.Joiner} with an empty folder. One that lost its
 * folder comes back by {@link #move} to a new id: under the old one it could vote twice, and what
 * it had promised to keep would be missed.
 *
 * <p>Threads: safe; calls block until the change is agreed on.
 */
public final class IndexMembers implements AutoCloseable {
  private static final Duration REACH = Duration.ofSeconds(10);

  private final IndexGroup known;
  private final IndexLink link;

  private IndexMembers(IndexGroup known, IndexLink link) {
    this.known = known;
    this.link = link;
  }

  /**
   * @param known the group as its founders or the configuration know it; those who are in it now
   *     are asked for
   */
  public static IndexMembers connect(IndexGroup known, IndexTransport transport)
      throws IOException {
    return new IndexMembers(known, IndexLink.open(known, transport));
  }

  /** A member as the leader sees it. */
  public record Member(String id, String address, boolean leads, long committedIndex) {}

  /** Who holds the index now. */
  public List<Member> list() throws IOException {
    var info = leaderInfo();
    var members = new ArrayList<Member>();
    for (var peer : info.getGroup().getPeers()) {
      members.add(
          new Member(
              peer.getId().toString(),
              peer.getAddress(),
              info.getServerId().equals(peer.getId()),
              committed(info, peer.getId())));
    }
    return List.copyOf(members);
  }

  private static long committed(GroupInfoReply info, RaftPeerId id) {
    return info.getCommitInfos().stream()
        .filter(commit -> RaftPeerId.valueOf(commit.getServer().getId()).equals(id))
        .mapToLong(CommitInfoProto::getCommitIndex)
        .findFirst()
        .orElse(-1);
  }

  /**
   * Adds a replica that was started as a joiner.
   *
   * @throws IOException if it cannot be reached, the group is full, or too few members answer
   */
  public void add(IndexPeer joiner) throws IOException {
    change(Optional.of(joiner), Optional.empty());
  }

  /** Takes a replica out; it may be gone already. Its folder is of no use afterwards. */
  public void remove(String leaver) throws IOException {
    change(Optional.empty(), Optional.of(leaver));
  }

  /** Puts a replica that was started as a joiner in the place of another, in one step. */
  public void move(String leaver, IndexPeer joiner) throws IOException {
    change(Optional.of(joiner), Optional.of(leaver));
  }

  private void change(Optional<IndexPeer> joiner, Optional<String> leaver) throws IOException {
    var info = leaderInfo();
    var current = List.copyOf(info.getGroup().getPeers());
    var wanted = new ArrayList<>(current);
    if (leaver.isPresent()) {
      var id = RaftPeerId.valueOf(leaver.get());
      if (!wanted.removeIf(peer -> peer.getId().equals(id))) {
        throw new IOException("there is no replica " + id + " in the index: " + names(current));
      }
      if (wanted.isEmpty() && joiner.isEmpty()) {
        throw new IOException("replica " + id + " is the last one of the index");
      }
    }
    if (joiner.isPresent()) {
      var peer = IndexGroup.raftPeer(joiner.get());
      if (current.stream().anyMatch(member -> member.getId().equals(peer.getId()))) {
        throw new IOException(
            "replica " + peer.getId() + " is in the index already; an id is used once");
      }
      wanted.add(peer);
      if (wanted.size() > IndexGroup.MAX_REPLICAS) {
        throw new IOException(
            "an index has at most " + IndexGroup.MAX_REPLICAS + " replicas: " + names(current));
      }
      requireReady(peer);
    }
    requireMajority(current, wanted, joiner.map(IndexPeer::id));
    var arguments =
        SetConfigurationRequest.Arguments.newBuilder()
            .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
            .setServersInCurrentConf(current)
            .setServersInNewConf(wanted)
            .build();
    var reply = client().admin().setConfiguration(arguments);
    if (!reply.isSuccess()) {
      throw new IOException(
          "the index's replicas were not changed: " + failure(reply), reply.getException());
    }
  }

  /** A joiner must be there, of this group, and nobody yet. */
  private void requireReady(RaftPeer joiner) throws IOException {
    GroupInfoReply found;
    try {
      found = info(joiner);
    } catch (IOException e) {
      throw new IOException(
          "replica "
              + joiner.getId()
              + " does not answer at "
              + joiner.getAddress()
              + ": start it first, as a joiner with an empty folder",
          e);
    }
    if (!found.getGroup().getPeers().isEmpty()) {
      throw new IOException(
          "replica "
              + joiner.getId()
              + " at "
              + joiner.getAddress()
              + " was in an index before: a joiner starts with an empty folder");
    }
  }

  /** Both the replicas of now and those of then can agree, by those that answer at this moment. */
  private void requireMajority(
      List<RaftPeer> current, List<RaftPeer> wanted, Optional<String> joiner) throws IOException {
    var there = new ArrayList<RaftPeerId>();
    joiner.map(RaftPeerId::valueOf).ifPresent(there::add);
    for (var peer : current) {
      try {
        info(peer);
        there.add(peer.getId());
      } catch (IOException e) {
        // It does not answer: it is not counted.
      }
    }
    for (var group : List.of(current, wanted)) {
      long present = group.stream().filter(peer -> there.contains(peer.getId())).count();
      if (present <= group.size() / 2) {
        throw new IOException(
            "only "
                + there
                + " answer: "
                + names(group)
                + " would have no majority, and the index would stand still");
      }
    }
  }

  private GroupInfoReply leaderInfo() throws IOException {
    long deadline = System.nanoTime() + REACH.toNanos();
    IOException failure = new IOException("no replica is known");
    while (true) {
      for (var peer : known.peers()) {
        try {
          var info = info(IndexGroup.raftPeer(peer));
          var role = info.getRoleInfoProto();
          if (role.hasLeaderInfo()) {
            return info;
          }
          if (role.hasFollowerInfo() && role.getFollowerInfo().hasLeaderInfo()) {
            var leader = role.getFollowerInfo().getLeaderInfo().getId();
            var found =
                info(
                    RaftPeer.newBuilder()
                        .setId(leader.getId())
                        .setAddress(leader.getAddress())
                        .build());
            if (found.getRoleInfoProto().hasLeaderInfo()) {
              return found;
            }
          }
          failure = new IOException("replica " + peer.id() + " knows no leader");
        } catch (IOException e) {
          failure = e;
        }
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("no leader of the index was found: " + failure.getMessage(), failure);
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new java.io.InterruptedIOException("interrupted while looking for the leader");
      }
    }
  }

  private GroupInfoReply info(RaftPeer peer) throws IOException {
    client().getClientRpc().addRaftPeers(List.of(peer));
    GroupInfoReply reply;
    try {
      reply = client().getGroupManagementApi(peer.getId()).info(known.raftId());
    } catch (IOException | RuntimeException e) {
      // Ratis lets gRPC's own failures through here. The next call connects anew at once.
      client().getClientRpc().handleException(peer.getId(), e, true);
      throw new IOException(
          "replica " + peer.getId() + " at " + peer.getAddress() + ": " + e.getMessage(), e);
    }
    if (!reply.isSuccess()) {
      throw new IOException("replica " + peer.getId() + " refused: " + failure(reply));
    }
    return reply;
  }

  private RaftClient client() {
    return link.client();
  }

  private static String failure(RaftClientReply reply) {
    return reply.getException() == null ? "no reason given" : reply.getException().getMessage();
  }

  private static List<String> names(List<RaftPeer> peers) {
    return peers.stream().map(peer -> peer.getId().toString()).sorted().toList();
  }

  @Override
  public void close() throws IOException {
    link.close();
  }
}
