package ninebark.deploy.durability;

import java.util.Locale;
import ninebark.deploy.text.Table;
import tools.jackson.databind.JsonNode;

/** What {@code ninebark durability --live} prints: the page {@code /durability/live} for people. */
final class LiveReport {
  private LiveReport() {}

  static String of(JsonNode live) {
    var text = new StringBuilder();
    var table = new Table("class", "scheme", "groups", "nines", "with AZ loss", "goal", "");
    for (var one : live.get("classes")) {
      table.row(
          one.get("class").asString(),
          one.get("claim").get("scheme").asString(),
          one.get("groups").asString(),
          tenths(one.get("nines").asDouble()),
          one.has("ninesWithAzLoss") ? tenths(one.get("ninesWithAzLoss").asDouble()) : "unknown",
          one.has("goalNines") ? tenths(one.get("goalNines").asDouble()) : "none",
          one.get("belowGoal").asBoolean() ? "BELOW ITS GOAL" : "");
    }
    text.append(table.text()).append('\n');
    var lived = live.get("lived");
    text.append(
        String.format(
            Locale.ROOT,
            "lived since %s: %.3g disk-years, %d disks lost (%d s away each); %.3g shard-years, %d"
                + " damaged places; %d stripes repaired, %.1f s each%n",
            lived.get("since").asString(),
            lived.get("diskYears").asDouble(),
            lived.get("lostDisks").asLong(),
            lived.get("meanLossSeconds").asLong(),
            lived.get("shardYears").asDouble(),
            lived.get("damagedPlaces").asLong(),
            lived.get("repairs").asLong(),
            lived.get("meanRepairMillis").asLong() / 1000.0));
    text.append(
        String.format(
            Locale.ROOT,
            "assumed beside it: %.3g %% of disks a year as if of %.3g disk-years, %.3g damaged places"
                + " a shard-year as if of %.3g%s%n",
            lived.get("assumedAfrPercent").asDouble(),
            lived.get("assumedDiskYears").asDouble(),
            lived.get("assumedCorruptionsPerShardYear").asDouble(),
            lived.get("assumedShardYears").asDouble(),
            lived.get("lostDisks").asLong() == 0
                ? ", " + lived.get("assumedAbsenceSeconds").asLong() + " s until a disk is replaced"
                : ""));
    text.append(
        String.format(
            Locale.ROOT,
            "AZ loss: %.3g a year for each AZ, rebuilt within %.3g days, assumed and never measured;"
                + " the goal is about the nines without it%n",
            lived.get("assumedAzLossesPerYear").asDouble(),
            lived.get("assumedAzRebuildSeconds").asLong() / 86_400.0));
    text.append(
        "Disks on one device, and devices in one machine, fail together: that is not counted.\n");
    if (live.has("worstBucket")) {
      var worst = live.get("worstBucket");
      text.append(
          String.format(
              Locale.ROOT,
              "worst bucket: %s, at most %d stripes, %s nines of losing nothing in a year%n",
              worst.get("bucket").asString(),
              worst.get("stripesAtMost").asLong(),
              tenths(worst.get("ninesOfLosingNothing").asDouble())));
    }
    live.get("openByMargin")
        .properties()
        .forEach(
            entry ->
                text.append("now waiting for repair: ")
                    .append(entry.getValue().asString())
                    .append(" stripes that can lose ")
                    .append(entry.getKey())
                    .append(" more\n"));
    for (var one : live.get("classes")) {
      text.append('\n')
          .append(one.get("class").asString())
          .append('\n')
          .append(one.get("card").asString().indent(2));
    }
    return text.toString();
  }

  /** Rounded down, as nines are. */
  private static String tenths(double nines) {
    return String.format(Locale.ROOT, "%.1f", Math.floor(nines * 10 + 1e-9) / 10);
  }
}
