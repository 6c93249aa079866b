package ninebark.storagenode.wire;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import ninebark.erasure.Scheme;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.Owner;
import ninebark.storagenode.ShardAppend;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.stripe.TestCluster;

/** Shards of random bytes on one disk, remembered to be compared. */
final class ShardsOnDisk implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final ShardDisk disk;
  private final Map<Integer, MemorySegment> written = new HashMap<>();

  ShardsOnDisk(ShardDisk disk) {
    this.disk = disk;
  }

  ShardKey key(int number) {
    return new ShardKey(new GroupId(1), new StripeId(number, 1), 2);
  }

  MemorySegment bytes(int number) {
    return written.get(number);
  }

  void append(int from, int to, int length) throws IOException, InterruptedException {
    var deadline = Deadline.after(Duration.ofSeconds(30));
    var appends = new ArrayList<ShardAppend>();
    for (int number = from; number < to; number++) {
      var bytes = arena.allocate(length);
      bytes.copyFrom(MemorySegment.ofArray(TestCluster.random(length, number)));
      written.put(number, bytes);
      var owner = new Owner(1, "k", 2, 0);
      var label = new ShardLabel(key(number), Scheme.rs(6, 2), length * 6, length, owner);
      appends.add(disk.append(label, bytes, deadline));
    }
    for (var append : appends) {
      append.awaitDurable(deadline);
      append.awaitReleased();
    }
  }

  byte[] read(int number, int offset, int length) throws IOException {
    var into = arena.allocate(length);
    disk.read(key(number), offset, into);
    return into.toArray(ValueLayout.JAVA_BYTE);
  }

  byte[] slice(int number, int offset, int length) {
    return written.get(number).asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  public void close() {
    arena.close();
  }
}
