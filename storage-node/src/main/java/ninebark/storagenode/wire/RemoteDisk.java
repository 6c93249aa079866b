package ninebark.storagenode.wire;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskInspector;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.DiskStatus;
import ninebark.storagenode.ShardAppend;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.StoredShard;
import ninebark.storagenode.file.Medium;

/** A disk of another process. Threads: safe for any number. */
final class RemoteDisk implements ShardDisk, DiskInspector {
  private static final DiskStatus AWAY = new DiskStatus(DiskState.AWAY, 0, 0, 0, 0, 0, 0, 0);

  private final DiskId id;
  private final NodeClient node;

  RemoteDisk(DiskId id, NodeClient node) {
    this.id = id;
    this.node = node;
  }

  @Override
  public DiskId id() {
    return id;
  }

  @Override
  public DiskState state() {
    return status().state();
  }

  /** As the node told when it was last watched. */
  @Override
  public DiskStatus status() {
    return node.status(id).orElse(AWAY);
  }

  Medium medium() {
    return node.welcome().stream()
        .flatMap(welcome -> welcome.disks().stream())
        .filter(disk -> disk.place().disk().equals(id))
        .map(Message.Served::medium)
        .findFirst()
        .orElse(Medium.FLASH);
  }

  @Override
  public ShardAppend append(ShardLabel label, MemorySegment bytes, Deadline deadline)
      throws IOException {
    if (bytes.byteSize() != label.shardBytes()) {
      throw new IllegalArgumentException(
          "the label says " + label.shardBytes() + " bytes, found " + bytes.byteSize());
    }
    return node.append(new Message.Append(id, label), bytes, deadline);
  }

  @Override
  public void read(ShardKey key, int offset, MemorySegment into) throws IOException {
    var request = new Message.Read(id, key, offset, Math.toIntExact(into.byteSize()));
    ask(request, Optional.of(into), Message.Bytes.class);
  }

  @Override
  public ShardLabel label(ShardKey key) throws IOException {
    return ask(new Message.ReadLabel(id, key), Message.Label.class).label();
  }

  @Override
  public void erase(Collection<ShardKey> keys) throws IOException {
    var all = List.copyOf(keys);
    for (int from = 0; from < all.size(); from += Message.Erase.MAX_KEYS) {
      var some = all.subList(from, Math.min(all.size(), from + Message.Erase.MAX_KEYS));
      ask(new Message.Erase(id, some), Message.Done.class);
    }
  }

  @Override
  public List<StoredShard> list(Optional<ShardKey> after, int limit) throws IOException {
    var all = new ArrayList<StoredShard>();
    var from = after;
    while (all.size() < limit) {
      int wanted = Math.min(limit - all.size(), Message.ListShards.MAX_SHARDS);
      var some = ask(new Message.ListShards(id, from, wanted), Message.Shards.class).shards();
      all.addAll(some);
      if (some.size() < wanted) {
        break;
      }
      from = Optional.of(some.getLast().key());
    }
    return all;
  }

  @Override
  public List<Integer> containers() throws IOException {
    return ask(new Message.ListContainers(id), Message.Containers.class).numbers();
  }

  @Override
  public Inspection inspectContainer(int number) throws IOException {
    return ask(new Message.InspectContainer(id, number), Message.Inspected.class).inspection();
  }

  @Override
  public Inspection inspectIndex() throws IOException {
    return ask(new Message.InspectIndex(id), Message.Inspected.class).inspection();
  }

  private <R extends Message.Reply> R ask(Message.Request request, Class<R> kind)
      throws IOException {
    return ask(request, Optional.empty(), kind);
  }

  private <R extends Message.Reply> R ask(
      Message.Request request, Optional<MemorySegment> into, Class<R> kind) throws IOException {
    var reply = node.ask(request, into);
    if (!kind.isInstance(reply)) {
      throw new IOException(node.node() + " gave an answer that does not fit the request");
    }
    return kind.cast(reply);
  }

  /** Its node goes on serving it. */
  @Override
  public void close() {
    // The connections are the nodes', not the disk's.
  }
}
