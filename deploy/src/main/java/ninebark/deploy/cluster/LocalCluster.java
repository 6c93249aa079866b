package ninebark.deploy.cluster;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import ninebark.deploy.config.ConfigException;
import ninebark.deploy.config.ConfigFile;
import ninebark.deploy.config.HostPort;
import ninebark.deploy.config.NinebarkConfig;
import ninebark.storagenode.trust.ClusterAuthority;
import ninebark.storagenode.trust.Role;

/**
 * A cluster whose processes all run here. In its folder, {@code ca} is its authority, and each
 * process has a folder of its name with {@code ninebark.yaml}, {@code data}, {@code log} and {@code
 * pid}: its process id, and when that began, because ids are used again.
 */
final class LocalCluster {
  private static final Duration START_PATIENCE = Duration.ofMinutes(2);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration CERTIFICATES_LAST = Duration.ofDays(365);
  private static final String GATEWAY = "gateway-";
  private static final String REPLICA = "index-";
  private static final String CONFIG = "ninebark.yaml";
  private static final String CREDENTIALS = "credentials";
  private static final String MADE = "made";

  private static final List<String> STORAGE_MEMORY =
      List.of("-Xms32m", "-Xmx96m", "-XX:MaxDirectMemorySize=96m", "-XX:+UseSerialGC");
  private static final List<String> INDEX_MEMORY =
      List.of("-Xms48m", "-Xmx160m", "-XX:MaxDirectMemorySize=128m", "-XX:+UseSerialGC");
  private static final List<String> GATEWAY_MEMORY =
      List.of("-Xms64m", "-Xmx256m", "-XX:MaxDirectMemorySize=192m");

  private final List<Member> members;

  /** One process of it. */
  record Member(String name, Path folder, NinebarkConfig config) {
    boolean isGateway() {
      return name.startsWith(GATEWAY);
    }

    String roles() {
      if (isGateway()) {
        return config.cluster().indexReplicas().isEmpty() ? "gateway,index" : "gateway";
      }
      return name.startsWith(REPLICA) ? "index" : "storage";
    }

    /** What it has now, if it runs. */
    Optional<ProcessHandle> process() throws IOException {
      String[] noted;
      try {
        noted = Files.readString(folder.resolve("pid")).strip().split(" ", -1);
      } catch (NoSuchFileException neverStarted) {
        return Optional.empty();
      }
      if (noted.length != 2) {
        return Optional.empty();
      }
      return ProcessHandle.of(Long.parseLong(noted[0]))
          .filter(ProcessHandle::isAlive)
          .filter(process -> began(process) == Long.parseLong(noted[1]));
    }
  }

  private LocalCluster(List<Member> members) {
    this.members = List.copyOf(members);
  }

