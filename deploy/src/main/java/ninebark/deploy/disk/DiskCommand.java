package ninebark.deploy.disk;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import ninebark.deploy.admin.AdminClient;
import ninebark.deploy.config.TimeSpan;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Speaks with a server that runs about its disks. */
@Command(
    name = "disk",
    description = {
      "Look at the disks of a server that runs, and take disks out of it.",
      "",
      "  list         all disks, what they hold and what moves between them",
      "  drain DISK   bring everything elsewhere; says how much that is and how long it takes, and",
      "               begins with --yes",
      "  cancel DISK  a disk that is being drained stays",
      "  remove DISK  forget a disk that is empty",
      "",
      "A DISK is its id, or how the id begins. New disks join when the server starts with a larger",
      "topology, or with more storage nodes, in its configuration."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class DiskCommand implements Callable<Integer> {
  /** What can be asked. */
  enum Request {
    LIST,
    DRAIN,
    CANCEL,
    REMOVE
  }

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "REQUEST",
      arity = "0..1",
      defaultValue = "LIST",
      description = "list (the default), drain, cancel or remove.")
  private Request request;

  @Parameters(index = "1", paramLabel = "DISK", arity = "0..1", description = "Which disk.")
  private Optional<String> disk = Optional.empty();

  @Option(names = "--yes", description = "Begin the drain.")
  private boolean yes;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description = "Refuse a drain that is expected to take longer, such as '2 h'.")
  private Optional<String> deadline = Optional.empty();

  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      description = "The server's admin listener (default: 127.0.0.1:9001).")
  private String admin = AdminClient.DEFAULT;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try {
      var server = new AdminClient(admin);
      return switch (request) {
        case LIST -> listed(server.ask(DiskPages.LIST, Map.of()));
        case DRAIN -> drain(server);
        case CANCEL -> listed(server.command(of(DiskPages.CANCEL)));
        case REMOVE -> listed(server.command(of(DiskPages.REMOVE)));
      };
    } catch (IllegalArgumentException bad) {
      throw new CommandLine.ParameterException(spec.commandLine(), bad.getMessage(), bad);
    }
  }

  private int drain(AdminClient server) throws IOException, InterruptedException {
    var limit = deadline.map(DiskCommand::span);
    var answer = server.ask(DiskPages.FORECAST, Map.of(DiskPages.DISK, named()));
    var forecast = JsonMapper.builder().build().readTree(answer);
    var out = spec.commandLine().getOut();
    if (!json) {
      out.print(DiskReport.forecast(forecast));
      out.flush();
    } else if (!yes) {
      out.print(answer);
      out.flush();
    }
    var time = Duration.ofSeconds(forecast.path("seconds").asLong());
    if (limit.isPresent() && time.compareTo(limit.get()) > 0) {
      throw new IOException("that is longer than the deadline; nothing was begun");
    }
    if (!yes) {
      spec.commandLine().getErr().println("ninebark: add --yes to begin");
      return CommandLine.ExitCode.SOFTWARE;
    }
    return listed(server.command(of(DiskPages.DRAIN)));
  }

  private static Duration span(String text) {
    return TimeSpan.parse(text)
        .orElseThrow(() -> new IllegalArgumentException("expected a time, found '" + text + "'"));
  }

  private String named() {
    return disk.orElseThrow(() -> new IllegalArgumentException("name a disk"));
  }

  private String of(String path) {
    return path + "?" + DiskPages.DISK + "=" + URLEncoder.encode(named(), StandardCharsets.UTF_8);
  }

  private int listed(String answer) {
    var out = spec.commandLine().getOut();
    out.print(json ? answer : DiskReport.list(JsonMapper.builder().build().readTree(answer)));
    out.flush();
    return CommandLine.ExitCode.OK;
  }
}
