package ninebark.deploy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The packaged {@code ninebark cluster}, as a user would call it. */
final class ClusterProcess implements AutoCloseable {
  private static final Pattern ENDPOINT = Pattern.compile("endpoint\\s+(http://\\S+)");
  private static final Pattern METRICS = Pattern.compile("metrics\\s+(http://\\S+)");
  private static final long PATIENCE_SECONDS = 180;

  private final Path folder;

  ClusterProcess(Path folder) {
    this.folder = folder;
  }

  /** Starts the cluster, or what does not run of it; returns where S3 is. */
  URI start() throws IOException, InterruptedException {
    var told = run("start");
    var found = ENDPOINT.matcher(told);
    if (!found.find()) {
      throw new IllegalStateException("no endpoint was printed:\n" + told);
    }
    return URI.create(found.group(1));
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

  /** One command; its output. */
  String run(String command, String... arguments) throws IOException, InterruptedException {
    var line = new ArrayList<>(StoreProcess.java());
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
