package ninebark.storagenode.shard;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import ninebark.erasure.Scheme;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.Owner;
import ninebark.storagenode.ShardAppend;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.file.SimulatedFiles;

/** A shard store on simulated files, with few and small containers. */
final class SimulatedDisk {
  /** As the golden files have it, whatever matrix new stripes get. */
  private static final Scheme SCHEME = new Scheme(Scheme.Generator.CAUCHY, 6, 2);

  static final ShardStoreConfig CONFIG =
      new ShardStoreConfig(
          64 << 10,
          16 << 10,
          1 << 20,
          256 << 10,
          0,
          Long.MAX_VALUE,
          64 << 10,
          1 << 20,
          1,
          16,
          50,
          1 << 20,
          Duration.ofDays(1));

  static final DiskIdentity IDENTITY =
      new DiskIdentity(new UUID(1, 1), new DiskId(new UUID(2, 2)), "node-1", "az-1");

  final Random random;
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final ShardStoreConfig config;
  SimulatedFiles files;
  SimulatedIndex index = new SimulatedIndex();
  ShardStore store;

  SimulatedDisk(long seed) throws IOException {
    this(seed, CONFIG);
  }

  SimulatedDisk(long seed, ShardStoreConfig config) throws IOException {
    this.config = config;
    random = new Random(seed);
    files = new SimulatedFiles(random);
    ShardStore.initialize(files, IDENTITY);
    open();
  }

  void open() throws IOException {
    store = ShardStore.open(files, IDENTITY, config, () -> index, registry);
  }

  /** Loses power and starts again; the index may be at an older moment, or gone. */
  void crashAndOpen(boolean indexIsLost) throws IOException {
    var before = files;
    files = before.crash();
    var indexAfter = indexIsLost ? new SimulatedIndex() : index.crash(random);
    store.close();
    index = indexAfter;
    open();
  }

  void loseIndexAndOpen() throws IOException {
    store.close();
    index = new SimulatedIndex();
    open();
  }

  static ShardKey key(int number) {
    return new ShardKey(new GroupId(number % 3), new StripeId(1000L + number, number), number % 8);
  }

  static ShardLabel label(int number, int bytes) {
    var owner = new Owner(5, "folder/key-" + number, number, 0);
    return new ShardLabel(key(number), SCHEME, bytes, bytes, owner);
  }

  static byte[] content(int number, int bytes) {
    var content = new byte[bytes];
    new Random(number * 31L + bytes).nextBytes(content);
    return content;
  }

  static MemorySegment nativeCopy(byte[] bytes) {
    var segment = Arena.ofAuto().allocate(bytes.length);
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  ShardAppend append(int number, int bytes) throws IOException {
    return store.append(
        label(number, bytes), nativeCopy(content(number, bytes)), Deadline.after(minute()));
  }

  void put(int number, int bytes) throws IOException {
    try {
      append(number, bytes).awaitDurable(Deadline.after(minute()));
    } catch (InterruptedException unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  byte[] get(int number, int offset, int bytes) throws IOException {
    var into = Arena.ofAuto().allocate(bytes);
    store.read(key(number), offset, into);
    return into.toArray(ValueLayout.JAVA_BYTE);
  }

  double count(String metric) {
    return registry.find(metric).counter().count();
  }

  static Duration minute() {
    return Duration.ofMinutes(1);
  }
}
