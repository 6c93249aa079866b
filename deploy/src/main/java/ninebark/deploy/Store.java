package ninebark.deploy;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import ninebark.deploy.buckets.AllBuckets;
import ninebark.deploy.config.AccountConfig;
import ninebark.deploy.config.ConfigException;
import ninebark.deploy.config.NinebarkConfig;
import ninebark.deploy.disk.DiskPages;
import ninebark.deploy.durability.DurabilityPages;
import ninebark.deploy.durability.LiveNines;
import ninebark.deploy.explain.ExplainPages;
import ninebark.deploy.lifecycle.DocumentRules;
import ninebark.deploy.lifecycle.LifecyclePages;
import ninebark.deploy.lifecycle.NextAction;
import ninebark.deploy.lifecycle.TiersPages;
import ninebark.deploy.scrub.ScrubPages;
import ninebark.erasure.Codecs;
import ninebark.erasure.Scheme;
import ninebark.erasure.md5.Md5Service;
import ninebark.gateway.Gateway;
import ninebark.gateway.access.Account;
import ninebark.gateway.access.Accounts;
import ninebark.gateway.admin.AdminPage;
import ninebark.gateway.admin.AdminServer;
import ninebark.gateway.http.HttpConfig;
import ninebark.gateway.operation.StorageClasses;
import ninebark.lifecycle.Reclaim;
import ninebark.lifecycle.rules.LifecycleRounds;
import ninebark.lifecycle.rules.Transitions;
import ninebark.metadata.AccountId;
import ninebark.metadata.Command;
import ninebark.metadata.Index;
import ninebark.metadata.IndexInspector;
import ninebark.metadata.LiveMap;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.lifecycle.ClassLadder;
import ninebark.metadata.raft.RaftIndex;
import ninebark.metadata.raft.RemoteIndex;
import ninebark.metadata.snapshot.IndexSnapshots;
import ninebark.scrubber.Scrubber;
import ninebark.scrubber.moves.Mover;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskInspector;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.Disks;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.file.Medium;
import ninebark.storagenode.file.RealDiskFiles;
import ninebark.storagenode.placement.Relocation;
import ninebark.storagenode.shard.IndexMemory;
import ninebark.storagenode.shard.LocalDisks;
import ninebark.storagenode.stripe.StripeStore;
import ninebark.storagenode.trust.Role;
import ninebark.storagenode.wire.StorageNodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store: gateway, index and what works behind them, over the disks of this process or of
 * storage nodes. Every part built with {@code new}, from the lowest floor up, and closed in the
 * opposite order.
 */
