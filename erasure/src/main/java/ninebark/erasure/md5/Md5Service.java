package ninebark.erasure.md5;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * MD5 for everybody who is uploading. Few streams are hashed by the JDK, each on its caller's
 * thread; from {@link #LANES_FROM} open streams on, new ones go to a worker that hashes up to 16
 * together in vector lanes, several times as fast on one core. A stream keeps the engine it started
 * with, because the JDK's state cannot be moved.
 *
 * <pre>{@code
 * try (var md5 = service.open()) {
 *   md5.update(buffer);
 *   byte[] digest = md5.digest();
 * }
 * }</pre>
 *
 * <p>Lanes are used only once they have been timed faster than the JDK; that happens on a thread in
 * the background when there are first so many streams, and takes some seconds. Without the module
 * {@code jdk.incubator.vector} the JDK does all.
 *
 * <p>Threads: any number.
 */
public final class Md5Service implements AutoCloseable {
  /** With fewer open streams the JDK on each caller's own core is as fast, and nobody waits. */
  public static final int LANES_FROM = 4;

  /** A shorter one is hashed sooner than it is handed over. */
  public static final long LANE_WORTH_BYTES = 128 << 10;

  private static final int QUEUE_CAPACITY = 1024;

  private final LaneWorker[] workers;
  private final AtomicInteger openStreams = new AtomicInteger();
  private final AtomicInteger nextWorker = new AtomicInteger();
  private final Readiness readiness;

  /** Whether lanes may be used. */
  private interface Readiness {
    boolean ready();

    boolean await(Duration patience) throws InterruptedException;
  }

  private Md5Service(int workerCount, Readiness readiness) {
    this.readiness = readiness;
    this.workers = new LaneWorker[workerCount];
    for (int i = 0; i < workerCount; i++) {
      workers[i] = new LaneWorker("md5-lanes-" + i, QUEUE_CAPACITY);
    }
  }

  /**
   * Starts a service.
   *
   * @param workerCount threads that hash in lanes; each keeps one core busy when there is enough to
   *     do
   */
  public static Md5Service start(int workerCount) {
    if (!LaneTrial.available()) {
      return jdkOnly();
    }
    return new Md5Service(
        workerCount,
        new Readiness() {
          @Override
          public boolean ready() {
            return LaneTrial.ofThisJvm().passed();
          }

          @Override
          public boolean await(Duration patience) throws InterruptedException {
            return LaneTrial.ofThisJvm().await(patience);
          }
        });
  }

  /** A service that never uses lanes. */
  public static Md5Service jdkOnly() {
    return withReadiness(0, false);
  }

  /** A service that uses lanes from the first stream on, warm or not. */
  static Md5Service lanesOnly(int workerCount) {
    return withReadiness(workerCount, true);
  }

  private static Md5Service withReadiness(int workerCount, boolean ready) {
    return new Md5Service(
        workerCount,
        new Readiness() {
          @Override
          public boolean ready() {
            return ready;
          }

          @Override
          public boolean await(Duration patience) {
            return ready;
          }
        });
  }

  /**
   * Begins the digest of one upload of a known length. A short one goes to the JDK and does not
   * count as a stream that lanes could be filled with.
   */
  public Md5Stream open(long bytes) {
    return bytes < LANE_WORTH_BYTES ? new JdkStream(() -> {}) : open();
  }

  /** Begins the digest of one upload of unknown length. */
  public Md5Stream open() {
    int open = openStreams.incrementAndGet();
    if (workers.length > 0 && open >= LANES_FROM && readiness.ready()) {
      int worker = Math.floorMod(nextWorker.getAndIncrement(), workers.length);
      return new LaneStream(workers[worker], this::closed);
    }
    return new JdkStream(this::closed);
  }

  /** Waits until lanes are in use; false if they are not by then, or never will be. */
  public boolean awaitLanes(Duration patience) throws InterruptedException {
    return readiness.await(patience);
  }

  private void closed() {
    openStreams.decrementAndGet();
  }

  /** Stops the workers; streams still open fail. */
  @Override
  public void close() {
    for (var worker : workers) {
      worker.stop();
    }
  }
}
