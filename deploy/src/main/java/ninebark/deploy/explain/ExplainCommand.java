package ninebark.deploy.explain;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import ninebark.deploy.admin.AdminClient;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Explains what a server that runs keeps. */
@Command(
    name = "explain",
    description = "Show where the bytes of an object are, and what would lose them.",
    synopsisSubcommandLabel = "WHAT",
    mixinStandardHelpOptions = true)
public final class ExplainCommand implements Runnable {
  private static final String SCHEME = "s3://";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "name what to explain: object");
  }

  @Command(
      name = "object",
      description = {
        "Show an object's stripes, shards, disks and AZs, how many shards it can lose, and the fewest"
            + " disks, nodes and AZs that would lose it.",
        ""
      },
      mixinStandardHelpOptions = true,
      sortOptions = false)
  int object(
      @Parameters(paramLabel = "s3://BUCKET/KEY", description = "Which object.") String address,
      @Option(
              names = "--version-id",
              paramLabel = "VERSION",
              description = "Which version (default: the current one).")
          Optional<String> version,
      @Option(
              names = "--admin",
              paramLabel = "HOST:PORT",
              description = "The server's admin listener (default: 127.0.0.1:9001).")
          Optional<String> admin,
      @Option(names = "--json", description = "Print JSON.") boolean json)
      throws IOException, InterruptedException {
    var command = spec.subcommands().get("object");
    int slash = address.indexOf('/', SCHEME.length());
    if (!address.startsWith(SCHEME) || slash < 0 || slash + 1 == address.length()) {
      throw new CommandLine.ParameterException(
          command, "expected s3://BUCKET/KEY, found '" + address + "'");
    }
    Map<String, String> asked = new LinkedHashMap<>();
    asked.put(ExplainPages.BUCKET, address.substring(SCHEME.length(), slash));
    asked.put(ExplainPages.KEY, address.substring(slash + 1));
    version.ifPresent(id -> asked.put(ExplainPages.VERSION, id));
    try {
      var body = new AdminClient(admin.orElse(AdminClient.DEFAULT)).ask(ExplainPages.OBJECT, asked);
      var out = command.getOut();
      out.print(json ? body : ExplainReport.of(JsonMapper.builder().build().readTree(body)));
      out.flush();
      return CommandLine.ExitCode.OK;
    } catch (IllegalArgumentException notAnAddress) {
      throw new CommandLine.ParameterException(command, notAnAddress.getMessage(), notAnAddress);
    }
  }
}
