package ninebark.metadata.raft;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import ninebark.metadata.Command;
import ninebark.metadata.Index;
import ninebark.metadata.Listing;
import ninebark.metadata.Query;
import ninebark.metadata.snapshot.IndexSnapshots;
import ninebark.metadata.wire.AnswerFormat;
import ninebark.metadata.wire.AnswerFormat.Answer;
import ninebark.metadata.wire.OutcomeFormat.Told;
import ninebark.metadata.wire.QuestionFormat;
import ninebark.storagenode.shard.IndexMemory;

/**
 * The index in this process: one replica, alone or of a group.
 *
 * <p>Alone, it reads its rows directly: a change is acknowledged after it is applied, so a question
 * that comes later sees it. In a group the leader first makes sure that it still leads, and a
 * follower asks the leader. Threads: safe for any number.
 */
public final class RaftIndex implements Index, IndexSnapshots.Source, AutoCloseable {
  /** The lone replica's name in its Raft group; never changes for a folder. */
  private static final String LONE = "r1";

  private final IndexConfig config;
  private final IndexFolder folder;
  private final ReplicaRows rows;
  private final RaftReplica replica;
  private final LeaderCheck leaderCheck;
  private final Optional<IndexLink> others;
  private final CommandBatcher batcher;
  private final IndexMetrics metrics;

  private volatile boolean closed;

  private RaftIndex(
      IndexConfig config,
      IndexFolder folder,
      ReplicaRows rows,
      RaftReplica replica,
      Optional<IndexLink> others,
      InstantSource clock,
      MeterRegistry registry) {
    this.config = config;
    this.folder = folder;
    this.rows = rows;
    this.replica = replica;
    this.leaderCheck = replica.leaderCheck();
    this.others = others;
    this.metrics = new IndexMetrics(registry);
    this.batcher = new CommandBatcher(config, clock, UUID.randomUUID(), this::propose, metrics);
    metrics.gauge("queue.commands", "commands waiting to be packed", this, i -> i.batcher.queued());
    metrics.gauge("applied", "the last log position applied", this, i -> i.rows.applied().index());
    metrics.gauge("snapshot", "the last log position flushed", this, i -> i.rows.flushed().index());
    metrics.gauge("leader", "1 where the replica leads", this, i -> i.leads() ? 1 : 0);
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
    return open(place, new Seat.Alone(), config, memory, clock, registry, panic);
  }