final class Store implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Store.class);

  /**
   * The root account's canonical id is the same in every Ninebark, so that a restored folder keeps
   * its owner.
   */
  private static final AccountId ROOT =
      new AccountId("0788a0563363868e1522f8338cbb3826fa1395f441b5b5b75448f5093cef7275");

  private static final IndexInspector NO_REPLICA =
      () -> new IndexInspector.Inspection(0, List.of());

  private static final List<String> CLIENT_BYTES =
      List.of("ninebark.stripes.read.bytes", "ninebark.stripes.written.bytes");

  /** One hashes up to 16 uploads at several times the speed of a core that hashes one. */
  private static final int MD5_WORKERS =
      Math.max(1, Runtime.getRuntime().availableProcessors() / 4);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final NinebarkConfig config;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final InstantSource clock = InstantSource.system();
  private final BirthClock births = new BirthClock(clock);

  private final DataFolder data;
  private final RootCredentials credentials;
  private final LiveMap map;

  /** Where the disks are; in this process if there are none. */
  private final Optional<StorageNodes> nodes;

  private final Gateway gateway;
  private final AdminServer.Running admin;

  /**
   * Starts everything and returns when requests are served.
   *
   * @param panic called when going on could lose or falsify data; must end the process
   */
  static Store start(
      NinebarkConfig config, Map<String, String> environment, Consumer<Throwable> panic)
      throws IOException, ConfigException {
    // Pure checks first: what cannot work leaves no trace on disk.
    ClusterPlan.first(new UUID(0, 0), ClusterPlan.imagined(config.topology()), config);
    return new Store(config, Optional.empty(), environment, panic);
  }

  /**
   * Starts a gateway and the index, over the disks of storage nodes.
   *
   * @param membership who this process is among them
   */
  static Store startOver(
      Membership membership,
      NinebarkConfig config,
      Map<String, String> environment,
      Consumer<Throwable> panic)
      throws IOException, ConfigException {
    return new Store(config, Optional.of(membership), environment, panic);
  }

  private Store(
      NinebarkConfig config,
      Optional<Membership> membership,
      Map<String, String> environment,
      Consumer<Throwable> panic)
      throws IOException, ConfigException {
    this.config = config;
    try {
      meters();
      data = closing(DataFolder.open(config.data(), membership.map(Membership::cluster)));
      nodes = membership.map(member -> closing(reach(member)));
      credentials =
          RootCredentials.obtain(
              environment, config.cluster().credentials().orElse(data.credentials()));
      var accounts = accounts(credentials, config.accounts());
      var memory =
          closing(new IndexMemory(config.rocks().cacheBytes(), config.rocks().writeBufferBytes()));
      var replicas = membership.flatMap(member -> ClusterIndex.of(member, config.cluster()));
      var replica = replica(replicas, membership, memory, panic);
      Index index =
          replica.isPresent()
              ? replica.get()
              : closing(
                  RemoteIndex.connect(
                      replicas.orElseThrow().group(),
                      replicas.orElseThrow().transport(),
                      config.index(),
                      clock,
                      meters));
      ClusterIndex.awaitAnswer(index, Deadline.after(config.cluster().startPatience()));
      map = new LiveMap(index, clusterMap(index));
      Disks disks = closing(disks(memory));
      births.fenceRaised(index.ask(new Query.CurrentFence()));
      var onDuty = replicas.isPresent() ? duty(index) : (BooleanSupplier) () -> true;
      var scrubber =
          closing(
              Scrubber.open(
                  new RealDiskFiles(data.scrubber()),
                  map,
                  scrubbed(disks),
                  index,
                  // Without a replica here there are no files to look at.
                  replica.<IndexInspector>map(here -> here).orElse(NO_REPLICA),
                  config.rebuild(),
                  config.patrol(),
                  config.census(),
                  this::clientBytes,
                  onDuty,
                  clock,
                  meters));
      var mover =
          closing(
              new Mover(
                  map,
                  disks::disk,
                  scrubber::clientsAreBusy,
                  () -> scrubber.rebuild().isUrgent(),
                  loss -> scrubber.rebuild().report(loss),
                  onDuty,
                  clock,
                  config.moves(),
                  meters));
      var stripes =
          closing(
              new StripeStore(
                  config.stripes(),
                  map,
                  disks::disk,
                  births,
                  ThreadLocalRandom::current,
                  (extent, shard, _, _) ->
                      scrubber.report(new ShardKey(extent.group(), extent.stripe(), shard)),
                  meters));
      var snapshots = replica.map(here -> closing(snapshots(here, stripes)));
      var reclaim =
          closing(
              new Reclaim(
                  index,
                  stripes,
                  disks.all(),
                  clock,
                  config.reclaim(),
                  births::fenceRaised,
                  meters));
      var random = new SecureRandom();
      var transitions =
          new Transitions(
              index,
              stripes,
              schemes(),
              () -> random.nextLong() & Long.MAX_VALUE,
              config.lifecycle());
      var lifecycle =
          closing(
              new LifecycleRounds(
                  index, new DocumentRules(index), transitions, clock, config.lifecycle(), meters));
      var md5 = closing(Md5Service.start(MD5_WORKERS));
      gateway =
          Gateway.start(
              config.listen(),
              config.gateway(),
              accounts,
              index,
              stripes,
              classes(),
              md5::open,
              config.lifecycle().day(),
              random,
              clock,
              meters);
      parts.push(() -> gateway.close(config.drain()));
      var buckets = new AllBuckets(index, owners());
      var live =
          closing(
              LiveNines.of(
                  scrubber,
                  map,
                  schemes(),
                  config.durability(),
                  index,
                  buckets,
                  config.stripes().stripeBytes(),
                  config.rebuild().grace(),
                  config.patrol().flashInterval(),
                  clock,
                  meters));
      admin =
          AdminServer.start(
              config.admin(),
              HttpConfig.DEFAULT,
              () -> reasonsNotReady(index),
              meters::scrape,
              pages(index, disks, scrubber, mover, buckets, live, lifecycle, transitions.ladder()));
      parts.push(() -> admin.close(Duration.ZERO));
      scrubber.start();
      mover.start();
      live.begin();
      snapshots.ifPresent(IndexSnapshots::start);
      reclaim.start(onDuty);
      lifecycle.start(onDuty);
    } catch (IOException | ConfigException | RuntimeException failure) {
      close();
      throw failure;
    }
  }

  /** The replica of the index in this process, if it holds one. */
  private Optional<RaftIndex> replica(
      Optional<ClusterIndex> replicas,
      Optional<Membership> member,
      IndexMemory memory,
      Consumer<Throwable> panic)
      throws IOException, ConfigException {
    boolean holds = member.isEmpty() || member.get().roles().contains(Role.INDEX);
    if (replicas.isPresent() && holds) {
      var seat = replicas.get().seat(member.orElseThrow(), config.cluster());
      return Optional.of(
          closing(
              RaftIndex.open(data.index(), seat, config.index(), memory, clock, meters, panic)));
    }
    if (holds) {
      return Optional.of(
          closing(RaftIndex.open(data.index(), config.index(), memory, clock, meters, panic)));
    }
    if (replicas.isEmpty()) {
      throw new ConfigException(
          "the configuration of the cluster",
          List.of("cluster.index-replicas: a gateway without the role index needs them"));
    }
    return Optional.empty();
  }

  private IndexSnapshots snapshots(RaftIndex replica, StripeStore stripes) {
    var random = new SecureRandom();
    return new IndexSnapshots(
        data.indexCopy(),
        replica,
        replica,
        new IndexSnapshots.Storing(
            stripes,
            StorageClasses.STANDARD,
            schemes().get(StorageClasses.STANDARD),
            () -> random.nextLong() & Long.MAX_VALUE),
        data.cluster(),
        config.snapshots(),
        clock,
        meters);
  }

  private BooleanSupplier duty(Index index) {
    var duty = closing(Duty.begin(index, config.cluster().lease(), births::fenceRaised, meters));
    return duty::isOurs;
  }

  /** What the admin listener shows beside health and metrics. */
  private Map<String, AdminPage> pages(
      Index index,
      Disks disks,
      Scrubber scrubber,
      Mover mover,
      AllBuckets buckets,
      LiveNines live,
      LifecycleRounds lifecycle,
      ClassLadder ladder) {
    Map<String, AdminPage> pages = new HashMap<>();
    pages.putAll(ScrubPages.of(scrubber, buckets));
    var next = new NextAction(index, ladder, config.lifecycle().day(), clock);
    pages.putAll(ExplainPages.of(index, map, disks::disk, next));
    pages.putAll(
        TiersPages.of(
            index, buckets, config.classes(), ClusterPlan.refusals(map.get(), config), clock));
    pages.putAll(DurabilityPages.of(live));
    pages.putAll(DiskPages.of(map, disks, mover, clock));
    pages.putAll(
        LifecyclePages.of(index, lifecycle, ladder, config.classes(), config.lifecycle(), clock));
    return pages;
  }

  private static Scrubber.Disks scrubbed(Disks disks) {
    return new Scrubber.Disks() {
      @Override
      public Optional<ShardDisk> disk(DiskId id) {
        return disks.disk(id);
      }

      @Override
      public Optional<DiskInspector> inspector(DiskId id) {
        return disks.inspector(id);
      }

      @Override
      public Medium medium(DiskId id) {
        return disks.medium(id);
      }
    };
  }

  /** What clients have moved so far, for those who yield to them. */
  private long clientBytes() {
    double sum = 0;
    for (var name : CLIENT_BYTES) {
      for (var counter : meters.find(name).counters()) {
        sum += counter.count();
      }
    }
    return (long) sum;
  }

  private <T extends AutoCloseable> T closing(T part) {
    parts.push(part);
    return part;
  }

  private void meters() {
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    parts.push(meters::close);
  }

  /** The map the index agreed on, made at the first start and extended for new schemes. */
  private ClusterMap clusterMap(Index index) throws IOException, ConfigException {
    // Another gateway may publish one meanwhile: then that is the map.
    while (true) {
      var agreed = index.ask(new Query.CurrentMap());
      var current = agreed.isPresent() ? Optional.of(grown(index, agreed.get())) : agreed;
      var wanted = current.isPresent() ? extended(current.get()) : first(index);
      if (wanted.isPresent()) {
        if (wanted.equals(current)) {
          return current.get();
        }
        switch (index.submit(new Command.PublishMap(wanted.get()))) {
          case Reply.PublishMap.Published() -> {
            return wanted.get();
          }
          case Reply.PublishMap.StaleEpoch(var epoch) ->
              LOG.info("another gateway published the cluster map of epoch {}", epoch);
        }
      }
    }
  }

  private Optional<ClusterMap> extended(ClusterMap current) throws IOException, ConfigException {
    if (nodes.isPresent()) {
      ClusterPlan.checkNodes(current, config);
    } else {
      ClusterPlan.checkTopology(current, config);
    }
    return Optional.of(ClusterPlan.extend(current, config));
  }

  /** None if another gateway was faster. */
  private Optional<ClusterMap> first(Index index) throws IOException, ConfigException {
    if (nodes.isPresent()) {
      var places = placesOf(nodes.get());
      var used = used(nodes.get(), places);
      if (used.isPresent()) {
        if (index.ask(new Query.CurrentMap()).isPresent()) {
          return Optional.empty();
        }
        throw new IOException(
            "disk "
                + used.get()
                + " holds shards, but the index knows nothing: it was lost or replaced; put it"
                + " back, make it again with 'ninebark recover index', or make the nodes anew");
      }
      return Optional.of(ClusterPlan.first(data.cluster(), places, config));
    }
    refuseToForget();
    var places =
        LocalDisks.create(
            data.root(),
            data.cluster(),
            ClusterPlan.layout(config.topology()),
            config.disk(),
            UUID::randomUUID);
    return Optional.of(ClusterPlan.first(data.cluster(), places, config));
  }

  private static Optional<DiskId> used(StorageNodes reached, List<DiskPlace> places) {
    for (var disk : reached.disks(places).all()) {
      if (disk.status().liveBytes() > 0) {
        return Optional.of(disk.id());
      }
    }
    return Optional.empty();
  }

  /** The map with the disks that the configuration has and it has not. */
  private ClusterMap grown(Index index, ClusterMap current) throws IOException {
    var joining =
        nodes.isPresent()
            ? newcomers(nodes.get(), current)
            : LocalDisks.extend(
                data.root(),
                data.cluster(),
                current.disks(),
                ClusterPlan.layout(config.topology()),
                config.disk(),
                UUID::randomUUID);
    if (joining.isEmpty()) {
      return current;
    }
    LOG.info("{} disks join and take their share: {}", joining.size(), joining);
    return switch (new LiveMap(index, current).change(map -> Relocation.add(map, joining))) {
      case Relocation.Outcome.Planned(var grown) -> grown;
      case Relocation.Outcome.Refused(var why) ->
          throw new IOException("the new disks cannot join: " + why);
    };
  }

  /** The disks of nodes that the map has no disk of; a node that is away now joins another time. */
  private List<DiskPlace> newcomers(StorageNodes reached, ClusterMap current) throws IOException {
    var known = current.disks().stream().map(DiskPlace::node).toList();
    boolean newNodes =
        config.cluster().nodes().stream().anyMatch(node -> !known.contains(node.name()));
    if (!newNodes) {
      return List.of();
    }
    try {
      if (!reached.awaitAll(Deadline.after(config.cluster().startPatience()))) {
        LOG.warn("not all storage nodes are there; new ones that are not join at a later start");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the storage nodes", interrupted);
    }
    var places = reached.places().stream().filter(place -> !known.contains(place.node())).toList();
    for (var disk : reached.disks(places).all()) {
      if (disk.status().liveBytes() > 0) {
        throw new IOException(
            "disk " + disk.id() + " is new to the cluster map and holds shards; make it anew");
      }
    }
    return places;
  }

  private StorageNodes reach(Membership member) {
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

  private Disks disks(IndexMemory memory) throws IOException {
    return nodes.isPresent()
        ? nodes.get().disks(map.get().disks())
        : LocalDisks.open(
            data.root(), data.cluster(), map.get().disks(), config.disk(), memory, meters);
  }

  /** All disks of all nodes: groups that were made without some of them would stay so. */
  private List<DiskPlace> placesOf(StorageNodes reached) throws IOException {
    try {
      if (!reached.awaitAll(Deadline.after(config.cluster().startPatience()))) {
        var absent = new ArrayList<String>();
        for (var node : reached.states()) {
          node.away().ifPresent(why -> absent.add(node.node() + " (" + why + ")"));
        }
        throw new IOException(
            "the first start needs all storage nodes; away are " + String.join(", ", absent));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the storage nodes", interrupted);
    }
    return reached.places();
  }

  /** An empty index beside disks that hold something is a lost index, not a first start. */
  private void refuseToForget() throws IOException {
    if (LocalDisks.wereOpened(data.root())) {
      throw new IOException(
          "the disks under "
              + data.disks()
              + " were in use, but the index in "
              + data.index()
              + " knows nothing: it was lost or replaced; put it back, make it again with"
              + " 'ninebark recover index', or move the disks away to begin anew");
    }
  }

  private static Accounts accounts(RootCredentials root, List<AccountConfig> others)
      throws ConfigException {
    var accounts = new ArrayList<Account>();
    accounts.add(new Account(ROOT, "root", Map.of(root.accessKey(), root.secretKey())));
    for (var other : others) {
      var keys = new HashMap<String, String>();
      other.keys().forEach(key -> keys.put(key.accessKey(), key.secretKey()));
      accounts.add(new Account(new AccountId(other.id()), other.displayName(), keys));
    }
    try {
      return new Accounts(accounts);
    } catch (IllegalArgumentException doubtful) {
      throw new ConfigException("accounts", List.of(doubtful.getMessage()));
    }
  }

  private StorageClasses classes() {
    var refusals = ClusterPlan.refusals(map.get(), config);
    var classes = new HashMap<String, StorageClasses.StorageClass>();
    config
        .classes()
        .forEach(
            (name, one) ->
                classes.put(
                    name,
                    refusals.containsKey(name)
                        ? new StorageClasses.StorageClass.Withheld(refusals.get(name))
                        : new StorageClasses.StorageClass.Offered(
                            one.scheme(),
                            one.archive()
                                .map(
                                    archive ->
                                        new StorageClasses.Archive(
                                            archive.expedited(),
                                            archive.standard(),
                                            archive.bulk())))));
    return new StorageClasses(classes);
  }

  /** Of the classes that can be had over these disks. */
  private Map<String, Scheme> schemes() {
    var refusals = ClusterPlan.refusals(map.get(), config);
    var schemes = new HashMap<String, Scheme>();
    config
        .classes()
        .forEach(
            (name, one) -> {
              if (!refusals.containsKey(name)) {
                schemes.put(name, one.scheme());
              }
            });
    return schemes;
  }

  private List<AccountId> owners() {
    var owners = new ArrayList<AccountId>();
    owners.add(ROOT);
    config.accounts().forEach(account -> owners.add(new AccountId(account.id())));
    return owners;
  }

  private static List<String> reasonsNotReady(Index index) {
    try {
      index.ask(new Query.CurrentFence());
      return List.of();
    } catch (IOException away) {
      return List.of("the index does not answer: " + away.getMessage());
    }
  }

  InetSocketAddress address() {
    return gateway.address();
  }

  Optional<InetSocketAddress> websiteAddress() {
    return gateway.websiteAddress();
  }

  InetSocketAddress adminAddress() {
    return admin.address();
  }

  RootCredentials credentials() {
    return credentials;
  }

  DataFolder data() {
    return data;
  }

  /** The storage nodes; none when the disks are in this process. */
  List<StorageNodes.State> nodes() {
    return nodes.map(StorageNodes::states).orElse(List.of());
  }

  List<String> guarantees() {
    return ClusterPlan.sentences(map.get(), config);
  }

  /** The coder in use and how fast it is here. */
  Codecs.Speed codecSpeed() {
    return Codecs.measure(Codecs.best(config.classes().get(StorageClasses.STANDARD).scheme()));
  }

  /** The gateway first, so that what it still serves finds everything below it open. */
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
