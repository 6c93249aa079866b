package ninebark.deploy;

import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import ninebark.deploy.config.ConfigException;
import ninebark.deploy.config.ConfigFile;
import ninebark.deploy.config.HostPort;
import ninebark.deploy.config.NinebarkConfig;
import ninebark.erasure.Codecs;
import ninebark.storagenode.trust.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the store until it is told to stop. */
@Command(
    name = "server",
    description = {
      "Start the store: gateway, index and disks in one process, or one process of a cluster.",
      "",
      "Without options, data is kept in ./data and S3 is served on 127.0.0.1:9000."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Environment:",
      "  NINEBARK_ACCESS_KEY, NINEBARK_SECRET_KEY   the root account's keys; made at the first",
      "                                             start and kept in DIR/credentials if not set",
      "  NINEBARK_JAVA_OPTS                         added to the JVM's flags by the launcher",
      "",
      "SIGTERM and Ctrl-C let requests in flight finish, then stop.",
      "",
      "Exit codes: 0 stopped as asked, 1 could not start or run on, 2 bad command line or",
      "configuration."
    })
final class ServerCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCommand.class);
  private static final String ALL = "all";

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where everything is kept (default: ./data).")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      converter = AddressConverter.class,
      description = "Where S3 is served (default: 127.0.0.1:9000; port 0 takes a free one).")
  private Optional<InetSocketAddress> listen = Optional.empty();

  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      converter = AddressConverter.class,
      description = "Where health and metrics are served (default: 127.0.0.1:9001).")
  private Optional<InetSocketAddress> admin = Optional.empty();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "A configuration file; 'ninebark config' prints one with every key. Options win over it.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--roles",
      paramLabel = "ROLE[,ROLE...]",
      split = ",",
      description = {
        "What this process does (default: all, in one process).",
        "'storage' serves the disks of a node, 'index' holds a replica of the index, 'gateway' is",
        "all else; an index beside either of the others is one process. What is not named here,",
        "the configuration says where to find."
      })
  private List<String> roles = List.of(ALL);

  @Override
  public Integer call() throws Exception {
    NinebarkConfig settings;
    Set<Role> parsed;
    try {
      parsed = roles();
      settings = settings();
    } catch (ConfigException unusable) {
      spec.commandLine().getErr().println("ninebark: " + unusable.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    return parsed.isEmpty() || parsed.contains(Role.GATEWAY)
        ? serve(settings, parsed)
        : serveNode(settings, parsed);
  }

  private int serve(NinebarkConfig settings, Set<Role> parsed) throws Exception {
    var signal = new StopSignal();
    try (var store =
        parsed.isEmpty()
            ? Store.start(settings, System.getenv(), signal::fail)
            : Store.startOver(
                Membership.of(settings.cluster(), parsed),
                settings,
                System.getenv(),
                signal::fail)) {
      signal.listen();
      var out = spec.commandLine().getOut();
      out.print(StartupText.of(store, sinceStart()));
      out.flush();
      Thread.ofVirtual().start(() -> nameCoder(store));
      signal.await();
      LOG.info("stopping: requests in flight have {} s to finish", settings.drain().toSeconds());
    } finally {
      signal.done();
    }
    return CommandLine.ExitCode.OK;
  }

  private int serveNode(NinebarkConfig settings, Set<Role> parsed) throws Exception {
    var signal = new StopSignal();
    try (var node = ClusterNode.start(settings, parsed, signal::fail)) {
      signal.listen();
      var out = spec.commandLine().getOut();
      out.print(node.startupText());
      out.flush();
      signal.await();
    } finally {
      signal.done();
    }
    return CommandLine.ExitCode.OK;
  }

  /** None stands for all of them in one process. */
  private Set<Role> roles() throws ConfigException {
    if (roles.equals(List.of(ALL))) {
      return EnumSet.noneOf(Role.class);
    }
    var parsed = EnumSet.noneOf(Role.class);
    for (var name : roles) {
      parsed.add(
          Role.parse(name)
              .orElseThrow(
                  () ->
                      new ConfigException(
                          "--roles",
                          List.of("'" + name + "' is none of all, gateway, index, storage"))));
    }
    if (parsed.contains(Role.GATEWAY) && parsed.contains(Role.STORAGE)) {
      throw new ConfigException(
          "--roles", List.of("a gateway beside disks is 'all', or a process of its own"));
    }
    return parsed;
  }

  /** The coders compete in the background for a second or two; the start does not wait for them. */
  private static void nameCoder(Store store) {
    try {
      if (Codecs.awaitBest(Duration.ofSeconds(30))) {
        LOG.info("coding with {} on one core", store.codecSpeed());
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Since the JVM started: the process may be older, because the launcher built first and then
   * became it.
   */
  private static Duration sinceStart() {
    return Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
  }

  private NinebarkConfig settings() throws Exception {
    var settings = config.isPresent() ? ConfigFile.read(config.get()) : NinebarkConfig.DEFAULT;
    if (data.isPresent()) {
      settings = settings.withData(data.get());
    }
    if (listen.isPresent()) {
      settings = settings.withListen(listen.get());
    }
    if (admin.isPresent()) {
      settings = settings.withAdmin(admin.get());
    }
    return settings;
  }

  /** Reads {@code HOST:PORT}. */
  static final class AddressConverter implements CommandLine.ITypeConverter<InetSocketAddress> {
    @Override
    public InetSocketAddress convert(String text) {
      return HostPort.parse(text)
          .orElseThrow(
              () ->
                  new CommandLine.TypeConversionException(
                      "expected HOST:PORT, found '" + text + "'"));
    }
  }
}
