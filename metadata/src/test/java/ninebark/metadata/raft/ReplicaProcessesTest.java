package ninebark.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three replicas as processes, clients that keep a ledger, and what may happen to machines. */
class ReplicaProcessesTest {
  private static final int CLIENTS = 4;
  private static final int REGISTERS = 24;

  @TempDir Path folder;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<String, ReplicaProcess> replicas = new TreeMap<>();
  private IndexGroup group;
  private List<RemoteIndex> clients;
  private Bucket bucket;

  @BeforeEach
  void start() throws Exception {
    System.out.println("ReplicaProcessesTest seed " + seed + ": replay with -Dseed=" + seed);
    group = new IndexGroup(UUID.randomUUID(), TestGroup.peers(3));
    for (var peer : group.peers()) {
      startReplica(peer.id());
    }
    clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          RemoteIndex.connect(
              group,
              TestGroup.PLAINTEXT,
              IndexConfig.DEFAULT,
              InstantSource.system(),
              new SimpleMeterRegistry()));
    }
    bucket =
        ((Reply.CreateBucket.Created)
                clients
                    .getFirst()
                    .submit(
                        new Command.CreateBucket(
                            new BucketName("bucket"), new AccountId("owner"), "us-east-1")))
            .bucket();
  }

  @AfterEach
  void stop() throws Exception {
    for (var client : clients) {
      client.close();
    }
    for (var replica : replicas.values()) {
      replica.kill();
    }
  }

  private void startReplica(String id) throws IOException {
    replicas.put(id, ReplicaProcess.start(folder.resolve(id), group, id));
  }

  private String leader() throws Exception {
    return TestGroup.await(
        "a leader",
        () -> {
          for (var replica : replicas.entrySet()) {
            if (replica.getValue().leads()) {
              return replica.getKey();
            }
          }
          return null;
        });
  }

  /** Clients at work until they are stopped, and what they were told. */
  private final class Load implements AutoCloseable {
    private final List<RegisterHistory> registers = new ArrayList<>();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger values = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile long lastAcknowledgedCall;
    private volatile boolean stopped;

    Load() {
      for (int i = 0; i < REGISTERS; i++) {
        registers.add(new RegisterHistory());
      }
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        threads.add(Thread.ofPlatform().start(() -> work(number)));
      }
    }

    private void work(int number) {
      var mine = new Random(seed + number);
      var index = clients.get(number);
      try {
        for (int i = 0; !stopped; i++) {
          int register = mine.nextInt(REGISTERS);
          var key = new ObjectKey("register-" + register);
          long called = System.nanoTime();
          switch (mine.nextInt(3)) {
            case 0 -> write(index, registers.get(register), key, called);
            case 1 -> read(index, registers.get(register), key, called);
            default -> writeOnce(index, "once-" + number + "-" + i, called);
          }
          Thread.sleep(mine.nextInt(8));
        }
      } catch (IOException | InterruptedException | RuntimeException | Error e) {
        failures.add(e);
      }
    }

    private void write(RemoteIndex index, RegisterHistory register, ObjectKey key, long called)
        throws IOException {
      int value = values.incrementAndGet();
      try {
        index.submit(
            new Command.PutObject(
                bucket.id(), key, RaftIndexTest.object("" + value), Precondition.NONE));
        register.wrote(value, called, System.nanoTime());
        lastAcknowledgedCall = Math.max(lastAcknowledgedCall, called);
      } catch (IOException e) {
        register.perhapsWrote(value, called);
        throw e;
      }
    }

    private void read(RemoteIndex index, RegisterHistory register, ObjectKey key, long called)
        throws IOException {
      int value =
          index
              .ask(new Query.ReadObject(bucket.id(), key))
              .hit()
              .map(found -> Integer.parseInt(text(found.content())))
              .orElse(0);
      register.read(value, called, System.nanoTime());
    }

    /** A key that nobody else writes: if it is there before, the command was applied twice. */
    private void writeOnce(RemoteIndex index, String key, long called) throws IOException {
      var reply =
          index.submit(
              new Command.PutObject(
                  bucket.id(),
                  new ObjectKey(key),
                  RaftIndexTest.object(key),
                  new Precondition.Absent()));
      if (!(reply instanceof Reply.PutObject.Stored)) {
        throw new AssertionError(key + " was answered " + reply);
      }
      acknowledged.add(key);
      lastAcknowledgedCall = Math.max(lastAcknowledgedCall, called);
    }

    /** Waits for a write that was asked for after this moment, and tells how long it took. */
    long untilWritten(long moment) throws Exception {
      TestGroup.await("a write", () -> lastAcknowledgedCall > moment ? Boolean.TRUE : stillFine());
      return (System.nanoTime() - moment) / 1_000_000;
    }

    private Boolean stillFine() {
      if (!failures.isEmpty()) {
        throw new AssertionError("a client failed", failures.peek());
      }
      // Nothing yet.
      return null;
    }

    @Override
    public void close() {
      stopped = true;
      for (var thread : threads) {
        while (thread.isAlive()) {
          java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
      }
    }
  }

  private static String text(Content content) {
    return new String(((Content.Inline) content).bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void killsPausesAndRestartsLoseNothingDoubleNothingAndShowNoPast() throws Exception {
    var load = new Load();
    try (load) {
      load.untilWritten(System.nanoTime());
      var gaps = new ArrayList<Long>();
      for (int round = 0; round < 2; round++) {
        var leader = leader();
        long moment = System.nanoTime();
        replicas.get(leader).kill();
        gaps.add(load.untilWritten(moment));
        startReplica(leader);
        load.untilWritten(System.nanoTime());
      }
      var leader = leader();
      long moment = System.nanoTime();
      replicas.get(leader).signal("STOP");
      long paused = load.untilWritten(moment);
      replicas.get(leader).signal("CONT");
      load.untilWritten(System.nanoTime());

      var follower = replicas.keySet().stream().filter(id -> !id.equals(leader)).findFirst();
      replicas.get(follower.orElseThrow()).kill();
      load.untilWritten(System.nanoTime());
      startReplica(follower.orElseThrow());
      load.untilWritten(System.nanoTime());

      for (var replica : replicas.values()) {
        replica.kill();
      }
      moment = System.nanoTime();
      var order = new ArrayList<>(replicas.keySet());
      Collections.shuffle(order, random);
      for (var id : order) {
        startReplica(id);
      }
      long restart = load.untilWritten(moment);
      System.out.println(
          "MEASURED ms to the next write: leaders killed "
              + gaps
              + ", leader paused "
              + paused
              + ", all killed and started as "
              + order
              + " "
              + restart);
      assertThat(gaps).allSatisfy(gap -> assertThat(gap).isLessThan(10_000));
    }
    assertThat(load.failures).isEmpty();
    var index = clients.getFirst();
    for (var key : load.acknowledged) {
      assertThat(index.ask(new Query.HeadObject(bucket.id(), new ObjectKey(key))).hit())
          .as("acknowledged " + key)
          .isPresent();
    }
    int operations = 0;
    for (var register : load.registers) {
      assertThat(register.violation()).as("seed " + seed).isEmpty();
      operations += register.size();
    }
    System.out.println(
        "MEASURED "
            + load.acknowledged.size()
            + " acknowledged once and there, "
            + operations
            + " operations on "
            + REGISTERS
            + " registers linearizable");
    var hash =
        TestGroup.await(
            "equal replicas",
            () -> {
              var hashes = new java.util.HashSet<String>();
              for (var replica : replicas.values()) {
                hashes.add(replica.stateHash());
              }
              return hashes.size() == 1 ? hashes.iterator().next() : null;
            });
    assertThat(hash).isNotEmpty();
  }

  @Test
  void aLeaderThatCannotWriteItsLogEndsAndTheOthersGoOn() throws Exception {
    try (var load = new Load()) {
      load.untilWritten(System.nanoTime());
      var leader = leader();
      replicas.get(leader).limitFileSize(64);
      assertThat(replicas.get(leader).ended(60)).isTrue();
      replicas.remove(leader);
      load.untilWritten(System.nanoTime());
      assertThat(load.failures).isEmpty();
    }
  }
}
