package ninebark.erasure.md5;

import com.sun.management.OperatingSystemMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import ninebark.erasure.jit.FirstCompiler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles the lanes and times them against the JDK's MD5. Runs once per JVM on a thread in the
 * background. Only if every width is clearly faster than the JDK are lanes used at all.
 */
final class LaneTrial {
  private static final Logger LOG = LoggerFactory.getLogger(LaneTrial.class);

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(2);
  private static final int BLOCKS = 64;

  /** How much faster than the JDK a width must be, all its lanes filled. */
  private static final double CLEARLY = 1.8;

  private static final int FAST_ROUNDS = 20;

  /**
   * The second compiler takes up to 490 MB for a moment, for methods as long as ours: with less
   * memory than this, a container's limit included, faster MD5 is not worth being killed for.
   */
  private static final long LEAST_MEMORY_BYTES = 2L << 30;

  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean passed;

  /** Started by the first use, as class initialisation is. */
  private static final class Jvm {
    static final LaneTrial TRIAL = new LaneTrial();

    static {
      Thread.ofPlatform().name("md5-trial").daemon().start(TRIAL::run);
    }
  }

  private LaneTrial() {}

  /** Whether this JVM was started with the Vector API. */
  static boolean available() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  static LaneTrial ofThisJvm() {
    return Jvm.TRIAL;
  }

  boolean passed() {
    return passed;
  }

  boolean await(Duration patience) throws InterruptedException {
    return end.await(patience.toNanos(), TimeUnit.NANOSECONDS) && passed;
  }

  private void run() {
    try {
      long memory = memoryBytes();
      if (memory < LEAST_MEMORY_BYTES) {
        LOG.info(
            "MD5 in vector lanes is not used: compiling it takes much of the {} MiB of memory here",
            memory >> 20);
        return;
      }
      FirstCompiler.skip(Md5Blocks.class);
      double jdk = jdkBytesPerSecond();
      passed = beats(jdk, 4) && beats(jdk, 8) && beats(jdk, 16);
      if (!passed) {
        LOG.info("MD5 in vector lanes is no faster than the JDK here and is not used");
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("MD5 in vector lanes does not work here and is not used", e);
    } finally {
      end.countDown();
    }
  }

  /** Of the machine, or what the container may have. */
  private static long memoryBytes() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }

  private static double jdkBytesPerSecond() {
    try {
      var digest = MessageDigest.getInstance("MD5");
      var bytes = new byte[BLOCKS * LaneStream.BLOCK_BYTES];
      double best = 0;
      for (int round = 0; round < 2000; round++) {
        long start = System.nanoTime();
        digest.update(bytes);
        best = Math.max(best, 1e9 * bytes.length / Math.max(1, System.nanoTime() - start));
      }
      return best;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  private static boolean beats(double jdk, int width) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (var arena = Arena.ofConfined()) {
      var bytes = arena.allocate(LaneStream.BLOCK_BYTES, LaneStream.BLOCK_BYTES);
      var addresses = new long[16];
      Arrays.fill(addresses, bytes.address());
      var states = new int[64];
      int fastRounds = 0;
      while (fastRounds < FAST_ROUNDS) {
        if (System.nanoTime() > deadline) {
          return false;
        }
        long start = System.nanoTime();
        for (int block = 0; block < BLOCKS; block++) {
          switch (width) {
            case 4 -> Md5Blocks.block4(addresses, states);
            case 8 -> Md5Blocks.block8(addresses, states);
            default -> Md5Blocks.block16(addresses, states);
          }
        }
        double hashed = (double) BLOCKS * LaneStream.BLOCK_BYTES * width;
        double speed = 1e9 * hashed / Math.max(1, System.nanoTime() - start);
        if (speed > CLEARLY * jdk) {
          fastRounds++;
        } else {
          fastRounds = 0;
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      }
      return true;
    }
  }
}