  private static long began(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /**
   * What a new cluster is made of.
   *
   * @param disks of each node
   * @param replicas of the index, processes of their own; 0 if the one gateway holds the only one
   */
  record Shape(int azs, int nodes, int disks, int replicas, int gateways) {}

  static LocalCluster openOrMake(Path folder, Shape shape) throws IOException {
    if (!Files.exists(folder.resolve(MADE))) {
      make(folder, shape);
    }
    return open(folder);
  }

  static LocalCluster open(Path folder) throws IOException {
    if (!Files.exists(folder.resolve(MADE))) {
      throw new IOException(folder + " holds no cluster; 'ninebark cluster start' makes one");
    }
    var found = new ArrayList<Member>();
    try (var folders = Files.list(folder)) {
      for (var each : folders.sorted().toList()) {
        var file = each.resolve(CONFIG);
        if (Files.exists(file)) {
          found.add(new Member(each.getFileName().toString(), each, ConfigFile.read(file)));
        }
      }
    } catch (ConfigException changed) {
      throw new IOException(changed.getMessage(), changed);
    }
    return new LocalCluster(found);
  }

  /** Writes everything down; the file {@code made} comes last, so that half a cluster is none. */
  private static void make(Path folder, Shape shape) throws IOException {
    var root = folder.toAbsolutePath().normalize();
    Files.createDirectories(root);
    var ca = root.resolve("ca");
    var authority =
        Files.exists(ca.resolve("ca.key"))
            ? ClusterAuthority.open(ca)
            : ClusterAuthority.init(ca, UUID.randomUUID(), Instant.now());
    var ports = freePorts(2 * (shape.nodes() + shape.replicas() + shape.gateways())).iterator();
    var replicas = new StringBuilder("  index-replicas:\n");
    var replicaPorts = new ArrayList<Integer>();
    for (int replica = 1; replica <= shape.replicas(); replica++) {
      replicaPorts.add(ports.next());
      replicas.append(
          "    - {name: %s%d, address: \"127.0.0.1:%d\", az: %s}\n"
              .formatted(REPLICA, replica, replicaPorts.getLast(), az(replica, shape)));
    }
    var index = shape.replicas() == 0 ? "" : replicas.toString();
    var nodes = new StringBuilder();
    for (int node = 1; node <= shape.nodes(); node++) {
      var name = "node-" + node;
      int port = ports.next();
      nodes.append("    - {name: ").append(name).append(", address: \"127.0.0.1:");
      nodes.append(port).append("\"}\n");
      write(
          root,
          authority,
          name,
          EnumSet.of(Role.STORAGE),
          """
          data: "%s"
          admin: "127.0.0.1:%d"
          # Many nodes share one machine here.
          rocks: {cache-bytes: 8 MiB, write-buffer-bytes: 8 MiB}
          disk: {preallocation-bytes: 1 MiB}
          cluster:
            node: %s
            az: %s
            disk-count: %d
            listen: "127.0.0.1:%d"
          %s"""
              .formatted(
                  root.resolve(name).resolve("data"),
                  ports.next(),
                  name,
                  az(node, shape),
                  shape.disks(),
                  port,
                  tls(root, name)));
    }
    for (int replica = 1; replica <= shape.replicas(); replica++) {
      var name = REPLICA + replica;
      write(
          root,
          authority,
          name,
          EnumSet.of(Role.INDEX),
          """
          data: "%s"
          admin: "127.0.0.1:%d"
          rocks: {cache-bytes: 32 MiB, write-buffer-bytes: 16 MiB}
          cluster:
            node: %s
            az: %s
          %s%s"""
              .formatted(
                  root.resolve(name).resolve("data"),
                  ports.next(),
                  name,
                  az(replica, shape),
                  index,
                  tls(root, name)));
    }
    for (int gateway = 1; gateway <= shape.gateways(); gateway++) {
      var name = GATEWAY + gateway;
      write(
          root,
          authority,
          name,
          shape.replicas() == 0 ? EnumSet.of(Role.GATEWAY, Role.INDEX) : EnumSet.of(Role.GATEWAY),
          """
          data: "%s"
          listen: "127.0.0.1:%d"
          admin: "127.0.0.1:%d"
          cluster:
            node: %s
            credentials: "%s"
            nodes:
          %s%s%s"""
              .formatted(
                  root.resolve(name).resolve("data"),
                  ports.next(),
                  ports.next(),
                  name,
                  root.resolve(CREDENTIALS),
                  nodes,
                  index,
                  tls(root, name)));
    }
    Files.createFile(root.resolve(MADE));
  }

  /** They take turns. */
  private static String az(int number, Shape shape) {
    return "az-" + ((number - 1) % shape.azs() + 1);
  }

  private static String tls(Path root, String name) {
    var folder = root.resolve(name);
    return """
      tls:
        authority: "%s"
        certificate: "%s"
        key: "%s"
    """
        .formatted(
            root.resolve("ca").resolve("ca.pem"),
            folder.resolve(name + ".pem"),
            folder.resolve(name + ".key"));
  }

  private static void write(
      Path root, ClusterAuthority authority, String name, Set<Role> roles, String config)
      throws IOException {
    var folder = root.resolve(name);
    Files.createDirectories(folder);
    authority.issue(
        folder, name, roles, List.of("localhost", "127.0.0.1"), CERTIFICATES_LAST, Instant.now());
    Files.writeString(folder.resolve(CONFIG), config);
  }

  private static List<Integer> freePorts(int count) throws IOException {
    var ports = new ArrayList<Integer>();
    var held = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
    } finally {
      for (var socket : held) {
        socket.close();
      }
    }
    return ports;
  }

  List<Member> members() {
    return members;
  }

  List<Member> nodesIn(String az) {
    return members.stream()
        .filter(member -> !member.isGateway() && member.config().cluster().az().equals(az))
        .toList();
  }

  private List<Member> gateways() {
    return members.stream().filter(Member::isGateway).toList();
  }

  /** The first gateway makes the keys that the others read, if the environment has none. */
  void startAll() throws IOException, InterruptedException {
    var first = gateways().getFirst();
    if (first.config().cluster().credentials().filter(Files::exists).isPresent()) {
      start(members);
    } else {
      start(members.stream().filter(each -> !each.isGateway() || each.equals(first)).toList());
      start(gateways());
    }
  }

