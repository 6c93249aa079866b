package ninebark.deploy.lifecycle;

import java.util.ArrayList;
import java.util.Locale;
import ninebark.deploy.text.Amounts;
import ninebark.deploy.text.Table;
import tools.jackson.databind.JsonNode;

/** What {@code ninebark lifecycle} prints: the answers of {@link LifecycleJson} for people. */
final class LifecycleReport {
  private static final String[] HORIZONS = {
    "now", "within a day", "within a week", "within a month", "later"
  };

  private LifecycleReport() {}

  static String status(JsonNode status) {
    if (status.get("buckets").isEmpty()) {
      return "no bucket has lifecycle rules\n";
    }
    var table = new Table("bucket", "round began", "versions", "actions", "stage");
    for (var bucket : status.get("buckets")) {
      if (!bucket.has("began")) {
        table.row(bucket.get("bucket").asString(), "-", "-", "-", "waits for its first round");
        continue;
      }
      var stage = bucket.get("stage").asString();
      var where =
          bucket.has("behind")
              ? stage + " behind " + bucket.get("behind").asString()
              : bucket.has("finished") ? stage + " " + bucket.get("finished").asString() : stage;
      table.row(
          bucket.get("bucket").asString(),
          bucket.get("began").asString(),
          bucket.get("versions").asString(),
          bucket.get("actions").asString(),
          where + (bucket.get("settingsAreNew").asBoolean() ? ", begins anew" : ""));
    }
    return table.text()
        + "\noldest overdue action: "
        + status.get("overdueSeconds").asLong()
        + " s\n";
  }

  static String preview(JsonNode preview) {
    var text = new StringBuilder();
    text.append("bucket ")
        .append(preview.get("bucket").asString())
        .append(" at ")
        .append(preview.get("at").asString())
        .append(": ")
        .append(preview.get("versions").asString())
        .append(" versions and ")
        .append(preview.get("uploads").asString())
        .append(" uploads under the prefixes of the rules\n\n");
    if (preview.get("lines").isEmpty()) {
      text.append("no rule ever ends or moves any of it\n");
    } else {
      text.append(lines(preview.get("lines")));
    }
    text.append("\nno rule touches: ").append(tally(preview.get("untouched")));
    if (preview.get("onHold").get("count").asLong() > 0) {
      text.append("; of these on legal hold: ").append(tally(preview.get("onHold")));
    }
    text.append('\n');
    names(text, "rules with nothing to do: ", preview.get("idleRules"));
    names(
        text,
        "nothing moves to classes that cannot be had here: ",
        preview.get("classesNotOffered"));
    return text.toString();
  }

  private static String lines(JsonNode lines) {
    var table =
        new Table(
            "rule",
            "action",
            "first",
            HORIZONS[0],
            HORIZONS[1],
            HORIZONS[2],
            HORIZONS[3],
            HORIZONS[4],
            "saves per month");
    for (var line : lines) {
      var cells = new ArrayList<String>();
      cells.add(line.get("rule").asString());
      cells.add(line.get("action").asString());
      cells.add(line.get("first").asString());
      for (var horizon : HORIZONS) {
        cells.add(line.get("when").has(horizon) ? tally(line.get("when").get(horizon)) : "-");
      }
      cells.add(
          line.has("savesPerMonth")
              ? String.format(Locale.ROOT, "%.2f", line.get("savesPerMonth").asDouble())
              : "-");
      table.row(cells.toArray(String[]::new));
    }
    return table.text();
  }

  private static String tally(JsonNode tally) {
    return tally.get("count").asString() + " (" + Amounts.bytes(tally.get("bytes").asLong()) + ")";
  }

  private static void names(StringBuilder text, String label, JsonNode names) {
    if (!names.isEmpty()) {
      var all = new ArrayList<String>();
      names.forEach(name -> all.add(name.asString()));
      text.append(label).append(String.join(", ", all)).append('\n');
    }
  }
}
