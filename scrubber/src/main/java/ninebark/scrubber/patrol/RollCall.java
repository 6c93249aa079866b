package ninebark.scrubber.patrol;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import ninebark.erasure.Codec;
import ninebark.erasure.Scheme;
import ninebark.erasure.ShardSet;
import ninebark.scrubber.journal.Loss;
import ninebark.scrubber.rebuild.Crew;
import ninebark.scrubber.rebuild.StripeBytes;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.ShardDamagedException;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.ShardMissingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the disks of a placement group against each other: which shards should be there and are
 * not, and whether the shards of a stripe agree.
 *
 * <p>The first needs only the disks' lists, and for stripes with something absent one label. So a
 * disk that comes back empty, a shard that a write was acknowledged without and an erased file are
 * found without reading a byte of data.
 *
 * <p>Threads: one at a time.
 */
final class RollCall {
  private static final Logger LOG = LoggerFactory.getLogger(RollCall.class);

  /** Which stripes are also read whole. */
  interface Choice {
    boolean takes(GroupWalk.Seen seen);
  }

  /** How the roll call gives way to what comes first. */
  interface Manners {
    /**
     * Called before each stripe.
     *
     * @return false to stop
     */
    boolean mayGoOn() throws InterruptedException;

    /** Called before a stripe is read whole: waits while that must wait. */
    void beforeReading() throws InterruptedException;

    /** Called after, with how much was read. */
    void afterReading(long bytes) throws InterruptedException;
  }

  private final Function<DiskId, Optional<ShardDisk>> disks;
  private final Function<Scheme, Codec> codecs;
  private final Findings findings;
  private final InstantSource clock;
  private final Crew crew;
  private final PatrolMetrics metrics;

  RollCall(
      Function<DiskId, Optional<ShardDisk>> disks,
      Function<Scheme, Codec> codecs,
      Findings findings,
      InstantSource clock,
      Crew crew,
      PatrolMetrics metrics) {
    this.disks = disks;
    this.codecs = codecs;
    this.findings = findings;
    this.clock = clock;
    this.crew = crew;
    this.metrics = metrics;
  }

  /**
   * Calls the roll of the stripes born from {@code from} (inclusive) to {@code until} (exclusive).
   *
   * @return whether it came to the end
   */
  boolean call(PlacementGroup group, Instant from, Instant until, Choice choice, Manners manners)
      throws InterruptedException {
    double missingBefore = metrics.missing.count();
    var walk = new GroupWalk(group, from.toEpochMilli(), disks);
    for (var seen = walk.next(); seen.isPresent(); seen = walk.next()) {
      if (seen.get().stripe().stripe().birthMillis() >= until.toEpochMilli()) {
        break;
      }
      if (!manners.mayGoOn()) {
        return false;
      }
      try {
        look(group, seen.get(), choice, manners);
      } catch (InterruptedIOException _) {
        throw new InterruptedException();
      } catch (IOException trouble) {
        // A disk does not answer: what is missing is found at the next call.
        LOG.debug("stripe {} is not looked at now", seen.get().stripe(), trouble);
      }
    }
    metrics.rollCalls.increment();
    long missing = (long) (metrics.missing.count() - missingBefore);
    if (missing > 0) {
      LOG.warn("the roll of {}: {} shards are missing, they are made again", group.id(), missing);
    }
    return true;
  }

  private void look(PlacementGroup group, GroupWalk.Seen seen, Choice choice, Manners manners)
      throws IOException, InterruptedException {
    var missing = missing(group, seen);
    if (!missing.isEmpty()) {
      metrics.missing.increment(missing.size());
      LOG.debug("stripe {} misses shards {}", seen.stripe(), missing);
      findings.found(new Loss(seen.stripe(), missing, ShardSet.EMPTY, clock.instant()));
    } else if (choice.takes(seen)) {
      manners.beforeReading();
      readWhole(group, seen, manners);
    }
  }

  private ShardSet missing(PlacementGroup group, GroupWalk.Seen seen) throws IOException {
    var absent = seen.absent();
    if (absent.isEmpty()) {
      return absent;
    }
    var label = label(group, seen);
    if (label.isEmpty()) {
      return ShardSet.EMPTY;
    }
    int k = group.scheme().k();
    int stored = Math.ceilDiv(label.get().stripeLength(), label.get().shardBytes());
    var missing = absent.minus(stored < k ? ShardSet.range(stored, k) : ShardSet.EMPTY);
    // The lists were read one after the other: what was written or erased meanwhile is asked again.
    var confirmed = ShardSet.EMPTY;
    for (int shard : missing.stream().toArray()) {
      if (!isAnywhere(group, shard, seen)) {
        confirmed = confirmed.with(shard);
      }
    }
    return confirmed.isEmpty() || label(group, seen).isEmpty() ? ShardSet.EMPTY : confirmed;
  }

