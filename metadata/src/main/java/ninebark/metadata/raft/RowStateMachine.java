package ninebark.metadata.raft;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import ninebark.metadata.rocks.Applied;
import ninebark.metadata.rocks.RocksRowStore;
import ninebark.metadata.rows.EntryFormat;
import ninebark.metadata.state.Draft;
import ninebark.metadata.state.Judgement;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * Carries agreed entries to the {@link Judgement} and its changes to the rows. A snapshot is
 * nothing but the rows, flushed.
 *
 * <p>Threads: applying and snapshots on Ratis' one updater thread. Invariant: an entry that cannot
 * be applied is never skipped; the process ends.
 */
final class RowStateMachine extends BaseStateMachine {
  private final RocksRowStore rows;
  private final Consumer<Throwable> panic;
  private final AtomicLong bytesSinceSnapshot = new AtomicLong();

  RowStateMachine(RocksRowStore rows, Consumer<Throwable> panic) {
    this.rows = rows;
    this.panic = panic;
  }

  /** The replies of one entry, handed over within the process. */
  static final class Replies implements Message {
    private final Judgement.Outcome outcome;

    Replies(Judgement.Outcome outcome) {
      this.outcome = outcome;
    }

    Judgement.Outcome outcome() {
      return outcome;
    }

    @Override
    public ByteString getContent() {
      return ByteString.EMPTY;
    }
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage)
      throws IOException {
    super.initialize(server, groupId, storage);
    setLastAppliedTermIndex(termIndex(rows.applied()));
  }

  private static TermIndex termIndex(Applied position) {
    return TermIndex.valueOf(position.term(), position.index());
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    var position = new Applied(entry.getTerm(), entry.getIndex());
    try {
      var bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
      bytesSinceSnapshot.addAndGet(bytes.length);
      var outcome = Judgement.judge(EntryFormat.decode(bytes), rows.live());
      rows.write(
          switch (outcome) {
            case Judgement.Outcome.Judged(var replies, var changes) -> changes;
            case Judgement.Outcome.Forgotten forgotten -> new Draft(rows.live());
          },
          position);
      updateLastAppliedTermIndex(position.term(), position.index());
      return CompletableFuture.completedFuture(new Replies(outcome));
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
      rows.write(new Draft(rows.live()), new Applied(term, index));
      updateLastAppliedTermIndex(term, index);
    } catch (IOException | RuntimeException e) {
      var failure =
          new IllegalStateException("position " + index + " of the index cannot be written", e);
      panic.accept(failure);
      throw failure;
    }
  }

  @Override
  public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
    panic.accept(new IllegalStateException("the index's log cannot be written", cause));
  }

  @Override
  public long takeSnapshot() throws IOException {
    bytesSinceSnapshot.set(0);
    rows.flush();
    return rows.flushed().index();
  }

  @Override
  public SnapshotInfo getLatestSnapshot() {
    var flushed = rows.flushed();
    // Ratis says "none" with null.
    return flushed.index() < 0 ? null : new FileListSnapshotInfo(List.of(), termIndex(flushed));
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
