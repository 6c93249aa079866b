package ninebark.bench.load;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import ninebark.bench.client.Connection;
import ninebark.bench.client.Outcome;
import ninebark.bench.client.Request;
import ninebark.bench.client.RequestWriter;
import ninebark.bench.client.Transport;

/** Single requests, one after the other, for what goes before and after a run. Threads: one. */
final class Calls implements AutoCloseable {
  private final Duration timeout;
  private final EventLoop loop;
  private final Connection connection;
  private final BlockingQueue<Outcome> outcomes = new ArrayBlockingQueue<>(1);

  Calls(Transport transport, RequestWriter writer, Duration timeout) {
    this.timeout = timeout;
    this.loop = transport.loops().getFirst();
    this.connection = transport.connection(loop, writer, outcomes::add);
  }

  /** Blocks for the outcome; an error document is part of an answer. */
  Outcome call(Request request) throws InterruptedException {
    loop.execute(() -> connection.send(request));
    var outcome = outcomes.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (outcome != null) {
      return outcome;
    }
    loop.execute(() -> connection.expire(System.nanoTime()));
    return outcomes.take();
  }

  @Override
  public void close() {
    loop.execute(connection::close);
  }
}
