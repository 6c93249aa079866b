package ninebark.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a bench command found, as its JSON file keeps it.
 *
 * @param format the version of this form
 * @param command what was measured, e.g. {@code s3 put}
 * @param parameters as the user gave them, defaults filled in
 * @param ceilings what this machine can do at most, by name; empty if not asked for
 * @param runs the same measurement, one or more times
 */
public record Report(
    int format,
    String command,
    String startedAt,
    Map<String, String> parameters,
    Machine machine,
    List<Ceiling> ceilings,
    List<Run> runs) {
  public static final int FORMAT = 1;

  /** A limit of the machine: the median of some trials, and the lowest and highest of them. */
  public record Ceiling(String name, double value, double least, double most, String unit) {}

  /**
   * One measurement.
   *
   * @param seconds how long it was measured, warm-up not counted
   * @param total over all operations
   * @param clientCpuSeconds what the client's event loops used meanwhile
   * @param missedArrivals how many requests of an open loop were due but never started
   */
  public record Run(
      String startedAt,
      double seconds,
      Measured total,
      List<Measured> operations,
      List<ErrorCount> errors,
      double clientCpuSeconds,
      long missedArrivals) {}

  /**
   * What was seen of one kind of operation. Rates count what ended while it was measured; latencies
   * those that began.
   */
  public record Measured(
      String operation,
      long count,
      long bytes,
      long items,
      double operationsPerSecond,
      double bytesPerSecond,
      double itemsPerSecond,
      Latency latency,
      List<Second> series) {}

  /** In microseconds. */
  public record Latency(double mean, double p50, double p90, double p99, double p999, double max) {}

  /** One second of a run; latencies in microseconds, of what ended in it. */
  public record Second(long count, long bytes, long items, double p50, double p99) {}

  /** How often an error came, and what it said first. */
  public record ErrorCount(String code, long count, String message) {}

  /**
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    try {
      Files.writeString(file, mapper().writeValueAsString(this) + "\n");
    } catch (JacksonException notJson) {
      throw new IOException(file + ": " + notJson.getOriginalMessage(), notJson);
    }
  }

  /**
   * @throws IOException if the file cannot be read or is no report
   */
  public static Report read(Path file) throws IOException {
    var text = Files.readString(file);
    Report report;
    try {
      report = mapper().readValue(text, Report.class);
    } catch (JacksonException notJson) {
      throw new IOException(file + " is not a bench report: " + notJson.getOriginalMessage());
    }
    if (report.format() != FORMAT || report.runs() == null) {
      throw new IOException(file + " is not a bench report of format " + FORMAT);
    }
    return report;
  }

  private static JsonMapper mapper() {
    return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  }
}
