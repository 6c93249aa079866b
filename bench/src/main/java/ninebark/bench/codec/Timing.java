package ninebark.bench.codec;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How a speed is taken: after a warm-up, several trials by the CPU time of the measuring thread, so
 * that preemption by others does not count. Others' use of caches and memory still does.
 */
record Timing(Duration warmUp, Duration trial, int trialCount) {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static Timing quick() {
    return new Timing(Duration.ofMillis(250), Duration.ofMillis(20), 5);
  }

  static Timing thorough() {
    return new Timing(Duration.ofMillis(700), Duration.ofMillis(60), 9);
  }

  /** Work that can be repeated, on one thread. */
  @FunctionalInterface
  interface Work {
    void run();
  }

  /** Median, lowest and highest of the trials. */
  record Speed(double median, double low, double high) {}

  /**
   * @param bytes what one run of the work processes
   * @param perThread makes one thread's work; each thread has its own
   */
  Speed measure(int threadCount, long bytes, Callable<Work> perThread) {
    var start = new CyclicBarrier(threadCount);
    try (var threads = Executors.newFixedThreadPool(threadCount)) {
      List<Future<double[]>> running = new ArrayList<>();
      for (int i = 0; i < threadCount; i++) {
        running.add(
            threads.submit(
                () -> {
                  var work = perThread.call();
                  repeat(work, warmUp);
                  start.await();
                  return trials(work, bytes);
                }));
      }
      var sums = new double[trialCount];
      for (var one : running) {
        double[] speeds = one.get();
        for (int i = 0; i < trialCount; i++) {
          sums[i] += speeds[i];
        }
      }
      Arrays.sort(sums);
      return new Speed(sums[trialCount / 2], sums[0], sums[trialCount - 1]);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the measured code failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }

  private static void repeat(Work work, Duration time) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos()) {
      work.run();
    }
  }

  private double[] trials(Work work, long bytes) {
    var speeds = new double[trialCount];
    for (int i = 0; i < trialCount; i++) {
      long start = THREADS.getCurrentThreadCpuTime();
      long used = 0;
      long runs = 0;
      // Reading the clock costs as much as coding a small stripe, so not after each run.
      for (long batch = 1; used < trial.toNanos(); batch = Math.min(2 * batch, 64)) {
        for (long run = 0; run < batch; run++) {
          work.run();
        }
        runs += batch;
        used = THREADS.getCurrentThreadCpuTime() - start;
      }
      speeds[i] = (double) runs * bytes / used;
    }
    return speeds;
  }
}
