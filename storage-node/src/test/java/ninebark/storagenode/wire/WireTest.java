package ninebark.storagenode.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import ninebark.erasure.Scheme;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskAwayException;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.Extent;
import ninebark.storagenode.Owner;
import ninebark.storagenode.ShardMissingException;
import ninebark.storagenode.StripeReader;
import ninebark.storagenode.UnwritableException;
import ninebark.storagenode.placement.Placement;
import ninebark.storagenode.shard.IndexMemory;
import ninebark.storagenode.shard.LocalDisks;
import ninebark.storagenode.shard.ShardStoreConfig;
import ninebark.storagenode.stripe.StripeStore;
import ninebark.storagenode.stripe.TestCluster;
import ninebark.storagenode.trust.Access;
import ninebark.storagenode.trust.ClusterAuthority;
import ninebark.storagenode.trust.Credentials;
import ninebark.storagenode.trust.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks behind the wire are disks. */
class WireTest {
  private static final UUID CLUSTER = new UUID(1, 2);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final WireConfig CONFIG =
      new WireConfig(
          2,
          16,
          64,
          4L << 20,
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofMillis(50),
          Duration.ofSeconds(5));

  @TempDir Path folder;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final IndexMemory memory = new IndexMemory(32 << 20, 16 << 20);
  private final List<AutoCloseable> parts = new ArrayList<>();
  private final Map<String, Running> nodes = new HashMap<>();

  /** A storage node in this process. */
  private record Running(LocalDisks disks, WireServer server) {
    void stop() {
      server.close();
      disks.close();
    }
  }

  private ClusterAuthority authority() throws IOException {
    var ca = folder.resolve("ca");
    return Files.exists(ca)
        ? ClusterAuthority.open(ca)
        : ClusterAuthority.init(ca, CLUSTER, Instant.now());
  }

  private Access access(String name, Role... roles) throws IOException {
    return access(authority(), name, roles);
  }

  private Access access(ClusterAuthority authority, String name, Role... roles) throws IOException {
    var issued =
        authority.issue(
            folder.resolve("certs-" + authority.cluster()),
            name,
            EnumSet.copyOf(List.of(roles)),
            List.of("127.0.0.1"),
            Duration.ofDays(1),
            Instant.now());
    return new Access.MutualTls(
        Credentials.open(authority.certificateFile(), issued.certificate(), issued.key()));
  }

  private Running node(int number, int port) throws IOException {
    return node(number, port, access("node-" + number, Role.STORAGE));
  }

  private Running node(int number, int port, Access access) throws IOException {
    var data = folder.resolve("node-" + number);
    var name = "node-" + number;
    var az = "az-" + ((number - 1) % 4 + 1);
    var layout = List.of(new LocalDisks.Layout(az, name, 2));
    var places =
        LocalDisks.create(data, CLUSTER, layout, ShardStoreConfig.DEFAULT, UUID::randomUUID);
    var disks =
        LocalDisks.open(
            data, CLUSTER, places, ShardStoreConfig.DEFAULT, memory, new SimpleMeterRegistry());
    var server =
        WireServer.start(
            new WireServer.Node(CLUSTER, name, places),
            disks,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            access,
            CONFIG,
            registry);
    var running = new Running(disks, server);
    nodes.put(name, running);
    return running;
  }

  private StorageNodes reach(Access access) {
    var addresses = new ArrayList<StorageNodes.Address>();
    nodes.forEach(
        (name, running) -> addresses.add(new StorageNodes.Address(name, running.server.address())));
    var reached = StorageNodes.reach(CLUSTER, "gateway-1", addresses, access, CONFIG, registry);
    parts.add(reached);
    return reached;
  }

  private StorageNodes reachAll() throws Exception {
    var reached = reach(access("gateway-1", Role.GATEWAY, Role.INDEX));
    assertThat(reached.awaitAll(Deadline.after(PATIENCE)))
        .describedAs("%s", reached.states())
        .isTrue();
    return reached;
  }

  private StripeStore stripes(StorageNodes reached) {
    List<DiskPlace> places = reached.places();
    var placed =
        (Placement.Outcome.Placed)
            Placement.place(places, Scheme.rs(6, 2), 16, 0, 42, Placement.Demand.NOTHING);
    var map = new ClusterMap(CLUSTER, 1, places, placed.groups());
    var disks = reached.disks(places);
    var store =
        new StripeStore(
            TestCluster.SMALL,
            () -> map,
            disks::disk,
            InstantSource.system(),
            ThreadLocalRandom::current,
            (_, _, _, _) -> {},
            registry);
    parts.add(store);
    return store;
  }

  @AfterEach
  void closeAll() throws Exception {
    for (var part : parts.reversed()) {
      part.close();
    }
    nodes.values().forEach(Running::stop);
    memory.close();
  }

  private static List<Extent> put(StripeStore store, byte[] bytes) throws IOException {
    try (var writer = store.write(new Owner(1, "a/key", 7, 0), Scheme.rs(6, 2))) {
      writer.write(ByteBuffer.wrap(bytes));
      return writer.finish();
    }
  }

  private static byte[] get(StripeStore store, List<Extent> extents, int length)
      throws IOException {
    var bytes = ByteBuffer.allocate(length);
    try (var reader = store.read(extents, 0, length)) {
      for (var piece = reader.next(); piece.isPresent(); piece = reader.next()) {
        try (StripeReader.Piece held = piece.get()) {
          bytes.put(held.bytes());
        }
      }
    }
    return bytes.array();
  }

