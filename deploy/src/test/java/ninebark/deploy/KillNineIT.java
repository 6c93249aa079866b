package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** What was acknowledged is there after SIGKILL, and what was not is whole or not there at all. */
class KillNineIT {
  /** More with -Dninebark.kills=N; every round's moment of death comes from the seed. */
  private static final int ROUNDS = Integer.getInteger("ninebark.kills", 20);

  /** A store that lives for a second spends most of it on the second compiler, in vain. */
  private static final StoreProcess.Options SHORT_LIVED =
      StoreProcess.Options.PLAIN.withMoreJvm("-XX:TieredStopAtLevel=1");

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int WRITERS = 6;
  private static final int[] SIZES = {0, 700, 16 << 10, 40 << 10, 300 << 10, 5 << 20};

  @TempDir Path folder;

  /**
   * What one key must read as: the last acknowledged seed and size, and one that may have won
   * without our knowing.
   */
  private static final class Expected {
    final String key;
    Value acknowledged = Value.ABSENT;
    Value inDoubt = Value.ABSENT;
    boolean doubtful;

    Expected(String key) {
      this.key = key;
    }
  }

  private record Value(long seed, int size) {
    static final Value ABSENT = new Value(0, -1);

    boolean matches(byte[] body) {
      return size == body.length && Arrays.equals(body, Bodies.of(seed, size));
    }
  }

  @Test
  void kills_lose_nothing_that_was_acknowledged() throws Exception {
    long seed = Long.getLong("ninebark.seed", System.nanoTime());
    System.out.println("replay with -Dninebark.seed=" + seed + " -Dninebark.kills=" + ROUNDS);
    var random = new SplittableRandom(seed);
    var data = folder.resolve("data");
    var ledger = new ArrayList<List<Expected>>();
    for (int writer = 0; writer < WRITERS; writer++) {
      var keys = new ArrayList<Expected>();
      for (int i = 0; i < 6; i++) {
        keys.add(new Expected("w" + writer + "/k" + i));
      }
      ledger.add(keys);
    }
    var slowest = Duration.ZERO;
    int acknowledged = 0;
    for (int round = 0; round <= ROUNDS; round++) {
      var began = Instant.now();
      try (var store = StoreProcess.start(data, SHORT_LIVED);
          var s3 = store.client();
          var once = store.clientWithoutRetries()) {
        var started = Duration.between(began, Instant.now());
        slowest = started.compareTo(slowest) > 0 ? started : slowest;
        if (round == 0) {
          s3.createBucket(r -> r.bucket("ledger"));
        } else {
          verify(s3, ledger, round);
        }
        if (round == ROUNDS) {
          verifyListing(s3, ledger);
          break;
        }
        acknowledged +=
            load(once, store, ledger, random, 11 + random.nextInt(40), random.nextInt(40));
      }
    }
    System.out.println(
        ROUNDS
            + " kills, "
            + acknowledged
            + " acknowledged writes, none lost; slowest start "
            + slowest.toMillis()
            + " ms");
    assertThat(acknowledged)
        .describedAs("a load that writes nothing proves nothing")
        .isGreaterThan(ROUNDS * 10);
    assertThat(slowest).isLessThan(Duration.ofSeconds(30));
  }

  private static int load(
      S3Client s3,
      StoreProcess store,
      List<List<Expected>> ledger,
      SplittableRandom random,
      int enough,
      int millis)
      throws InterruptedException {
    var dead = new AtomicBoolean();
    var count = new AtomicInteger();
    try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var keys : ledger) {
        var choices = random.split();
        writers.execute(
            () -> {
              while (!dead.get()) {
                var expected = keys.get(choices.nextInt(keys.size()));
                if (write(s3, expected, choices)) {
                  count.incrementAndGet();
                } else {
                  return;
                }
              }
            });
      }
      for (var end = Instant.now().plus(PATIENCE);
          count.get() < enough && Instant.now().isBefore(end); ) {
        Thread.sleep(1);
      }
      // The moment of death is the fault that is injected, not a wait for something.
      Thread.sleep(millis);
      store.kill();
      dead.set(true);
    }
    return count.get();
  }

  /** One change of one key by its only writer; false when the store died under it. */
  private static boolean write(S3Client s3, Expected expected, SplittableRandom choices) {
    var next =
        choices.nextInt(10) == 0
            ? Value.ABSENT
            : new Value(choices.nextLong(), SIZES[choices.nextInt(SIZES.length)]);
    expected.inDoubt = next;
    expected.doubtful = true;
    try {
      if (next.size < 0) {
        s3.deleteObject(r -> r.bucket("ledger").key(expected.key));
      } else if (next.size >= 5 << 20) {
        multipart(s3, expected.key, next);
      } else {
        s3.putObject(
            r -> r.bucket("ledger").key(expected.key),
            RequestBody.fromBytes(Bodies.of(next.seed, next.size)));
      }
    } catch (SdkException died) {
      return false;
    }
    expected.acknowledged = next;
    expected.doubtful = false;
    return true;
  }

  private static void multipart(S3Client s3, String key, Value value) {
    var body = Bodies.of(value.seed, value.size);
    var upload = s3.createMultipartUpload(r -> r.bucket("ledger").key(key)).uploadId();
    int cut = 5 << 20;
    var parts = new ArrayList<CompletedPart>();
    for (int number = 1, from = 0; from < body.length; number++, from += cut) {
      int part = number;
      var piece = Arrays.copyOfRange(body, from, Math.min(body.length, from + cut));
      var etag =
          s3.uploadPart(
                  r -> r.bucket("ledger").key(key).uploadId(upload).partNumber(part),
                  RequestBody.fromBytes(piece))
              .eTag();
      parts.add(CompletedPart.builder().partNumber(part).eTag(etag).build());
    }
    s3.completeMultipartUpload(
        r -> r.bucket("ledger").key(key).uploadId(upload).multipartUpload(m -> m.parts(parts)));
  }

  private static void verify(S3Client s3, List<List<Expected>> ledger, int round) {
    for (var keys : ledger) {
      for (var expected : keys) {
        var found = read(s3, expected.key);
        boolean asAcknowledged = matches(expected.acknowledged, found);
        boolean asDoubtful = expected.doubtful && matches(expected.inDoubt, found);
        assertThat(asAcknowledged || asDoubtful)
            .describedAs(
                "round %d, key %s: acknowledged %s, in doubt %s (%s), found %s bytes",
                round,
                expected.key,
                expected.acknowledged,
                expected.inDoubt,
                expected.doubtful,
                found == null ? "no" : found.length)
            .isTrue();
        // From here on the outcome is known, and it must not change any more.
        expected.acknowledged = asAcknowledged ? expected.acknowledged : expected.inDoubt;
        expected.doubtful = false;
      }
    }
  }

  private static void verifyListing(S3Client s3, List<List<Expected>> ledger) {
    var present =
        ledger.stream()
            .flatMap(List::stream)
            .filter(expected -> expected.acknowledged.size >= 0)
            .map(expected -> expected.key)
            .sorted()
            .toList();
    var listed =
        s3.listObjectsV2Paginator(r -> r.bucket("ledger")).contents().stream()
            .map(o -> o.key())
            .toList();
    assertThat(listed).isEqualTo(present);
  }

  private static byte[] read(S3Client s3, String key) {
    try {
      return s3.getObjectAsBytes(r -> r.bucket("ledger").key(key)).asByteArray();
    } catch (NoSuchKeyException absent) {
      return null;
    }
  }

  private static boolean matches(Value value, byte[] found) {
    return value.size < 0 ? found == null : found != null && value.matches(found);
  }
}