  private boolean isAnywhere(PlacementGroup group, int shard, GroupWalk.Seen seen)
      throws IOException {
    // Where it leaves first: on its way it is at the other place before it is gone from this one.
    for (var id : group.places(shard).reversed()) {
      try {
        disk(id).label(seen.stripe().shard(shard));
        return true;
      } catch (ShardMissingException | ShardDamagedException _) {
        // The other place may have it.
      }
    }
    return false;
  }

  /** What is written beside any shard of the stripe that is still there. */
  private Optional<ShardLabel> label(PlacementGroup group, GroupWalk.Seen seen) throws IOException {
    for (int shard : seen.held().stream().toArray()) {
      for (var id : group.places(shard)) {
        try {
          return Optional.of(disk(id).label(seen.stripe().shard(shard)));
        } catch (ShardMissingException _) {
          // Erased since it was listed, or at its other place.
        } catch (ShardDamagedException _) {
          // Another shard may tell.
        }
      }
    }
    return Optional.empty();
  }

  private ShardDisk disk(DiskId id) throws IOException {
    return disks.apply(id).orElseThrow(() -> new IOException("disk " + id + " is not here"));
  }

  /** Reads every shard of a stripe and checks that they make sense together. */
  private void readWhole(PlacementGroup group, GroupWalk.Seen seen, Manners manners)
      throws IOException, InterruptedException {
    var label = label(group, seen);
    if (label.isEmpty()) {
      return;
    }
    try (var memory = Arena.ofShared()) {
      var bytes = new StripeBytes(label.get(), codecs.apply(label.get().scheme()), memory);
      var shards = seen.held().stream().filter(shard -> !bytes.isImplied(shard)).boxed().toList();
      var damaged = readAll(group, seen, shards, bytes);
      long total = (long) shards.size() * bytes.shardBytes();
      metrics.parityStripes.increment();
      metrics.parityBytes.increment((double) total);
      if (!damaged.isEmpty()) {
        findings.found(new Loss(seen.stripe(), damaged, ShardSet.EMPTY, clock.instant()));
      } else if (!bytes.agree()) {
        accuse(seen, bytes);
      }
      manners.afterReading(total);
    }
  }

  private ShardSet readAll(
      PlacementGroup group, GroupWalk.Seen seen, List<Integer> shards, StripeBytes bytes)
      throws InterruptedException {
    var how = new Answer[group.scheme().n()];
    List<Runnable> work = new ArrayList<>();
    for (int shard : shards) {
      work.add(() -> how[shard] = read(group, seen, shard, bytes));
    }
    crew.all(work);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    var damaged = ShardSet.EMPTY;
    for (int shard : shards) {
      switch (how[shard]) {
        case WHOLE -> bytes.isKnown(shard);
        case DAMAGED -> damaged = damaged.with(shard);
        case NONE -> {
          // Erased meanwhile, or its disk does not answer now.
        }
      }
    }
    return damaged;
  }

  private enum Answer {
    WHOLE,
    DAMAGED,
    NONE
  }

  private Answer read(PlacementGroup group, GroupWalk.Seen seen, int shard, StripeBytes bytes) {
    var answer = Answer.NONE;
    for (var id : group.places(shard)) {
      try {
        disk(id).read(seen.stripe().shard(shard), 0, bytes.segment(shard));
        return Answer.WHOLE;
      } catch (ShardDamagedException damaged) {
        LOG.error("parity check found damage: {}", damaged.getMessage());
        answer = Answer.DAMAGED;
      } catch (InterruptedIOException _) {
        Thread.currentThread().interrupt();
        return Answer.NONE;
      } catch (IOException _) {
        // At its other place, or nowhere.
      }
    }
    return answer;
  }

  private void accuse(GroupWalk.Seen seen, StripeBytes bytes) {
    var culprit = bytes.culprit();
    if (culprit.isPresent()) {
      metrics.wrong.increment();
      LOG.error(
          "stripe {}: shard {} is whole by its checksums and contradicts all others",
          seen.stripe(),
          culprit.get());
      findings.found(
          new Loss(seen.stripe(), ShardSet.EMPTY, ShardSet.of(culprit.get()), clock.instant()));
    } else {
      metrics.undecided.increment();
      LOG.error(
          "stripe {}: its shards contradict each other, and it cannot be told which is wrong",
          seen.stripe());
    }
  }
}
