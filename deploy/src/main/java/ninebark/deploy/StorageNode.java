package ninebark.deploy;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import ninebark.deploy.config.ConfigException;
import ninebark.deploy.config.HostPort;
import ninebark.deploy.config.NinebarkConfig;
import ninebark.gateway.admin.AdminServer;
import ninebark.gateway.http.HttpConfig;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.shard.IndexMemory;
import ninebark.storagenode.shard.LocalDisks;
import ninebark.storagenode.trust.Role;
import ninebark.storagenode.wire.WireServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that serves disks, and nothing else. */
final class StorageNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StorageNode.class);
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}");

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final NinebarkConfig config;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final WireServer server;
  private final AdminServer.Running admin;
  private final LocalDisks disks;
  private final Membership membership;

  /** Starts everything and returns when the disks are served. */
  static StorageNode start(NinebarkConfig config) throws IOException, ConfigException {
    return new StorageNode(config);
  }

  private StorageNode(NinebarkConfig config) throws IOException, ConfigException {
    this.config = config;
    try {
      checkNames();
      membership = Membership.of(config.cluster(), EnumSet.of(Role.STORAGE));
      new JvmMemoryMetrics().bindTo(meters);
      new JvmThreadMetrics().bindTo(meters);
      new ProcessorMetrics().bindTo(meters);
      new UptimeMetrics().bindTo(meters);
      parts.push(meters::close);
      var data = closing(DataFolder.open(config.data(), Optional.of(membership.cluster())));
      var memory =
          closing(new IndexMemory(config.rocks().cacheBytes(), config.rocks().writeBufferBytes()));
      var places = places(data);
      disks =
          closing(
              LocalDisks.open(data.root(), data.cluster(), places, config.disk(), memory, meters));
      server =
          closing(
              WireServer.start(
                  new WireServer.Node(membership.cluster(), membership.node(), places),
                  disks,
                  config.cluster().listen(),
                  membership.access(),
                  config.cluster().wire(),
                  meters));
      admin = AdminServer.start(config.admin(), HttpConfig.DEFAULT, List::of, meters::scrape);
      parts.push(() -> admin.close(Duration.ZERO));
    } catch (IOException | ConfigException | RuntimeException failure) {
      close();
      throw failure;
    }
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

  InetSocketAddress address() {
    return server.address();
  }

  /** What a person reads after the start. */
  String startupText() {
    return "Ninebark storage node "
        + membership.node()
        + " in "
        + config.cluster().az()
        + " serves "
        + disks.all().size()
        + " disks on "
        + HostPort.format(address())
        + (disks.away().isEmpty() ? "" : "; " + disks.away().size() + " are away")
        + ".\n"
        + "  metrics      http://"
        + HostPort.format(admin.address())
        + "/metrics\n";
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
