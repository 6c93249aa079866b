package ninebark.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import ninebark.metadata.Command;
import ninebark.metadata.Reply;
import ninebark.metadata.rows.CommandFormat;
import ninebark.metadata.rows.EntryFormat;
import ninebark.metadata.wire.OutcomeFormat.Told;
import ninebark.storagenode.shard.IndexMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandBatcherTest {
  private static final byte[] COMMAND = CommandFormat.encode(new Command.RaiseFence(1));

  @TempDir Path folder;

  private static CommandBatcher batcher(Function<byte[], CompletableFuture<Told>> propose) {
    return new CommandBatcher(
        IndexConfig.DEFAULT,
        InstantSource.system(),
        new UUID(1, 1),
        propose,
        new IndexMetrics(new SimpleMeterRegistry()));
  }

  private static Told done(byte[] entry) {
    var commands = EntryFormat.decode(entry).commands();
    return new Told.Replies(Collections.nCopies(commands.size(), new Reply.Done()));
  }

  @Test
  void anEntryOfUnknownOutcomeIsProposedAgainAsItWas() throws Exception {
    var proposed = new ArrayList<byte[]>();
    try (var batcher =
        batcher(
            entry -> {
              proposed.add(entry);
              return proposed.size() < 3
                  ? CompletableFuture.failedFuture(new IOException("lost"))
                  : CompletableFuture.completedFuture(done(entry));
            })) {
      assertThat(batcher.submit(List.of(COMMAND))).containsExactly(new Reply.Done());
    }
    assertThat(proposed).hasSize(3);
    assertThat(proposed).allSatisfy(entry -> assertThat(entry).isEqualTo(proposed.getFirst()));
  }

  @Test
  void whatTheIndexHasForgottenIsAFailureAndNeverAnAnswer() {
    try (var batcher = batcher(entry -> CompletableFuture.completedFuture(new Told.Forgotten()))) {
      assertThatThrownBy(() -> batcher.submit(List.of(COMMAND)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no longer knows");
    }
  }

  @Test
  void whatComesWhileAnEntryIsOnItsWayFillsTheNextOne() throws Exception {
    var first = new CompletableFuture<Told>();
    var entries = Collections.synchronizedList(new ArrayList<byte[]>());
    var sent = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var batcher =
            batcher(
                entry -> {
                  entries.add(entry);
                  sent.countDown();
                  return entries.size() == 1
                      ? first
                      : CompletableFuture.completedFuture(done(entry));
                })) {
      var replies = new ArrayList<java.util.concurrent.Future<List<Object>>>();
      replies.add(threads.submit(() -> batcher.submit(List.of(COMMAND))));
      assertThat(sent.await(30, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 50; i++) {
        replies.add(threads.submit(() -> batcher.submit(List.of(COMMAND))));
      }
      while (batcher.queued() < 50) {
        Thread.onSpinWait();
      }
      first.complete(done(entries.getFirst()));
      for (var reply : replies) {
        assertThat(reply.get(30, TimeUnit.SECONDS)).containsExactly(new Reply.Done());
      }
    }
    assertThat(entries).hasSize(2);
    var second = EntryFormat.decode(entries.get(1));
    assertThat(second.commands()).hasSize(50);
    assertThat(second.envelope().sequence()).isEqualTo(2);
    assertThat(second.envelope().watermark()).isEqualTo(1);
  }

  private static RaftReplica startAlone(
      IndexFolder folder, ReplicaRows rows, java.util.function.Consumer<Throwable> panic)
      throws java.io.IOException {
    var termAndVote = new TermAndVote(folder);
    return RaftReplica.start(
        IndexConfig.DEFAULT,
        folder,
        new Seat.Alone(),
        termAndVote,
        new RowStateMachine(rows, new Checkpoints(folder), termAndVote, true, panic));
  }

  @Test
  void anEntryThatCannotBeAppliedPanicsAndIsNotSkipped() throws Exception {
    var panics = Collections.synchronizedList(new ArrayList<Throwable>());
    try (var memory = new IndexMemory(1 << 20, 1 << 20);
        var index = IndexFolder.open(folder, "r1", new UUID(1, 2));
        var rows = ReplicaRows.open(index, memory, 1 << 20);
        var replica = startAlone(index, rows, panics::add)) {
      var failed = replica.propose(new byte[] {1, 2, 3});
      var after =
          replica.propose(
              EntryFormat.encode(
                  new EntryFormat.Envelope(new UUID(1, 1), 1, 0, 5), List.of(COMMAND)));
      assertThatThrownBy(() -> failed.get(30, TimeUnit.SECONDS)).isNotNull();
      assertThatThrownBy(() -> after.get(30, TimeUnit.SECONDS)).isNotNull();
      assertThat(panics).hasSize(1);
      assertThat(panics.getFirst()).hasMessageContaining("cannot be applied");
      assertThat(rows.applied().index())
          .as("entry 0 is Raft's own, entry 1 the bad one, entry 2 was not reached")
          .isZero();
    }
  }
}
