package ninebark.scrubber.patrol;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.IndexInspector;
import ninebark.storagenode.file.Medium;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what this process' replica of the index keeps: RocksDB's tables and the segments of the
 * Raft log. It is small beside the disks, so it is read in one go, and from its beginning after a
 * restart.
 *
 * <p>Nothing is mended here: another replica, or a copy of the index on the disks, has what is
 * lost. The damage is told until a later look does not find it any more.
 *
 * <p>Threads: one runs; any may ask.
 */
final class IndexPatrol {
  private static final Logger LOG = LoggerFactory.getLogger(IndexPatrol.class);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

  private final IndexInspector index;
  private final PatrolConfig config;
  private final PatrolSwitch control;
  private final InstantSource clock;
  private final Counter bytesRead;
  private volatile Patrol.IndexProgress progress =
      new Patrol.IndexProgress(0, 0, Optional.empty(), List.of());

  IndexPatrol(
      IndexInspector index,
      PatrolConfig config,
      PatrolSwitch control,
      InstantSource clock,
      MeterRegistry meters) {
    this.index = index;
    this.config = config;
    this.control = control;
    this.clock = clock;
    bytesRead =
        Counter.builder("ninebark.patrol.index.bytes")
            .description("Bytes of the index' own files read and checked")
            .register(meters);
    Gauge.builder("ninebark.patrol.index.damaged", this, patrol -> patrol.progress.damage().size())
        .description("Places in the index' own files that the last look found damaged")
        .register(meters);
  }

  Patrol.IndexProgress progress() {
    return progress;
  }

  /** Returns when the patrol is closed. */
  void run() {
    int startsSeen = control.starts();
    var due = clock.instant().plus(config.settle());
    try {
      while (!control.isClosed()) {
        boolean asked = control.starts() != startsSeen;
        if (control.pausedUntil().isEmpty() && (asked || !clock.instant().isBefore(due))) {
          startsSeen = control.starts();
          look();
          due = clock.instant().plus(config.interval(Medium.FLASH));
        }
        control.rest(LOOK_INTERVAL);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  void look() {
    try {
      var found = index.inspect();
      bytesRead.increment((double) found.bytes());
      found.damage().forEach(what -> LOG.error("the index is damaged: {}", what));
      progress =
          new Patrol.IndexProgress(
              progress.pass() + 1, found.bytes(), Optional.of(clock.instant()), found.damage());
    } catch (IOException away) {
      LOG.warn("the index' own files were not checked; the next look comes", away);
    } catch (RuntimeException bug) {
      LOG.error("the patrol of the index met a bug", bug);
    }
  }
}