  /**
   * The same for a replica of any seat. One of a group returns when it has started: it takes
   * commands as soon as a majority is there, and until then they wait.
   */
  public static RaftIndex open(
      Path place,
      Seat seat,
      IndexConfig config,
      IndexMemory memory,
      InstantSource clock,
      MeterRegistry registry,
      Consumer<Throwable> panic)
      throws IOException {
    var folder = IndexFolder.open(place, replica(seat), group(seat));
    try {
      requireGroup(place, folder, seat);
      var termAndVote = new TermAndVote(folder);
      termAndVote.check();
      var rows = ReplicaRows.open(folder, memory, config.memtableBytes());
      try {
        LogInspector.inspect(folder.segments(), rows.applied(), ReplicaRows.installed(folder));
        var stateMachine =
            new RowStateMachine(
                rows, new Checkpoints(folder), termAndVote, seat instanceof Seat.Alone, panic);
        var replica = RaftReplica.start(config, folder, seat, termAndVote, stateMachine);
        try {
          var index = new RaftIndex(config, folder, rows, replica, others(seat), clock, registry);
          stateMachine.answerWith(index::answerOther);
          stateMachine.tell(replica::snapshotIfDue);
          return index;
        } catch (IOException | RuntimeException e) {
          replica.close();
          throw e;
        }
      } catch (IOException | RuntimeException e) {
        rows.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  static String replica(Seat seat) {
    return switch (seat) {
      case Seat.Alone() -> LONE;
      case Seat.Founder(var group, var self, var transport) -> self;
      case Seat.Joiner(var group, var self, var transport) -> self;
    };
  }

  private static UUID group(Seat seat) {
    return switch (seat) {
      case Seat.Alone() -> UUID.randomUUID();
      case Seat.Founder(var group, var self, var transport) -> group.id();
      case Seat.Joiner(var group, var self, var transport) -> group.id();
    };
  }

  private static void requireGroup(Path place, IndexFolder folder, Seat seat) throws IOException {
    if (!(seat instanceof Seat.Alone) && !folder.group().equals(group(seat))) {
      throw new IOException(
          "the index folder "
              + place
              + " belongs to the group "
              + folder.group()
              + ", this replica is of "
              + group(seat));
    }
  }

  private static Optional<IndexLink> others(Seat seat) throws IOException {
    return switch (seat) {
      case Seat.Alone() -> Optional.empty();
      case Seat.Founder(var group, var self, var transport) ->
          Optional.of(IndexLink.open(group, transport));
      case Seat.Joiner(var group, var self, var transport) ->
          Optional.of(IndexLink.open(group, transport));
    };
  }

  @Override
  public <R> R submit(Command<R> command) throws IOException {
    return submitAll(List.of(command)).getFirst();
  }

  @Override
  public <R> List<R> submitAll(List<? extends Command<R>> commands) throws IOException {
    return batcher.submitAll(commands);
  }

  private CompletableFuture<Told> propose(byte[] entry) {
    return others.isEmpty() || replica.leads()
        ? replica.propose(entry)
        : others.get().propose(entry);
  }

  @Override
  public <R> R ask(Query<R> query) throws IOException {
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
  }

  private <R> R answer(Query<R> query) throws IOException {
    if (others.isEmpty()) {
      return rows.ask(query);
    }
    long deadline = System.nanoTime() + config.submitTimeout().toNanos();
    if (replica.leads()) {
      try {
        return asLeader(query, deadline);
      } catch (NotLeadingException e) {
        // Somebody else may by now.
      }
    }
    return Asking.until(deadline, query, others.get());
  }

  private <R> R asLeader(Query<R> query, long deadlineNanos) throws IOException {
    rows.awaitApplied(leaderCheck.confirm(), deadlineNanos);
    return rows.ask(query);
  }

  /** A question that came through Ratis; answered on a thread that may block. */
  private CompletableFuture<byte[]> answerOther(byte[] question) {
    var answer = new CompletableFuture<byte[]>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                answer.complete(answerBytes(QuestionFormat.decode(question)));
              } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
              }
            });
    return answer;
  }

  private <R> byte[] answerBytes(Query<R> query) {
    try {
      var answer = asLeader(query, System.nanoTime() + Asking.ANSWER.toNanos());
      return AnswerFormat.encode(query, new Answer.Answered<>(answer));
    } catch (NotLeadingException e) {
      return AnswerFormat.encode(query, new Answer.NotNow<>(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      return AnswerFormat.encode(query, new Answer.Failed<>(e.toString()));
    }
  }

  /** Whether this replica thinks that it leads. */
  @Override
  public boolean leads() {
    return replica.leads();
  }

  /**
   * Copies this replica's rows, by hard links, as they are at some moment after this call.
   *
   * @param into a folder on the same file system that is not there yet
   */
  @Override
  public void copyRows(Path into) throws IOException {
    rows.copy(into);
  }

  @Override
  public Inspection inspect() throws IOException {
    var damage = new ArrayList<String>();
    long bytes = LogInspector.patrol(folder.segments(), rows.applied(), damage);
    bytes += rows.inspect(damage);
    return new Inspection(bytes, damage);
  }

  /** A digest of this replica's state: equal wherever the same commands were applied. */
  public String stateHash() {
    return rows.stateHash();
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
    if (others.isPresent()) {
      others.get().close();
    }
    replica.close();
    rows.close(config.drainTimeout());
    folder.close();
  }
}
