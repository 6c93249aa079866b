package ninebark.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntSupplier;
import ninebark.gateway.request.S3Operation;

/** Counts and times requests by operation and class of status. */
final class Meters {
  private static final int CLASSES = 6;
  private static final int UNROUTED = S3Operation.values().length;

  private final MeterRegistry registry;
  private final AtomicReferenceArray<Timer> timers =
      new AtomicReferenceArray<>((UNROUTED + 1) * CLASSES);
  private final Counter received;
  private final Counter sent;

  Meters(MeterRegistry registry, IntSupplier active) {
    this.registry = registry;
    this.received =
        Counter.builder("ninebark.s3.received")
            .baseUnit("bytes")
            .description("Bytes of request bodies")
            .register(registry);
    this.sent =
        Counter.builder("ninebark.s3.sent")
            .baseUnit("bytes")
            .description("Bytes of response bodies")
            .register(registry);
    Gauge.builder("ninebark.s3.requests.active", active::getAsInt)
        .description("Requests being served")
        .strongReference(true)
        .register(registry);
  }

  void served(Visit visit, long bytesIn, long bytesOut, long nanos) {
    int row = visit.operation.map(S3Operation::ordinal).orElse(UNROUTED);
    int statusClass = Math.clamp(visit.status / 100, 0, CLASSES - 1);
    int index = row * CLASSES + statusClass;
    var timer = timers.get(index);
    if (timer == null) {
      timer =
          Timer.builder("ninebark.s3.requests")
              .description("Requests by operation and class of status")
              .tag("operation", visit.label())
              .tag("status", statusClass == 0 ? "aborted" : statusClass + "xx")
              .register(registry);
      timers.set(index, timer);
    }
    timer.record(nanos, TimeUnit.NANOSECONDS);
    received.increment((double) bytesIn);
    sent.increment((double) bytesOut);
  }
}
