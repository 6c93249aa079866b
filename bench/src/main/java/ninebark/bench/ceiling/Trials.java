package ninebark.bench.ceiling;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import ninebark.bench.report.Report.Ceiling;

/** Repeats a measurement, so that its spread is known. Threads: one. */
record Trials(int count, Duration each) {
  /** Does a measured thing until the time is over. */
  interface Work {
    /**
     * @param untilNanos when to stop, by {@link System#nanoTime}
     * @return how much was done
     */
    double until(long untilNanos) throws IOException, InterruptedException;
  }

  Trials {
    if (count < 1 || each.isNegative() || each.isZero()) {
      throw new IllegalArgumentException("at least one trial that takes some time");
    }
  }

  /** The rate per second of this thread's own time, which others on the machine cannot take. */
  Ceiling cpuRate(String name, double scale, String unit, Work work)
      throws IOException, InterruptedException {
    var thread = ManagementFactory.getThreadMXBean();
    var rates = new double[count];
    for (int i = -1; i < count; i++) {
      long start = thread.getCurrentThreadCpuTime();
      double done = work.until(System.nanoTime() + each.toNanos());
      if (i >= 0) {
        rates[i] = done / scale / ((thread.getCurrentThreadCpuTime() - start) / 1e9);
      }
    }
    return of(name, unit, rates);
  }

  /** The rate per second: the first trial warms up and is not counted. */
  Ceiling rate(String name, double scale, String unit, Work work)
      throws IOException, InterruptedException {
    var rates = new double[count];
    for (int i = -1; i < count; i++) {
      long start = System.nanoTime();
      double done = work.until(start + each.toNanos());
      if (i >= 0) {
        rates[i] = done / scale / ((System.nanoTime() - start) / 1e9);
      }
    }
    return of(name, unit, rates);
  }

  static Ceiling of(String name, String unit, double... values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    return new Ceiling(name, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1], unit);
  }
}
