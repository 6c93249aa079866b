package ninebark.storagenode.stripe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What reading and writing stripes counts. */
final class StripeMetrics {
  final Counter stripesWritten;
  final Counter bytesWritten;
  final Counter bytesRead;
  final Counter degradedStripes;
  final Counter retriedStripes;
  final Counter reconstructed;
  final Counter hedges;
  final Counter missingShards;
  final Counter damagedShards;
  final DistributionSummary margin;
  private final MeterRegistry registry;

  StripeMetrics(MeterRegistry registry) {
    this.registry = registry;
    stripesWritten = counter("ninebark.stripes.written", "stripes acknowledged");
    bytesWritten = counter("ninebark.stripes.written.bytes", "object bytes acknowledged");
    bytesRead = counter("ninebark.stripes.read.bytes", "object bytes read and checked");
    degradedStripes =
        counter("ninebark.stripes.degraded", "stripes acknowledged with shards missing");
    retriedStripes = counter("ninebark.stripes.retried", "stripes begun again in another group");
    reconstructed = counter("ninebark.stripes.reconstructed", "shard ranges rebuilt for a read");
    hedges = counter("ninebark.stripes.hedged", "slow shard reads that parity was asked for");
    missingShards = counter("ninebark.shards.missing", "shards that reads did not find");
    damagedShards = counter("ninebark.shards.damaged", "damaged shards that reads met");
    margin =
        DistributionSummary.builder("ninebark.stripes.margin")
            .description("shards that a stripe could lose when it was acknowledged")
            .register(registry);
  }

  void follow(String pool, BufferPool buffers) {
    Gauge.builder("ninebark.stripes.memory.bytes", buffers, lent -> (double) lent.lentBytes())
        .tag("pool", pool)
        .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }
}
