package ninebark.bench.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ninebark.bench.report.Report;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.IntCountsHistogram;

/**
 * What the workers of one event loop saw. Latencies are those of all requests whose intended start
 * was while it was measured, however late they ended; rates count all that ended meanwhile.
 *
 * <p>Threads: its event loop; {@link #merge} and {@link #report} once that is done.
 */
final class Recorder {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long LONGEST_NANOS = 3600 * SECOND_NANOS;

  private record Failure(long count, String message) {}

  private static final class Slot {
    private long count;
    private long bytes;
    private long items;
    private final IntCountsHistogram micros = new IntCountsHistogram(2);

    void add(Slot other) {
      count += other.count;
      bytes += other.bytes;
      items += other.items;
      micros.add(other.micros);
    }
  }

  private static final class Tally {
    private final Histogram nanos = new Histogram(LONGEST_NANOS, 3);
    private final List<Slot> seconds = new ArrayList<>();

    Slot second(int index) {
      while (seconds.size() <= index) {
        seconds.add(new Slot());
      }
      return seconds.get(index);
    }

    void add(Tally other) {
      nanos.add(other.nanos);
      for (int i = 0; i < other.seconds.size(); i++) {
        second(i).add(other.seconds.get(i));
      }
    }
  }

  private final long fromNanos;
  private final EnumMap<Operation, Tally> tallies = new EnumMap<>(Operation.class);
  private final Map<String, Failure> failures = new HashMap<>();
  private final Histogram missed = new Histogram(LONGEST_NANOS, 3);
  private Optional<String> corruption = Optional.empty();

  /**
   * @param fromNanos when measuring begins
   */
  Recorder(long fromNanos) {
    this.fromNanos = fromNanos;
  }

  void record(
      Operation operation, long intendedNanos, long endNanos, long untilNanos, Result result) {
    switch (result) {
      case Result.Done(long bytes, long items) -> {
        var tally = tallies.computeIfAbsent(operation, _ -> new Tally());
        long latency = Math.min(LONGEST_NANOS, Math.max(0, endNanos - intendedNanos));
        if (intendedNanos - fromNanos >= 0) {
          tally.nanos.recordValue(latency);
        }
        if (endNanos - fromNanos >= 0 && endNanos - untilNanos < 0) {
          var slot = tally.second((int) ((endNanos - fromNanos) / SECOND_NANOS));
          slot.count++;
          slot.bytes += bytes;
          slot.items += items;
          slot.micros.recordValue(latency / 1000);
        }
      }
      case Result.Failed(var code, var message) -> {
        if (endNanos - fromNanos >= 0) {
          fail(code, 1, message);
        }
      }
      case Result.Corrupt(var what) -> {
        corruption = corruption.or(() -> Optional.of(what));
        fail("WrongBytes", 1, what);
      }
    }
  }

  /** A request that was due but never begun: its latency is at least this. */
  void missed(long atLeastNanos) {
    missed.recordValue(Math.min(LONGEST_NANOS, atLeastNanos));
  }

  private void fail(String code, long count, String message) {
    failures.merge(
        code,
        new Failure(count, message),
        (known, more) -> new Failure(known.count + more.count, known.message));
  }

  /** The first answer with bytes that were never stored. */
  Optional<String> corruption() {
    return corruption;
  }

  void merge(Recorder other) {
    other.tallies.forEach(
        (operation, tally) -> tallies.computeIfAbsent(operation, _ -> new Tally()).add(tally));
    missed.add(other.missed);
    other.failures.forEach((code, failure) -> fail(code, failure.count, failure.message));
    corruption = corruption.or(() -> other.corruption);
  }

  Report.Run report(
      String startedAt, double seconds, double clientCpuSeconds, long missedArrivals) {
    var total = new Tally();
    total.nanos.add(missed);
    var operations = new ArrayList<Report.Measured>();
    tallies.forEach(
        (operation, tally) -> {
          total.add(tally);
          operations.add(measured(operation.name(), tally, seconds));
        });
    var errors = new ArrayList<Report.ErrorCount>();
    new TreeMap<>(failures)
        .forEach(
            (code, failure) ->
                errors.add(new Report.ErrorCount(code, failure.count, failure.message)));
    return new Report.Run(
        startedAt,
        seconds,
        measured("TOTAL", total, seconds),
        operations,
        errors,
        clientCpuSeconds,
        missedArrivals);
  }

  private static Report.Measured measured(String name, Tally tally, double seconds) {
    long count = 0;
    long bytes = 0;
    long items = 0;
    var series = new ArrayList<Report.Second>();
    int wholeSeconds = (int) Math.max(1, Math.floor(seconds + 0.02));
    for (int i = 0; i < tally.seconds.size(); i++) {
      var slot = tally.seconds.get(i);
      count += slot.count;
      bytes += slot.bytes;
      items += slot.items;
      // A last second that is not whole would look slow.
      if (i < wholeSeconds) {
        series.add(
            new Report.Second(
                slot.count,
                slot.bytes,
                slot.items,
                slot.micros.getValueAtPercentile(50),
                slot.micros.getValueAtPercentile(99)));
      }
    }
    for (int i = series.size(); i < wholeSeconds; i++) {
      series.add(new Report.Second(0, 0, 0, 0, 0));
    }
    return new Report.Measured(
        name,
        count,
        bytes,
        items,
        count / seconds,
        bytes / seconds,
        items / seconds,
        latency(tally.nanos),
        series);
  }

  private static Report.Latency latency(Histogram nanos) {
    return new Report.Latency(
        nanos.getMean() / 1e3,
        nanos.getValueAtPercentile(50) / 1e3,
        nanos.getValueAtPercentile(90) / 1e3,
        nanos.getValueAtPercentile(99) / 1e3,
        nanos.getValueAtPercentile(99.9) / 1e3,
        nanos.getMaxValue() / 1e3);
  }
}
