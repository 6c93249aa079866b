package ninebark.storagenode.stripe;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
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
    var disk = store.disk(id).orElseThrow(() -> new DiskAwayException("disk " + id + " is away"));
    var key = new ShardKey(extent.group(), extent.stripe(), shard);
    long began = System.nanoTime();
    try {
      disk.read(key, offset, into);
      store.health().read(id, System.nanoTime() - began);
      store.health().behaved(id);
    } catch (ShardMissingException missing) {
      store.metrics().missingShards.increment();
      store.listener().found(extent, shard, id, Finding.MISSING);
      throw missing;
    } catch (ShardDamagedException damaged) {
      store.metrics().damagedShards.increment();
      store.listener().found(extent, shard, id, Finding.DAMAGED);
      throw damaged;
    } catch (DiskAwayException away) {
      throw away;
    } catch (IOException failure) {
      store.health().misbehaved(id);
      throw failure;
    }
  }
}
