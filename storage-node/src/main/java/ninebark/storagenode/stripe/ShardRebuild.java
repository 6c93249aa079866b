package ninebark.storagenode.stripe;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import ninebark.erasure.ShardSet;
import ninebark.storagenode.Extent;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.UnreadableException;

/**
 * Computes a range of one shard from the same range of k others, slice by slice, so that the memory
 * it takes does not depend on the range.
 */
final class ShardRebuild {
  static final int BUFFER_BYTES = 2 << 20;
  private static final int MOST_SLICE_BYTES = 128 << 10;

  private final StripeStore store;
  private final Extent extent;
  private final PlacementGroup group;
  private final StripeShape shape;
  private final int wanted;

  /** Shards that were found to be of no use. */
  private ShardSet useless;

  /**
   * @param useless shards not to ask, besides {@code wanted}
   */
  ShardRebuild(
      StripeStore store, Extent extent, PlacementGroup group, int wanted, ShardSet useless) {
    this.store = store;
    this.extent = extent;
    this.group = group;
    this.wanted = wanted;
    this.useless = useless.with(wanted);
    shape = StripeShape.of(group.scheme(), extent);
  }

  /** Fills {@code into} with the shard's bytes from {@code offset}. */
  void rebuild(int offset, MemorySegment into) throws IOException, InterruptedException {
    int n = group.scheme().n();
    int slice =
        Math.max(
            StripeShape.ALIGNMENT,
            Math.min(MOST_SLICE_BYTES, BUFFER_BYTES / n)
                / StripeShape.ALIGNMENT
                * StripeShape.ALIGNMENT);
    for (int done = 0; done < into.byteSize(); done += slice) {
      int length = (int) Math.min(slice, into.byteSize() - done);
      rebuildSlice(offset + done, into.asSlice(done, length));
    }
    store.metrics().reconstructed.increment();
  }

  /** How the read of one source ended. */
  private record Answer(int shard, Optional<IOException> failure) {}

  private void rebuildSlice(int offset, MemorySegment into)
      throws IOException, InterruptedException {
    int length = (int) into.byteSize();
    var buffer = store.rebuilds().acquire();
    var users = new AtomicInteger(1);
    try {
      var shards = new MemorySegment[group.scheme().n()];
      var present = ShardSet.EMPTY;
      for (int shard = 0; shard < shards.length; shard++) {
        if (shape.isImplied(shard)) {
          shards[shard] = store.zeros().asSlice(0, length);
          present = present.with(shard);
        } else {
          shards[shard] = buffer.asSlice((long) shard * sliceStride(), length);
        }
      }
      shards[wanted] = into;
      present = gather(offset, shards, present, buffer, users);
      store.codec(group.scheme()).reconstruct(shards, present, ShardSet.of(wanted), length);
    } finally {
      letGo(buffer, users);
    }
  }

  private int sliceStride() {
    return BUFFER_BYTES / group.scheme().n() / StripeShape.ALIGNMENT * StripeShape.ALIGNMENT;
  }

  private ShardSet gather(
      int offset,
      MemorySegment[] shards,
      ShardSet implied,
      MemorySegment buffer,
      AtomicInteger users)
      throws IOException, InterruptedException {
    int k = group.scheme().k();
    var present = implied;
    var candidates = candidates();
    var answers = new LinkedBlockingQueue<Answer>();
    int next = 0;
    int outstanding = 0;
    boolean hedged = false;
    long giveUp = System.nanoTime() + store.config().readTimeout().toNanos();
    Optional<IOException> last = Optional.empty();
    while (present.size() < k) {
      while (next < candidates.size() && (hedged || outstanding < k - present.size())) {
        ask(candidates.get(next++), offset, shards, answers, buffer, users);
        outstanding++;
      }
      if (outstanding == 0) {
        throw unreadable(present, last);
      }
      long wait =
          next < candidates.size() && !hedged
              ? store.health().hedgeDelayNanos()
              : giveUp - System.nanoTime();
      var answer = answers.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
      if (answer == null) {
        if (hedged || next == candidates.size()) {
          if (System.nanoTime() - giveUp >= 0) {
            throw unreadable(present, last);
          }
        }
        hedged = true;
        continue;
      }
      outstanding--;
      if (answer.failure.isEmpty()) {
        present = present.with(answer.shard);
      } else {
        useless = useless.with(answer.shard);
        last = answer.failure;
      }
    }
    return present;
  }

  private UnreadableException unreadable(ShardSet present, Optional<IOException> last) {
    var message =
        "stripe "
            + extent.stripe()
            + " in "
            + group.id()
            + ": "
            + present.size()
            + " shards can be read, "
            + group.scheme().k()
            + " are needed";
    return last.map(cause -> new UnreadableException(message, cause))
        .orElseGet(() -> new UnreadableException(message));
  }

  /** The shards that may help, those on well-behaved disks first. */
  private List<Integer> candidates() {
    List<Integer> good = new ArrayList<>();
    List<Integer> doubtful = new ArrayList<>();
    for (int shard = 0; shard < group.scheme().n(); shard++) {
      if (shape.isImplied(shard) || useless.contains(shard)) {
        continue;
      }
      var disk = group.disks().get(shard);
      (store.disk(disk).isEmpty() || store.health().isSetAside(disk) ? doubtful : good).add(shard);
    }
    good.addAll(doubtful);
    return good;
  }

  private void ask(
      int shard,
      int offset,
      MemorySegment[] shards,
      LinkedBlockingQueue<Answer> answers,
      MemorySegment buffer,
      AtomicInteger users) {
    users.incrementAndGet();
    store.enter();
    Thread.ofVirtual()
        .name("rebuild-read")
        .start(
            () -> {
              Optional<IOException> failure = Optional.empty();
              try {
                ShardRead.read(
                    store, extent, shard, group.disks().get(shard), offset, shards[shard]);
              } catch (IOException expected) {
                failure = Optional.of(expected);
              } catch (RuntimeException bug) {
                failure = Optional.of(new IOException("a bug stopped a shard's read", bug));
              } finally {
                answers.add(new Answer(shard, failure));
                letGo(buffer, users);
                store.leave();
              }
            });
  }

  private void letGo(MemorySegment buffer, AtomicInteger users) {
    if (users.decrementAndGet() == 0) {
      store.rebuilds().release(buffer);
    }
  }
}
