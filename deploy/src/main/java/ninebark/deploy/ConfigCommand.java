package ninebark.deploy;

import ninebark.deploy.config.ConfigFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the shipped configuration file, to be kept and changed. */
@Command(
    name = "config",
    description = "Print a configuration file with every key, its default and the reason for it.",
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    var out = spec.commandLine().getOut();
    out.print(ConfigFile.shipped());
    out.flush();
  }
}
