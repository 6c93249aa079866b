package ninebark.deploy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import ninebark.deploy.config.ConfigException;
import ninebark.deploy.config.ConfigFile;
import ninebark.deploy.config.ReplicaConfig;
import ninebark.metadata.raft.IndexMembers;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells which replicas the index of a cluster has, and changes them while it is used. */
@Command(
    name = "index",
    description = {
      "The replicas of a cluster's index.",
      "",
      "A new replica is started first, with an empty data folder, cluster.index-joins: true and",
      "itself among cluster.index-replicas; 'add' or 'move' then gives it its vote. A name is used",
      "once: a replica that lost its folder comes back under another. Afterwards, name the replicas",
      "as they are in the configuration of all gateways and replicas; none needs a restart for it."
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true)
final class IndexCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Whose place in the cluster the command uses. */
  static final class Place {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        required = true,
        description = "The configuration of a process with the role gateway or index.")
    private Path file;

    IndexMembers connect() throws IOException, ConfigException {
      var config = ConfigFile.read(file).cluster();
      var replicas =
          ClusterIndex.of(Membership.of(config, Set.of()), config)
              .orElseThrow(
                  () ->
                      new ConfigException(
                          file.toString(), List.of("cluster.index-replicas: there are none")));
      return IndexMembers.connect(replicas.group(), replicas.transport());
    }
  }

  /** A replica to be. */
  static final class Joiner {
    @Parameters(paramLabel = "NAME", description = "Its name, as in its certificate.")
    private String name;

    @Parameters(
        paramLabel = "HOST:PORT",
        converter = ServerCommand.AddressConverter.class,
        description = "Where it listens to the others.")
    private InetSocketAddress address;

    @Parameters(paramLabel = "AZ", description = "Where it stands.")
    private String az;

    ReplicaConfig replica() {
      return new ReplicaConfig(name, address, az);
    }
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "name one of list, add, remove, move");
  }

  @Command(
      name = "list",
      description = "Which replicas there are, who leads, and how far each is.",
      mixinStandardHelpOptions = true)
  void list(@CommandLine.Mixin Place place) throws IOException, ConfigException {
    try (var members = place.connect()) {
      print(members);
    }
  }

  @Command(
      name = "add",
      description = "Give a replica that was started as a joiner its vote.",
      mixinStandardHelpOptions = true)
  void add(@CommandLine.Mixin Place place, @CommandLine.Mixin Joiner joiner)
      throws IOException, ConfigException {
    try (var members = place.connect()) {
      members.add(joiner.replica().peer());
      print(members);
    }
  }

  @Command(
      name = "remove",
      description = "Take a replica out; it may be gone already.",
      mixinStandardHelpOptions = true)
  void remove(
      @CommandLine.Mixin Place place,
      @Parameters(paramLabel = "NAME", description = "The replica that leaves.") String leaver)
      throws IOException, ConfigException {
    try (var members = place.connect()) {
      members.remove(leaver);
      print(members);
    }
  }

  @Command(
      name = "move",
      description = "Put a replica that was started as a joiner in the place of another.",
      mixinStandardHelpOptions = true)
  void move(
      @CommandLine.Mixin Place place,
      @Option(
              names = "--from",
              paramLabel = "NAME",
              required = true,
              description = "The replica that leaves; it may be gone already.")
          String leaver,
      @CommandLine.Mixin Joiner joiner)
      throws IOException, ConfigException {
    try (var members = place.connect()) {
      members.move(leaver, joiner.replica().peer());
      print(members);
    }
  }

  private void print(IndexMembers members) throws IOException {
    var out = spec.commandLine().getOut();
    for (var member : members.list()) {
      out.printf(
          "%-16s %-22s %s%s%n",
          member.id(),
          member.address(),
          member.leads() ? "leads" : "follows",
          member.committedIndex() < 0 ? "" : ", committed to " + member.committedIndex());
    }
    out.flush();
  }
}
