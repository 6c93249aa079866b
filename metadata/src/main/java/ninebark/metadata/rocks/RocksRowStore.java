package ninebark.metadata.rocks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ninebark.metadata.rows.Cursor;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.NumbersRow;
import ninebark.metadata.rows.Row;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.Rows;
import ninebark.metadata.state.Draft;
import ninebark.storagenode.shard.IndexMemory;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The rows in one RocksDB. Every entry is one atomic write that carries the entry's position, and
 * all column families are flushed together, so that what is found after a crash is the state at one
 * position, and the log replays the rest.
 *
 * <p>Threads: one writes; any number read. Invariant: nobody reads after {@link #close}; the owner
 * sees to it.
 */
public final class RocksRowStore implements AutoCloseable {
  private final RocksDB db;
  private final Map<Family, ColumnFamilyHandle> families;
  private final List<AutoCloseable> owned;
  private final WriteOptions withoutLog;
  private final Rows live;
  private volatile Applied applied;
  private volatile Applied flushed;

  private RocksRowStore(
      RocksDB db, Map<Family, ColumnFamilyHandle> families, List<AutoCloseable> owned)
      throws IOException {
    this.db = db;
    this.families = families;
    this.owned = owned;
    this.withoutLog = new WriteOptions().setDisableWAL(true);
    owned.add(withoutLog);
    var options = new ReadOptions();
    owned.add(options);
    this.live = new LiveRows(options);
    this.applied =
        live.get(Family.SYSTEM, RowKeys.APPLIED)
            .map(value -> NumbersRow.decode(RowKeys.APPLIED, value, 2))
            .map(numbers -> new Applied(numbers[0], numbers[1]))
            .orElse(Applied.NOTHING);
    this.flushed = applied;
  }

  /**
   * Opens the rows in this folder, empty ones if there are none.
   *
   * @param memtableBytes how large one column family's memtable grows before all are flushed
   */
  public static RocksRowStore open(Path folder, IndexMemory memory, long memtableBytes)
      throws IOException {
    Files.createDirectories(folder);
    var owned = new ArrayList<AutoCloseable>();
    var filter = new BloomFilter(10);
    owned.add(filter);
    var descriptors = new ArrayList<ColumnFamilyDescriptor>();
    for (var family : Family.values()) {
      var options = columnFamily(family, memory, memtableBytes, filter);
      owned.add(options);
      descriptors.add(
          new ColumnFamilyDescriptor(
              family.columnFamily().getBytes(StandardCharsets.US_ASCII), options));
    }
    var options =
        new DBOptions()
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setAtomicFlush(true)
            .setMaxBackgroundJobs(2)
            .setWriteBufferManager(memory.writeBuffers())
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(3)
            .setMaxLogFileSize(4 << 20)
            .setBytesPerSync(1 << 20);
    owned.add(options);
    var handles = new ArrayList<ColumnFamilyHandle>();
    try {
      var db = RocksDB.open(options, folder.toString(), descriptors, handles);
      var families = new EnumMap<Family, ColumnFamilyHandle>(Family.class);
      var handle = handles.iterator();
      for (var family : Family.values()) {
        families.put(family, handle.next());
      }
      return new RocksRowStore(db, families, owned);
    } catch (RocksDBException e) {
      closeAll(owned);
      throw new IOException("cannot open the index's rows in " + folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Opens the rows in this folder a second time, beside whoever uses them, and reads everything.
   *
   * @throws IOException if something is not what was written; also when files went away on the way,
   *     because they were merged into others
   */
  public static void inspect(Path folder, IndexMemory memory) throws IOException {
    var owned = new ArrayList<AutoCloseable>();
    var handles = new ArrayList<ColumnFamilyHandle>();
    try (var filter = new BloomFilter(10);
        var options = new DBOptions()) {
      var descriptors = new ArrayList<ColumnFamilyDescriptor>();
      for (var family : Family.values()) {
        var columns = columnFamily(family, memory, 1 << 20, filter);
        owned.add(columns);
        descriptors.add(
            new ColumnFamilyDescriptor(
                family.columnFamily().getBytes(StandardCharsets.US_ASCII), columns));
      }
      try (var db = RocksDB.openReadOnly(options, folder.toString(), descriptors, handles)) {
        db.verifyChecksum();
        for (var handle : handles) {
          readAll(db, handle);
        }
        handles.forEach(ColumnFamilyHandle::close);
      }
    } catch (RocksDBException e) {
      throw new IOException("the index's rows in " + folder + ": " + e.getMessage(), e);
    } finally {
      closeAll(owned);
    }
  }

  /** Large bodies are not in the tables whose checksums RocksDB verifies by itself. */
  private static void readAll(RocksDB db, ColumnFamilyHandle family) throws RocksDBException {
    try (var options = new ReadOptions().setVerifyChecksums(true).setFillCache(false);
        var iterator = db.newIterator(family, options)) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        iterator.value();
      }
      iterator.status();
    }
  }

  private static ColumnFamilyOptions columnFamily(
      Family family, IndexMemory memory, long memtableBytes, BloomFilter filter) {
    var table =
        new BlockBasedTableConfig()
            .setFormatVersion(6)
            .setBlockSize(16 << 10)
            .setBlockCache(memory.cache())
            .setFilterPolicy(filter)
            .setWholeKeyFiltering(true)
            .setIndexType(IndexType.kTwoLevelIndexSearch)
            .setPartitionFilters(true)
            .setCacheIndexAndFilterBlocks(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setPinTopLevelIndexAndFilter(true);
    var options =
        new ColumnFamilyOptions()
            .setTableFormatConfig(table)
            .setWriteBufferSize(memtableBytes)
            .setLevelCompactionDynamicLevelBytes(true)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION);
    if (family == Family.CONTENTS) {
      // Bodies are written once and read whole: out of the tree, so that compaction moves keys
      // only.
      options
          .setEnableBlobFiles(true)
          .setMinBlobSize(1024)
          .setBlobFileSize(64 << 20)
          .setBlobCompressionType(CompressionType.LZ4_COMPRESSION)
          .setEnableBlobGarbageCollection(true)
          .setBlobGarbageCollectionAgeCutoff(0.25)
          .setBlobGarbageCollectionForceThreshold(0.5);
    }
    return options;
  }

  /** The rows as they are at each call. */
  public Rows live() {
    return live;
  }

  /** The rows as they are now, whatever is written meanwhile. */
  public View view() {
    return new View();
  }

  public Applied applied() {
    return applied;
  }

  /** The last position that a crash cannot take away. */
  public Applied flushed() {
    return flushed;
  }

  /** Writes what an entry changed, and that it is applied. */
  public void write(Draft changes, Applied position) throws IOException {
    try (var batch = new WriteBatch()) {
      changes.forEach(
          (family, key, value) -> {
            if (value.isPresent()) {
              batch.put(families.get(family), key, value.get());
            } else {
              batch.delete(families.get(family), key);
            }
          });
      batch.put(
          families.get(Family.SYSTEM),
          RowKeys.APPLIED,
          NumbersRow.encode(RowKeys.APPLIED, position.term(), position.index()));
      db.write(withoutLog, batch);
    } catch (RocksDBException e) {
      throw new IOException("cannot write the index's rows: " + e.getMessage(), e);
    }
    applied = position;
  }

  /** The rows become those that a new log begins with. Threads: the one that writes. */
  public void forgetPosition() throws IOException {
    try {
      db.delete(families.get(Family.SYSTEM), withoutLog, RowKeys.APPLIED);
    } catch (RocksDBException e) {
      throw new IOException("cannot write the index's rows: " + e.getMessage(), e);
    }
    applied = Applied.NOTHING;
    flush();
  }

  /** Makes all that is written so far durable. Threads: the one that writes. */
  public void flush() throws IOException {
    var position = applied;
    try (var options = new FlushOptions().setWaitForFlush(true)) {
      db.flush(options, List.copyOf(families.values()));
    } catch (RocksDBException e) {
      throw new IOException("cannot flush the index's rows: " + e.getMessage(), e);
    }
    flushed = position;
  }

  /** A copy of the rows as they are now, by hard links; for snapshots that leave the process. */
  public void checkpoint(Path folder) throws IOException {
    try (var checkpoint = Checkpoint.create(db)) {
      checkpoint.createCheckpoint(folder.toString());
    } catch (RocksDBException e) {
      throw new IOException("cannot copy the index's rows to " + folder + ": " + e.getMessage(), e);
    }
  }

  /** A number of RocksDB's own, such as {@code rocksdb.estimate-live-data-size}, over all rows. */
  public long property(String name) {
    long sum = 0;
    try {
      for (var family : families.values()) {
        sum += db.getLongProperty(family, name);
      }
    } catch (RocksDBException e) {
      throw new IllegalArgumentException("RocksDB knows no property " + name, e);
    }
    return sum;
  }

  @Override
  public void close() {
    families.values().forEach(ColumnFamilyHandle::close);
    db.close();
    closeAll(owned);
  }

  private static void closeAll(List<AutoCloseable> resources) {
    for (var resource : resources.reversed()) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException("closing " + resource, e);
      }
    }
  }

  private static UncheckedIOException unreadable(RocksDBException e) {
    return new UncheckedIOException(
        new IOException("the index's rows cannot be read: " + e.getMessage(), e));
  }

  /** Reads with these options. */
  private Optional<byte[]> get(ReadOptions options, Family family, byte[] key) {
    try {
      return Optional.ofNullable(db.get(families.get(family), options, key));
    } catch (RocksDBException e) {
      throw unreadable(e);
    }
  }

  private Optional<Row> last(ReadOptions options, Family family, byte[] atMost, byte[] atLeast) {
    try (var iterator = db.newIterator(families.get(family), options)) {
      iterator.seekForPrev(atMost);
      if (iterator.isValid() && Arrays.compareUnsigned(iterator.key(), atLeast) >= 0) {
        return Optional.of(new Row(iterator.key(), iterator.value()));
      }
      iterator.status();
      return Optional.empty();
    } catch (RocksDBException e) {
      throw unreadable(e);
    }
  }

  private final class LiveRows implements Rows {
    private final ReadOptions options;

    LiveRows(ReadOptions options) {
      this.options = options;
    }

    @Override
    public Optional<byte[]> get(Family family, byte[] key) {
      return RocksRowStore.this.get(options, family, key);
    }

    @Override
    public Optional<Row> last(Family family, byte[] atMost, byte[] atLeast) {
      return RocksRowStore.this.last(options, family, atMost, atLeast);
    }

    @Override
    public Cursor scan(Family family, byte[] from, byte[] until) {
      return new RocksCursor(family, new ReadOptions(), from, until);
    }
  }

  /** A state that stands still. Threads: one. */
  public final class View implements Rows, AutoCloseable {
    private final org.rocksdb.Snapshot snapshot = db.getSnapshot();
    private final ReadOptions options = new ReadOptions().setSnapshot(snapshot);

    @Override
    public Optional<byte[]> get(Family family, byte[] key) {
      return RocksRowStore.this.get(options, family, key);
    }

    @Override
    public Optional<Row> last(Family family, byte[] atMost, byte[] atLeast) {
      return RocksRowStore.this.last(options, family, atMost, atLeast);
    }

    @Override
    public Cursor scan(Family family, byte[] from, byte[] until) {
      return new RocksCursor(family, new ReadOptions().setSnapshot(snapshot), from, until);
    }

    @Override
    public void close() {
      options.close();
      db.releaseSnapshot(snapshot);
      snapshot.close();
    }
  }

  /** Copies each row into arrays that it uses again, and only when asked for it. */
  private final class RocksCursor implements Cursor {
    private final ReadOptions options;
    private final byte[] from;
    private final Slice end;
    private final RocksIterator iterator;
    private byte[] key = new byte[128];
    private byte[] value = new byte[512];
    private int keyLength = -1;
    private int valueLength = -1;
    private boolean valid;

    RocksCursor(Family family, ReadOptions options, byte[] from, byte[] until) {
      this.options = options;
      this.from = from;
      this.end = new Slice(until);
      options.setIterateUpperBound(end);
      this.iterator = db.newIterator(families.get(family), options);
      iterator.seek(from);
      moved();
    }

    private void moved() {
      keyLength = -1;
      valueLength = -1;
      valid = iterator.isValid();
      if (!valid) {
        try {
          iterator.status();
        } catch (RocksDBException e) {
          throw unreadable(e);
        }
      }
    }

    @Override
    public boolean isValid() {
      return valid;
    }

    @Override
    public void next() {
      iterator.next();
      moved();
    }

    @Override
    public void seek(byte[] target) {
      iterator.seek(Arrays.compareUnsigned(target, from) < 0 ? from : target);
      moved();
    }

    private void readKey() {
      if (keyLength < 0) {
        keyLength = iterator.key(key);
        if (keyLength > key.length) {
          key = new byte[keyLength * 2];
          keyLength = iterator.key(key);
        }
      }
    }

    private void readValue() {
      if (valueLength < 0) {
        valueLength = iterator.value(value);
        if (valueLength > value.length) {
          value = new byte[valueLength * 2];
          valueLength = iterator.value(value);
        }
      }
    }

    @Override
    public byte[] key() {
      readKey();
      return key;
    }

    @Override
    public int keyLength() {
      readKey();
      return keyLength;
    }

    @Override
    public byte[] value() {
      readValue();
      return value;
    }

    @Override
    public int valueLength() {
      readValue();
      return valueLength;
    }

    @Override
    public void close() {
      iterator.close();
      options.close();
      end.close();
    }
  }
}
