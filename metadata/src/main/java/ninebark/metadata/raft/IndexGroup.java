package ninebark.metadata.raft;

import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * The replicas that hold one index.
 *
 * @param id the same for all of them; usually the cluster's
 * @param peers those that are known; a client needs to know one that is right
 */
public record IndexGroup(UUID id, List<IndexPeer> peers) {
  public static final int MAX_REPLICAS = 5;

  public IndexGroup {
    peers = List.copyOf(peers);
    var ids = new HashSet<String>();
    for (var peer : peers) {
      if (!ids.add(peer.id())) {
        throw new IllegalArgumentException("replica " + peer.id() + " is named twice");
      }
    }
  }

  /** The replica of that id. */
  public IndexPeer peer(String id) {
    return peers.stream()
        .filter(peer -> peer.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no replica " + id + " among " + peers));
  }

  RaftGroupId raftId() {
    return RaftGroupId.valueOf(id);
  }

  RaftGroup raftGroup() {
    return RaftGroup.valueOf(raftId(), peers.stream().map(IndexGroup::raftPeer).toList());
  }

  static RaftPeer raftPeer(IndexPeer peer) {
    return RaftPeer.newBuilder()
        .setId(RaftPeerId.valueOf(peer.id()))
        .setAddress(peer.address())
        .build();
  }
}
