package ninebark.storagenode.shard;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory that all RocksDBs of a process share: one block cache and one budget of write buffers,
 * which counts against the cache. Close it after the last database.
 */
public final class IndexMemory implements AutoCloseable {
  static {
    RocksDB.loadLibrary();
  }

  private final LRUCache cache;
  private final WriteBufferManager writeBuffers;

  public IndexMemory(long cacheBytes, long writeBufferBytes) {
    // Half for index and filter blocks: RocksJava gives them no room of their own by default.
    cache = new LRUCache(cacheBytes, -1, false, 0.5);
    writeBuffers = new WriteBufferManager(writeBufferBytes, cache);
  }

  public Cache cache() {
    return cache;
  }

  public WriteBufferManager writeBuffers() {
    return writeBuffers;
  }

  @Override
  public void close() {
    writeBuffers.close();
    cache.close();
  }
}
