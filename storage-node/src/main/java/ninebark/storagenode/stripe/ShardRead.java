package ninebark.storagenode.stripe;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import ninebark.storagenode.DamageListener.Finding;
import ninebark.storagenode.DiskAwayException;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.Extent;
import ninebark.storagenode.ShardDamagedException;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardMissingException;

/** Reads a range of one shard, and tells the ones concerned how that went. */
final class ShardRead {
  private ShardRead() {}

  static void read(
      StripeStore store, Extent extent, int shard, DiskId id, int offset, MemorySegment into)
      throws IOException {
    try {
      readAt(store, extent, shard, id, offset, into);
    } catch (ShardMissingException missing) {
      if (!readElsewhere(store, extent, shard, id, offset, into)) {
        store.metrics().missingShards.increment();
        store.listener().found(extent, shard, id, Finding.MISSING);
        throw missing;
      }
    } catch (DiskAwayException away) {
      if (!readElsewhere(store, extent, shard, id, offset, into)) {
        throw away;
      }
    } catch (ShardDamagedException damaged) {
      store.metrics().damagedShards.increment();
      store.listener().found(extent, shard, id, Finding.DAMAGED);
      throw damaged;
    }
  }

  /**
   * Where the shard is if its position moves, or has moved since this read was planned; and once
   * more where it was not, because it may have come there between the two looks.
   */
  private static boolean readElsewhere(
      StripeStore store, Extent extent, int shard, DiskId asked, int offset, MemorySegment into)
      throws IOException {
    var places = store.group(extent.group()).places(shard);
    if (places.equals(List.of(asked))) {
      return false;
    }
    List<DiskId> order = new ArrayList<>(places);
    order.remove(asked);
    if (places.contains(asked)) {
      order.add(asked);
    }
    for (var place : order) {
      try {
        readAt(store, extent, shard, place, offset, into);
        return true;
      } catch (ShardMissingException | ShardDamagedException | DiskAwayException _) {
        // The next place, or the other shards, may give it.
      }
    }
    return false;
  }

  private static void readAt(
      StripeStore store, Extent extent, int shard, DiskId id, int offset, MemorySegment into)
      throws IOException {
    var disk = store.disk(id).orElseThrow(() -> new DiskAwayException("disk " + id + " is away"));
    var key = new ShardKey(extent.group(), extent.stripe(), shard);
    long began = System.nanoTime();
    try {
      disk.read(key, offset, into);
      store.health().read(id, System.nanoTime() - began);
      store.health().behaved(id);
    } catch (ShardMissingException | ShardDamagedException | DiskAwayException known) {
      throw known;
    } catch (IOException failure) {
      store.health().misbehaved(id);
      throw failure;
    }
  }
}
