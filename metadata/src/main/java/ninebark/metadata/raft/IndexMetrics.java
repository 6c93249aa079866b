package ninebark.metadata.raft;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import ninebark.metadata.Command;
import ninebark.metadata.Query;

/** What the index counts. Threads: safe. */
final class IndexMetrics {
  private final MeterRegistry registry;
  private final Timer commits;
  private final DistributionSummary batchCommands;
  private final DistributionSummary batchBytes;
  private final Counter refused;
  private final Counter retried;
  private final Counter rowsTouched;
  private final Map<Class<?>, Counter> commands = new ConcurrentHashMap<>();
  private final Map<Class<?>, Timer> questions = new ConcurrentHashMap<>();

  IndexMetrics(MeterRegistry registry) {
    this.registry = registry;
    commits =
        Timer.builder("ninebark.index.commit")
            .description("from submitting a change until it is durable and applied")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    batchCommands =
        DistributionSummary.builder("ninebark.index.batch.commands")
            .description("commands in one Raft entry")
            .register(registry);
    batchBytes =
        DistributionSummary.builder("ninebark.index.batch.bytes")
            .description("bytes of one Raft entry")
            .baseUnit("bytes")
            .register(registry);
    refused =
        Counter.builder("ninebark.index.refused")
            .description("commands refused because the queue was full")
            .register(registry);
    retried =
        Counter.builder("ninebark.index.retried")
            .description("entries proposed once more because their outcome was unknown")
            .register(registry);
    rowsTouched =
        Counter.builder("ninebark.index.listing.rows")
            .description("rows that listings looked at")
            .register(registry);
  }

  <T> void gauge(String name, String description, T index, ToDoubleFunction<T> value) {
    Gauge.builder("ninebark.index." + name, index, value)
        .description(description)
        .register(registry);
  }

  Timer commits() {
    return commits;
  }

  void submitted(Command<?> command) {
    commands
        .computeIfAbsent(
            command.getClass(),
            type ->
                Counter.builder("ninebark.index.commands")
                    .description("commands submitted")
                    .tag("command", name(type))
                    .register(registry))
        .increment();
  }

  Timer questions(Query<?> query) {
    return questions.computeIfAbsent(
        query.getClass(),
        type ->
            Timer.builder("ninebark.index.queries")
                .description("questions answered")
                .tag("query", name(type))
                .register(registry));
  }

  private static String name(Class<?> type) {
    return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  void packed(int count, int bytes) {
    batchCommands.record(count);
    batchBytes.record(bytes);
  }

  void refused() {
    refused.increment();
  }

  void retried() {
    retried.increment();
  }

  void listed(long rows) {
    rowsTouched.increment((double) rows);
  }
}
