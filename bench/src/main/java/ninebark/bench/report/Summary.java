package ninebark.bench.report;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import ninebark.bench.units.TimeSpan;

/** A report as people read it. */
public final class Summary {
  private Summary() {}

  public static void print(Report report, PrintStream out) {
    ceilings(report.ceilings(), out);
    int number = 0;
    for (var run : report.runs()) {
      number++;
      out.println();
      if (report.runs().size() > 1) {
        out.println("run " + number + " of " + report.runs().size());
      }
      run(run, out);
    }
  }

  public static void ceilings(List<Report.Ceiling> ceilings, PrintStream out) {
    if (ceilings.isEmpty()) {
      return;
    }
    out.println("ceilings of this machine (median, lowest and highest trial)");
    for (var ceiling : ceilings) {
      out.printf(
          Locale.ROOT,
          "  %-44s %s  [%s, %s]%n",
          ceiling.name(),
          value(ceiling.value(), ceiling.unit()),
          value(ceiling.least(), ceiling.unit()).strip(),
          value(ceiling.most(), ceiling.unit()).strip());
    }
  }

  private static String value(double value, String unit) {
    return String.format(
        Locale.ROOT,
        value >= 100 ? "%,12.0f %s" : value >= 1 ? "%,12.2f %s" : "%,12.4f %s",
        value,
        unit);
  }

  private static void run(Report.Run run, PrintStream out) {
    out.printf(
        "  %-16s %11s %13s %11s %10s %10s %10s %10s %10s%n",
        "operation", "op/s", "bytes/s", "keys/s", "p50", "p90", "p99", "p99.9", "max");
    for (var measured : run.operations()) {
      line(measured, out);
    }
    if (run.operations().size() != 1) {
      line(run.total(), out);
    }
    var rates = run.total().series().stream().mapToDouble(Report.Second::count).sorted().toArray();
    if (rates.length >= 5) {
      out.printf(
          Locale.ROOT,
          "  seconds: median %,.0f op/s, a tenth below %,.0f, a tenth above %,.0f%n",
          rates[rates.length / 2],
          rates[rates.length / 10],
          rates[rates.length - 1 - rates.length / 10]);
    }
    if (run.total().count() > 0) {
      out.printf(
          Locale.ROOT,
          "  client:  %.2f of a core, %.1f us per operation%n",
          run.clientCpuSeconds() / run.seconds(),
          run.clientCpuSeconds() * 1e6 / run.total().count());
    }
    if (run.missedArrivals() > 0) {
      out.printf(
          Locale.ROOT,
          "  the server did not keep up: %,d requests were due and never begun%n",
          run.missedArrivals());
    }
    for (var error : run.errors()) {
      out.printf(
          Locale.ROOT, "  error:   %,d x %s: %s%n", error.count(), error.code(), error.message());
    }
    if (run.errors().isEmpty()) {
      out.println("  no errors");
    }
  }

  private static void line(Report.Measured measured, PrintStream out) {
    var latency = measured.latency();
    out.printf(
        Locale.ROOT,
        "  %-16s %,11.0f %13s %11s %10s %10s %10s %10s %10s%n",
        measured.operation().toLowerCase(Locale.ROOT),
        measured.operationsPerSecond(),
        bytes(measured.bytesPerSecond()),
        measured.items() > measured.count()
            ? String.format(Locale.ROOT, "%,.0f", measured.itemsPerSecond())
            : "",
        micros(latency.p50()),
        micros(latency.p90()),
        micros(latency.p99()),
        micros(latency.p999()),
        micros(latency.max()));
  }

  static String bytes(double perSecond) {
    if (perSecond == 0) {
      return "";
    }
    return perSecond >= 1e9
        ? String.format(Locale.ROOT, "%.2f GB/s", perSecond / 1e9)
        : String.format(Locale.ROOT, "%.1f MB/s", perSecond / 1e6);
  }

  private static String micros(double micros) {
    return TimeSpan.format(Math.round(micros * 1000));
  }
}
