package ninebark.scrubber.rebuild;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What rebuild counts and times; the durability model reads the timers. */
final class RebuildMetrics {
  /** Stripes that can lose so many more, or more than that, are counted together. */
  private static final int MOST_MARGIN = 3;

  final Counter made;
  final Counter failed;
  final Counter stuck;
  final Counter wrong;
  final Counter unproven;
  final Counter readBytes;
  final Counter writtenBytes;
  final Timer queued;
  final Timer rebuilt;

  private final MeterRegistry registry;

  RebuildMetrics(MeterRegistry registry, Rebuild rebuild) {
    this.registry = registry;
    made = counter("ninebark.rebuild.shards", "Damaged or missing shards made again");
    failed = counter("ninebark.rebuild.failures", "Repairs that left a stripe not whole yet");
    FunctionCounter.builder("ninebark.rebuild.dropped", rebuild, Rebuild::droppedCount)
        .description("Losses left out because the queue was full")
        .register(registry);
    stuck = counter("ninebark.rebuild.stuck", "Repairs that took too long and were begun again");
    wrong =
        counter(
            "ninebark.rebuild.wrong", "Shards that pass their checksums and contradict the rest");
    unproven =
        counter("ninebark.rebuild.unproven", "Shards made again with no other left to prove them");
    readBytes = counter("ninebark.rebuild.read.bytes", "Shard bytes read to make others again");
    writtenBytes = counter("ninebark.rebuild.written.bytes", "Shard bytes made again");
    queued = timer("ninebark.rebuild.queued", "From the notice of a loss to its repair's begin");
    rebuilt = timer("ninebark.rebuild.took", "From a repair's begin to its end");
    for (int margin = 0; margin <= MOST_MARGIN; margin++) {
      int least = margin;
      gauge("ninebark.rebuild.queue", rebuild, now -> count(now, least))
          .description("Stripes that wait for repair or are under it")
          .tag("margin", margin == MOST_MARGIN ? margin + "+" : Integer.toString(margin))
          .register(registry);
    }
    gauge("ninebark.rebuild.oldest", rebuild, RebuildMetrics::oldestSeconds)
        .description("Age of the oldest loss that is not repaired")
        .baseUnit("seconds")
        .register(registry);
    gauge("ninebark.rebuild.running", rebuild, Rebuild.Status::runningCount)
        .description("Repairs under way")
        .register(registry);
    gauge("ninebark.rebuild.disks.away", rebuild, Rebuild.Status::awayDiskCount)
        .description("Disks that are away")
        .register(registry);
    gauge("ninebark.rebuild.disks.lost", rebuild, Rebuild.Status::lostDiskCount)
        .description("Disks away for longer than the grace time")
        .register(registry);
    gauge("ninebark.rebuild.network.event", rebuild, now -> now.networkEvent() ? 1 : 0)
        .description("1 while so many disks are away that the network is suspected")
        .register(registry);
  }

  private static double count(Rebuild.Status status, int margin) {
    return status.openByMargin().entrySet().stream()
        .filter(
            entry -> margin == MOST_MARGIN ? entry.getKey() >= margin : entry.getKey() == margin)
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  private static double oldestSeconds(Rebuild.Status status) {
    return status
        .oldest()
        .map(since -> Duration.between(since, Instant.now()).toMillis() / 1000.0)
        .orElse(0.0);
  }

  private interface Reading {
    double of(Rebuild.Status status);
  }

  private static Gauge.Builder<Rebuild> gauge(String name, Rebuild rebuild, Reading reading) {
    return Gauge.builder(name, rebuild, source -> reading.of(source.status()));
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name).description(description).register(registry);
  }
}
