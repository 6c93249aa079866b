package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Three replicas of the index, two gateways and a storage node in each of four AZs, all processes:
 * whichever is killed or stopped under load, what was acknowledged is there, what is read is right,
 * reads never fail and writes resume.
 */
@Tag("soak")
class ReplicasIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> REPLICAS = List.of("index-1", "index-2", "index-3");
  private static final int[] SIZES = {100, 40 << 10, 300, 200 << 10};

  @TempDir static Path folder;

  private final Map<String, String> ledger = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Set<S3Client> alive = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicInteger written = new AtomicInteger();
  private final AtomicInteger readings = new AtomicInteger();
  private final AtomicLong lastWriteNanos = new AtomicLong();

  @Test
  void leaders_gateways_and_an_az_may_be_lost_under_load() throws Exception {
    var shape = List.of("--nodes", "4", "--replicas", "3", "--gateways", "2");
    try (var cluster = new ClusterProcess(folder.resolve("cluster"), shape)) {
      var endpoints = cluster.startAll();
      try (var first = client(endpoints.get(0));
          var second = client(endpoints.get(1))) {
        first.createBucket(r -> r.bucket("kept"));
        alive.addAll(List.of(first, second));
        var writer = Thread.ofPlatform().name("writer").start(this::write);
        var reader = Thread.ofPlatform().name("reader").start(this::read);
        try {
          goesOn("all are there");

          var killed = leader(cluster);
          cluster.process(killed).destroyForcibly();
          goesOn("the leader was killed");
          cluster.run("start-node", killed);

          var stopped = leader(cluster);
          cluster.signal(stopped, "STOP");
          try {
            until("another leads", () -> leading(cluster).anyMatch(name -> !name.equals(stopped)));
            goesOn("the leader was stopped");
          } finally {
            cluster.signal(stopped, "CONT");
          }
          goesOn("a leader of before is back");

          cluster.run("kill-az", "az-1");
          goesOn("an AZ was killed");
          cluster.startAll();

          until("a gateway is on duty", () -> onDuty(cluster).size() == 1);
          var busy = onDuty(cluster).getFirst();
          alive.remove(busy.equals("gateway-1") ? first : second);
          cluster.process(busy).destroyForcibly();
          goesOn("the gateway on duty was killed");
          var other = busy.equals("gateway-1") ? "gateway-2" : "gateway-1";
          until("the other is on duty", () -> onDuty(cluster).contains(other));
        } finally {
          stopping.set(true);
          writer.join();
          reader.join();
        }
        cluster.run("stop");
        cluster.startAll();
        assertThat(ledger).isNotEmpty();
        ledger.keySet().forEach(key -> check(first, key));
        assertThat(wrong).isEmpty();
      }
    }
    System.out.printf("%d objects acknowledged, %d reads%n", ledger.size(), readings.get());
  }

  private static S3Client client(URI endpoint) {
    return StoreProcess.client(endpoint);
  }

  private static java.util.stream.Stream<String> leading(ClusterProcess cluster) {
    return REPLICAS.stream()
        .filter(
            name -> {
              try {
                return cluster.process(name).isAlive()
                    && cluster.metric(name, "ninebark_index_leader") > 0;
              } catch (Exception gone) {
                return false;
              }
            });
  }

  private String leader(ClusterProcess cluster) throws Exception {
    until("a replica leads", () -> leading(cluster).findFirst().isPresent());
    return leading(cluster).findFirst().orElseThrow();
  }

  private static List<String> onDuty(ClusterProcess cluster) throws Exception {
    var found = new java.util.ArrayList<String>();
    for (var name : List.of("gateway-1", "gateway-2")) {
      if (cluster.metric(name, "ninebark_duty") > 0) {
        found.add(name);
      }
    }
    return found;
  }

  private S3Client any(SplittableRandom random) {
    var clients = alive.toArray(S3Client[]::new);
    return clients[random.nextInt(clients.length)];
  }

  private void write() {
    var random = new SplittableRandom(5);
    for (int number = 0; !stopping.get(); number++) {
      var key = "object-" + number;
      var body = Bodies.of(number, SIZES[number % SIZES.length] + number % 100);
      try {
        any(random).putObject(r -> r.bucket("kept").key(key), RequestBody.fromBytes(body));
        ledger.put(key, Bodies.sha256(body));
        lastWriteNanos.set(System.nanoTime());
        written.incrementAndGet();
      } catch (SdkException unavailable) {
        // Nothing was promised. Without an AZ, RS(6,2) has no margin and only small bodies go.
      }
    }
  }

  private void read() {
    var random = new SplittableRandom(11);
    while (!stopping.get()) {
      var keys = ledger.keySet().toArray(String[]::new);
      if (keys.length > 0) {
        check(any(random), keys[random.nextInt(keys.length)]);
        readings.incrementAndGet();
      }
    }
  }

  private void check(S3Client s3, String key) {
    try {
      var body = s3.getObjectAsBytes(r -> r.bucket("kept").key(key)).asByteArrayUnsafe();
      if (!Bodies.sha256(body).equals(ledger.get(key))) {
        wrong.add(key + " came with other bytes");
      }
    } catch (SdkException failed) {
      if (alive.contains(s3) || stopping.get()) {
        wrong.add(key + ": " + failed.getMessage());
      }
    }
  }

  private void goesOn(String after) throws Exception {
    int writtenBefore = written.get();
    int readBefore = readings.get();
    long began = System.nanoTime();
    until("writes after " + after, () -> written.get() > writtenBefore + 1);
    long first = lastWriteNanos.get() - began;
    until("reads after " + after, () -> readings.get() > readBefore + 10);
    assertThat(wrong).isEmpty();
    System.out.printf("%s: a second write after %d ms%n", after, first / 1_000_000);
  }

  private void until(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(what + " is waited for in vain; wrong " + wrong);
      }
      Thread.sleep(20);
    }
  }
}
