package ninebark.metadata.raft;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import ninebark.metadata.Command;
import ninebark.metadata.IndexBusyException;
import ninebark.metadata.rows.CommandFormat;
import ninebark.metadata.rows.EntryFormat;
import ninebark.metadata.rows.EntryFormat.Envelope;
import ninebark.metadata.wire.OutcomeFormat.Told;

/**
 * Packs the commands that wait into as few entries as possible: while one entry is being agreed on,
 * the next one fills.
 *
 * <p>Threads: safe; callers block. The thread that finds the way free sends, so that a lone command
 * waits for nobody; what came meanwhile is sent by the batcher's own thread. Invariant: commands
 * enter entries in the order in which they came.
 */
final class CommandBatcher implements AutoCloseable {
  private static final long RETRY_MILLIS = 10;

  private final IndexConfig config;
  private final InstantSource clock;
  private final UUID submitter;
  private final Function<byte[], CompletableFuture<Told>> propose;
  private final IndexMetrics metrics;
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("index-batcher").factory());

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private final TreeSet<Long> unheard = new TreeSet<>();
  private long queuedBytes;
  private long lastSequence;
  private int inFlight;
  private boolean closed;

  CommandBatcher(
      IndexConfig config,
      InstantSource clock,
      UUID submitter,
      Function<byte[], CompletableFuture<Told>> propose,
      IndexMetrics metrics) {
    this.config = config;
    this.clock = clock;
    this.submitter = submitter;
    this.propose = propose;
    this.metrics = metrics;
  }

  /** Commands submitted together, and what they are answered. */
  private static final class Call {
    private final Object[] replies;
    private final CountDownLatch missing;
    private volatile boolean failed;
    private volatile String failure = "";

    Call(int commands) {
      replies = new Object[commands];
      missing = new CountDownLatch(commands);
    }

    void answer(int position, Object reply) {
      replies[position] = reply;
      missing.countDown();
    }

    void fail(String why) {
      failure = why;
      failed = true;
      missing.countDown();
    }
  }

  /** One command on its way. The array is never changed, and two of these are never compared. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Waiting(Call call, int position, byte[] command) {}

  /** One entry on its way. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Sent(long sequence, byte[] entry, List<Waiting> commands, long deadlineNanos) {}

  /** Submits commands; each is answered with what the state machine judged of it. */
  @SuppressWarnings("unchecked")
  <R> List<R> submitAll(List<? extends Command<R>> commands) throws IOException {
    if (commands.isEmpty()) {
      return List.of();
    }
    long start = System.nanoTime();
    var encoded = new ArrayList<byte[]>(commands.size());
    for (var command : commands) {
      encoded.add(CommandFormat.encode(command));
      metrics.submitted(command);
    }
    var replies = (List<R>) submit(encoded);
    metrics.commits().record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    return replies;
  }

  /** Submits encoded commands and waits for their replies, in the same order. */
  List<Object> submit(List<byte[]> commands) throws IOException {
    long bytes = 0;
    for (var command : commands) {
      if (command.length > config.maxCommandBytes()) {
        throw new IOException(
            "a command of "
                + command.length
                + " bytes is larger than maxCommandBytes, "
                + config.maxCommandBytes());
      }
      bytes += command.length;
    }
    var call = new Call(commands.size());
    lock.lock();
    try {
      if (closed) {
        throw new IOException("the index is closed");
      }
      boolean full =
          queue.size() + commands.size() > Math.max(config.queueCommands(), commands.size())
              || (!queue.isEmpty() && queuedBytes + bytes > config.queueBytes());
      if (full) {
        metrics.refused();
        throw new IndexBusyException(
            "the index's queue is full: "
                + queue.size()
                + " commands of "
                + queuedBytes
                + " bytes wait (queueCommands "
                + config.queueCommands()
                + ", queueBytes "
                + config.queueBytes()
                + ")");
      }
      for (int at = 0; at < commands.size(); at++) {
        queue.add(new Waiting(call, at, commands.get(at)));
      }
      queuedBytes += bytes;
    } finally {
      lock.unlock();
    }
    pump();
    await(call);
    return Arrays.asList(call.replies);
  }

  private void await(Call call) throws IOException {
    try {
      if (!call.missing.await(config.submitTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException(
            "the index did not answer within "
                + config.submitTimeout()
                + "; whether the change took effect is not known");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted; whether the change took effect is not known");
    }
    if (call.failed) {
      throw new IOException(call.failure);
    }
  }

  /** Sends while the way is free and commands wait. */
  private void pump() {
    while (true) {
      Sent next;
      lock.lock();
      try {
        if (queue.isEmpty() || inFlight >= config.entriesInFlight()) {
          return;
        }
        next = pack();
        inFlight++;
      } finally {
        lock.unlock();
      }
      send(next);
    }
  }

  private Sent pack() {
    var commands = new ArrayList<Waiting>();
    long size = EntryFormat.OVERHEAD_BYTES;
    while (!queue.isEmpty() && commands.size() < config.maxEntryCommands()) {
      int more = EntryFormat.COMMAND_OVERHEAD_BYTES + queue.peek().command.length;
      if (!commands.isEmpty() && size + more > config.maxEntryBytes()) {
        break;
      }
      var waiting = queue.remove();
      queuedBytes -= waiting.command.length;
      size += more;
      commands.add(waiting);
    }
    long sequence = ++lastSequence;
    unheard.add(sequence);
    var envelope = new Envelope(submitter, sequence, unheard.first() - 1, clock.millis());
    var entry = EntryFormat.encode(envelope, commands.stream().map(Waiting::command).toList());
    metrics.packed(commands.size(), entry.length);
    return new Sent(
        sequence, entry, commands, System.nanoTime() + config.submitTimeout().toNanos());
  }

  private void send(Sent sent) {
    var _ =
        propose.apply(sent.entry).whenComplete((outcome, failure) -> heard(sent, outcome, failure));
  }

  /** On a thread of Ratis: wakes those who wait, and leaves all else to the batcher's thread. */
  private void heard(Sent sent, Told outcome, Throwable failure) {
    if (failure != null) {
      retry(sent, failure);
      return;
    }
    switch (outcome) {
      case Told.Replies(var replies) -> {
        for (int at = 0; at < sent.commands.size(); at++) {
          var waiting = sent.commands.get(at);
          waiting.call.answer(waiting.position, replies.get(at));
        }
      }
      case Told.Forgotten() -> failAll(sent, "the index no longer knows what it answered");
    }
    landed(sent);
  }

  private void landed(Sent sent) {
    boolean more;
    lock.lock();
    try {
      unheard.remove(sent.sequence);
      inFlight--;
      more = !queue.isEmpty();
      idle.signalAll();
    } finally {
      lock.unlock();
    }
    if (more) {
      sender.execute(this::pump);
    }
  }

  /** The same entry once more: if it was applied after all, it is answered as the first time. */
  private void retry(Sent sent, Throwable failure) {
    boolean giveUp;
    lock.lock();
    try {
      giveUp = closed || System.nanoTime() > sent.deadlineNanos;
    } finally {
      lock.unlock();
    }
    if (giveUp || sender.isShutdown()) {
      failAll(
          sent,
          "the index cannot agree on the change, whether it took effect is not known: " + failure);
      landed(sent);
    } else {
      metrics.retried();
      CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, sender)
          .execute(() -> send(sent));
    }
  }

  private static void failAll(Sent sent, String why) {
    sent.commands.forEach(waiting -> waiting.call.fail(why));
  }

  int queued() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more commands, and waits for those that it has. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      long left = config.drainTimeout().toNanos();
      while ((inFlight > 0 || !queue.isEmpty()) && left > 0) {
        left = idle.awaitNanos(left);
      }
      for (var waiting : queue) {
        waiting.call.fail("the index was closed before it took the change");
      }
      queue.clear();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    sender.shutdown();
  }
}
