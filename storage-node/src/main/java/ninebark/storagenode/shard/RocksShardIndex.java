package ninebark.storagenode.shard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.StripeId;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.Env;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder {@code index} of a disk: a RocksDB without a log of its own. Its rows, big-endian:
 *
 * <pre>
 *   key                                                      value
 *   group (4), birth (8), serial (8), shard (2)              container (4), offset (8),
 *                                                            header bytes (4), shard bytes (4)
 *   0xFF 'v'                                                 version (4), 1
 *   0xFF 'p'                                                 indexed up to: container (4), offset (8)
 *   0xFF 'i'                                                 interrupted containers (4 each)
 *   0xFF 'c' container (4)                                   end (8), live bytes (8),
 *                                                            then target (4), bytes (8) repeated
 * </pre>
 *
 * <p>Groups are not negative, so every shard's row sorts before the rows that begin with 0xFF. All
 * changes of one call are one write, so after a crash the rows and the position they stand for
 * agree.
 */
final class RocksShardIndex implements ShardIndex {
  private static final Logger LOG = LoggerFactory.getLogger(RocksShardIndex.class);
  static final int VERSION = 1;

  /** A file of this name says that the tables are damaged, and the containers are to be asked. */
  private static final String CONDEMNED = "CONDEMNED";

  private static final byte[] VERSION_KEY = {(byte) 0xFF, 'v'};
  private static final byte[] POSITION_KEY = {(byte) 0xFF, 'p'};
  private static final byte[] INTERRUPTED_KEY = {(byte) 0xFF, 'i'};
  private static final byte[] CONTAINER_PREFIX = {(byte) 0xFF, 'c'};
  private static final byte[] META_START = {(byte) 0xFF};
  private static final int SHARD_KEY_BYTES = 22;

  private final Path folder;
  private final String description;
  private final BloomFilter filter;
  private final Options options;
  private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
  private final FlushOptions waiting = new FlushOptions().setWaitForFlush(true);
  private final FlushOptions notWaiting =
      new FlushOptions().setWaitForFlush(false).setAllowWriteStall(true);
  private final RocksDB database;

