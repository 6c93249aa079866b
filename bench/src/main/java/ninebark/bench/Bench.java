package ninebark.bench;

import java.util.concurrent.Callable;
import ninebark.bench.ceiling.BenchCeiling;
import ninebark.bench.codec.CodecBench;
import ninebark.bench.jmh.BenchJmh;
import ninebark.bench.report.BenchCompare;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ninebark bench}: measures a store, and the machine it runs on. */
@Command(
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    usageHelpWidth = 100,
    name = "bench",
    description = "Measures S3 endpoints, and what this machine could do at most.",
    subcommands = {
      LoadCommand.class,
      BenchCompare.class,
      BenchCeiling.Disk.class,
      BenchCeiling.Net.class,
      BenchCeiling.Hash.class,
      BenchCeiling.Index.class,
      BenchCeiling.All.class,
      CodecBench.class,
      BenchJmh.class
    })
public final class Bench implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(System.out);
    return CommandLine.ExitCode.USAGE;
  }
}
