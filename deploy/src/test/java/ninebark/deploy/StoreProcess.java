package ninebark.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** The packaged store in a process of its own, started as the launcher starts it. */
final class StoreProcess implements AutoCloseable {
  static final String ACCESS_KEY = "TESTACCESSKEY";
  static final String SECRET_KEY = "test-secret-key-1234567890";

  private static final Duration START_DEADLINE = Duration.ofSeconds(90);
  private static final Pattern ENDPOINT = Pattern.compile("\\s*endpoint\\s+(http://\\S+)");
  private static final Pattern METRICS = Pattern.compile("\\s*metrics\\s+(http://\\S+)/metrics");

  private final Process process;
  private final List<String> output = new CopyOnWriteArrayList<>();
  private final CompletableFuture<URI> endpoint = new CompletableFuture<>();
  private final CompletableFuture<URI> admin = new CompletableFuture<>();
  private final Path log;

  private StoreProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    // A platform thread: reading a pipe would hold a carrier of virtual threads.
    Thread.ofPlatform().daemon().start(this::readOutput);
  }

  /** What a start needs to know; the rest is as the README says. */
  record Options(List<String> jvmFlags, List<String> arguments) {
    static final Options PLAIN =
        new Options(List.of("-Xms64m", "-Xmx256m", "-XX:MaxDirectMemorySize=192m"), List.of());

    Options with(String... more) {
      var all = new ArrayList<>(arguments);
      all.addAll(List.of(more));
      return new Options(jvmFlags, all);
    }

    Options withMoreJvm(String... flags) {
      var all = new ArrayList<>(jvmFlags);
      all.addAll(List.of(flags));
      return new Options(all, arguments);
    }

    Options withJvm(String... flags) {
      return new Options(List.of(flags), arguments);
    }
  }

  static StoreProcess start(Path data, Options options) throws IOException {
    return started(launch(data, options));
  }

  private static StoreProcess started(StoreProcess process) throws IOException {
    try {
      process.await();
    } catch (IOException | RuntimeException notReady) {
      process.close();
      throw notReady;
    }
    return process;
  }

  /** What the launcher does after a build: one start notes what it loads, later ones use it. */
  private static final class Cache {
    static final String FLAG = train();

    private static String train() {
      try {
        var folder = Files.createTempDirectory("ninebark-aot");
        var file = folder.resolve("ninebark.aot");
        try (var trainee =
            started(launch(folder.resolve("data"), Options.PLAIN, "-XX:AOTCacheOutput=" + file))) {
          trainee.stop();
        }
        return "-XX:AOTCache=" + file;
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      }
    }
  }

  /** Starts without waiting for it to be ready: it may be meant to refuse. */
  static StoreProcess launch(Path data, Options options) throws IOException {
    return launch(data, options, Cache.FLAG);
  }

  private static StoreProcess launch(Path data, Options options, String cacheFlag)
      throws IOException {
    var command = new ArrayList<>(flags());
    command.addAll(options.jvmFlags());
    command.add(cacheFlag);
    command.addAll(List.of("-jar", jar().toString(), "server", "--data", data.toString()));
    if (!options.arguments().contains("--listen")) {
      command.addAll(List.of("--listen", "127.0.0.1:0"));
    }
    if (!options.arguments().contains("--admin")) {
      command.addAll(List.of("--admin", "127.0.0.1:0"));
    }
    command.addAll(options.arguments());
    var log = data.resolveSibling(data.getFileName() + ".log");
    var builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("NINEBARK_ACCESS_KEY", ACCESS_KEY);
    builder.environment().put("NINEBARK_SECRET_KEY", SECRET_KEY);
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    return new StoreProcess(builder.start(), log);
  }

  /** The JVM and the flags that the launcher gives it. */
  private static List<String> flags() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules=jdk.incubator.vector",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:+UseCompactObjectHeaders",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:TrimNativeHeapInterval=10000");
  }

  /** The packaged store, to be given a command. */
  static List<String> java() {
    var command = new ArrayList<>(flags());
    command.addAll(List.of(Cache.FLAG, "-jar", jar().toString()));
    return command;
  }

  private static Path jar() {
    var jar = Path.of("target", "ninebark.jar").toAbsolutePath();
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException(
          jar + " is missing: these tests run after packaging, with ./ninebark test");
    }
    return jar;
  }

  private void readOutput() {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        output.add(line);
        var found = ENDPOINT.matcher(line);
        if (found.lookingAt()) {
          endpoint.complete(URI.create(found.group(1)));
        }
        var metrics = METRICS.matcher(line);
        if (metrics.lookingAt()) {
          admin.complete(URI.create(metrics.group(1)));
        }
      }
    } catch (IOException closed) {
      // The process is gone; whoever waits is told below.
    }
    var gone = new IllegalStateException("the store stopped; see " + log);
    endpoint.completeExceptionally(gone);
    admin.completeExceptionally(gone);
  }

  private void await() throws IOException {
    var deadline = Instant.now().plus(START_DEADLINE);
    var ready = URI.create(admin() + "/health/ready");
    try (var client = HttpClient.newHttpClient()) {
      while (Instant.now().isBefore(deadline)) {
        try {
          if (client
                  .send(
                      HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.discarding())
                  .statusCode()
              == 200) {
            return;
          }
        } catch (IOException notListeningYet) {
          Thread.onSpinWait();
        }
        Thread.sleep(20);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    throw new IOException(
        "the store was not ready within " + START_DEADLINE + ":\n" + output() + "\n" + log());
  }

  URI endpoint() {
    return get(endpoint);
  }

  URI admin() {
    return get(admin);
  }

  private URI get(CompletableFuture<URI> future) {
    try {
      return future.get(START_DEADLINE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    } catch (ExecutionException | TimeoutException late) {
      throw new IllegalStateException("no endpoint was printed:\n" + output() + "\n" + log(), late);
    }
  }

  String output() {
    return String.join("\n", output);
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }

  /** The sum of all samples of a metric on the admin listener; 0 when it was never counted. */
  double metric(String name) {
    return metrics()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  String metrics() {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(admin() + "/metrics")).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** An SDK client with its defaults untouched but for endpoint, keys and path style. */
  S3Client client() {
    return client(endpoint());
  }

  /** The same for an endpoint with the keys of tests. */
  static S3Client client(URI endpoint) {
    return builder(endpoint).build();
  }

  /** For who means to lose the store: nobody would answer the second time either. */
  S3Client clientWithoutRetries() {
    return builder(endpoint())
        .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  private static S3ClientBuilder builder(URI endpoint) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
        .httpClient(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofMinutes(2)).build())
        .forcePathStyle(true);
  }

  /** SIGKILL: no goodbye. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM, and the exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("the store did not stop within 60 s of SIGTERM:\n" + log());
    }
    return process.exitValue();
  }

  /** Waits for an exit that nobody asked for. */
  int awaitExit(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("the store still runs:\n" + output());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
