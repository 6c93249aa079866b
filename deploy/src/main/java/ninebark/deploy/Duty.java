package ninebark.deploy;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.function.LongConsumer;
import ninebark.metadata.Command;
import ninebark.metadata.Index;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this process is the one of several gateways that works behind the scenes: it holds the
 * cluster's lease, which the index gives. It also learns here what fence the one on duty raised, so
 * that its own stripes are born later.
 *
 * <p>A process that was stopped for a while may think for a moment longer that it is on duty. That
 * is work done twice and no more: what is judged is judged again by the index, and what is erased
 * was forgotten, or lies behind a fence that stands. Nor does a gateway that has not yet heard of a
 * fence lose anything: the index refuses its commit.
 *
 * <p>Threads: one of its own; any may ask.
 */
final class Duty implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Duty.class);
  private static final int RENEWALS_PER_LEASE = 3;

  private final UUID self = UUID.randomUUID();
  private final Index index;
  private final Duration lease;
  private final LongConsumer fence;
  private final Thread worker;

  /** By this process' steady clock, counted from before the index was asked. */
  private volatile long heldUntilNanos = System.nanoTime();

  private Duty(Index index, Duration lease, LongConsumer fence, MeterRegistry meters) {
    this.index = index;
    this.lease = lease;
    this.fence = fence;
    Gauge.builder("ninebark.duty", this, duty -> duty.isOurs() ? 1 : 0)
        .description("1 where patrol, census, reclaim and lifecycle rounds are done")
        .register(meters);
    worker = Thread.ofVirtual().name("duty").unstarted(this::run);
  }

  /**
   * Begins to ask for the lease.
   *
   * @param fence told the fence that stands, again and again
   */
  static Duty begin(Index index, Duration lease, LongConsumer fence, MeterRegistry meters) {
    var duty = new Duty(index, lease, fence, meters);
    duty.worker.start();
    return duty;
  }

  boolean isOurs() {
    return System.nanoTime() - heldUntilNanos < 0;
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        renew();
        fence.accept(index.ask(new Query.CurrentFence()));
      } catch (IOException away) {
        // The lease runs out by itself; the gateway tells that the index is away.
        LOG.debug("the lease could not be renewed", away);
      }
      try {
        Thread.sleep(lease.dividedBy(RENEWALS_PER_LEASE));
      } catch (InterruptedException closing) {
        return;
      }
    }
  }

  private void renew() throws IOException {
    boolean before = isOurs();
    long asked = System.nanoTime();
    switch (index.submit(new Command.TakeLease(self, lease.toMillis()))) {
      case Reply.TakeLease.Held() -> {
        heldUntilNanos = asked + lease.toNanos();
        if (!before) {
          LOG.info("this process is on duty: it patrols, reclaims and follows lifecycle rules");
        }
      }
      case Reply.TakeLease.HeldByAnother(var holder) -> {
        heldUntilNanos = asked;
        if (before) {
          LOG.info("another process is on duty now");
        }
      }
    }
  }

  /** Gives the lease back, so that another need not wait for its end. */
  @Override
  public void close() throws IOException {
    worker.interrupt();
    try {
      worker.join();
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      return;
    }
    if (isOurs()) {
      heldUntilNanos = System.nanoTime();
      index.submit(new Command.TakeLease(self, 0));
    }
  }
}
