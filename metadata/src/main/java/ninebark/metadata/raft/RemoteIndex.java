package ninebark.metadata.raft;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import ninebark.metadata.Command;
import ninebark.metadata.Index;
import ninebark.metadata.Query;

/**
 * The index as a process without a replica sees it: packs commands into entries as a replica does
 * and sends them to the leader, whoever that is.
 *
 * <p>An entry whose answer was not heard is sent again as it was, so that it is applied once.
 * Threads: safe for any number.
 */
public final class RemoteIndex implements Index, AutoCloseable {
  private final IndexConfig config;
  private final IndexLink link;
  private final CommandBatcher batcher;
  private final IndexMetrics metrics;
  private volatile boolean closed;

  private RemoteIndex(
      IndexConfig config, IndexLink link, InstantSource clock, MeterRegistry registry) {
    this.config = config;
    this.link = link;
    this.metrics = new IndexMetrics(registry);
    this.batcher = new CommandBatcher(config, clock, UUID.randomUUID(), link::propose, metrics);
    metrics.gauge("queue.commands", "commands waiting to be packed", this, i -> i.batcher.queued());
  }

  /**
   * Returns at once; whether the index can be reached shows with the first question.
   *
   * @param group replicas that are known; one that is right is enough
   */
  public static RemoteIndex connect(
      IndexGroup group,
      IndexTransport transport,
      IndexConfig config,
      InstantSource clock,
      MeterRegistry registry)
      throws IOException {
    return new RemoteIndex(config, IndexLink.open(group, transport), clock, registry);
  }

  @Override
  public <R> R submit(Command<R> command) throws IOException {
    return submitAll(List.of(command)).getFirst();
  }

  @Override
  public <R> List<R> submitAll(List<? extends Command<R>> commands) throws IOException {
    return batcher.submitAll(commands);
  }

  @Override
  public <R> R ask(Query<R> query) throws IOException {
    if (closed) {
      throw new IOException("the index is closed");
    }
    long start = System.nanoTime();
    R answer = Asking.until(start + config.submitTimeout().toNanos(), query, link);
    metrics.questions(query).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    return answer;
  }

  /** Finishes the commands it has. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      batcher.close();
      link.close();
    }
  }
}
