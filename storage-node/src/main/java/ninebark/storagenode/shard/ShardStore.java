package ninebark.storagenode.shard;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskAwayException;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskInspector;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.DiskStatus;
import ninebark.storagenode.ShardAppend;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.StoredShard;
import ninebark.storagenode.file.DiskFiles;
import ninebark.storagenode.file.Medium;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk of this process: its containers, its index, one writer thread, a few reader threads.
 *
 * <p>The containers are the truth and the index their mirror. A shard is acknowledged when its
 * record is synced; only then does the index point to it.
 *
 * <p>Threads: see {@link ShardDisk}. The writer alone changes containers, figures and the index.
 */
public final class ShardStore implements ShardDisk, DiskInspector {
  private static final Logger LOG = LoggerFactory.getLogger(ShardStore.class);
  private static final String LOCK_FILE = "lock";

  /** So that the tombstones of one request fit into one commit. */
  private static final int KEYS_PER_ERASE = 500;

  private static final Deadline NEVER = Deadline.after(Duration.ofDays(36_500));

  private final DiskIdentity identity;
  private final DiskFiles files;
  private final Closeable lock;
  private final ShardIndex index;
  private final DiskMetrics metrics;
  private final ContainerLog log;
  private final RequestQueue queue;
  private final ShardReads reads;
  private final Reclamation reclamation;
  private final ContainerInspection inspection;
  private final Thread writer;
  private final ReentrantLock maintenance = new ReentrantLock();
  private final AtomicBoolean closed = new AtomicBoolean();

  private ShardStore(
      DiskIdentity identity,
      ShardStoreConfig config,
      DiskFiles files,
      Closeable lock,
      ShardIndex index,
      MeterRegistry registry)
      throws IOException {
    this.identity = identity;
    this.files = files;
    this.lock = lock;
    this.index = index;
    metrics = new DiskMetrics(registry, identity);
    log = new ContainerLog(identity, config, files, index, metrics);
    queue = new RequestQueue(config.queueBytes());
    reads = new ShardReads(identity, config, index, log, metrics);
    reclamation = new Reclamation(config, files, index, log, this::perform, metrics);
    inspection = new ContainerInspection(files.description(), index, log, this::perform, metrics);
    log.recover();
    writer =
        Thread.ofPlatform()
            .name("disk-" + identity.az() + "-" + shortName() + "-writer")
            .daemon()
            .unstarted(this::serve);
  }

  /** Opens the index of a disk, or makes it. */
  interface IndexOpener {
    ShardIndex open() throws IOException;
  }

  /** Writes a new disk's identity, if the disk has none yet; the folder must be there. */
  static DiskIdentity initialize(DiskFiles files, DiskIdentity identity) throws IOException {
    if (files.exists(IdentityFormat.FILE)) {
      return IdentityFormat.read(files);
    }
    if (!files.list(ContainerFormat.FOLDER).isEmpty()) {
      throw new IOException(
          files.description() + " holds containers but no identity; it is not made a new disk");
    }
    files.makeFolder(ContainerFormat.FOLDER);
    IdentityFormat.write(files, identity);
    return identity;
  }

  /**
   * Opens a disk and recovers it.
   *
   * @throws IOException if the disk is of another cluster, of a newer version, in use or unreadable
   */
  static ShardStore open(
      DiskFiles files,
      DiskIdentity identity,
      ShardStoreConfig config,
      IndexOpener opener,
      MeterRegistry registry)
      throws IOException {
    var lock = files.lock(LOCK_FILE);
    Optional<ShardIndex> index = Optional.empty();
    try {
      var found = IdentityFormat.read(files);
      if (!found.cluster().equals(identity.cluster())) {
        throw new IOException(
            files.description()
                + " belongs to cluster "
                + found.cluster()
                + ", this is cluster "
                + identity.cluster()
                + "; the disk is not used");
      }
      if (!found.disk().equals(identity.disk())) {
        throw new IOException(
            files.description()
                + " is disk "
                + found.disk()
                + ", expected "
                + identity.disk()
                + "; the disk is not used");
      }
      files.makeFolder(ContainerFormat.FOLDER);
      index = Optional.of(opener.open());
      var store = new ShardStore(identity, config, files, lock, index.get(), registry);
      store.metrics.follow(store);
      store.writer.start();
      return store;
    } catch (IOException | RuntimeException failure) {
      index.ifPresent(ShardIndex::close);
      lock.close();
      throw failure;
    }
  }

  @Override
  public DiskId id() {
    return identity.disk();
  }

  public DiskIdentity identity() {
    return identity;
  }

  @Override
  public DiskState state() {
    return closed.get() ? DiskState.AWAY : log.state();
  }

