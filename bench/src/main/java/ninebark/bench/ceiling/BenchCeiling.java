package ninebark.bench.ceiling;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import ninebark.bench.report.Machine;
import ninebark.bench.report.Report;
import ninebark.bench.report.Report.Ceiling;
import ninebark.bench.report.Summary;
import ninebark.bench.units.ByteSize;
import ninebark.bench.units.TimeSpan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands that measure this machine have in common. */
@Command(mixinStandardHelpOptions = true)
public abstract class BenchCeiling implements Callable<Integer> {
  private static final int COULD_NOT_MEASURE = 3;

  @Spec private CommandSpec spec;

  @Option(
      names = "--trials",
      paramLabel = "N",
      defaultValue = "5",
      description = "Measurements of each (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--each",
      paramLabel = "D",
      defaultValue = "1s",
      converter = TimeSpan.Converter.class,
      description = "How long one takes (default: ${DEFAULT-VALUE}).")
  private Duration each;

  @Option(names = "--json", paramLabel = "FILE", description = "Keep the result.")
  private Optional<Path> json;

  abstract List<Ceiling> measure(Trials trials) throws IOException, InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    if (count < 1 || each.isZero()) {
      throw new ParameterException(
          spec.commandLine(), "--trials is at least 1 and --each is some time");
    }
    try {
      var startedAt = Instant.now();
      var ceilings = measure(new Trials(count, each));
      Summary.ceilings(ceilings, System.out);
      if (json.isPresent()) {
        new Report(
                Report.FORMAT,
                spec.name(),
                startedAt.toString(),
                new LinkedHashMap<>(),
                Machine.here(),
                ceilings,
                List.of())
            .write(json.get());
      }
      return 0;
    } catch (IOException failed) {
      System.err.println("ninebark bench: " + failed.getMessage());
      return COULD_NOT_MEASURE;
    }
  }

  /** {@code ninebark bench disk}. */
  @Command(name = "disk", description = "Syncs, bandwidth and random reads of a device.")
  public static final class Disk extends BenchCeiling {
    @Option(
        names = "--dir",
        paramLabel = "D",
        defaultValue = ".",
        description = "A folder on the device (default: here).")
    private Path folder;

    @Option(
        names = "--file-size",
        paramLabel = "S",
        defaultValue = "1GiB",
        converter = ByteSize.Converter.class,
        description = "Of the file for bandwidth (default: ${DEFAULT-VALUE}).")
    private ByteSize fileSize;

    @Override
    List<Ceiling> measure(Trials trials) throws IOException, InterruptedException {
      return new DiskCeiling(folder, fileSize.bytes(), trials).measure();
    }
  }

  /** {@code ninebark bench net}. */
  @Command(name = "net", description = "The loopback, and this tool's own client on it.")
  public static final class Net extends BenchCeiling {
    @Override
    List<Ceiling> measure(Trials trials) throws IOException, InterruptedException {
      return new NetCeiling(trials).measure();
    }
  }

  /** {@code ninebark bench hash}. */
  @Command(name = "hash", description = "Digests and memory copies of one core.")
  public static final class Hash extends BenchCeiling {
    @Override
    List<Ceiling> measure(Trials trials) throws IOException, InterruptedException {
      return new HashCeiling(trials).measure();
    }
  }

  /** {@code ninebark bench index}. */
  @Command(name = "index", description = "Commits and look-ups of one index replica, in process.")
  public static final class Index extends BenchCeiling {
    @Option(
        names = "--dir",
        paramLabel = "D",
        defaultValue = ".",
        description = "A folder on the device (default: here).")
    private Path folder;

    @Override
    List<Ceiling> measure(Trials trials) throws IOException, InterruptedException {
      return new IndexCeiling(folder, trials).measure();
    }
  }

  /** {@code ninebark bench all}. */
  @Command(name = "all", description = "All ceilings of this machine, one after the other.")
  public static final class All extends BenchCeiling {
    @Option(
        names = "--dir",
        paramLabel = "D",
        defaultValue = ".",
        description = "A folder on the device (default: here).")
    private Path folder;

    @Override
    List<Ceiling> measure(Trials trials) throws IOException, InterruptedException {
      var ceilings = new ArrayList<Ceiling>();
      ceilings.addAll(new DiskCeiling(folder, 1L << 30, trials).measure());
      ceilings.addAll(new NetCeiling(trials).measure());
      ceilings.addAll(new HashCeiling(trials).measure());
      ceilings.addAll(new IndexCeiling(folder, trials).measure());
      return ceilings;
    }
  }
}
