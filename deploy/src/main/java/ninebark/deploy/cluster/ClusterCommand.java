package ninebark.deploy.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Starts, watches and hurts a cluster of processes on this machine. */
@Command(
    name = "cluster",
    description = {
      "A whole cluster of processes on this machine's loopback, for trying and testing.",
      "",
      "Its processes know each other by certificates that the first start makes. All are on this",
      "machine: it shows what a cluster does when parts of it die, it protects nothing."
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true)
public final class ClusterCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** The folder, which every command needs. */
  static final class Folder {
    @Option(
        names = "--dir",
        paramLabel = "DIR",
        required = true,
        description = "Where the cluster's processes keep everything.")
    private Path path;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "name one of start, stop, status, kill-node, start-node, kill-az");
  }

  @Command(
      name = "start",
      description =
          "Make a cluster, or start what does not run of the one that is there; returns when S3 is served.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  void start(
      @CommandLine.Mixin Folder folder,
      @Option(
              names = "--azs",
              paramLabel = "N",
              defaultValue = "4",
              description = "Of a new cluster (default: ${DEFAULT-VALUE}).")
          int azs,
      @Option(
              names = "--nodes",
              paramLabel = "N",
              defaultValue = "8",
              description =
                  "Storage nodes of a new cluster, spread over the AZs (default: ${DEFAULT-VALUE}).")
          int nodes,
      @Option(
              names = "--disks",
              paramLabel = "N",
              defaultValue = "2",
              description = "Disks of each node (default: ${DEFAULT-VALUE}).")
          int disks,
      @Option(
              names = "--replicas",
              paramLabel = "N",
              defaultValue = "3",
              description = {
                "Of the index of a new cluster, each a process: 0, 1, 3 or 5; with 0 the one gateway",
                "holds the only one (default: ${DEFAULT-VALUE})."
              })
          int replicas,
      @Option(
              names = "--gateways",
              paramLabel = "N",
              defaultValue = "2",
              description = "Of a new cluster (default: ${DEFAULT-VALUE}).")
          int gateways)
      throws IOException, InterruptedException {
    if (azs < 1 || nodes < azs || nodes > 64 || disks < 1 || disks > 64) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "a cluster here has 1 to 64 nodes of 1 to 64 disks, one node per AZ at least");
    }
    if (!List.of(0, 1, 3, 5).contains(replicas)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "an index has one, three or five replicas");
    }
    if (gateways < 1 || gateways > 16 || (replicas == 0 && gateways != 1)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "there are 1 to 16 gateways, and one only if it holds the only replica of the index");
    }
    var cluster =
        LocalCluster.openOrMake(
            folder.path, new LocalCluster.Shape(azs, nodes, disks, replicas, gateways));
    cluster.startAll();
    print(cluster.describe());
  }

  @Command(
      name = "stop",
      description = "Stop all processes, the gateways first.",
      mixinStandardHelpOptions = true)
  void stop(@CommandLine.Mixin Folder folder) throws IOException, InterruptedException {
    LocalCluster.open(folder.path).stopAll();
  }

  @Command(name = "status", description = "Which processes run.", mixinStandardHelpOptions = true)
  void status(@CommandLine.Mixin Folder folder) throws IOException {
    print(LocalCluster.open(folder.path).describe());
  }

  @Command(
      name = "kill-node",
      description = "Kill a process at once, as kill -9 does.",
      mixinStandardHelpOptions = true)
  void killNode(
      @CommandLine.Mixin Folder folder,
      @Parameters(paramLabel = "NODE", description = "node-3, or just 3; or index-1, gateway-1.")
          String node)
      throws IOException, InterruptedException {
    var cluster = LocalCluster.open(folder.path);
    cluster.kill(List.of(member(cluster, node)));
  }

  @Command(
      name = "start-node",
      description = "Start a process that does not run.",
      mixinStandardHelpOptions = true)
  void startNode(
      @CommandLine.Mixin Folder folder,
      @Parameters(paramLabel = "NODE", description = "node-3, or just 3; or index-1, gateway-1.")
          String node)
      throws IOException, InterruptedException {
    var cluster = LocalCluster.open(folder.path);
    cluster.start(List.of(member(cluster, node)));
  }

  @Command(
      name = "kill-az",
      description = "Kill all storage nodes and index replicas of an AZ at once.",
      mixinStandardHelpOptions = true)
  void killAz(
      @CommandLine.Mixin Folder folder,
      @Parameters(paramLabel = "AZ", description = "az-2, or just 2.") String az)
      throws IOException, InterruptedException {
    var cluster = LocalCluster.open(folder.path);
    var members = cluster.nodesIn(numbered("az-", az));
    if (members.isEmpty()) {
      throw new CommandLine.ParameterException(spec.commandLine(), "no node is in " + az);
    }
    cluster.kill(members);
  }

  private LocalCluster.Member member(LocalCluster cluster, String name) {
    var wanted = numbered("node-", name);
    return cluster.members().stream()
        .filter(member -> member.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () -> new CommandLine.ParameterException(spec.commandLine(), "there is no " + wanted));
  }

  private static String numbered(String prefix, String name) {
    return name.matches("\\d+") ? prefix + name : name;
  }

  private void print(String text) {
    var out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
  }
}
