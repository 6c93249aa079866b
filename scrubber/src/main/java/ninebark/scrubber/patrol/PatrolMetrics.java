package ninebark.scrubber.patrol;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import ninebark.storagenode.DiskPlace;

/** What patrol counts. */
final class PatrolMetrics {
  final Counter rollCalls;
  final Counter missing;
  final Counter parityStripes;
  final Counter parityBytes;
  final Counter wrong;
  final Counter undecided;

  private final MeterRegistry registry;

  PatrolMetrics(MeterRegistry registry) {
    this.registry = registry;
    rollCalls = counter("ninebark.patrol.rollcalls", "Placement groups whose disks were compared");
    missing = counter("ninebark.patrol.missing", "Shards that a disk should hold and does not");
    parityStripes =
        counter("ninebark.patrol.parity.stripes", "Stripes read whole and checked for agreement");
    parityBytes = counter("ninebark.patrol.parity.bytes", "Shard bytes read for that");
    wrong = counter("ninebark.patrol.wrong", "Shards that contradict the rest of their stripe");
    undecided =
        counter(
            "ninebark.patrol.undecided",
            "Stripes whose shards contradict each other in a way that names no culprit");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  /** The counters of one disk's patrol. */
  static final class OfDisk {
    final Counter bytes;
    final Counter damaged;
    final Counter mended;
    final Timer latent;

    private final MeterRegistry registry;
    private final String[] tags;

    OfDisk(MeterRegistry registry, DiskPlace place) {
      this.registry = registry;
      tags = new String[] {"disk", place.disk().toString(), "az", place.az()};
      bytes = counter("ninebark.patrol.bytes", "Shard bytes read and checked");
      damaged = counter("ninebark.patrol.damaged", "Damaged places found");
      mended = counter("ninebark.patrol.mended", "Damaged places that the disk mended itself");
      latent =
          Timer.builder("ninebark.patrol.latent")
              .description("The longest that damage can have waited to be found")
              .register(registry);
    }

    private Counter counter(String name, String description) {
      return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    void follow(DiskPatrol patrol, InstantSource clock) {
      gauge("ninebark.patrol.coverage", patrol, OfDisk::coverage)
          .description("How much of the disk this pass has checked, 0 to 1")
          .tags(tags)
          .register(registry);
      gauge("ninebark.patrol.pass", patrol, one -> one.mark().pass())
          .description("Which pass this is")
          .tags(tags)
          .register(registry);
      gauge("ninebark.patrol.rate.bytes", patrol, DiskPatrol::bytesPerSecond)
          .description("Bytes per second that the pass goes at, 0 between passes")
          .tags(tags)
          .register(registry);
      gauge(
              "ninebark.patrol.oldest.unverified",
              patrol,
              one ->
                  Duration.between(one.mark().oldestUnverified(one.heldBytes()), clock.instant())
                          .toMillis()
                      / 1000.0)
          .description("How long ago the byte was checked that waits longest")
          .baseUnit("seconds")
          .tags(tags)
          .register(registry);
      gauge(
              "ninebark.patrol.finish.time",
              patrol,
              one ->
                  one.mark()
                      .ended()
                      .orElseGet(
                          () ->
                              PatrolPace.finish(
                                  one.mark(),
                                  one.heldBytes(),
                                  Math.max(
                                      one.bytesPerSecond(),
                                      PatrolPace.floor(
                                          one.mark(),
                                          one.heldBytes(),
                                          one.interval(),
                                          clock.instant())),
                                  clock.instant()))
                      .getEpochSecond())
          .description("When this pass ends or has ended, in seconds since 1970")
          .tags(tags)
          .register(registry);
    }

    private static double coverage(DiskPatrol patrol) {
      if (patrol.mark().isDone()) {
        return 1;
      }
      long held = patrol.heldBytes();
      return held <= 0 ? 0 : Math.min(1, (double) patrol.mark().bytes() / held);
    }

    /** One reading of a disk's patrol. */
    private interface Reading {
      double of(DiskPatrol patrol);
    }

    private static Gauge.Builder<DiskPatrol> gauge(
        String name, DiskPatrol patrol, Reading reading) {
      return Gauge.builder(name, patrol, reading::of);
    }
  }
}
