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
  private static final String GATEWAY = "gateway-1";
  private static final String CONFIG = "ninebark.yaml";
  private static final String MADE = "made";

  private final List<Member> members;

  /** One process of it. */
  record Member(String name, Path folder, NinebarkConfig config) {
    boolean isGateway() {
      return name.equals(GATEWAY);
    }

    String roles() {
      return isGateway() ? "gateway,index" : "storage";
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

  static LocalCluster openOrMake(Path folder, int azs, int nodes, int disks) throws IOException {
    if (!Files.exists(folder.resolve(MADE))) {
      make(folder, azs, nodes, disks);
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
  private static void make(Path folder, int azs, int nodes, int disks) throws IOException {
    var root = folder.toAbsolutePath().normalize();
    Files.createDirectories(root);
    var ca = root.resolve("ca");
    var authority =
        Files.exists(ca.resolve("ca.key"))
            ? ClusterAuthority.open(ca)
            : ClusterAuthority.init(ca, UUID.randomUUID(), Instant.now());
    var ports = freePorts(2 * nodes + 2);
    var list = new StringBuilder();
    for (int node = 1; node <= nodes; node++) {
      var name = "node-" + node;
      int port = ports.get(2 * node);
      list.append("    - {name: ").append(name).append(", address: \"127.0.0.1:");
      list.append(port).append("\"}\n");
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
            az: az-%d
            disk-count: %d
            listen: "127.0.0.1:%d"
          %s"""
              .formatted(
                  root.resolve(name).resolve("data"),
                  ports.get(2 * node + 1),
                  name,
                  (node - 1) % azs + 1,
                  disks,
                  port,
                  tls(root, name)));
    }
    write(
        root,
        authority,
        GATEWAY,
        EnumSet.of(Role.GATEWAY, Role.INDEX),
        """
        data: "%s"
        listen: "127.0.0.1:%d"
        admin: "127.0.0.1:%d"
        cluster:
          node: %s
          nodes:
        %s%s"""
            .formatted(
                root.resolve(GATEWAY).resolve("data"),
                ports.get(0),
                ports.get(1),
                GATEWAY,
                list,
                tls(root, GATEWAY)));
    Files.createFile(root.resolve(MADE));
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

  private Member gateway() {
    return members.stream().filter(Member::isGateway).findFirst().orElseThrow();
  }

  void startAll() throws IOException, InterruptedException {
    start(members);
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
        member.isGateway()
            ? List.of("-Xms64m", "-Xmx256m", "-XX:MaxDirectMemorySize=192m")
            : List.of("-Xms32m", "-Xmx96m", "-XX:MaxDirectMemorySize=96m", "-XX:+UseSerialGC"));
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

  /** The gateway first, so that what it still serves finds its disks. */
  void stopAll() throws IOException, InterruptedException {
    stop(List.of(gateway()));
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
    var gateway = gateway();
    text.append(String.format("%n  endpoint     %s%n", url(gateway.config().listen())));
    text.append(String.format("  metrics      %s/metrics%n", url(gateway.config().admin())));
    text.append(
        String.format(
            "  keys         %s, or as set in the environment of the first command%n",
            gateway.config().data().resolve("credentials")));
    return text.toString();
  }

  private static String url(InetSocketAddress address) {
    return "http://" + HostPort.format(address);
  }
}
