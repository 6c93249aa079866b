package ninebark.deploy.config;

/**
 * The memory that all RocksDBs of the process share.
 *
 * @param cacheBytes blocks kept in memory; the write buffers are charged to it
 * @param writeBufferBytes all write buffers together
 */
public record RocksConfig(long cacheBytes, long writeBufferBytes) {
  public static final RocksConfig DEFAULT = new RocksConfig(64L << 20, 32L << 20);

  public RocksConfig {
    if (cacheBytes < 1 << 20 || writeBufferBytes < 1 << 20) {
      throw new IllegalArgumentException(
          "RocksDB's cache and write buffers need at least 1 MiB each, found "
              + cacheBytes
              + " and "
              + writeBufferBytes
              + " bytes");
    }
  }
}