  /** Starts those that do not run; returns when all are ready. */
  void start(List<Member> wanted) throws IOException, InterruptedException {
    for (var member : wanted) {
      if (member.process().isEmpty()) {
        launch(member);
      }
    }
    for (var member : wanted) {
      awaitReady(member);
    }
  }

  private static void launch(Member member) throws IOException {
    var log = member.folder().resolve("log").toFile();
    var process =
        new ProcessBuilder(command(member))
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .redirectError(ProcessBuilder.Redirect.appendTo(log))
            .start();
    Files.writeString(
        member.folder().resolve("pid"), process.pid() + " " + began(process.toHandle()) + "\n");
  }

  /** As this process was started, but for its memory. */
  private static List<String> command(Member member) {
    var runtime = ManagementFactory.getRuntimeMXBean();
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    for (var flag : runtime.getInputArguments()) {
      if (!flag.startsWith("-Xm") && !flag.startsWith("-XX:MaxDirectMemorySize")) {
        command.add(flag);
      }
    }
    command.addAll(
        switch (member.roles()) {
          case "storage" -> STORAGE_MEMORY;
          case "index" -> INDEX_MEMORY;
          default -> GATEWAY_MEMORY;
        });
    var path = runtime.getClassPath();
    command.addAll(
        path.endsWith(".jar") && path.indexOf(java.io.File.pathSeparatorChar) < 0
            ? List.of("-jar", path)
            : List.of("-cp", path, "ninebark.deploy.Main"));
    command.addAll(
        List.of(
            "server",
            "--config",
            member.folder().resolve(CONFIG).toString(),
            "--roles",
            member.roles()));
    return command;
  }

  private static void awaitReady(Member member) throws IOException, InterruptedException {
    var deadline = Instant.now().plus(START_PATIENCE);
    try (var client = HttpClient.newHttpClient()) {
      while (!isReady(client, member)) {
        if (member.process().isEmpty()) {
          throw new IOException(member.name() + " stopped; see " + member.folder().resolve("log"));
        }
        if (Instant.now().isAfter(deadline)) {
          throw new IOException(
              member.name() + " is not ready; see " + member.folder().resolve("log"));
        }
        Thread.sleep(LOOK);
      }
    }
  }

  private static boolean isReady(HttpClient client, Member member) throws InterruptedException {
    var ready = URI.create(url(member.config().admin()) + "/health/ready");
    try {
      var answer =
          client.send(
              HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(5)).build(),
              HttpResponse.BodyHandlers.discarding());
      return answer.statusCode() == 200;
    } catch (IOException notListeningYet) {
      return false;
    }
  }

  /** All at once, without goodbye. */
  void kill(List<Member> wanted) throws IOException, InterruptedException {
    var dying = new ArrayList<ProcessHandle>();
    for (var member : wanted) {
      member.process().ifPresent(dying::add);
    }
    dying.forEach(ProcessHandle::destroyForcibly);
    await(dying);
  }

  /** The gateways first, so that what they still serve finds index and disks. */
  void stopAll() throws IOException, InterruptedException {
    stop(gateways());
    stop(members.stream().filter(member -> !member.isGateway()).toList());
  }

  private static void stop(List<Member> wanted) throws IOException, InterruptedException {
    var stopping = new ArrayList<ProcessHandle>();
    for (var member : wanted) {
      member.process().ifPresent(stopping::add);
    }
    stopping.forEach(ProcessHandle::destroy);
    await(stopping);
  }

  private static void await(List<ProcessHandle> processes)
      throws IOException, InterruptedException {
    for (var process : processes) {
      try {
        process.onExit().get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException still) {
        throw new IOException("process " + process.pid() + " does not stop", still);
      }
    }
  }

  /** Who is there, and how to use it. */
  String describe() throws IOException {
    var text = new StringBuilder();
    for (var member : members) {
      text.append(
          String.format(
              "%-12s %-8s %-14s %s%n",
              member.name(),
              member.isGateway() ? "" : member.config().cluster().az(),
              member.roles(),
              member
                  .process()
                  .map(process -> "runs, pid " + process.pid())
                  .orElse("does not run")));
    }
    text.append('\n');
    for (var gateway : gateways()) {
      line(text, "endpoint", url(gateway.config().listen()));
      line(text, "metrics", url(gateway.config().admin()) + "/metrics");
    }
    var gateway = gateways().getFirst().config();
    line(
        text,
        "keys",
        gateway.cluster().credentials().orElse(gateway.data().resolve(CREDENTIALS))
            + ", or as set in the environment of the first command");
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format("  %-12s %s%n", name, value));
  }

  private static String url(InetSocketAddress address) {
    return "http://" + HostPort.format(address);
  }
}
