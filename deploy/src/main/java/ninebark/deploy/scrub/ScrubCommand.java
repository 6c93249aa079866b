package ninebark.deploy.scrub;

import java.io.IOException;
import java.time.Instant;
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

/** Speaks with the scrubber of a server that runs. */
@Command(
    name = "scrub",
    description = {
      "Look after the patrol that re-reads everything, the rebuild of what is lost, and the census",
      "that holds the index and the disks against each other.",
      "",
      "  status   how far every disk is, what waits to be rebuilt, what was counted",
      "  start    begin a pass of every disk and a census now",
      "  pause    rest; ends by itself after a day",
      "  resume   go on"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class ScrubCommand implements Callable<Integer> {
  /** What can be asked. */
  enum Request {
    STATUS,
    START,
    PAUSE,
    RESUME
  }

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "REQUEST",
      arity = "0..1",
      defaultValue = "STATUS",
      description = "status (the default), start, pause or resume.")
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
    var body = ask();
    var out = spec.commandLine().getOut();
    if (json) {
      out.print(body);
    } else {
      out.print(ScrubReport.of(JsonMapper.builder().build().readTree(body), Instant.now()));
    }
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private String ask() throws IOException, InterruptedException {
    var server = new AdminClient(admin);
    try {
      return switch (request) {
        case STATUS -> server.ask(ScrubPages.STATUS, Map.of());
        case START -> server.command(ScrubPages.START);
        case PAUSE -> server.command(ScrubPages.PAUSE);
        case RESUME -> server.command(ScrubPages.RESUME);
      };
    } catch (IllegalArgumentException notAnAddress) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), notAnAddress.getMessage(), notAnAddress);
    }
  }
}
