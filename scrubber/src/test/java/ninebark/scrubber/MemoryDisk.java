package ninebark.scrubber;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskAwayException;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.DiskStatus;
import ninebark.storagenode.ShardAppend;
import ninebark.storagenode.ShardDamagedException;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.ShardMissingException;
import ninebark.storagenode.StoredShard;

/** A disk in memory that can be damaged, stopped and listened to. */
public final class MemoryDisk implements ShardDisk {
  /** Hears of every question before it is answered, and may fail it. */
  public interface Ear {
    void hear(String question, DiskId disk, ShardKey key) throws IOException;
  }

  /** What was written, what is there now, and whether its header can be read. */
  private static final class Held {
    final ShardLabel label;
    final byte[] written;
    final byte[] now;
    final boolean headerIsWhole;

    Held(ShardLabel label, byte[] written, byte[] now, boolean headerIsWhole) {
      this.label = label;
      this.written = written;
      this.now = now;
      this.headerIsWhole = headerIsWhole;
    }
  }

  private final DiskId id;
  private final Ear ear;
  private final Map<ShardKey, Held> records = new ConcurrentSkipListMap<>();
  public volatile DiskState state = DiskState.UP;
  public final AtomicLong readBytes = new AtomicLong();

  public MemoryDisk(DiskId id, Ear ear) {
    this.id = id;
    this.ear = ear;
  }

  public void put(ShardLabel label, byte[] bytes) {
    records.put(label.key(), new Held(label, bytes.clone(), bytes.clone(), true));
  }

  public boolean holds(ShardKey key) {
    return records.containsKey(key);
  }

  public void lose(ShardKey key) {
    records.remove(key);
  }

  public void wipe() {
    records.clear();
  }

  public void flip(ShardKey key, int at) {
    var record = records.get(key);
    var now = record.now.clone();
    now[at] ^= 1;
    records.put(key, new Held(record.label, record.written, now, record.headerIsWhole));
  }

  public void damageHeader(ShardKey key) {
    var record = records.get(key);
    records.put(key, new Held(record.label, record.written, record.now, false));
  }

  /** Other bytes, with checksums that are right for them. */
  public void forge(ShardKey key, int at) {
    var record = records.get(key);
    var other = record.now.clone();
    other[at] ^= 0x55;
    records.put(key, new Held(record.label, other, other, true));
  }

  /** What a reader would get; empty if the shard is missing or damaged. */
  public Optional<byte[]> content(ShardKey key) {
    return Optional.ofNullable(records.get(key))
        .filter(record -> record.headerIsWhole && Arrays.equals(record.written, record.now))
        .map(record -> record.now);
  }

  @Override
  public DiskId id() {
    return id;
  }

  @Override
  public DiskState state() {
    return state;
  }

  @Override
  public DiskStatus status() {
    long live = records.values().stream().mapToLong(record -> record.now.length).sum();
    return new DiskStatus(state, 1L << 40, live, 1L << 40, live, 0, 1, 0);
  }

  @Override
  public ShardAppend append(ShardLabel label, MemorySegment bytes, Deadline deadline)
      throws IOException {
    answer("append", label.key());
    var copy = bytes.toArray(ValueLayout.JAVA_BYTE);
    return new ShardAppend() {
      @Override
      public void awaitReleased() {
        // The bytes were copied.
      }

      @Override
      public void awaitDurable(Deadline until) throws IOException {
        answer("sync", label.key());
        put(label, copy);
      }
    };
  }

  @Override
  public void read(ShardKey key, int offset, MemorySegment into) throws IOException {
    answer("read", key);
    var record = record(key);
    readBytes.addAndGet(into.byteSize());
    if (!Arrays.equals(record.now, record.written)) {
      throw new ShardDamagedException(key + " is damaged");
    }
    MemorySegment.copy(record.now, offset, into, ValueLayout.JAVA_BYTE, 0, (int) into.byteSize());
  }

  @Override
  public ShardLabel label(ShardKey key) throws IOException {
    answer("label", key);
    return record(key).label;
  }

  @Override
  public boolean attests(ShardKey key, MemorySegment bytes) throws IOException {
    answer("attests", key);
    return Arrays.equals(record(key).written, bytes.toArray(ValueLayout.JAVA_BYTE));
  }

  private Held record(ShardKey key) throws IOException {
    var record = records.get(key);
    if (record == null) {
      throw new ShardMissingException(id + " does not hold " + key);
    }
    if (!record.headerIsWhole) {
      throw new ShardDamagedException(key + " has a damaged header");
    }
    return record;
  }

  private void answer(String question, ShardKey key) throws IOException {
    if (state == DiskState.AWAY) {
      throw new DiskAwayException(id + " is away");
    }
    ear.hear(question, id, key);
  }

  @Override
  public void erase(Collection<ShardKey> keys) throws IOException {
    for (var key : keys) {
      answer("erase", key);
      records.remove(key);
    }
  }

  @Override
  public List<StoredShard> list(Optional<ShardKey> after, int limit) throws IOException {
    if (state == DiskState.AWAY) {
      throw new DiskAwayException(id + " is away");
    }
    return records.entrySet().stream()
        .filter(entry -> after.isEmpty() || entry.getKey().compareTo(after.get()) > 0)
        .limit(limit)
        .map(entry -> new StoredShard(entry.getKey(), entry.getValue().now.length))
        .toList();
  }

  @Override
  public void close() {
    state = DiskState.AWAY;
  }
}