  @Override
  public DiskStatus status() {
    var figures = log.figures();
    long free = closed.get() ? 0 : log.freeBytes();
    return new DiskStatus(
        state(),
        log.capacityBytes(),
        figures.usedBytes(),
        free,
        figures.liveBytes(),
        figures.reclaimableBytes(),
        figures.containerCount(),
        (long) metrics.damaged.count());
  }

  @Override
  public ShardAppend append(ShardLabel label, MemorySegment bytes, Deadline deadline)
      throws IOException {
    if (bytes.byteSize() != label.shardBytes()) {
      throw new IllegalArgumentException(
          "the label says " + label.shardBytes() + " bytes, found " + bytes.byteSize());
    }
    var record = new ContainerRecord.Shard(label, BlockChecksums.of(bytes));
    var completion = new Request.Completion();
    queue.put(new Request.Append(record, bytes, completion), deadline);
    return completion;
  }

  @Override
  public void read(ShardKey key, int offset, MemorySegment into) throws IOException {
    reads.read(key, offset, into);
  }

  @Override
  public ShardLabel label(ShardKey key) throws IOException {
    return reads.label(key);
  }

  @Override
  public boolean attests(ShardKey key, MemorySegment bytes) throws IOException {
    return reads.attests(key, bytes);
  }

  @Override
  public void erase(Collection<ShardKey> keys) throws IOException {
    var all = List.copyOf(keys);
    for (int from = 0; from < all.size(); from += KEYS_PER_ERASE) {
      var some = all.subList(from, Math.min(all.size(), from + KEYS_PER_ERASE));
      perform(completion -> new Request.Erase(some, completion));
    }
  }

  @Override
  public List<StoredShard> list(Optional<ShardKey> after, int limit) throws IOException {
    return reads.list(after, limit);
  }

  /**
   * One round of upkeep: looks at the free space, probes a suspect disk, reclaims garbage.
   *
   * @return whether there is more to do at once
   */
  public boolean maintain() throws IOException {
    if (!maintenance.tryLock()) {
      return false;
    }
    try {
      if (closed.get()) {
        return false;
      }
      task(log::checkSpace);
      if (log.state() == DiskState.SUSPECT) {
        task(log::probe);
      }
      return log.state() != DiskState.SUSPECT && reclamation.round();
    } finally {
      maintenance.unlock();
    }
  }

  public Medium medium() {
    return files.medium();
  }

  @Override
  public List<Integer> containers() {
    return log.numbers();
  }

  @Override
  public Inspection inspectContainer(int number) throws IOException {
    return reads.aside(() -> inspection.inspect(number));
  }

  @Override
  public Inspection inspectIndex() throws IOException {
    return reads.aside(this::verifyIndex);
  }

  private Inspection verifyIndex() {
    try {
      index.verify();
      return Inspection.NOTHING;
    } catch (IOException damaged) {
      metrics.damaged.increment();
      LOG.error(
          "{}: the index is damaged; it is made anew from the containers when the disk is next"
              + " opened",
          files.description(),
          damaged);
      index.condemn();
      return new Inspection(0, 1, 0);
    }
  }

  /** Makes the index durable, so that the next start replays nothing. */
  public void flushIndex() throws IOException {
    task(index::flush);
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    maintenance.lock();
    try {
      queue.close();
      joinWriter();
      reads.close();
      try {
        index.flush();
      } catch (IOException failure) {
        LOG.warn("{}: the index could not be flushed at close", files.description(), failure);
      }
      log.close();
      index.close();
      lock.close();
    } catch (IOException failure) {
      LOG.warn("{}: could not be closed cleanly", files.description(), failure);
    } finally {
      maintenance.unlock();
    }
  }

  private void joinWriter() {
    boolean interrupted = false;
    while (true) {
      try {
        writer.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() {
    while (true) {
      var requests = queue.take();
      if (requests.isEmpty()) {
        return;
      }
      try {
        log.serve(requests);
      } catch (RuntimeException bug) {
        LOG.error("{}: a bug stopped the disk", files.description(), bug);
        log.giveUp();
        var failure = new IOException(files.description() + ": a bug stopped the disk", bug);
        requests.forEach(request -> request.completion().fail(failure));
      }
    }
  }

  private void task(Request.Action action) throws IOException {
    perform(completion -> new Request.Task(action, completion));
  }

  /** A request that is yet to be given its completion. */
  interface RequestMaker {
    Request with(Request.Completion completion);
  }

  private void perform(RequestMaker maker) throws IOException {
    var completion = new Request.Completion();
    queue.put(maker.with(completion), NEVER);
    try {
      completion.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the disk");
    }
    if (closed.get() && log.state() == DiskState.AWAY) {
      throw new DiskAwayException("the disk is closed");
    }
  }

  private String shortName() {
    return identity.disk().toString().substring(0, 8);
  }
}
