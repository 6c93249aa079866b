package ninebark.deploy.explain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What {@code ninebark explain object} prints: {@link ExplainJson} for people. */
final class ExplainReport {
  private static final int MOST_STRIPES = 50;
  private static final int MOST_SETS = 6;
  private static final int DISK_CHARS = 8;

  private ExplainReport() {}

  static String of(JsonNode object) {
    var text = new StringBuilder();
    text.append("s3://")
        .append(object.get("bucket").asString())
        .append('/')
        .append(object.get("key").asString())
        .append("\nversion ")
        .append(object.get("version").asString())
        .append(", ")
        .append(object.get("bytes").asString())
        .append(" bytes, ")
        .append(object.get("storageClass").asString())
        .append('\n');
    if (object.has("restoreReady")) {
      text.append("restored: readable from ")
          .append(object.get("restoreReady").asString())
          .append(" until ")
          .append(object.get("restoreUntil").asString())
          .append('\n');
    }
    if (object.has("nextAction")) {
      var next = object.get("nextAction");
      text.append("next: ")
          .append(next.get("action").asString())
          .append(" at ")
          .append(next.get("at").asString())
          .append(" by rule ")
          .append(next.get("rule").asString())
          .append('\n');
    }
    long inline = object.get("inlineBytes").asLong();
    if (inline > 0 || object.get("stripeCount").asInt() == 0) {
      text.append(inline)
          .append(" bytes are in the index itself, as safe as its replicas together\n");
    }
    if (object.get("stripeCount").asInt() > 0) {
      text.append(stripes(object));
    }
    return text.toString();
  }

  private static String stripes(JsonNode object) {
    int spare = object.get("spareShardsNow").asInt();
    var text = new StringBuilder();
    text.append(object.get("stripeCount").asString())
        .append(" stripes; ")
        .append(
            spare < 0
                ? "at least one CANNOT BE READ now"
                : "the weakest can lose " + spare + " more shards now")
        .append('\n');
    object
        .get("lostWith")
        .properties()
        .forEach(entry -> text.append(peril(entry.getKey(), entry.getValue())));
    var all = object.get("stripes");
    int told = 0;
    for (var stripe : all) {
      if (told++ == MOST_STRIPES) {
        break;
      }
      text.append('\n').append(stripe(stripe));
    }
    int untold = object.get("stripeCount").asInt() - Math.min(all.size(), MOST_STRIPES);
    if (untold > 0) {
      text.append("\n(and ").append(untold).append(" more stripes");
      int unseen = object.get("stripeCount").asInt() - all.size();
      text.append(
          unseen > 0 ? ", of which " + unseen + " were not looked at)\n" : "; --json has them)\n");
    }
    return text.toString();
  }

  private static String peril(String kind, JsonNode peril) {
    int count = peril.get("count").asInt();
    var what = count == 1 ? kind.substring(0, kind.length() - 1) : kind;
    if (count == 0) {
      return "lost already, whatever the " + kind + "\n";
    }
    List<String> sets = new ArrayList<>();
    for (var set : peril.get("sets")) {
      List<String> names = new ArrayList<>();
      set.forEach(name -> names.add(named(kind, name.asString())));
      sets.add(String.join("+", names));
    }
    boolean all = peril.get("allSets").asBoolean() && sets.size() <= MOST_SETS;
    return "lost with "
        + count
        + " "
        + what
        + ": "
        + sets.stream().limit(MOST_SETS).collect(Collectors.joining(", "))
        + (all ? "" : ", ...")
        + "\n";
  }

  private static String named(String kind, String name) {
    return kind.equals("disks") ? name.substring(0, DISK_CHARS) : name;
  }

  private static String stripe(JsonNode stripe) {
    var text = new StringBuilder();
    text.append("stripe ")
        .append(stripe.get("stripe").asString())
        .append(", ")
        .append(stripe.get("scheme").asString())
        .append(" in ")
        .append(stripe.get("group").asString())
        .append(", ")
        .append(stripe.get("bytes").asString())
        .append(" bytes, can lose ")
        .append(stripe.get("spareShardsNow").asString())
        .append('\n');
    Map<String, List<String>> byAz = new LinkedHashMap<>();
    for (var shard : stripe.get("shards")) {
      var az = shard.get("az").asString();
      var state = shard.get("state").asString();
      byAz.computeIfAbsent(az, _ -> new ArrayList<>())
          .add(
              shard.get("shard").asString()
                  + (state.equals("implied")
                      ? " implied"
                      : " on "
                          + shard.get("disk").asString().substring(0, DISK_CHARS)
                          + (state.equals("held") ? "" : " " + state.toUpperCase(Locale.ROOT))));
    }
    byAz.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry ->
                text.append("  ")
                    .append(entry.getKey())
                    .append(": shard ")
                    .append(String.join(", shard ", entry.getValue()))
                    .append('\n'));
    return text.toString();
  }
}
