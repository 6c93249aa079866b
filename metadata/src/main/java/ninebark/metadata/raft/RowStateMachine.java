package ninebark.metadata.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import ninebark.metadata.rocks.Applied;
import ninebark.metadata.rows.EntryFormat;
import ninebark.metadata.state.Draft;
import ninebark.metadata.state.Judgement;
import ninebark.metadata.wire.OutcomeFormat;
import ninebark.metadata.wire.OutcomeFormat.Told;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;

/**
 * Carries agreed entries to the {@link Judgement} and its changes to the rows. A snapshot is
 * nothing but the rows, flushed, and where others may need it, a copy of them.
 *
 * <p>Threads: applying and snapshots on Ratis' one updater thread. Invariant: an entry that cannot
 * be applied is never skipped; the process ends.
 */
final class RowStateMachine extends BaseStateMachine {
  private final ReplicaRows rows;
  private final Checkpoints checkpoints;
  private final TermAndVote termAndVote;
  private final boolean alone;
  private final Consumer<Throwable> panic;
  private final AtomicLong bytesSinceSnapshot = new AtomicLong();

  /** Until the replica stands it answers nothing. */
  private volatile Function<byte[], CompletableFuture<byte[]>> answerer =
      question -> CompletableFuture.failedFuture(new IOException("the replica is starting"));

  /**
   * @param alone no other replica will ever need a copy of the rows
   */
  RowStateMachine(
      ReplicaRows rows,
      Checkpoints checkpoints,
      TermAndVote termAndVote,
      boolean alone,
      Consumer<Throwable> panic) {
    this.rows = rows;
    this.checkpoints = checkpoints;
    this.termAndVote = termAndVote;
    this.alone = alone;
    this.panic = panic;
  }

  /** Called after each entry; must be quick. */
  private volatile Runnable applied = () -> {};

  /** Tells of each entry applied from now on. Threads: the updater's. */
  void tell(Runnable ofApplied) {
    applied = ofApplied;
  }

  /** Answers questions that come through Ratis from now on. */
  void answerWith(Function<byte[], CompletableFuture<byte[]>> answers) {
    answerer = answers;
  }

  /** The replies of one entry; they become bytes only for a submitter in another process. */
  static final class Replies implements Message {
    private final Told told;

    Replies(Told told) {
      this.told = told;
    }

    Told told() {
      return told;
    }

    @Override
    public ByteString getContent() {
      return UnsafeByteOperations.unsafeWrap(OutcomeFormat.encode(told));
    }
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage)
      throws IOException {
    super.initialize(server, groupId, storage);
    getLifeCycle().startAndTransition(() -> {}, IOException.class);
    if (!alone) {
      checkpoints.take(rows.store());
    }
    setLastAppliedTermIndex(termIndex(rows.applied()));
  }

  private static TermIndex termIndex(Applied position) {
    return TermIndex.valueOf(position.term(), position.index());
  }

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return checkpoints;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    var position = new Applied(entry.getTerm(), entry.getIndex());
    try {
      var bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
      bytesSinceSnapshot.addAndGet(bytes.length);
      var store = rows.store();
      var told =
          switch (Judgement.judge(EntryFormat.decode(bytes), store.live())) {
            case Judgement.Outcome.Judged(var replies, var changes) -> {
              store.write(changes, position);
              yield new Told.Replies(replies);
            }
            case Judgement.Outcome.Forgotten() -> {
              store.write(new Draft(store.live()), position);
              yield new Told.Forgotten();
            }
          };
      updateLastAppliedTermIndex(position.term(), position.index());
      rows.advanced();
      applied.run();
      return CompletableFuture.completedFuture(new Replies(told));
    } catch (IOException | RuntimeException | Error e) {
      var failure =
          new IllegalStateException(
              "entry " + position.index() + " of the index's log cannot be applied", e);
      panic.accept(failure);
      throw failure;
    }
  }

  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    // An entry of Raft's own: it changes no row, but the position must not have a gap.
    try {
      var store = rows.store();
      store.write(new Draft(store.live()), new Applied(term, index));
      updateLastAppliedTermIndex(term, index);
      rows.advanced();
    } catch (IOException | RuntimeException e) {
      var failure =
          new IllegalStateException("position " + index + " of the index cannot be written", e);
      panic.accept(failure);
      throw failure;
    }
  }

  /**
   * Ratis calls this before a new leader writes or sends anything: what it voted for itself must
   * not be lost from here on.
   */
  @Override
  public void notifyLeaderChanged(RaftGroupMemberId self, RaftPeerId leader) {
    if (self.getPeerId().equals(leader)) {
      try {
        termAndVote.keep();
      } catch (IOException e) {
        panic.accept(new IllegalStateException("the replica's own vote cannot be kept", e));
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
    panic.accept(new IllegalStateException("the index's log cannot be written", cause));
  }

  @Override
  public CompletableFuture<Message> query(Message question) {
    return answerer
        .apply(question.getContent().toByteArray())
        .thenApply(answer -> Message.valueOf(UnsafeByteOperations.unsafeWrap(answer)));
  }

  @Override
  public long takeSnapshot() throws IOException {
    bytesSinceSnapshot.set(0);
    rows.store().flush();
    if (!alone) {
      checkpoints.take(rows.store());
    }
    return rows.flushed().index();
  }

  @Override
  public SnapshotInfo getLatestSnapshot() {
    var flushed = rows.flushed();
    // Ratis says "none" with null.
    return flushed.index() < 0 ? null : checkpoints.at(flushed);
  }

  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  /** A snapshot has arrived from the leader, and takes the place of the rows. */
  @Override
  public void reinitialize() throws IOException {
    try {
      var arrived =
          checkpoints
              .arrived()
              .orElseThrow(() -> new IOException("the snapshot that arrived is not there"));
      rows.replace(arrived.folder(), arrived.position());
      checkpoints.take(rows.store());
      setLastAppliedTermIndex(termIndex(rows.applied()));
      bytesSinceSnapshot.set(0);
      getLifeCycle().startAndTransition(() -> {}, IOException.class);
    } catch (IOException | RuntimeException e) {
      panic.accept(new IllegalStateException("a snapshot of the index cannot be installed", e));
      throw e;
    }
  }

  /** The last position that a restart need not replay. */
  long flushedIndex() {
    return rows.flushed().index();
  }

  /** How many bytes of entries a restart now would replay. */
  long bytesSinceSnapshot() {
    return bytesSinceSnapshot.get();
  }
}
