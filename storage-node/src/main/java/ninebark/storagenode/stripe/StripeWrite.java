package ninebark.storagenode.stripe;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import ninebark.erasure.Scheme;
import ninebark.erasure.ShardSet;
import ninebark.erasure.checksum.Crc;
import ninebark.storagenode.DamageListener.Finding;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DegradedStripe;
import ninebark.storagenode.DiskFullException;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.Extent;
import ninebark.storagenode.Owner;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.ShardAppend;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.UnwritableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stripe on its way to the disks of one group, on a virtual thread of its own: coded, appended
 * everywhere at once, awaited; begun again in another group when a disk fails.
 *
 * <p>Invariant: the buffer goes back when no disk can touch it any more, never sooner.
 */
final class StripeWrite {
  private static final Logger LOG = LoggerFactory.getLogger(StripeWrite.class);
  private static final int ATTEMPTS = 3;

  private final StripeStore store;
  private final Scheme scheme;
  private final Owner owner;
  private final StripeShape shape;
  private final MemorySegment[] shards;
  private final Runnable release;
  private final List<ShardAppend> appends = new ArrayList<>();
  private final CompletableFuture<Written> outcome = new CompletableFuture<>();

  /**
   * A stripe that is safe.
   *
   * @param stored with the shards that are missing, if any
   * @param crc64 of the data as it lay in the shards' buffers when the disks had taken them
   */
  record Written(DegradedStripe stored, long crc64) {}

  private StripeWrite(
      StripeStore store,
      Scheme scheme,
      Owner owner,
      MemorySegment buffer,
      int length,
      Runnable release) {
    this.store = store;
    this.scheme = scheme;
    this.owner = owner;
    this.release = release;
    shape = StripeShape.of(scheme, length, store.config().shardTargetBytes());
    shards = new MemorySegment[scheme.n()];
    int shardBytes = shape.shardBytes();
    int at = 0;
    for (int shard = 0; shard < scheme.n(); shard++) {
      if (shape.isImplied(shard)) {
        shards[shard] = store.zeros().asSlice(0, shardBytes);
      } else {
        shards[shard] = buffer.asSlice(at, shardBytes);
        at += shardBytes;
      }
    }
    int dataEnd = shape.storedData() * shardBytes;
    buffer.asSlice(length, (long) dataEnd - length).fill((byte) 0);
  }

  /**
   * @param buffer holds {@code length} bytes, and room for padding and parity; lent until {@code
   *     release} is called
   */
  static StripeWrite start(
      StripeStore store,
      Scheme scheme,
      Owner owner,
      MemorySegment buffer,
      int length,
      Runnable release) {
    var write = new StripeWrite(store, scheme, owner, buffer, length, release);
    store.enter();
    Thread.ofVirtual().name("stripe-write").start(write::run);
    return write;
  }