  @Test
  void stripes_go_over_the_wire_and_come_back_also_without_a_whole_az() throws Exception {
    for (int number = 1; number <= 8; number++) {
      node(number, 0);
    }
    var reached = reachAll();
    var store = stripes(reached);
    var bytes = TestCluster.random(3_000_000, 1);
    var extents = put(store, bytes);
    assertThat(get(store, extents, bytes.length)).isEqualTo(bytes);

    int port = nodes.get("node-1").server.address().getPort();
    nodes.remove("node-1").stop();
    nodes.remove("node-5").stop();
    assertThat(get(store, extents, bytes.length)).isEqualTo(bytes);
    // RS(6,2) in four AZs: without one of them only six shards could be written.
    assertThatThrownBy(() -> put(store, bytes)).isInstanceOf(UnwritableException.class);

    node(1, port);
    await(() -> reached.states().stream().filter(s -> s.away().isEmpty()).count() == 7);
    var degraded = put(store, bytes);
    assertThat(get(store, degraded, bytes.length)).isEqualTo(bytes);
  }

  @Test
  void a_disk_behind_the_wire_answers_as_the_disk_itself() throws Exception {
    var running = node(1, 0);
    var reached = reachAll();
    var places = reached.places();
    var disks = reached.disks(places);
    var id = places.getFirst().disk();
    var remote = disks.disk(id).orElseThrow();
    var local = running.disks.disk(id).orElseThrow();
    var shards = new ShardsOnDisk(remote);
    shards.append(0, 5000, 100);
    shards.append(5000, 5001, 3 << 20);
    assertThat(shards.read(5000, 65_000, 200_000)).isEqualTo(shards.slice(5000, 65_000, 200_000));
    assertThat(remote.list(Optional.empty(), 10_000))
        .isEqualTo(local.list(Optional.empty(), 10_000));
    assertThat(remote.list(Optional.empty(), 10_000)).hasSize(5001);
    assertThat(remote.label(shards.key(3))).isEqualTo(local.label(shards.key(3)));
    assertThat(remote.attests(shards.key(3), shards.bytes(3))).isTrue();
    remote.erase(remote.list(Optional.empty(), 5000).stream().map(s -> s.key()).toList());
    assertThat(local.list(Optional.empty(), 10)).hasSize(1);
    assertThatThrownBy(() -> shards.read(3, 0, 10)).isInstanceOf(ShardMissingException.class);
    var inspector = disks.inspector(id).orElseThrow();
    assertThat(inspector.containers()).isNotEmpty();
    assertThat(inspector.inspectContainer(inspector.containers().getFirst()).bytes()).isPositive();
    assertThat(inspector.inspectIndex().damageCount()).isZero();
    assertThat(disks.medium(id)).isEqualTo(running.disks.medium(id));
    await(() -> remote.status().liveBytes() == local.status().liveBytes());
    shards.close();

    nodes.remove("node-1").stop();
    await(() -> remote.state() == DiskState.AWAY);
    assertThat(disks.disk(id)).isEmpty();
    assertThatThrownBy(() -> remote.label(shards.key(3))).isInstanceOf(DiskAwayException.class);
  }

  @Test
  void a_peer_of_another_cluster_or_role_is_refused_before_it_says_anything() throws Exception {
    node(1, 0);
    var foreign = ClusterAuthority.init(folder.resolve("ca-2"), new UUID(9, 9), Instant.now());
    var twin = ClusterAuthority.init(folder.resolve("ca-3"), CLUSTER, Instant.now());
    for (var access :
        List.of(
            access(foreign, "gateway-1", Role.GATEWAY),
            access(twin, "gateway-1", Role.GATEWAY),
            access("node-7", Role.STORAGE),
            new Access.PlaintextOnLoopback())) {
      var reached = reach(access);
      await(
          () ->
              reached
                  .states()
                  .getFirst()
                  .away()
                  .filter(why -> !why.contains("not reached"))
                  .isPresent());
      assertThat(reached.places()).isEmpty();
    }
    assertThat(registry.get("ninebark.wire.served.requests").counter().count()).isZero();
  }

  @Test
  void a_node_that_is_not_who_it_should_be_is_not_used() throws Exception {
    node(1, 0, access("node-2", Role.STORAGE));
    var reached = reach(access("gateway-1", Role.GATEWAY));
    await(
        () ->
            reached
                .states()
                .getFirst()
                .away()
                .filter(w -> w.contains("wanted node-1"))
                .isPresent());
    assertThat(reached.places()).isEmpty();
  }

  @Test
  void certificates_are_renewed_while_the_node_runs() throws Exception {
    var old = (Access.MutualTls) access("node-1", Role.STORAGE);
    var first = old.credentials().certificate().getSerialNumber();
    node(1, 0, old);
    reachAll();
    access("node-1", Role.STORAGE);
    await(() -> !old.credentials().certificate().getSerialNumber().equals(first));
    reachAll();
  }

  @Test
  void without_certificates_nothing_is_said_beyond_loopback() {
    var plain = new Access.PlaintextOnLoopback();
    assertThatThrownBy(() -> plain.server(new InetSocketAddress(1), EnumSet.of(Role.GATEWAY)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("loopback");
    assertThatThrownBy(
            () ->
                plain.client(
                    InetSocketAddress.createUnresolved("192.0.2.1", 1), "node-1", Role.STORAGE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("loopback");
  }

  /** Something to become true. */
  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("it did not become true within " + PATIENCE);
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
