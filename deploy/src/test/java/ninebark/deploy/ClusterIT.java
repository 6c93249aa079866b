package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Eight storage nodes in four AZs, each a process of its own, are killed under load: what was
 * acknowledged is there, what is read is right, reads never fail and writes resume.
 */
@Tag("soak")
class ClusterIT {
  private static final Duration RESUMED = Duration.ofSeconds(10);
  private static final int[] SIZES = {100, 40 << 10, 300 << 10, 1 << 20};

  @TempDir static Path folder;

  private final Map<String, String> ledger = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicInteger written = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger readings = new AtomicInteger();

  @Test
  void a_node_and_an_az_may_be_killed_under_load() throws Exception {
    try (var cluster = new ClusterProcess(folder.resolve("cluster"))) {
      var endpoint = cluster.start();
      try (var s3 = StoreProcess.client(endpoint)) {
        s3.createBucket(r -> r.bucket("kept"));
        var writer = Thread.ofPlatform().name("writer").start(() -> write(s3));
        var reader = Thread.ofPlatform().name("reader").start(() -> read(s3));
        try {
          writesGoOn();

          cluster.run("kill-node", "3");
          writesGoOn();
          readsGoOn();
          cluster.run("start-node", "3");
          writesGoOn();

          // What was written without node 3 lacks a shard; until it is rebuilt, an AZ is too much.
          until(() -> cluster.lackingStripes() == 0);
          cluster.run("kill-az", "az-2");
          // RS(6,2) keeps two shards in each of four AZs: without one of them a write would be
          // acknowledged with no margin left, and is refused instead.
          int before = refused.get();
          until(() -> refused.get() > before);
          readsGoOn();
          assertThat(cluster.run("status")).containsPattern("node-2 .*does not run");

          cluster.start();
          writesGoOn();
          readsGoOn();
        } finally {
          stopping.set(true);
          writer.join();
          reader.join();
        }
        assertThat(wrong).isEmpty();
        readAll(s3);
      }
      cluster.run("stop");
      try (var s3 = StoreProcess.client(cluster.start())) {
        readAll(s3);
      }
    }
    assertThat(wrong).isEmpty();
    System.out.printf(
        "%d objects acknowledged, %d writes refused, %d reads%n",
        ledger.size(), refused.get(), readings.get());
  }

  private void write(S3Client s3) {
    for (int number = 0; !stopping.get(); number++) {
      var key = "object-" + number;
      var body = Bodies.of(number, SIZES[number % SIZES.length] + number % 1000);
      try {
        s3.putObject(r -> r.bucket("kept").key(key), RequestBody.fromBytes(body));
        ledger.put(key, Bodies.sha256(body));
        written.incrementAndGet();
      } catch (SdkException unavailable) {
        refused.incrementAndGet();
      }
    }
  }

  private void read(S3Client s3) {
    var random = new java.util.SplittableRandom(11);
    while (!stopping.get()) {
      var keys = ledger.keySet().toArray(String[]::new);
      if (keys.length > 0) {
        check(s3, keys[random.nextInt(keys.length)]);
        readings.incrementAndGet();
      }
    }
  }

  private void readAll(S3Client s3) {
    assertThat(ledger).isNotEmpty();
    ledger.keySet().forEach(key -> check(s3, key));
    assertThat(wrong).isEmpty();
  }

  private void check(S3Client s3, String key) {
    try {
      var body = s3.getObjectAsBytes(r -> r.bucket("kept").key(key)).asByteArrayUnsafe();
      if (!Bodies.sha256(body).equals(ledger.get(key))) {
        wrong.add(key + " came with other bytes");
      }
    } catch (SdkException failed) {
      wrong.add(key + ": " + failed.getMessage());
    }
  }

  private void writesGoOn() throws Exception {
    int before = written.get();
    until(() -> written.get() > before + SIZES.length);
  }

  private void readsGoOn() throws Exception {
    int before = readings.get();
    until(() -> readings.get() > before + 20);
    assertThat(wrong).isEmpty();
  }

  /** Something to become true. */
  private interface Condition {
    boolean holds() throws Exception;
  }

  private void until(Condition condition) throws Exception {
    long end = System.nanoTime() + RESUMED.multipliedBy(6).toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "nothing went on: "
                + written.get()
                + " written, "
                + refused.get()
                + " refused, "
                + readings.get()
                + " read, wrong "
                + wrong);
      }
      Thread.sleep(20);
    }
  }
}
