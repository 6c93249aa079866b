package ninebark.scrubber.moves;

import java.io.IOException;
import java.lang.foreign.Arena;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.ShardDamagedException;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardMissingException;

/** Brings a shard to another disk; what it leaves is erased by the caller, afterwards. */
public final class ShardCopy {
  private ShardCopy() {}

  /**
   * Sees to it that {@code to} has the shard, whole: what is written there is read back.
   *
   * @return whether it had to be brought
   */
  public static boolean bring(ShardKey key, ShardDisk from, ShardDisk to, Deadline until)
      throws IOException, InterruptedException {
    if (isAt(to, key)) {
      return false;
    }
    if (to.state() != DiskState.UP) {
      throw new IOException("its home, disk " + to.id() + ", is " + to.state());
    }
    var label = from.label(key);
    try (var arena = Arena.ofShared()) {
      var bytes = arena.allocate(label.shardBytes(), 64);
      from.read(key, 0, bytes);
      var append = to.append(label, bytes, until);
      try {
        append.awaitDurable(until);
      } finally {
        // The memory may be freed only when the disk has let go of it.
        append.awaitReleased();
      }
    }
    if (!isAt(to, key)) {
      throw new IOException("it did not arrive at its home, disk " + to.id());
    }
    return true;
  }

  /** Whether the shard is there and reads whole. */
  private static boolean isAt(ShardDisk home, ShardKey key) throws IOException {
    try (var arena = Arena.ofShared()) {
      home.read(key, 0, arena.allocate(home.label(key).shardBytes(), 64));
      return true;
    } catch (ShardMissingException | ShardDamagedException _) {
      return false;
    }
  }
}
