package ninebark.deploy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The packaged {@code ninebark cluster}, as a user would call it. */
final class ClusterProcess implements AutoCloseable {
  private static final Pattern ENDPOINT = Pattern.compile("endpoint\\s+(http://\\S+)");
  private static final Pattern METRICS = Pattern.compile("metrics\\s+(http://\\S+)");
  private static final Pattern ADMIN = Pattern.compile("admin: \"(\\S+)\"");

  /**
   * Processes that live for seconds, many on two cores: the second compiler would cost more than it
   * gives.
   */
  private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

  private static final long PATIENCE_SECONDS = 180;

  private final Path folder;
  private final List<String> shape;

  /** One with a gateway that holds the only replica of the index. */
  ClusterProcess(Path folder) {
    this(folder, List.of("--replicas", "0", "--gateways", "1"));
  }

  /**
   * @param shape what a new cluster is made of
   */
  ClusterProcess(Path folder, List<String> shape) {
    this.folder = folder;
    this.shape = List.copyOf(shape);
  }

  /** Starts the cluster, or what does not run of it; returns where S3 is. */
  URI start() throws IOException, InterruptedException {
    return startAll().getFirst();
  }

  /** The same, and returns where each gateway is. */
  List<URI> startAll() throws IOException, InterruptedException {
    var told = run("start", shape.toArray(String[]::new));
    var found = ENDPOINT.matcher(told).results().map(each -> URI.create(each.group(1))).toList();
    if (found.isEmpty()) {
      throw new IllegalStateException("no endpoint was printed:\n" + told);
    }
    return found;
  }

  /** How many stripes are known to lack a shard, as the gateway tells. */
  double lackingStripes() throws IOException, InterruptedException {
    var found = METRICS.matcher(run("status"));
    if (!found.find()) {
      throw new IllegalStateException("no metrics were printed");
    }
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(found.group(1))).build();
      return client
          .send(request, HttpResponse.BodyHandlers.ofLines())
          .body()
          .filter(line -> line.matches("ninebark_rebuild_(queue|running)[ {].*"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }
  }

  /** The process of that name, which was started once. */
  ProcessHandle process(String member) throws IOException {
    var pid = Files.readString(folder.resolve(member).resolve("pid")).strip().split(" ", -1)[0];
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /** Stops it in the middle of whatever it does, or lets it go on. */
  void signal(String member, String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process(member).pid()))
        .inheritIO()
        .start()
        .waitFor();
  }

  /** The sum of a metric's samples at a member's admin listener; 0 if it does not answer. */
  double metric(String member, String name) throws IOException, InterruptedException {
    var config = Files.readString(folder.resolve(member).resolve("ninebark.yaml"));
    var admin = ADMIN.matcher(config);
    if (!admin.find()) {
      throw new IllegalStateException("no admin listener in " + config);
    }
    var request =
        HttpRequest.newBuilder(URI.create("http://" + admin.group(1) + "/metrics"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client
          .send(request, HttpResponse.BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException away) {
      return 0;
    }
  }

  /** One command; its output. */
  String run(String command, String... arguments) throws IOException, InterruptedException {
    var line = new ArrayList<>(StoreProcess.java());
    line.add(1, SHORT_LIVED);
    line.addAll(List.of("cluster", command, "--dir", folder.toString()));
    line.addAll(List.of(arguments));
    var builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("NINEBARK_ACCESS_KEY", StoreProcess.ACCESS_KEY);
    builder.environment().put("NINEBARK_SECRET_KEY", StoreProcess.SECRET_KEY);
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    var process = builder.start();
    var told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException("cluster " + command + " failed:\n" + told);
    }
    return told;
  }

  @Override
  public void close() throws IOException {
    try {
      run("stop");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
