package ninebark.storagenode.stripe;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import ninebark.erasure.ShardSet;
import ninebark.storagenode.Extent;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.UnreadableException;

/**
 * Brings a contiguous range of one stripe into memory: each shard's part read at once, what is
 * missing, damaged or slow computed from the others.
 */
final class PieceFetch {
  /** A range of one shard. */
  private record Part(int shard, int offset, int length, int at) {}

  /** How the read of one part ended. */
  private record Answer(Part part, Optional<IOException> failure) {}

  private final StripeStore store;
  private final Extent extent;
  private final PlacementGroup group;
  private final List<Part> parts = new ArrayList<>();

  /**
   * @param from where in the stripe the range begins
   */
  PieceFetch(StripeStore store, Extent extent, PlacementGroup group, int from, int length) {
    this.store = store;
    this.extent = extent;
    this.group = group;
    int shardBytes = extent.shardBytes();
    int at = 0;
    while (at < length) {
      int shard = (from + at) / shardBytes;
      int offset = (from + at) % shardBytes;
      int bytes = Math.min(shardBytes - offset, length - at);
      parts.add(new Part(shard, offset, bytes, at));
      at += bytes;
    }
  }

  /**
   * Fills memory from {@code first}, or other memory of the same pool when a slow read still holds
   * that.
   *
   * @return the memory that holds the range and is now the caller's
   */
  LentBuffer fetch(LentBuffer first) throws IOException {
    try {
      return tryFetch(first);
    } catch (InterruptedException _) {
      first.letGo();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading a stripe");
    } catch (IOException | RuntimeException failure) {
      first.letGo();
      throw failure;
    }
  }

  private LentBuffer tryFetch(LentBuffer first) throws IOException, InterruptedException {
    var answers = new LinkedBlockingQueue<Answer>();
    List<Part> failed = new ArrayList<>();
    List<Part> waiting = new ArrayList<>();
    for (var part : parts) {
      var disk = group.disks().get(part.shard);
      if (store.disk(disk).isEmpty() || store.health().isSetAside(disk)) {
        failed.add(part);
      } else {
        waiting.add(part);
        ask(part, first, answers);
      }
    }
    long began = System.nanoTime();
    long hedgeAt = began + store.health().hedgeDelayNanos();
    long giveUpAt = began + store.config().readTimeout().toNanos();
    boolean mayHedge = true;
    while (!waiting.isEmpty()) {
      long now = System.nanoTime();
      long until = mayHedge ? Math.min(hedgeAt, giveUpAt) : giveUpAt;
      var answer = answers.poll(Math.max(0, until - now), TimeUnit.NANOSECONDS);
      if (answer != null) {
        waiting.remove(answer.part);
        if (answer.failure.isPresent()) {
          failed.add(answer.part);
        }
      } else if (!mayHedge || System.nanoTime() - giveUpAt >= 0) {
        waiting.forEach(part -> store.health().misbehaved(group.disks().get(part.shard)));
        return elsewhere(first, waiting, failed);
      } else {
        mayHedge = false;
        var hedged = hedge(first, waiting, failed);
        if (hedged.isPresent()) {
          return hedged.get();
        }
      }
    }
    rebuild(failed, first.segment(), ShardSet.EMPTY);
    return first;
  }

  private void ask(Part part, LentBuffer into, LinkedBlockingQueue<Answer> answers) {
    into.lend();
    store.enter();
    Thread.ofVirtual()
        .name("shard-read")
        .start(
            () -> {
              Optional<IOException> failure = Optional.empty();
              try {
                var disk = group.disks().get(part.shard);
                var target = into.segment().asSlice(part.at, part.length);
                ShardRead.read(store, extent, part.shard, disk, part.offset, target);
              } catch (IOException expected) {
                failure = Optional.of(expected);
              } catch (RuntimeException bug) {
                failure = Optional.of(new IOException("a bug stopped a shard's read", bug));
              } finally {
                answers.add(new Answer(part, failure));
                into.letGo();
                store.leave();
              }
            });
  }

  /** Does without the slow reads, if there are memory and budget to do so. */
  private Optional<LentBuffer> hedge(LentBuffer first, List<Part> slow, List<Part> failed)
      throws InterruptedException {
    if (slow.size() > group.scheme().m() || !store.health().mayHedge()) {
      return Optional.empty();
    }
    var spare = first.another();
    if (spare.isEmpty()) {
      return Optional.empty();
    }
    store.metrics().hedges.increment(slow.size());
    try {
      var whole = compute(first, spare.get(), slow, failed);
      slow.forEach(part -> store.health().wasOvertaken(group.disks().get(part.shard)));
      return Optional.of(whole);
    } catch (IOException _) {
      spare.get().letGo();
      return Optional.empty();
    }
  }

  private LentBuffer elsewhere(LentBuffer first, List<Part> slow, List<Part> failed)
      throws IOException, InterruptedException {
    var spare =
        first
            .another()
            .orElseThrow(
                () ->
                    new UnreadableException("a disk did not answer, and there is no memory left"));
    try {
      return compute(first, spare, slow, failed);
    } catch (IOException failure) {
      spare.letGo();
      throw failure;
    }
  }

  private LentBuffer compute(LentBuffer first, LentBuffer spare, List<Part> slow, List<Part> failed)
      throws IOException, InterruptedException {
    var useless = ShardSet.EMPTY;
    for (var part : slow) {
      useless = useless.with(part.shard);
    }
    List<Part> wanted = new ArrayList<>(slow);
    wanted.addAll(failed);
    for (var part : parts) {
      if (!wanted.contains(part)) {
        MemorySegment.copy(first.segment(), part.at, spare.segment(), part.at, part.length);
      }
    }
    rebuild(wanted, spare.segment(), useless);
    first.letGo();
    return spare;
  }

  private void rebuild(List<Part> wanted, MemorySegment into, ShardSet slow)
      throws IOException, InterruptedException {
    var useless = slow;
    for (var part : wanted) {
      useless = useless.with(part.shard);
    }
    for (var part : wanted) {
      try {
        new ShardRebuild(store, extent, group, part.shard, useless.without(part.shard))
            .rebuild(part.offset, into.asSlice(part.at, part.length));
      } catch (UnreadableException failure) {
        // The disk may have been avoided for nothing: ask it after all.
        readAfterAll(part, into, failure);
      }
    }
  }

  private void readAfterAll(Part part, MemorySegment into, UnreadableException failure)
      throws IOException {
    var disk = group.disks().get(part.shard);
    if (store.disk(disk).isEmpty() || !store.health().isSetAside(disk)) {
      throw failure;
    }
    try {
      ShardRead.read(
          store, extent, part.shard, disk, part.offset, into.asSlice(part.at, part.length));
    } catch (IOException second) {
      failure.addSuppressed(second);
      throw failure;
    }
  }
}
