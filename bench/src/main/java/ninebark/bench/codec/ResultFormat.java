package ninebark.bench.codec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** A run as text, JSON, CSV and a chart, and two runs beside each other. */
final class ResultFormat {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ResultFormat() {}

  static String json(List<Measurement> run) {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(run) + "\n";
  }

  static List<Measurement> read(Path file) {
    return Arrays.asList(JSON.readValue(file.toFile(), Measurement[].class));
  }

  static String csv(List<Measurement> run) {
    var text =
        new StringBuilder("coder,scheme,operation,shard_bytes,threads,cache,median,low,high\n");
    for (var row : run) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%d,%d,%s,%.3f,%.3f,%.3f%n",
              row.coder(),
              row.scheme(),
              row.operation(),
              row.shardBytes(),
              row.threads(),
              row.cache(),
              row.median(),
              row.low(),
              row.high()));
    }
    return text.toString();
  }

  static String row(Measurement row) {
    return String.format(
        Locale.ROOT,
        "%-11s %-20s %-14s %9d %3dt %-5s %7.2f GB/s  [%.2f - %.2f]",
        row.coder(),
        row.scheme(),
        row.operation(),
        row.shardBytes(),
        row.threads(),
        row.cache(),
        row.median(),
        row.low(),
        row.high());
  }

  /** One bar per row, as wide as it is fast. */
  static String svg(List<Measurement> run) {
    int height = 18;
    double fastest = run.stream().mapToDouble(Measurement::median).max().orElse(1);
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"960\" height=\"%d\""
                + " font-family=\"sans-serif\" font-size=\"12\">%n",
            height * (run.size() + 2)));
    text.append("<text x=\"8\" y=\"14\">GB/s per thread CPU second; line: low to high</text>\n");
    int y = height;
    for (var row : run) {
      double scale = 480 / fastest;
      text.append(
          String.format(
              Locale.ROOT,
              "<text x=\"8\" y=\"%d\">%s</text><rect x=\"400\" y=\"%d\" width=\"%.1f\" height=\"12\""
                  + " fill=\"%s\"/><line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#333\"/>"
                  + "<text x=\"%.1f\" y=\"%d\">%.1f</text>%n",
              y + 13,
              escape(row.key()),
              y + 3,
              row.median() * scale,
              row.coder().equals("ceiling") ? "#bbb" : "#4a7ab5",
              400 + row.low() * scale,
              400 + row.high() * scale,
              y + 9,
              y + 9,
              406 + row.high() * scale,
              y + 13,
              row.median()));
      y += height;
    }
    return text.append("</svg>\n").toString();
  }

  /** What both runs measured, with the ratio of the medians. */
  static List<String> compare(List<Measurement> before, List<Measurement> after) {
    var old =
        before.stream()
            .collect(
                Collectors.toMap(Measurement::key, row -> row, (a, b) -> b, LinkedHashMap::new));
    var lines = new ArrayList<String>();
    for (var row : after) {
      var other = old.get(row.key());
      if (other != null) {
        boolean apart = row.low() > other.high() || row.high() < other.low();
        lines.add(
            String.format(
                Locale.ROOT,
                "%-62s %7.2f -> %7.2f  x%.2f%s",
                row.key(),
                other.median(),
                row.median(),
                row.median() / other.median(),
                apart ? "" : "  (spreads overlap)"));
      }
    }
    return lines;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
