package ninebark.metadata.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Pattern;
import ninebark.erasure.checksum.Crc;
import ninebark.metadata.Query;
import ninebark.metadata.rocks.Applied;
import ninebark.metadata.rocks.RocksRowStore;
import ninebark.metadata.rows.DamagedRowException;
import ninebark.metadata.state.Questions;
import ninebark.metadata.state.StateHash;
import ninebark.storagenode.shard.IndexMemory;

/**
 * The rows of this replica, which a snapshot of another may take the place of.
 *
 * <pre>
 * rows/        RocksDB
 * rows.part/   a snapshot on its way in; of no worth after a crash
 * rows.new/    the same when whole and durable: it is finished at the next start
 * installed    text: "ninebark-index-installed 1", "term N", "index N", crc32c: once the rows
 *              reach this, the log may lack all entries up to it
 * </pre>
 *
 * <p>Threads: any number ask; Ratis' one updater thread writes and replaces.
 */
final class ReplicaRows implements AutoCloseable {
  private static final int VERSION = 1;

  /** Damage is what several looks in a row find. */
  private static final int INSPECTIONS = 3;

  private static final Pattern LINES =
      Pattern.compile("ninebark-index-installed 1\nterm (\\d{1,18})\nindex (\\d{1,18})\n");

  private final IndexFolder folder;
  private final IndexMemory memory;
  private final long memtableBytes;

  /** Read: somebody asks. Write: the rows are replaced or closed. */
  private final ReentrantReadWriteLock asking = new ReentrantReadWriteLock();

  private final ReentrantLock progress = new ReentrantLock();
  private final Condition advanced = progress.newCondition();
  private final AtomicInteger waiting = new AtomicInteger();

  /** CRC64NVME of the tables at the last look that found all whole. */
  private Map<String, Long> tables = Map.of();

  private volatile RocksRowStore store;
  private volatile boolean closed;

  private ReplicaRows(IndexFolder folder, IndexMemory memory, long memtableBytes)
      throws IOException {
    this.folder = folder;
    this.memory = memory;
    this.memtableBytes = memtableBytes;
    this.store = RocksRowStore.open(folder.rows(), memory, memtableBytes);
  }

  static ReplicaRows open(IndexFolder folder, IndexMemory memory, long memtableBytes)
      throws IOException {
    delete(part(folder));
    if (Files.exists(whole(folder))) {
      takePlace(folder);
    }
    return new ReplicaRows(folder, memory, memtableBytes);
  }

  private static Path part(IndexFolder folder) {
    return folder.rows().resolveSibling("rows.part");
  }

  private static Path whole(IndexFolder folder) {
    return folder.rows().resolveSibling("rows.new");
  }

  /** The last position that came as a snapshot instead of by the log. */
  static Applied installed(IndexFolder folder) throws IOException {
    if (Files.notExists(folder.installed())) {
      return Applied.NOTHING;
    }
    var lines = CheckedText.read(folder.installed(), VERSION, LINES);
    return new Applied(Long.parseLong(lines.group(1)), Long.parseLong(lines.group(2)));
  }

  /** Threads: the updater's, which alone replaces it. */
  RocksRowStore store() {
    return store;
  }

  Applied applied() {
    return store.applied();
  }

  Applied flushed() {
    return store.flushed();
  }

