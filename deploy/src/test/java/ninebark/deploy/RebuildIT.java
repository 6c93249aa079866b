package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A disk is destroyed and filled again: how long it takes, what is read for it, and what clients
 * feel. {@code -Dninebark.rebuild.mib=2048} says how much the disk holds.
 */
@Tag("soak")
class RebuildIT {
  private static final int MIB = Integer.getInteger("ninebark.rebuild.mib", 4);
  private static final int DISKS = 16;
  private static final int DATA_SHARDS = 6;
  private static final int SHARDS = 8;
  private static final int LARGE = 8 << 20;
  private static final int SMALL = 64 << 10;
  private static final int SMALL_COUNT = 64;
  private static final int READERS = 2;
  private static final Duration PACE = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  @TempDir Path folder;

  private int largeCount;

  private StoreProcess.Options options() throws IOException {
    var file = folder.resolve("rebuild.yaml");
    Files.writeString(file, "patrol: {settle: 0 s}\n");
    return StoreProcess.Options.PLAIN.with("--config", file.toString());
  }

  /** What clients felt: the times of their reads, in milliseconds. */
  private record Felt(List<Double> millis) {
    double p99() {
      var sorted = millis.stream().sorted().toList();
      return sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1);
    }
  }

  /** Clients that read small objects at a pace of their own until they are called off. */
  private static final class Clients implements AutoCloseable {
    private final ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
    private final AtomicInteger number = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    Clients(S3Client s3) {
      for (int i = 0; i < READERS; i++) {
        threads.add(Thread.ofPlatform().start(() -> read(s3)));
      }
    }

    private void read(S3Client s3) {
      while (!ended) {
        int which = number.getAndIncrement() % SMALL_COUNT;
        long began = System.nanoTime();
        var body = s3.getObjectAsBytes(r -> r.bucket("kept").key("small-" + which)).asByteArray();
        millis.add((System.nanoTime() - began) / 1e6);
        assertThat(body).hasSize(SMALL);
        LockSupport.parkNanos(PACE.toNanos());
      }
    }

    int count() {
      return millis.size();
    }

    Felt felt() {
      return new Felt(List.copyOf(millis));
    }

    @Override
    public void close() {
      ended = true;
      for (var thread : threads) {
        try {
          thread.join();
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /** What one disk's filling again came to. */
  private record Filled(double seconds, double read, double written) {
    double amplification() {
      return read / written;
    }
  }

  @Test
  void a_destroyed_disk_is_filled_again_from_no_more_than_k_times_its_bytes() throws Exception {
    var data = folder.resolve("data");
    Felt before;
    try (var store = StoreProcess.start(data, options());
        var s3 = store.client()) {
      fill(s3);
      before = undisturbed(s3);
      assertThat(store.stop()).isZero();
    }
    Felt during;
    Filled withClients;
    destroy(data, "az-1");
    try (var store = StoreProcess.start(data, options());
        var s3 = store.client()) {
      try (var clients = new Clients(s3)) {
        withClients = awaitFilled(store);
        await(() -> clients.count() >= 100);
        during = clients.felt();
      }
      readAll(s3);
      assertThat(store.stop()).isZero();
    }
    Filled alone;
    destroy(data, "az-2");
    try (var store = StoreProcess.start(data, options());
        var s3 = store.client()) {
      alone = awaitFilled(store);
      readAll(s3);
      assertThat(store.stop()).isZero();
    }
    double plain = plainCopySeconds(data, (long) alone.read, (long) alone.written);
    System.out.printf(
        "with clients: %.0f MiB made again in %.1f s, read %.2f times as much; GET of 64 KiB p99"
            + " %.1f ms before, %.1f ms during%n",
        withClients.written / (1 << 20),
        withClients.seconds,
        withClients.amplification(),
        before.p99(),
        during.p99());
    System.out.printf(
        "without: %.0f MiB in %.1f s, read %.2f times as much; reading and writing as many bytes"
            + " without decoding takes %.1f s: %.0f %%%n",
        alone.written / (1 << 20),
        alone.seconds,
        alone.amplification(),
        plain,
        100 * plain / alone.seconds);
    assertThat(withClients.amplification()).isLessThanOrEqualTo(DATA_SHARDS);
    assertThat(alone.amplification()).isLessThanOrEqualTo(DATA_SHARDS);
  }

  private void fill(S3Client s3) {
    s3.createBucket(r -> r.bucket("kept"));
    for (int i = 0; i < SMALL_COUNT; i++) {
      int which = i;
      s3.putObject(
          r -> r.bucket("kept").key("small-" + which), RequestBody.fromBytes(Bodies.of(i, SMALL)));
    }
    long bytes = ((long) MIB << 20) * DISKS * DATA_SHARDS / SHARDS;
    largeCount = (int) (bytes / LARGE);
    for (int i = 0; i < largeCount; i++) {
      int which = i;
      s3.putObject(
          r -> r.bucket("kept").key("large-" + which),
          RequestBody.fromBytes(Bodies.of(1000 + i, LARGE)));
    }
  }

  private Felt undisturbed(S3Client s3) throws Exception {
    try (var clients = new Clients(s3)) {
      await(() -> clients.count() >= 100);
      return clients.felt();
    }
  }

  private void readAll(S3Client s3) {
    int step = Math.max(1, largeCount / 20);
    for (int i = 0; i < largeCount; i += step) {
      int which = i;
      assertThat(s3.getObjectAsBytes(r -> r.bucket("kept").key("large-" + which)).asByteArray())
          .isEqualTo(Bodies.of(1000 + i, LARGE));
    }
  }

  /** A new, empty disk in the place of the first one of an AZ. */
  private static void destroy(Path data, String az) throws IOException {
    var disk = data.resolve("disks").resolve(az).resolve("disk-0");
    try (var files = Files.walk(disk)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    Files.createDirectories(disk);
    Files.writeString(disk.resolve("ADOPT"), "");
  }

  private static Filled awaitFilled(StoreProcess store) throws Exception {
    long began = System.nanoTime();
    double groups = store.metric("ninebark_patrol_groups");
    await(() -> store.metric("ninebark_patrol_rollcalls_total") >= groups);
    await(() -> rebuild(store).get("openByMargin").isEmpty());
    double seconds = (System.nanoTime() - began) / 1e9;
    var rebuild = rebuild(store);
    return new Filled(
        seconds, rebuild.get("readBytes").asDouble(), rebuild.get("writtenBytes").asDouble());
  }

  /** How long it takes to read and write so much with as many threads, and a sync now and then. */
  private double plainCopySeconds(Path data, long read, long written) throws Exception {
    List<Path> containers;
    try (var files = Files.walk(data.resolve("disks/az-3"))) {
      containers =
          files
              .filter(file -> file.getParent().getFileName().toString().equals("containers"))
              .toList();
    }
    int threads = 4;
    long began = System.nanoTime();
    try (var pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> copies = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        var source = containers.get(i % containers.size());
        var target = folder.resolve("copy-" + i);
        Callable<Long> copy = () -> copy(source, target, read / threads, written / threads);
        copies.add(pool.submit(copy));
      }
      for (var copy : copies) {
        try {
          var _ = copy.get();
        } catch (ExecutionException failure) {
          throw new IOException("copying", failure.getCause());
        }
      }
    }
    return (System.nanoTime() - began) / 1e9;
  }

  private static long copy(Path source, Path target, long read, long written) throws IOException {
    var buffer = ByteBuffer.allocateDirect(1 << 20);
    long done = 0;
    long wrote = 0;
    try (var in = FileChannel.open(source, StandardOpenOption.READ);
        var out =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (done < read) {
        buffer.clear();
        if (in.read(buffer) < 0) {
          in.position(0);
          continue;
        }
        done += buffer.flip().remaining();
        if (wrote * read < done * written) {
          wrote += out.write(buffer);
          out.force(false);
        }
      }
    }
    return done;
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).describedAs("in time").isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  private static JsonNode rebuild(StoreProcess store) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(store.admin() + "/scrub")).build();
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return JsonMapper.builder().build().readTree(answer.body()).get("rebuild");
    }
  }
}
