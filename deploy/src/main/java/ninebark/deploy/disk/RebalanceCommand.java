package ninebark.deploy.disk;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import ninebark.deploy.admin.AdminClient;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Gives every disk of a server that runs its share. */
@Command(
    name = "rebalance",
    description = {
      "Move positions of placement groups until every disk has its share by weight, which is its",
      "size. It begins by itself when disks join, and ends by itself.",
      "",
      "  status   what moves",
      "  start    begin",
      "  stop     begin no further moves; those under way are finished"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class RebalanceCommand implements Callable<Integer> {
  /** What can be asked. */
  enum Request {
    STATUS,
    START,
    STOP
  }

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "REQUEST",
      arity = "0..1",
      defaultValue = "STATUS",
      description = "status (the default), start or stop.")
  private Request request;

  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      description = "The server's admin listener (default: 127.0.0.1:9001).")
  private String admin = AdminClient.DEFAULT;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    String answer;
    try {
      var server = new AdminClient(admin);
      answer =
          switch (request) {
            case STATUS -> server.ask(DiskPages.LIST, Map.of());
            case START -> server.command(DiskPages.BALANCE);
            case STOP -> server.command(DiskPages.STOP_BALANCE);
          };
    } catch (IllegalArgumentException notAnAddress) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), notAnAddress.getMessage(), notAnAddress);
    }
    var out = spec.commandLine().getOut();
    out.print(json ? answer : DiskReport.progress(JsonMapper.builder().build().readTree(answer)));
    out.flush();
    return CommandLine.ExitCode.OK;
  }
}
