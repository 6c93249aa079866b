package ninebark.scrubber.census;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.ToLongFunction;
import ninebark.scrubber.journal.CensusMark.Counts;

/** What the census counts: sums since the start, and what the last whole census came to. */
final class CensusMetrics {
  private final Counter passes;
  private final Counter missing;
  private final Counter orphans;
  private final Counter orphanBytes;
  private final Counter misplaced;
  private final Counter moved;
  private final MeterRegistry meters;

  CensusMetrics(MeterRegistry meters) {
    this.meters = meters;
    passes = counter("ninebark.census.passes", "Censuses that came to their end");
    missing = counter("ninebark.census.missing.shards", "Named shards that were not there");
    orphans = counter("ninebark.census.orphan.shards", "Shards erased that nothing names");
    orphanBytes = counter("ninebark.census.orphan.bytes", "Bytes in them");
    misplaced = counter("ninebark.census.misplaced.shards", "Shards on another disk than theirs");
    moved = counter("ninebark.census.moved.shards", "Of those, brought to their own disk");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(meters);
  }

  void follow(Census census, InstantSource clock) {
    gauge(census, "lost.stripes", "Named stripes that cannot be read", Counts::lostCount);
    gauge(census, "unseen.stripes", "Named stripes with a disk away", Counts::unseenCount);
    gauge(census, "named.bytes", "Bytes of objects in stripes", Counts::namedBytes);
    gauge(census, "needed.bytes", "Bytes that their shards need", Counts::neededBytes);
    gauge(census, "held.bytes", "Bytes in shards on disks", Counts::heldBytes);
    gauge(census, "young.bytes", "Bytes in shards not named yet", Counts::youngBytes);
    Gauge.builder(
            "ninebark.census.age",
            census,
            one ->
                one.finished()
                    .flatMap(mark -> mark.ended())
                    .map(ended -> Duration.between(ended, clock.instant()).toMillis() / 1000.0)
                    .orElse(Double.NaN))
        .description("How long ago the last census came to its end")
        .baseUnit("seconds")
        .register(meters);
  }

  private void gauge(
      Census census, String name, String description, ToLongFunction<Counts> reading) {
    Gauge.builder(
            "ninebark.census." + name,
            census,
            one ->
                one.finished()
                    .map(mark -> (double) reading.applyAsLong(mark.counts()))
                    .orElse(Double.NaN))
        .description(description + ", in the last census")
        .register(meters);
  }

  void add(Counts counts) {
    missing.increment((double) counts.missingCount());
    orphans.increment((double) counts.orphanCount());
    orphanBytes.increment((double) counts.orphanBytes());
    misplaced.increment((double) counts.misplacedCount());
    moved.increment((double) counts.movedCount());
  }

  void ended() {
    passes.increment();
  }
}