  /**
   * Opens or makes the index in a folder.
   *
   * @throws IOException if it is there and cannot be used; it is then for the caller to {@link
   *     #erase} it and rebuild
   */
  RocksShardIndex(Path folder, IndexMemory memory, int writeBufferBytes) throws IOException {
    this.folder = folder;
    description = folder.toString();
    filter = new BloomFilter(10);
    options =
        new Options()
            .setCreateIfMissing(true)
            .setWriteBufferSize(writeBufferBytes)
            .setArenaBlockSize(64 << 10)
            .setMaxWriteBufferNumber(2)
            .setWriteBufferManager(memory.writeBuffers())
            .setMaxBackgroundJobs(2)
            .setMaxOpenFiles(64)
            .setMaxFileOpeningThreads(1)
            .setTargetFileSizeBase(8 << 20)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setLevelCompactionDynamicLevelBytes(true)
            .setManifestPreallocationSize(64 << 10)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(2)
            .setStatsDumpPeriodSec(0)
            .setStatsPersistPeriodSec(0)
            .setEnv(Env.getDefault())
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setFormatVersion(6)
                    .setBlockCache(memory.cache())
                    .setBlockSize(8 << 10)
                    .setCacheIndexAndFilterBlocks(true)
                    .setFilterPolicy(filter)
                    .setWholeKeyFiltering(true));
    RocksDB opened = null;
    try {
      Files.createDirectories(folder);
      opened = RocksDB.open(options, folder.toString());
      database = opened;
      checkVersion();
    } catch (RocksDBException | IOException failure) {
      if (opened != null) {
        opened.close();
      }
      closeOptions();
      throw failure instanceof IOException known ? known : trouble((RocksDBException) failure);
    }
  }

  /**
   * Opens or makes an index and reads what recovery will need of it.
   *
   * @throws IOException as the constructor, also if the rows themselves cannot be read
   */
  static RocksShardIndex openWhole(Path folder, IndexMemory memory, int writeBufferBytes)
      throws IOException {
    var index = new RocksShardIndex(folder, memory, writeBufferBytes);
    try {
      index.state();
      return index;
    } catch (IOException | RuntimeException damaged) {
      index.close();
      throw damaged instanceof IOException known ? known : new IOException(damaged);
    }
  }

  /** Removes what is left of an index. */
  static void erase(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var entries = Files.list(folder)) {
      for (var entry : entries.toList()) {
        Files.delete(entry);
      }
    }
  }

  private void checkVersion() throws RocksDBException, IOException {
    var found = database.get(VERSION_KEY);
    if (found == null) {
      database.put(unlogged, VERSION_KEY, ByteBuffer.allocate(4).putInt(VERSION).array());
    } else if (ByteBuffer.wrap(found).getInt() != VERSION) {
      throw new FormatVersionException(description, ByteBuffer.wrap(found).getInt(), VERSION);
    }
  }

  @Override
  public State state() throws IOException {
    try {
      var position = LogPosition.START;
      var found = database.get(POSITION_KEY);
      if (found != null) {
        var in = ByteBuffer.wrap(found);
        position = new LogPosition(in.getInt(), in.getLong());
      }
      Set<Integer> interrupted = new HashSet<>();
      found = database.get(INTERRUPTED_KEY);
      if (found != null) {
        for (var in = ByteBuffer.wrap(found); in.hasRemaining(); ) {
          interrupted.add(in.getInt());
        }
      }
      return new State(position, containers(), interrupted);
    } catch (RocksDBException failure) {
      throw trouble(failure);
    }
  }

  private Map<Integer, ContainerStats> containers() throws RocksDBException {
    Map<Integer, ContainerStats> containers = new HashMap<>();
    try (var iterator = database.newIterator()) {
      for (iterator.seek(CONTAINER_PREFIX); iterator.isValid(); iterator.next()) {
        var key = ByteBuffer.wrap(iterator.key());
        if (key.get() != CONTAINER_PREFIX[0] || key.get() != CONTAINER_PREFIX[1]) {
          break;
        }
        var in = ByteBuffer.wrap(iterator.value());
        long end = in.getLong();
        long live = in.getLong();
        Map<Integer, Long> tombstones = new HashMap<>();
        while (in.hasRemaining()) {
          tombstones.put(in.getInt(), in.getLong());
        }
        containers.put(key.getInt(), new ContainerStats(end, live, tombstones));
      }
      iterator.status();
    }
    return containers;
  }

  @Override
  public Optional<ShardLocation> find(ShardKey key) throws IOException {
    try {
      var found = database.get(encode(key));
      return found == null ? Optional.empty() : Optional.of(location(found));
    } catch (RocksDBException failure) {
      throw trouble(failure);
    }
  }

  @Override
  public List<ShardLocation.Entry> list(Optional<ShardKey> after, int limit) throws IOException {
    List<ShardLocation.Entry> entries = new ArrayList<>();
    try (var end = new Slice(META_START);
        var options = new ReadOptions().setIterateUpperBound(end);
        var iterator = database.newIterator(options)) {
      seekAfter(iterator, after);
      for (; iterator.isValid() && entries.size() < limit; iterator.next()) {
        entries.add(new ShardLocation.Entry(key(iterator.key()), location(iterator.value())));
      }
      iterator.status();
      return entries;
    } catch (RocksDBException failure) {
      throw trouble(failure);
    }
  }

  private static void seekAfter(RocksIterator iterator, Optional<ShardKey> after) {
    if (after.isEmpty()) {
      iterator.seekToFirst();
      return;
    }
    iterator.seek(encode(after.get()));
    if (iterator.isValid() && key(iterator.key()).equals(after.get())) {
      iterator.next();
    }
  }

  @Override
  public void apply(Change change) throws IOException {
    try (var batch = new WriteBatch()) {
      for (var entry : change.shards().entrySet()) {
        var key = encode(entry.getKey());
        if (entry.getValue().isPresent()) {
          batch.put(key, encode(entry.getValue().get()));
        } else {
          batch.delete(key);
        }
      }
      for (var entry : change.containers().entrySet()) {
        var key = ByteBuffer.allocate(6).put(CONTAINER_PREFIX).putInt(entry.getKey()).array();
        if (entry.getValue().isPresent()) {
          batch.put(key, encode(entry.getValue().get()));
        } else {
          batch.delete(key);
        }
      }
      if (change.indexedUpTo().isPresent()) {
        var position = change.indexedUpTo().get();
        batch.put(
            POSITION_KEY,
            ByteBuffer.allocate(12)
                .putInt(position.container())
                .putLong(position.offset())
                .array());
      }
      if (change.interrupted().isPresent()) {
        var out = ByteBuffer.allocate(4 * change.interrupted().get().size());
        change.interrupted().get().forEach(out::putInt);
        batch.put(INTERRUPTED_KEY, out.array());
      }
      database.write(unlogged, batch);
    } catch (RocksDBException failure) {
      throw trouble(failure);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      database.flush(waiting);
    } catch (RocksDBException failure) {
      throw trouble(failure);
    }
  }

  @Override
  public void beginFlush() throws IOException {
    try {
      database.flush(notWaiting);
    } catch (RocksDBException failure) {
      throw trouble(failure);
    }
  }

  @Override
  public void verify() throws IOException {
    try {
      database.verifyChecksum();
    } catch (RocksDBException failure) {
      throw trouble(failure);
    }
  }

  @Override
  public void condemn() {
    try {
      Files.write(folder.resolve(CONDEMNED), new byte[0]);
    } catch (IOException failure) {
      // The next look at the tables says it again.
      LOG.warn("{} could not be marked as damaged", folder, failure);
    }
  }

  /** Whether an index was found damaged while it was in use. */
  static boolean isCondemned(Path folder) {
    return Files.exists(folder.resolve(CONDEMNED));
  }

  @Override
  public void close() {
    database.close();
    closeOptions();
  }

  private void closeOptions() {
    notWaiting.close();
    waiting.close();
    unlogged.close();
    options.close();
    filter.close();
  }

  private static byte[] encode(ShardKey key) {
    return ByteBuffer.allocate(SHARD_KEY_BYTES)
        .putInt(key.group().value())
        .putLong(key.stripe().birthMillis())
        .putLong(key.stripe().serial())
        .putShort((short) key.shard())
        .array();
  }

  private static ShardKey key(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    var group = new GroupId(in.getInt());
    return new ShardKey(group, new StripeId(in.getLong(), in.getLong()), in.getShort());
  }

  private static byte[] encode(ShardLocation location) {
    return ByteBuffer.allocate(20)
        .putInt(location.position().container())
        .putLong(location.position().offset())
        .putInt(location.headerBytes())
        .putInt(location.shardBytes())
        .array();
  }

  private static ShardLocation location(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    return new ShardLocation(new LogPosition(in.getInt(), in.getLong()), in.getInt(), in.getInt());
  }

  private static byte[] encode(ContainerStats stats) {
    var out = ByteBuffer.allocate(16 + 12 * stats.tombstoneBytes().size());
    out.putLong(stats.endOffset()).putLong(stats.liveBytes());
    stats.tombstoneBytes().forEach((target, bytes) -> out.putInt(target).putLong(bytes));
    return out.array();
  }

  private IOException trouble(RocksDBException failure) {
    return new IOException(description + ": " + failure.getMessage(), failure);
  }
}
