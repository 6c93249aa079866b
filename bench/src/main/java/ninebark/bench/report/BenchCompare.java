package ninebark.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ninebark bench compare}. */
@Command(
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    usageHelpWidth = 100,
    name = "compare",
    description = "Says whether two kept results differ by more than the noise.",
    footer = {
      "",
      "Exit codes: 0 compared, 1 worse (only with --fail-if-worse), 2 wrong usage,",
      "3 a file cannot be read."
    })
public final class BenchCompare implements Callable<Integer> {
  private static final int WORSE = 1;
  private static final int UNREADABLE = 3;

  @Parameters(index = "0", paramLabel = "A.JSON", description = "The result to compare with.")
  private Path first;

  @Parameters(index = "1", paramLabel = "B.JSON", description = "The result to judge.")
  private Path second;

  @Option(
      names = "--fail-if-worse",
      description = "Exit with 1 if the total throughput is lower, beyond the noise.")
  private boolean failIfWorse;

  @Override
  public Integer call() {
    Report before;
    Report after;
    try {
      before = Report.read(first);
      after = Report.read(second);
    } catch (IOException unreadable) {
      System.err.println("ninebark bench: " + unreadable.getMessage());
      return UNREADABLE;
    }
    warn(before, after);
    boolean worse = false;
    var operation = "";
    for (var finding : Comparison.of(before, after)) {
      if (!finding.operation().equals(operation)) {
        operation = finding.operation();
        System.out.println(operation.toLowerCase(Locale.ROOT));
      }
      System.out.printf(
          Locale.ROOT,
          "  %-10s  %,12.1f -> %,12.1f %-4s  %s%n",
          finding.metric(),
          finding.first(),
          finding.second(),
          finding.metric() == Comparison.Metric.THROUGHPUT ? "op/s" : "us",
          finding.sentence());
      worse |=
          finding.operation().equals("TOTAL")
              && finding.metric() == Comparison.Metric.THROUGHPUT
              && finding.verdict() == Comparison.Verdict.WORSE;
    }
    if (before.runs().size() < 2 || after.runs().size() < 2) {
      System.out.println(
          "one run of a side says nothing of how runs differ from each other:"
              + " --repeat 3 or more makes the intervals honest");
    }
    return worse && failIfWorse ? WORSE : 0;
  }

  /** What else is different is not to be blamed on the server. */
  private static void warn(Report before, Report after) {
    if (!before.command().equals(after.command())) {
      System.out.println("note: " + before.command() + " against " + after.command());
    }
    if (!before.machine().equals(after.machine())) {
      System.out.println(
          "note: the machines differ: " + before.machine() + " / " + after.machine());
    }
    var names = new TreeSet<>(before.parameters().keySet());
    names.addAll(after.parameters().keySet());
    for (var name : names) {
      var one = before.parameters().getOrDefault(name, "nothing");
      var other = after.parameters().getOrDefault(name, "nothing");
      if (!one.equals(other)) {
        System.out.println("note: " + name + " is " + one + " / " + other);
      }
    }
  }
}