  <R> R ask(Query<R> query) throws IOException {
    asking.readLock().lock();
    try {
      if (closed) {
        throw new IOException("the index is closed");
      }
      if (Questions.isOneRead(query)) {
        return new Questions(store.live()).answer(query);
      }
      try (var view = store.view()) {
        return new Questions(view).answer(query);
      }
    } catch (DamagedRowException e) {
      throw new IOException(e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      asking.readLock().unlock();
    }
  }

  /** Copies the rows as they are at some moment from now on. */
  void copy(Path into) throws IOException {
    asking.readLock().lock();
    try {
      if (closed) {
        throw new IOException("the index is closed");
      }
      store.checkpoint(into);
    } finally {
      asking.readLock().unlock();
    }
  }

  /**
   * Reads all rows from the disk and checks them.
   *
   * @param damage gets a sentence if they are not what was written
   * @return how many bytes their files have
   */
  synchronized long inspect(List<String> damage) throws IOException {
    openAside().ifPresent(damage::add);
    return compareTables(damage);
  }

  private Optional<String> openAside() {
    Optional<String> wrong = Optional.empty();
    for (int attempt = 0; attempt < INSPECTIONS; attempt++) {
      try {
        RocksRowStore.inspect(folder.rows(), memory);
        return Optional.empty();
      } catch (IOException again) {
        // Files come and go under our hands; damage stays.
        wrong = Optional.of(again.getMessage());
      }
    }
    return wrong;
  }

  /**
   * RocksDB does not check every block by itself, but its tables never change: what they were at
   * the first look they must be at each later one.
   */
  private long compareTables(List<String> damage) throws IOException {
    long sum = 0;
    var seen = new HashMap<String, Long>();
    try (var files = Files.newDirectoryStream(folder.rows(), "*.{sst,blob}")) {
      for (var file : files) {
        var name = file.getFileName().toString();
        try {
          sum += Files.size(file);
          seen.put(name, crc64(file));
        } catch (NoSuchFileException _) {
          // Merged into another one.
        }
      }
    }
    seen.forEach(
        (name, crc64) -> {
          if (!tables.getOrDefault(name, crc64).equals(crc64)) {
            damage.add(
                "the index's file " + folder.rows().resolve(name) + " is not what it was before");
          }
        });
    if (damage.isEmpty()) {
      tables = Map.copyOf(seen);
    }
    return sum;
  }

  private static long crc64(Path file) throws IOException {
    var crc = Crc.CRC64NVME.start();
    var buffer = ByteBuffer.allocateDirect(1 << 20);
    try (var in = FileChannel.open(file, StandardOpenOption.READ)) {
      while (in.read(buffer) >= 0) {
        crc.update(buffer.flip());
        buffer.clear();
      }
    }
    return crc.value();
  }

  /** A digest of the whole state: equal wherever the same commands were applied. */
  String stateHash() {
    asking.readLock().lock();
    try (var view = store.view()) {
      return StateHash.of(view);
    } finally {
      asking.readLock().unlock();
    }
  }

  /** Tells those who wait that more is applied. Threads: the updater's. */
  void advanced() {
    if (waiting.get() > 0) {
      progress.lock();
      try {
        advanced.signalAll();
      } finally {
        progress.unlock();
      }
    }
  }

  /** Waits until the rows have this entry of the log. */
  void awaitApplied(long index, long deadlineNanos) throws IOException {
    if (applied().index() >= index) {
      return;
    }
    progress.lock();
    try {
      waiting.incrementAndGet();
      while (applied().index() < index) {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
          throw new IOException(
              "the index has applied entry " + applied().index() + " only, not yet " + index);
        }
        // Now and then by itself: the writer looks for waiters without the lock.
        var _ = advanced.awaitNanos(Math.min(left, 5_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while the index caught up");
    } finally {
      waiting.decrementAndGet();
      progress.unlock();
    }
  }

  /**
   * Puts a snapshot's rows in the place of these. Threads: the updater's.
   *
   * @param snapshot a folder with RocksDB's files; is used up
   * @param position where it stands
   */
  void replace(Path snapshot, Applied position) throws IOException {
    forgetTables();
    delete(part(folder));
    Files.move(snapshot, part(folder));
    try (var files = Files.newDirectoryStream(part(folder))) {
      for (var file : files) {
        IndexFolder.sync(file);
      }
    }
    IndexFolder.sync(part(folder));
    CheckedText.write(
        folder.installed(),
        "ninebark-index-installed "
            + VERSION
            + "\nterm "
            + position.term()
            + "\nindex "
            + position.index()
            + "\n");
    // From here on the snapshot is what this replica has.
    Files.move(part(folder), whole(folder));
    IndexFolder.sync(folder.rows().toAbsolutePath().getParent());
    asking.writeLock().lock();
    try {
      store.close();
      takePlace(folder);
      store = RocksRowStore.open(folder.rows(), memory, memtableBytes);
    } finally {
      asking.writeLock().unlock();
    }
    if (!store.applied().equals(position)) {
      throw new IOException(
          "a snapshot of the index is said to stand at "
              + position
              + ", its rows stand at "
              + store.applied());
    }
    advanced();
  }

  private synchronized void forgetTables() {
    tables = Map.of();
  }

  private static void takePlace(IndexFolder folder) throws IOException {
    delete(folder.rows());
    Files.move(whole(folder), folder.rows());
    IndexFolder.sync(folder.rows().toAbsolutePath().getParent());
  }

  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /**
   * Flushes and closes when nobody asks any more.
   *
   * @throws IOException if somebody still asks after that time; the rows stay open then
   */
  void close(Duration drain) throws IOException {
    closed = true;
    try {
      if (!asking.writeLock().tryLock(drain.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException(
            asking.getReadLockCount() + " questions to the index did not end within " + drain);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while the index closed");
    }
    try {
      store.flush();
      store.close();
    } finally {
      asking.writeLock().unlock();
    }
  }

  /** Without a flush: what is not yet durable comes back from the log. */
  @Override
  public void close() {
    closed = true;
    store.close();
  }
}
