package ninebark.metadata.rocks;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory that all RocksDBs of a process share: one block cache, and one bound on memtables,
 * which is charged to the cache. Closed after the databases.
 */
public record RocksMemory(Cache blockCache, WriteBufferManager memtables) implements AutoCloseable {
  static {
    RocksDB.loadLibrary();
  }

  public static RocksMemory of(long cacheBytes, long memtableBytes) {
    var cache = new LRUCache(cacheBytes, -1, false, 0.1);
    return new RocksMemory(cache, new WriteBufferManager(memtableBytes, cache));
  }

  @Override
  public void close() {
    memtables.close();
    blockCache.close();
  }
}