  /** What was stored. */
  Written await() throws IOException, InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException failure) {
      switch (failure.getCause()) {
        case DiskFullException full -> throw new DiskFullException(full.getMessage(), full);
        case IOException known -> throw new UnwritableException(known.getMessage(), known);
        default -> throw new IllegalStateException("a stripe was not written", failure.getCause());
      }
    }
  }

  /** Waits for the end, whatever it is; returns what is to be erased. */
  List<Extent> abandon() {
    try {
      return List.of(outcome.join().stored().extent());
    } catch (RuntimeException _) {
      return List.of();
    }
  }

  private void run() {
    try {
      store.codec(scheme).encode(shards, shape.shardBytes());
      var stored = spread();
      outcome.complete(new Written(stored, crc64()));
    } catch (IOException | RuntimeException failure) {
      outcome.completeExceptionally(failure);
    } catch (InterruptedException unexpected) {
      outcome.completeExceptionally(new IllegalStateException("interrupted", unexpected));
    } finally {
      releaseWhenUntouched();
    }
  }

  /** Of the data alone: neither the last shard's padding nor what is implied. */
  private long crc64() {
    var crc = Crc.CRC64NVME.start();
    long left = shape.length();
    for (int shard = 0; shard < shape.storedData(); shard++) {
      long length = Math.min(left, shape.shardBytes());
      crc.update(shards[shard], 0, length);
      left -= length;
    }
    return crc.value();
  }

  private void releaseWhenUntouched() {
    try {
      for (var append : appends) {
        append.awaitReleased();
      }
      release.run();
    } catch (InterruptedException unexpected) {
      // Nobody interrupts this thread; the memory stays lent rather than be used twice.
      LOG.error("a stripe's buffer was not given back", unexpected);
    } finally {
      store.leave();
    }
  }

  private DegradedStripe spread() throws IOException, InterruptedException {
    List<PlacementGroup> tried = new ArrayList<>();
    Optional<IOException> firstFailure = Optional.empty();
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      var group = choose(tried, firstFailure);
      tried.add(group);
      var extent = new Extent(store.newStripe(), group.id(), shape.length(), shape.shardBytes());
      var result = append(group, extent);
      boolean enough = result.missing.size() < scheme.m() || result.missing.isEmpty();
      boolean anotherIsWhole = attempt < ATTEMPTS && hasWholeGroup(tried);
      if (result.missing.isEmpty() || (enough && !anotherIsWhole)) {
        return acknowledge(group, extent, result.missing);
      }
      if (firstFailure.isEmpty()) {
        firstFailure = result.failure;
      }
      store.metrics().retriedStripes.increment();
      eraseLater(extent);
    }
    throw firstFailure.orElseGet(() -> new UnwritableException("no group took the stripe"));
  }

  private DegradedStripe acknowledge(PlacementGroup group, Extent extent, ShardSet missing) {
    store.metrics().stripesWritten.increment();
    store.metrics().bytesWritten.increment(extent.length());
    store.metrics().margin.record((double) scheme.m() - missing.size());
    if (!missing.isEmpty()) {
      store.metrics().degradedStripes.increment();
      LOG.warn("stripe {} was stored without shards {}", extent.stripe(), missing);
      for (int shard = 0; shard < scheme.n(); shard++) {
        if (missing.contains(shard)) {
          store.listener().found(extent, shard, group.disks().get(shard), Finding.MISSING);
        }
      }
    }
    return new DegradedStripe(extent, missing);
  }

  /** Which shards did not become durable, and why the first of them did not. */
  private record Result(ShardSet missing, Optional<IOException> failure) {}

  private Result append(PlacementGroup group, Extent extent) throws InterruptedException {
    var deadline = Deadline.after(store.config().writeTimeout());
    var missing = ShardSet.EMPTY;
    Optional<IOException> first = Optional.empty();
    var waiting = new ShardAppend[scheme.n()];
    for (int shard = 0; shard < scheme.n(); shard++) {
      if (shape.isImplied(shard)) {
        continue;
      }
      var id = group.disks().get(shard);
      try {
        if (!store.takesWrites(id)) {
          missing = missing.with(shard);
          continue;
        }
        var disk = store.disk(id);
        if (disk.isEmpty()) {
          missing = missing.with(shard);
          continue;
        }
        waiting[shard] = append(disk.get(), extent, shard, deadline);
        appends.add(waiting[shard]);
      } catch (IOException failure) {
        missing = missing.with(shard);
        first = first.isEmpty() ? Optional.of(failure) : first;
        failed(id, failure);
      }
    }
    for (int shard = 0; shard < scheme.n(); shard++) {
      if (waiting[shard] == null) {
        continue;
      }
      try {
        waiting[shard].awaitDurable(deadline);
        store.health().behaved(group.disks().get(shard));
      } catch (IOException failure) {
        missing = missing.with(shard);
        first = first.isEmpty() ? Optional.of(failure) : first;
        failed(group.disks().get(shard), failure);
      }
    }
    return new Result(missing, first);
  }

  private ShardAppend append(ShardDisk disk, Extent extent, int shard, Deadline deadline)
      throws IOException {
    var key = new ShardKey(extent.group(), extent.stripe(), shard);
    var label = new ShardLabel(key, scheme, shape.length(), shape.shardBytes(), owner);
    return disk.append(label, shards[shard], deadline);
  }

  private void failed(DiskId disk, IOException failure) {
    if (!(failure instanceof DiskFullException)) {
      store.health().misbehaved(disk);
      LOG.warn("disk {} did not take a shard: {}", disk, failure.getMessage());
    }
  }

  private PlacementGroup choose(List<PlacementGroup> tried, Optional<IOException> failure)
      throws IOException {
    var groups = store.groups(scheme);
    if (groups.isEmpty()) {
      throw new UnwritableException("the cluster map has no placement group for " + scheme);
    }
    List<PlacementGroup> whole = new ArrayList<>();
    List<PlacementGroup> best = new ArrayList<>();
    int fewestMissing = Math.max(1, scheme.m());
    for (var group : groups) {
      if (tried.contains(group)) {
        continue;
      }
      int missing = missingDisks(group);
      if (missing == 0) {
        whole.add(group);
      } else if (missing < fewestMissing) {
        fewestMissing = missing;
        best.clear();
        best.add(group);
      } else if (missing == fewestMissing && missing < scheme.m()) {
        best.add(group);
      }
    }
    var candidates = whole.isEmpty() ? best : whole;
    if (candidates.isEmpty()) {
      throw failure.orElseGet(() -> unwritable(groups));
    }
    return candidates.get(store.random().nextInt(candidates.size()));
  }

  private boolean hasWholeGroup(List<PlacementGroup> tried) {
    return store.groups(scheme).stream()
        .anyMatch(group -> !tried.contains(group) && missingDisks(group) == 0);
  }

  private int missingDisks(PlacementGroup group) {
    int missing = 0;
    for (int shard = 0; shard < scheme.n(); shard++) {
      if (!shape.isImplied(shard) && !store.takesWrites(group.disks().get(shard))) {
        missing++;
      }
    }
    return missing;
  }

  private IOException unwritable(List<PlacementGroup> groups) {
    boolean full =
        groups.stream()
            .flatMap(group -> group.disks().stream())
            .distinct()
            .flatMap(id -> store.disk(id).stream())
            .anyMatch(disk -> disk.state() == DiskState.FULL);
    if (full) {
      return new DiskFullException(
          "too few disks have space above their reserve for a stripe of " + scheme);
    }
    return new UnwritableException(
        "too few disks take writes: a stripe of "
            + scheme
            + " needs "
            + (scheme.k() + Math.min(1, scheme.m()))
            + " of "
            + scheme.n());
  }

  private void eraseLater(Extent extent) {
    store.enter();
    Thread.ofVirtual()
        .name("erase-abandoned")
        .start(
            () -> {
              try {
                store.erase(List.of(extent));
              } catch (IOException _) {
                // Reclaim erases what nobody names.
              } finally {
                store.leave();
              }
            });
  }
}
