package ninebark.scrubber.patrol;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import ninebark.scrubber.journal.Loss;
import ninebark.scrubber.journal.PatrolMark;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskInspector;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.ShardDamagedException;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardMissingException;
import ninebark.storagenode.StoredShard;
import ninebark.storagenode.StripeId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through one disk, pass after pass: reads every shard it holds, which the disk checks for
 * checksums and identity, then looks at what else it keeps.
 *
 * <p>Threads: one of its own runs it; any may ask for the mark.
 */
final class DiskPatrol {
  private static final Logger LOG = LoggerFactory.getLogger(DiskPatrol.class);

  /** How many shards are listed at once. */
  private static final int PAGE = 256;

  /** How much is read at once: a few of the blocks that have a checksum each. */
  private static final int PIECE_BYTES = 256 << 10;

  /** How long to stand back where there is nothing to do now. */
  private static final Duration STAND_BACK = Duration.ofSeconds(1);

  /** The longest rest before things are looked at anew. */
  private static final Duration LONGEST_REST = Duration.ofSeconds(1);

  private final DiskId id;
  private final Function<DiskId, Optional<ShardDisk>> disks;
  private final Function<DiskId, Optional<DiskInspector>> inspectors;
  private final Duration interval;
  private final Duration startDelay;
  private final GroupId pivot;
  private final PatrolPace pace;
  private final BooleanSupplier clientsAreBusy;
  private final PatrolSwitch control;
  private final Findings findings;
  private final InstantSource clock;
  private final PatrolMetrics.OfDisk metrics;
  private volatile PatrolMark mark;
  private volatile boolean hurrying;
  private volatile double bytesPerSecond;

  /** What the disk held when it was last asked; asking is too dear for every piece. */
  private long held;

  private int startsSeen;

  /**
   * @param pivot the group that passes begin at
   * @param mark how far an earlier life came
   */
  DiskPatrol(
      PatrolMark mark,
      Function<DiskId, Optional<ShardDisk>> disks,
      Function<DiskId, Optional<DiskInspector>> inspectors,
      Duration interval,
      Duration startDelay,
      GroupId pivot,
      PatrolPace pace,
      BooleanSupplier clientsAreBusy,
      PatrolSwitch control,
      Findings findings,
      InstantSource clock,
      PatrolMetrics.OfDisk metrics) {
    this.mark = mark;
    this.disks = disks;
    this.inspectors = inspectors;
    this.interval = interval;
    this.startDelay = startDelay;
    this.pivot = pivot;
    this.pace = pace;
    this.clientsAreBusy = clientsAreBusy;
    this.control = control;
    this.findings = findings;
    this.clock = clock;
    this.metrics = metrics;
    id = mark.disk();
    startsSeen = control.starts();
  }

  PatrolMark mark() {
    return mark;
  }

  Duration interval() {
    return interval;
  }

  /** How fast it reads now; 0 while it rests between passes. */
  double bytesPerSecond() {
    return mark.isDone() ? 0 : bytesPerSecond;
  }

  long heldBytes() {
    return disks.apply(id).map(disk -> disk.status().liveBytes()).orElse(0L);
  }

