package ninebark.storagenode.wire;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskInspector;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.Disks;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.file.Medium;

/** The disks of a cluster map, each behind the wire on its node. Threads: safe for any number. */
public final class RemoteDisks implements Disks {
  private final Map<DiskId, RemoteDisk> disks = new LinkedHashMap<>();

  RemoteDisks(Map<String, NodeClient> nodes, List<DiskPlace> places) {
    for (var place : places) {
      var node = nodes.get(place.node());
      if (node != null) {
        disks.put(place.disk(), new RemoteDisk(place.disk(), node));
      }
    }
  }

  private Optional<RemoteDisk> reachable(DiskId id) {
    return Optional.ofNullable(disks.get(id)).filter(disk -> disk.state() != DiskState.AWAY);
  }

  @Override
  public Optional<ShardDisk> disk(DiskId id) {
    return reachable(id).map(ShardDisk.class::cast);
  }

  @Override
  public Optional<DiskInspector> inspector(DiskId id) {
    return reachable(id).map(DiskInspector.class::cast);
  }

  @Override
  public Medium medium(DiskId id) {
    return Optional.ofNullable(disks.get(id)).map(RemoteDisk::medium).orElse(Medium.FLASH);
  }

  @Override
  public Collection<? extends ShardDisk> all() {
    return List.copyOf(disks.values());
  }

  /** The connections are the nodes', not the disks'. */
  @Override
  public void close() {
    disks.values().forEach(RemoteDisk::close);
  }
}
