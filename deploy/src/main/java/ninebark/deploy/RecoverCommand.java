package ninebark.deploy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import ninebark.deploy.config.ConfigException;
import ninebark.deploy.config.ConfigFile;
import ninebark.deploy.config.NinebarkConfig;
import ninebark.deploy.recover.RecoverJson;
import ninebark.deploy.recover.RecoverReport;
import ninebark.metadata.recovery.IndexRecovery;
import ninebark.metadata.recovery.Recovered;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.Disks;
import ninebark.storagenode.shard.IndexMemory;
import ninebark.storagenode.shard.LocalDisks;
import ninebark.storagenode.stripe.StripeStore;
import ninebark.storagenode.trust.Role;
import ninebark.storagenode.wire.StorageNodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Brings back what was lost, while no server runs. */
@Command(
    name = "recover",
    description = "Make again what was lost, from what the disks still hold.",
    synopsisSubcommandLabel = "WHAT",
    mixinStandardHelpOptions = true)
final class RecoverCommand implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(RecoverCommand.class);

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "name what to recover: index");
  }

  @Command(
      name = "index",
      description = {
        "Make the index again after the loss of all its replicas: from the newest copy of it on the"
            + " disks, and from what the shards written since tell of themselves.",
        "",
        "The server must be stopped. An index that is there is never touched, unless it knows"
            + " nothing.",
        ""
      },
      mixinStandardHelpOptions = true,
      sortOptions = false)
  int index(
      @Option(
              names = "--data",
              paramLabel = "DIR",
              description = "The data folder whose index was lost (default: ./data).")
          Optional<Path> folder,
      @Option(
              names = "--config",
              paramLabel = "FILE",
              description =
                  "The server's configuration; with storage nodes in it, theirs are the disks.")
          Optional<Path> file,
      @Option(names = "--dry-run", description = "Only say what would be restored.") boolean dry,
      @Option(names = "--list", description = "Name each object that was written since the copy.")
          boolean list,
      @Option(names = "--json", description = "Print JSON.") boolean json)
      throws Exception {
    var command = spec.subcommands().get("index");
    NinebarkConfig config;
    try {
      config = file.isPresent() ? ConfigFile.read(file.get()) : NinebarkConfig.DEFAULT;
      config = folder.isPresent() ? config.withData(folder.get()) : config;
      var recovered = recover(config, dry, command);
      var out = command.getOut();
      out.print(
          json ? RecoverJson.write(recovered, !dry) : RecoverReport.of(recovered, !dry, list));
      out.flush();
      return CommandLine.ExitCode.OK;
    } catch (ConfigException unusable) {
      command.getErr().println("ninebark: " + unusable.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
  }

  private static Recovered recover(NinebarkConfig config, boolean dry, CommandLine command)
      throws IOException, ConfigException {
    if (Files.notExists(config.data().resolve("FORMAT"))) {
      throw new IOException(
          config.data() + " is no data folder: without its file FORMAT nobody knows which cluster");
    }
    try (var parts = new Parts()) {
      var membership =
          config.cluster().nodes().isEmpty()
              ? Optional.<Membership>empty()
              : Optional.of(Membership.of(config.cluster(), EnumSet.of(Role.GATEWAY, Role.INDEX)));
      var data = parts.add(DataFolder.open(config.data(), membership.map(Membership::cluster)));
      var memory =
          parts.add(
              new IndexMemory(config.rocks().cacheBytes(), config.rocks().writeBufferBytes()));
      if (IndexRecovery.knowsAnything(data.index(), memory, config.index())) {
        throw new IOException(
            "the index in "
                + data.index()
                + " is there and knows this cluster: nothing is to be recovered");
      }
      var meters = new SimpleMeterRegistry();
      List<DiskPlace> places;
      Disks disks;
      if (membership.isPresent()) {
        var nodes = parts.add(reach(config, membership.get(), meters));
        places = awaited(nodes, config);
        disks = parts.add(nodes.disks(places));
      } else {
        places = LocalDisks.present(data.root(), data.cluster());
        disks =
            parts.add(
                LocalDisks.open(
                    data.root(), data.cluster(), places, config.disk(), memory, meters));
      }
      var err = command.getErr();
      var recovery =
          new IndexRecovery(
              data.indexRecovery(),
              data.cluster(),
              disks.all(),
              places,
              map -> parts.add(stripes(config, map, disks, meters)),
              memory,
              config.index(),
              step -> {
                err.println(step);
                err.flush();
              });
      return dry ? recovery.rehearse() : recovery.recover(data.index());
    }
  }

  /** Over what the disks hold; nothing is written through it. */
  private static StripeStore stripes(
      NinebarkConfig config, ClusterMap map, Disks disks, SimpleMeterRegistry meters) {
    return new StripeStore(
        config.stripes(),
        () -> map,
        disks::disk,
        InstantSource.system(),
        ThreadLocalRandom::current,
        (extent, shard, disk, finding) ->
            LOG.debug("shard {} of {} on {}: {}", shard, extent, disk, finding),
        meters);
  }

  private static StorageNodes reach(
      NinebarkConfig config, Membership member, SimpleMeterRegistry meters) {
    return StorageNodes.reach(
        member.cluster(),
        member.node(),
        config.cluster().nodes().stream()
            .map(node -> new StorageNodes.Address(node.name(), node.address()))
            .toList(),
        member.access(),
        config.cluster().wire(),
        meters);
  }

  private static List<DiskPlace> awaited(StorageNodes nodes, NinebarkConfig config)
      throws IOException {
    try {
      if (!nodes.awaitAll(Deadline.after(config.cluster().startPatience()))) {
        var absent = new ArrayList<String>();
        for (var node : nodes.states()) {
          node.away().ifPresent(why -> absent.add(node.node() + " (" + why + ")"));
        }
        throw new IOException(
            "what a node that is away holds would be missing from the index; away are "
                + String.join(", ", absent));
      }
      return nodes.places();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the storage nodes", interrupted);
    }
  }

  /** What was opened, closed in the opposite order. */
  private static final class Parts implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T part) {
      open.push(part);
      return part;
    }

    @Override
    public void close() {
      while (!open.isEmpty()) {
        var part = open.pop();
        try {
          part.close();
        } catch (Exception failure) {
          LOG.warn("closing {} failed", part, failure);
        }
      }
    }
  }
}
