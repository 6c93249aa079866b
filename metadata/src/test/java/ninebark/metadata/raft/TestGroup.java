package ninebark.metadata.raft;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import ninebark.storagenode.shard.IndexMemory;

/** Replicas of one group in this process, on loopback, each in a folder of its own. */
final class TestGroup implements AutoCloseable {
  static final IndexTransport PLAINTEXT = new IndexTransport.PlaintextOnLoopback();

  private final Path folder;
  private final IndexConfig config;
  private final IndexMemory memory = new IndexMemory(16 << 20, 16 << 20);
  private final Map<String, RaftIndex> running = new LinkedHashMap<>();
  final List<Throwable> panics = new CopyOnWriteArrayList<>();
  final IndexGroup group;

  TestGroup(Path folder, int replicas, IndexConfig config) throws IOException {
    this.folder = folder;
    this.config = config;
    this.group = new IndexGroup(UUID.randomUUID(), peers(replicas));
  }

  /** So many replicas on ports that were free a moment ago. */
  static List<IndexPeer> peers(int count) throws IOException {
    var peers = new ArrayList<IndexPeer>();
    var sockets = new ArrayList<ServerSocket>();
    for (int i = 1; i <= count; i++) {
      var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      peers.add(new IndexPeer("r" + i, "127.0.0.1", socket.getLocalPort(), "az" + i));
    }
    for (var socket : sockets) {
      socket.close();
    }
    return peers;
  }

  Path place(String id) {
    return folder.resolve(id);
  }

  RaftIndex start(String id) throws IOException {
    return open(id, new Seat.Founder(group, id, PLAINTEXT));
  }

  RaftIndex open(String id, Seat seat) throws IOException {
    var index =
        RaftIndex.open(
            place(id),
            seat,
            config,
            memory,
            InstantSource.system(),
            new SimpleMeterRegistry(),
            panics::add);
    running.put(id, index);
    return index;
  }

  void startAll() throws IOException {
    for (var peer : group.peers()) {
      start(peer.id());
    }
  }

  void stop(String id) throws IOException {
    running.remove(id).close();
  }

  RaftIndex replica(String id) {
    return running.get(id);
  }

  List<RaftIndex> replicas() {
    return List.copyOf(running.values());
  }

  String leader() throws Exception {
    return await(
        "a leader",
        () ->
            running.entrySet().stream()
                .filter(entry -> entry.getValue().leads())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null));
  }

  String follower() throws Exception {
    var leader = leader();
    return running.keySet().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
  }

  RemoteIndex connect() throws IOException {
    return connect(config);
  }

  RemoteIndex connect(IndexConfig theirs) throws IOException {
    return RemoteIndex.connect(
        group, PLAINTEXT, theirs, InstantSource.system(), new SimpleMeterRegistry());
  }

  /** Waits until all running replicas have the same state. */
  String commonHash() throws Exception {
    return await(
        "equal replicas",
        () -> {
          var hashes = replicas().stream().map(RaftIndex::stateHash).distinct().toList();
          return hashes.size() == 1 ? hashes.getFirst() : null;
        });
  }

  /** The first value that is there, within a minute. */
  static <T> T await(String what, Callable<T> value) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() - deadline < 0) {
      var found = value.call();
      if (found != null) {
        return found;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("not there within a minute: " + what);
  }

  @Override
  public void close() throws IOException {
    for (var id : List.copyOf(running.keySet())) {
      stop(id);
    }
    memory.close();
  }
}
