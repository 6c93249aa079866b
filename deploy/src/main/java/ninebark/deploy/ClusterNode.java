package ninebark.deploy;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import ninebark.deploy.config.ConfigException;
import ninebark.deploy.config.HostPort;
import ninebark.deploy.config.NinebarkConfig;
import ninebark.gateway.admin.AdminServer;
import ninebark.gateway.http.HttpConfig;
import ninebark.metadata.Query;
import ninebark.metadata.raft.RaftIndex;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.shard.IndexMemory;
import ninebark.storagenode.shard.LocalDisks;
import ninebark.storagenode.trust.Role;
import ninebark.storagenode.wire.WireServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that serves disks, holds a replica of the index, or both; it serves no S3. */
final class ClusterNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}");

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final NinebarkConfig config;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Membership membership;
  private final Optional<Served> served;
  private final Optional<RaftIndex> index;
  private final AdminServer.Running admin;

  /** Disks and who serves them. */
  private record Served(LocalDisks disks, WireServer server) {}

  /**
   * Starts everything and returns when the disks are served and the replica has started.
   *
   * @param panic called when going on could lose or falsify data; must end the process
   */
  static ClusterNode start(NinebarkConfig config, Set<Role> roles, Consumer<Throwable> panic)
      throws IOException, ConfigException {
    return new ClusterNode(config, roles, panic);
  }

  private ClusterNode(NinebarkConfig config, Set<Role> roles, Consumer<Throwable> panic)
      throws IOException, ConfigException {
    this.config = config;
    try {
      checkNames();
      membership = Membership.of(config.cluster(), roles);
      new JvmMemoryMetrics().bindTo(meters);
      new JvmThreadMetrics().bindTo(meters);
      new ProcessorMetrics().bindTo(meters);
      new UptimeMetrics().bindTo(meters);
      parts.push(meters::close);
      var data = closing(DataFolder.open(config.data(), Optional.of(membership.cluster())));
      var memory =
          closing(new IndexMemory(config.rocks().cacheBytes(), config.rocks().writeBufferBytes()));
      index =
          roles.contains(Role.INDEX) ? Optional.of(replica(data, memory, panic)) : Optional.empty();
      served = roles.contains(Role.STORAGE) ? Optional.of(serve(data, memory)) : Optional.empty();
      admin =
          AdminServer.start(
              config.admin(), HttpConfig.DEFAULT, this::reasonsNotReady, meters::scrape);
      parts.push(() -> admin.close(Duration.ZERO));
    } catch (IOException | ConfigException | RuntimeException failure) {
      close();
      throw failure;
    }
  }

  private RaftIndex replica(DataFolder data, IndexMemory memory, Consumer<Throwable> panic)
      throws IOException, ConfigException {
    var replicas = ClusterIndex.of(membership, config.cluster());
    if (replicas.isEmpty()) {
      throw new ConfigException(
          "the configuration of the cluster",
          List.of("cluster.index-replicas: the role index without a gateway needs them"));
    }
    return closing(
        RaftIndex.open(
            data.index(),
            replicas.get().seat(membership, config.cluster()),
            config.index(),
            memory,
            InstantSource.system(),
            meters,
            panic));
  }

  private Served serve(DataFolder data, IndexMemory memory) throws IOException {
    var places = places(data);
    var disks =
        closing(
            LocalDisks.open(data.root(), data.cluster(), places, config.disk(), memory, meters));
    var server =
        closing(
            WireServer.start(
                new WireServer.Node(membership.cluster(), membership.node(), places),
                disks,
                config.cluster().listen(),
                membership.access(),
                config.cluster().wire(),
                meters));
    return new Served(disks, server);
  }

  /** A replica is ready when it has found a leader, or is one: the index may be asked there. */
  private List<String> reasonsNotReady() {
    if (index.isPresent()) {
      try {
        index.get().ask(new Query.CurrentFence());
      } catch (IOException away) {
        return List.of("the index does not answer: " + away.getMessage());
      }
    }
    return List.of();
  }

  private void checkNames() throws ConfigException {
    for (var name : List.of(config.cluster().node(), config.cluster().az())) {
      if (!NAME.matcher(name).matches()) {
        throw new ConfigException(
            "the configuration of the cluster",
            List.of(
                "a node's or AZ's name is letters, digits, dots, dashes and underscores, found '"
                    + name
                    + "'"));
      }
    }
  }

  private <T extends AutoCloseable> T closing(T part) {
    parts.push(part);
    return part;
  }

  /** Made at the first start; from then on what the list says is expected, and nothing else. */
  private List<DiskPlace> places(DataFolder data) throws IOException {
    if (Files.exists(data.places())) {
      var places = NodeDisksFormat.read(data.places());
      for (var place : places) {
        if (!place.node().equals(membership.node()) || !place.az().equals(config.cluster().az())) {
          throw new IOException(
              data.places()
                  + " is of "
                  + place.node()
                  + " in "
                  + place.az()
                  + ", this process is "
                  + membership.node()
                  + " in "
                  + config.cluster().az());
        }
      }
      return places;
    }
    if (LocalDisks.wereOpened(data.root())) {
      throw new IOException(
          "the disks under " + data.disks() + " were in use, but " + data.places() + " is gone");
    }
    var layout =
        new LocalDisks.Layout(
            config.cluster().az(), membership.node(), config.cluster().diskCount());
    var places =
        LocalDisks.create(
            data.root(), data.cluster(), List.of(layout), config.disk(), UUID::randomUUID);
    DataFolder.Durably.write(data.places(), NodeDisksFormat.encode(places));
    return places;
  }

  /** What a person reads after the start. */
  String startupText() {
    var text = new StringBuilder();
    text.append("Ninebark node ").append(membership.node()).append(" in ");
    text.append(config.cluster().az()).append('\n');
    served.ifPresent(
        disks ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "  %-12s %s; %d disks%s%n",
                    "storage",
                    HostPort.format(disks.server().address()),
                    disks.disks().all().size(),
                    disks.disks().away().isEmpty()
                        ? ""
                        : ", " + disks.disks().away().size() + " more are away")));
    if (index.isPresent()) {
      text.append(String.format(Locale.ROOT, "  %-12s %s%n", "index", "a replica"));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "  %-12s http://%s/metrics%n",
            "metrics",
            HostPort.format(admin.address())));
    return text.toString();
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      var part = parts.pop();
      try {
        part.close();
      } catch (Exception failure) {
        LOG.error("closing {} failed; what was acknowledged is safe", part, failure);
      }
    }
  }
}
