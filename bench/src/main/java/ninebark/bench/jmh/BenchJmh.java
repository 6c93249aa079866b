package ninebark.bench.jmh;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import ninebark.bench.units.TimeSpan;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ninebark bench jmh}. */
@Command(
    name = "jmh",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    usageHelpWidth = 100,
    description = "Measures hot inner parts alone, with JMH.")
public final class BenchJmh implements Callable<Integer> {
  private static final int COULD_NOT_MEASURE = 3;

  @Parameters(
      arity = "0..1",
      paramLabel = "REGEX",
      defaultValue = "ninebark\\.bench\\.jmh",
      description = "Which: part of a name, e.g. Signature (default: all).")
  private String which;

  @Option(
      names = "--forks",
      paramLabel = "N",
      defaultValue = "2",
      description = "Processes for each; 0 for a quick look (default: ${DEFAULT-VALUE}).")
  private int forks;

  @Option(
      names = "--trials",
      paramLabel = "N",
      defaultValue = "5",
      description = "Measurements in each process (default: ${DEFAULT-VALUE}).")
  private int trials;

  @Option(
      names = "--each",
      paramLabel = "D",
      defaultValue = "1s",
      converter = TimeSpan.Converter.class,
      description = "How long one takes (default: ${DEFAULT-VALUE}).")
  private Duration each;

  @Option(
      names = "--profiler",
      paramLabel = "P",
      description = "One of JMH's, e.g. gc for the bytes that an operation allocates.")
  private Optional<String> profiler;

  @Option(names = "--json", paramLabel = "FILE", description = "Keep the result, in JMH's form.")
  private Optional<Path> json;

  @Override
  public Integer call() {
    var time = TimeValue.milliseconds(Math.max(1, each.toMillis()));
    var options =
        new OptionsBuilder()
            .include(which)
            .forks(forks)
            .warmupIterations(Math.min(5, trials))
            .warmupTime(time)
            .measurementIterations(trials)
            .measurementTime(time)
            .shouldFailOnError(true);
    profiler.ifPresent(options::addProfiler);
    json.ifPresent(file -> options.resultFormat(ResultFormatType.JSON).result(file.toString()));
    try {
      var results = new Runner(options.build()).run();
      return results.isEmpty() ? COULD_NOT_MEASURE : 0;
    } catch (RunnerException failed) {
      System.err.println("ninebark bench: " + failed.getMessage());
      return COULD_NOT_MEASURE;
    }
  }
}
