package ninebark.metadata.raft;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import ninebark.metadata.Command;
import ninebark.metadata.Index;
import ninebark.metadata.Listing;
import ninebark.metadata.Query;
import ninebark.metadata.rocks.RocksRowStore;
import ninebark.metadata.rows.CommandFormat;
import ninebark.metadata.rows.DamagedRowException;
import ninebark.metadata.state.Questions;
import ninebark.metadata.state.StateHash;
import ninebark.storagenode.shard.IndexMemory;

/**
 * The index in this process: one replica, alone in its Raft group.
 *
 * <p>Alone, it reads its rows directly: a change is acknowledged after it is applied, so a question
 * that comes later sees it. Threads: safe for any number.
 */
public final class RaftIndex implements Index, AutoCloseable {
  /** The lone replica's name in its Raft group; never changes for a folder. */
  static final String REPLICA = "r1";

  private final IndexConfig config;
  private final IndexFolder folder;
  private final RocksRowStore rows;
  private final RaftReplica replica;
  private final CommandBatcher batcher;
  private final IndexMetrics metrics;

  /** Questions under way; the rows must not be closed under them. */
  private final AtomicInteger reading = new AtomicInteger();

  private volatile boolean closed;

  private RaftIndex(
      IndexConfig config,
      IndexFolder folder,
      RocksRowStore rows,
      RaftReplica replica,
      InstantSource clock,
      MeterRegistry registry) {
    this.config = config;
    this.folder = folder;
    this.rows = rows;
    this.replica = replica;
    this.metrics = new IndexMetrics(registry);
    this.batcher = new CommandBatcher(config, clock, UUID.randomUUID(), replica::propose, metrics);
    metrics.gauge("queue.commands", "commands waiting to be packed", this, i -> i.batcher.queued());
    metrics.gauge("applied", "the last log position applied", this, i -> i.rows.applied().index());
    metrics.gauge("snapshot", "the last log position flushed", this, i -> i.rows.flushed().index());
  }

  /**
   * Opens the index in its folder, makes an empty one if there is none, and returns when it takes
   * commands.
   *
   * @param place where the replica keeps its log and rows
   * @param memory shared with the other RocksDBs of the process; stays open
   * @param clock what entries are stamped with
   * @param panic called when going on could lose or falsify data; must end the process
   * @throws IOException if the folder is in use, foreign, of a newer version or damaged
   */
  public static RaftIndex open(
      Path place,
      IndexConfig config,
      IndexMemory memory,
      InstantSource clock,
      MeterRegistry registry,
      Consumer<Throwable> panic)
      throws IOException {
    var folder = IndexFolder.open(place, REPLICA, UUID.randomUUID());
    try {
      var rows = RocksRowStore.open(folder.rows(), memory, config.memtableBytes());
      try {
        LogInspector.inspect(folder.segments(), rows.applied());
        var replica = RaftReplica.startAlone(config, folder, new RowStateMachine(rows, panic));
        return new RaftIndex(config, folder, rows, replica, clock, registry);
      } catch (IOException | RuntimeException e) {
        rows.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  @Override
  public <R> R submit(Command<R> command) throws IOException {
    return submitAll(List.of(command)).getFirst();
  }

  /** The batcher answers each command with what the state machine judged of it. */
  @Override
  @SuppressWarnings("unchecked")
  public <R> List<R> submitAll(List<? extends Command<R>> commands) throws IOException {
    if (commands.isEmpty()) {
      return List.of();
    }
    long start = System.nanoTime();
    var encoded = new ArrayList<byte[]>(commands.size());
    for (var command : commands) {
      encoded.add(CommandFormat.encode(command));
      metrics.submitted(command);
    }
    var replies = (List<R>) batcher.submit(encoded);
    metrics.commits().record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    replica.snapshotIfDue();
    return replies;
  }

  @Override
  public <R> R ask(Query<R> query) throws IOException {
    reading.incrementAndGet();
    try {
      if (closed) {
        throw new IOException("the index is closed");
      }
      long start = System.nanoTime();
      R answer = answer(query);
      if (answer instanceof Listing listing) {
        metrics.listed(listing.rowsTouched());
      }
      metrics.questions(query).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      return answer;
    } finally {
      reading.decrementAndGet();
    }
  }

  private <R> R answer(Query<R> query) throws IOException {
    try {
      if (Questions.isOneRead(query)) {
        return new Questions(rows.live()).answer(query);
      }
      try (var view = rows.view()) {
        return new Questions(view).answer(query);
      }
    } catch (DamagedRowException e) {
      throw new IOException(e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** A digest of the whole state: equal wherever the same commands were applied. */
  public String stateHash() {
    try (var view = rows.view()) {
      return StateHash.of(view);
    }
  }

  /** Finishes the commands it has, flushes the rows and lets go of the folder. */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    batcher.close();
    replica.close();
    long deadline = System.nanoTime() + config.drainTimeout().toNanos();
    while (reading.get() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    if (reading.get() > 0) {
      throw new IOException(
          reading.get() + " questions to the index did not end within " + config.drainTimeout());
    }
    rows.flush();
    rows.close();
    folder.close();
  }
}
