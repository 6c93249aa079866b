package ninebark.bench;

import java.util.concurrent.Callable;
import ninebark.bench.load.BenchS3;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ninebark bench}: measures a store, and the machine it runs on. */
@Command(
    name = "bench",
    description = "Measures S3 endpoints, and what this machine could do at most.",
    mixinStandardHelpOptions = true,
    subcommands = {BenchS3.class})
public final class Bench implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(System.out);
    return CommandLine.ExitCode.USAGE;
  }
}
