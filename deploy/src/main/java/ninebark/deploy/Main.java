package ninebark.deploy;

import java.io.PrintWriter;
import ninebark.bench.Bench;
import ninebark.deploy.cert.CertCommand;
import ninebark.deploy.cluster.ClusterCommand;
import ninebark.deploy.disk.DiskCommand;
import ninebark.deploy.disk.RebalanceCommand;
import ninebark.deploy.durability.DurabilityCommand;
import ninebark.deploy.explain.ExplainCommand;
import ninebark.deploy.lifecycle.LifecycleCommand;
import ninebark.deploy.lifecycle.TiersCommand;
import ninebark.deploy.scrub.ScrubCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The executable: one command line, one subcommand each. */
@Command(
    name = "ninebark",
    description = "A self-hosted, S3-compatible distributed object store.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      ServerCommand.class,
      ConfigCommand.class,
      Bench.class,
      DurabilityCommand.class,
      ScrubCommand.class,
      DiskCommand.class,
      RebalanceCommand.class,
      LifecycleCommand.class,
      TiersCommand.class,
      ExplainCommand.class,
      RecoverCommand.class,
      CertCommand.class,
      ClusterCommand.class,
      IndexCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "From a checkout, the launcher also knows:",
      "  ./ninebark build   builds (the other commands do it when needed)",
      "  ./ninebark test    builds and runs all tests"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(Main::explain)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
    throw new CommandLine.ParameterException(spec.commandLine(), "name a command");
  }

  /** A failure is a sentence; only a bug earns a stack trace. */
  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (failure instanceof RuntimeException) {
      failure.printStackTrace(err);
      err.flush();
      return CommandLine.ExitCode.SOFTWARE;
    }
    err.println("ninebark: " + failure.getMessage());
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** The version of the jar, or of a checkout that was never packaged. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "ninebark " + (version == null ? "(not packaged)" : version) + ", Java " + Runtime.version()
      };
    }
  }
}
