package ninebark.deploy.lifecycle;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import ninebark.deploy.config.NinebarkConfig;
import ninebark.gateway.admin.AdminServer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a server that runs about lifecycle rules. */
@Command(
    name = "lifecycle",
    description = "Tell what lifecycle rules do, and what they would do.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {LifecycleCommand.Status.class, LifecycleCommand.Preview.class})
public final class LifecycleCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "name status or preview");
  }

  /** Where to ask, and how to print. */
  static final class Server {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

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

    /**
     * @param document to be posted
     * @param patience a large bucket is not looked through at once
     */
    void tell(
        String path,
        Optional<String> document,
        Duration patience,
        Function<JsonNode, String> report)
        throws IOException, InterruptedException {
      var body = ask(path, document, patience);
      var out = spec.commandLine().getOut();
      out.print(json ? body : report.apply(JsonMapper.builder().build().readTree(body)));
      out.flush();
    }

    private String ask(String path, Optional<String> document, Duration patience)
        throws IOException, InterruptedException {
      URI uri;
      try {
        uri = URI.create("http://" + admin + path);
      } catch (IllegalArgumentException notAnAddress) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "expected HOST:PORT, found '" + admin + "'", notAnAddress);
      }
      var question = HttpRequest.newBuilder(uri).timeout(patience);
      document.ifPresent(
          text ->
              question
                  .POST(HttpRequest.BodyPublishers.ofString(text))
                  .header(AdminServer.COMMAND_HEADER, "preview"));
      try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
        var answer = client.send(question.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
          throw new IOException(
              "the server at "
                  + admin
                  + " answered "
                  + answer.statusCode()
                  + ": "
                  + answer.body().strip());
        }
        return answer.body();
      } catch (ConnectException nobody) {
        throw new IOException("no server answers at " + admin, nobody);
      }
    }
  }

  /** {@code ninebark lifecycle status}. */
  @Command(
      name = "status",
      description = "How far the round of every bucket with rules is, and what is overdue.",
      mixinStandardHelpOptions = true)
  static final class Status implements Callable<Integer> {
    @Mixin private Server server = new Server();

    @Override
    public Integer call() throws IOException, InterruptedException {
      server.tell(
          LifecyclePages.STATUS, Optional.empty(), Server.PATIENCE, LifecycleReport::status);
      return CommandLine.ExitCode.OK;
    }
  }

  /** {@code ninebark lifecycle preview}. */
  @Command(
      name = "preview",
      description = {
        "What the rules of a bucket, or those of a file, would do with what is in it, and when.",
        "Nothing is touched."
      },
      mixinStandardHelpOptions = true)
  static final class Preview implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofHours(1);

    @Mixin private Server server = new Server();

    @Option(names = "--bucket", paramLabel = "BUCKET", required = true, description = "The bucket.")
    private String bucket;

    @Option(
        names = "--rules",
        paramLabel = "FILE",
        description = "A lifecycle configuration in XML, in place of the bucket's own.")
    private Optional<Path> rules = Optional.empty();

    @Override
    public Integer call() throws IOException, InterruptedException {
      Optional<String> document =
          rules.isPresent() ? Optional.of(Files.readString(rules.get())) : Optional.empty();
      var path = document.isPresent() ? LifecyclePages.PREVIEW_RULES : LifecyclePages.PREVIEW;
      server.tell(
          path
              + "?"
              + LifecyclePages.BUCKET
              + "="
              + URLEncoder.encode(bucket, StandardCharsets.UTF_8),
          document,
          PATIENCE,
          LifecycleReport::preview);
      return CommandLine.ExitCode.OK;
    }
  }
}
