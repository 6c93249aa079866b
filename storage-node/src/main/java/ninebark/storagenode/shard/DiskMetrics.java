package ninebark.storagenode.shard;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.ToDoubleFunction;
import ninebark.storagenode.DiskState;

/** What one disk counts; each meter carries the disk's id and AZ. */
final class DiskMetrics {
  final Counter writtenBytes;
  final Counter readBytes;
  final Timer sync;
  final DistributionSummary commitRecords;
  final Counter damaged;
  final Counter tornBytes;
  final Counter failedSyncs;
  final Counter reclaimedBytes;
  final Counter copiedBytes;

  private final MeterRegistry registry;
  private final String[] tags;

  DiskMetrics(MeterRegistry registry, DiskIdentity identity) {
    this.registry = registry;
    tags = new String[] {"disk", identity.disk().toString(), "az", identity.az()};
    writtenBytes = counter("ninebark.disk.written.bytes", "record bytes written");
    readBytes = counter("ninebark.disk.read.bytes", "shard bytes read and checked");
    sync = Timer.builder("ninebark.disk.sync").description("syncs").tags(tags).register(registry);
    commitRecords =
        DistributionSummary.builder("ninebark.disk.commit.records")
            .description("records that shared one sync")
            .tags(tags)
            .register(registry);
    damaged = counter("ninebark.disk.damaged", "damaged records and gaps met");
    tornBytes = counter("ninebark.disk.torn.bytes", "unacknowledged bytes trimmed after a crash");
    failedSyncs = counter("ninebark.disk.failed.syncs", "failed syncs and writes");
    reclaimedBytes = counter("ninebark.disk.reclaimed.bytes", "bytes given back");
    copiedBytes = counter("ninebark.disk.copied.bytes", "live bytes copied to give back the rest");
  }

  void follow(ShardStore store) {
    gauge("ninebark.disk.used.bytes", store, disk -> disk.status().usedBytes());
    gauge("ninebark.disk.live.bytes", store, disk -> disk.status().liveBytes());
    gauge("ninebark.disk.reclaimable.bytes", store, disk -> disk.status().reclaimableBytes());
    gauge("ninebark.disk.containers", store, disk -> disk.status().containerCount());
    for (var state : DiskState.values()) {
      Gauge.builder("ninebark.disk.state", store, disk -> disk.state() == state ? 1 : 0)
          .tags(tags)
          .tag("state", state.name())
          .register(registry);
    }
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).tags(tags).register(registry);
  }

  private void gauge(String name, ShardStore store, ToDoubleFunction<ShardStore> value) {
    Gauge.builder(name, store, value).tags(tags).register(registry);
  }
}
