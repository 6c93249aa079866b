package ninebark.deploy.scrub;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import ninebark.deploy.config.NinebarkConfig;
import ninebark.gateway.admin.AdminServer;
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
  private static final Duration PATIENCE = Duration.ofSeconds(20);

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
  private String admin = address(NinebarkConfig.DEFAULT.admin());

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private static String address(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

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
    var path =
        switch (request) {
          case STATUS -> ScrubPages.STATUS;
          case START -> ScrubPages.START;
          case PAUSE -> ScrubPages.PAUSE;
          case RESUME -> ScrubPages.RESUME;
        };
    URI uri;
    try {
      uri = URI.create("http://" + admin + path);
    } catch (IllegalArgumentException notAnAddress) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "expected HOST:PORT, found '" + admin + "'", notAnAddress);
    }
    var question = HttpRequest.newBuilder(uri).timeout(PATIENCE);
    if (request != Request.STATUS) {
      question
          .POST(HttpRequest.BodyPublishers.noBody())
          .header(AdminServer.COMMAND_HEADER, request.name());
    }
    try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      var answer = client.send(question.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException(
            "the server at " + admin + " answered " + answer.statusCode() + ": " + answer.body());
      }
      return answer.body();
    } catch (ConnectException nobody) {
      throw new IOException("no server answers at " + admin, nobody);
    }
  }
}