  /** Runs until the switch is closed. */
  void run() {
    try (var memory = Arena.ofShared()) {
      var piece = memory.allocate(PIECE_BYTES, 64);
      control.rest(startDelay);
      while (!control.isClosed()) {
        obeyStart();
        if (mustStandBack()) {
          control.rest(STAND_BACK);
        } else if (mark.isDone()) {
          waitForNextPass();
        } else {
          somewhatFurther(piece);
        }
      }
    } catch (InterruptedException | InterruptedIOException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void obeyStart() {
    int starts = control.starts();
    if (starts != startsSeen) {
      startsSeen = starts;
      hurrying = true;
      // Whatever was asked for covers what was checked before it was asked.
      mark = mark.isDone() ? mark.next(clock.instant()) : mark.again(clock.instant());
    }
  }

  private boolean mustStandBack() {
    var disk = disks.apply(id);
    return control.rests()
        || findings.isUrgent()
        || disk.isEmpty()
        || disk.get().state() == DiskState.AWAY;
  }

  private void waitForNextPass() throws InterruptedException {
    var left = Duration.between(clock.instant(), mark.began().plus(interval));
    if (left.isPositive()) {
      control.rest(left.compareTo(LONGEST_REST) < 0 ? left : LONGEST_REST);
    } else {
      mark = mark.next(clock.instant());
    }
  }

  /** One page of shards, or the end of a half of the pass. */
  private void somewhatFurther(MemorySegment piece)
      throws InterruptedException, InterruptedIOException {
    var disk = disks.apply(id);
    if (disk.isEmpty()) {
      return;
    }
    try {
      var after = mark.after().or(this::beforeFirst);
      var page = disk.get().list(after, PAGE);
      held = heldBytes();
      for (var shard : page) {
        if (mark.wrapped() && shard.key().group().value() >= pivot.value()) {
          finish();
          return;
        }
        if (!check(disk.get(), shard, piece) || control.isClosed()) {
          return;
        }
      }
      if (page.size() < PAGE) {
        if (mark.wrapped() || pivot.value() == 0) {
          finish();
        } else {
          mark = mark.wrap();
        }
      }
    } catch (InterruptedIOException closing) {
      throw closing;
    } catch (IOException trouble) {
      LOG.warn("patrol of disk {} waits: {}", id, trouble.toString());
      control.rest(STAND_BACK);
    }
  }

  private Optional<ShardKey> beforeFirst() {
    return mark.wrapped() || pivot.value() == 0
        ? Optional.empty()
        : Optional.of(new ShardKey(pivot, new StripeId(0, 0), 0));
  }

  /**
   * Reads one shard.
   *
   * @return false if the disk could not be asked or the operator wants something else
   */
  private boolean check(ShardDisk disk, StoredShard shard, MemorySegment piece)
      throws IOException, InterruptedException {
    long damage = 0;
    try {
      for (int offset = 0; offset < shard.shardBytes(); offset += PIECE_BYTES) {
        if (mustStandBack() || control.starts() != startsSeen) {
          return false;
        }
        int bytes = Math.min(PIECE_BYTES, shard.shardBytes() - offset);
        long began = System.nanoTime();
        disk.read(shard.key(), offset, piece.asSlice(0, bytes));
        metrics.bytes.increment(bytes);
        keepPace(bytes, began);
      }
    } catch (ShardMissingException _) {
      // Erased since it was listed.
      mark = mark.checked(shard.key(), 0, 0);
      return true;
    } catch (ShardDamagedException damaged) {
      damage = 1;
      metrics.damaged.increment();
      metrics.latent.record(Duration.between(mark.oldestUnverified(held), clock.instant()).abs());
      LOG.error("patrol found damage: {}", damaged.getMessage());
      findings.found(Loss.of(shard.key(), clock.instant()));
    }
    mark = mark.checked(shard.key(), shard.shardBytes(), damage);
    return true;
  }

  /** Rests as long as the pace wants, which may change meanwhile. */
  private void keepPace(long bytes, long beganNanos) throws InterruptedException {
    while (!control.isClosed() && control.starts() == startsSeen) {
      boolean busy = !hurrying && clientsAreBusy.getAsBoolean();
      bytesPerSecond = pace.bytesPerSecond(mark, held, interval, clock.instant(), busy);
      var due = PatrolPace.due(bytes, bytesPerSecond);
      var left = due.minusNanos(System.nanoTime() - beganNanos);
      if (!left.isPositive()) {
        return;
      }
      control.rest(left.compareTo(LONGEST_REST) < 0 ? left : LONGEST_REST);
    }
  }

  /** What the disk keeps beside the shards, then the end of the pass. */
  private void finish() throws IOException, InterruptedException {
    var inspector = inspectors.apply(id);
    if (inspector.isPresent()) {
      var found = inspector.get().inspectIndex();
      for (int container : inspector.get().containers()) {
        if (control.isClosed()) {
          return;
        }
        long began = System.nanoTime();
        var one = inspector.get().inspectContainer(container);
        found = found.and(one);
        keepPace(one.bytes(), began);
      }
      metrics.damaged.increment(found.damageCount());
      metrics.mended.increment(found.mendedCount());
      mark = mark.inspected(0, found.damageCount());
    }
    Instant now = clock.instant();
    mark = mark.end(now);
    hurrying = false;
    LOG.info(
        "patrol of disk {} ended pass {}: {} shards, {} bytes, {} damaged, in {} s",
        id,
        mark.pass(),
        mark.shardCount(),
        mark.bytes(),
        mark.damageCount(),
        Duration.between(mark.began(), now).toSeconds());
  }
}
