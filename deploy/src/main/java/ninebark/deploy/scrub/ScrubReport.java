package ninebark.deploy.scrub;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import ninebark.deploy.text.Amounts;
import ninebark.deploy.text.Table;
import tools.jackson.databind.JsonNode;

/** What {@code ninebark scrub status} prints: the status of {@link ScrubJson} for people. */
final class ScrubReport {
  private ScrubReport() {}

  static String of(JsonNode status, Instant now) {
    var text = new StringBuilder();
    if (status.has("pausedUntil")) {
      var until = Instant.parse(status.get("pausedUntil").asString());
      text.append("patrol rests, and goes on by itself in ")
          .append(span(Duration.between(now, until)))
          .append("\n\n");
    }
    var table =
        new Table(
            "disk", "az", "state", "pass", "checked", "held", "rate", "finish", "oldest",
            "damaged");
    var oldest = Duration.ZERO;
    for (var disk : status.get("disks")) {
      boolean done = disk.get("done").asBoolean();
      long checked = disk.get("checkedBytes").asLong();
      long held = disk.get("heldBytes").asLong();
      var age = Duration.between(time(disk, "oldestUnverified"), now);
      oldest = age.compareTo(oldest) > 0 ? age : oldest;
      table.row(
          disk.get("disk").asString().substring(0, 8),
          disk.get("az").asString(),
          disk.get("state").asString(),
          disk.get("pass").asString(),
          done ? "all" : held == 0 ? "0 %" : Math.min(99, 100 * checked / held) + " %",
          Amounts.bytes(held),
          Amounts.bytes(disk.get("bytesPerSecond").asLong()) + "/s",
          done
              ? span(Duration.between(time(disk, "finished"), now)) + " ago"
              : "in " + span(Duration.between(now, time(disk, "finishes"))),
          span(age),
          disk.get("damaged").asString());
    }
    text.append(table.text());
    text.append("\noldest unverified byte: ").append(span(oldest)).append('\n');
    text.append(index(status.get("index"), now));
    text.append(rebuild(status.get("rebuild"), now));
    text.append(census(status.get("census"), now));
    return text.toString();
  }

  private static String index(JsonNode index, Instant now) {
    if (!index.has("finished")) {
      return "the index' own files: not read since the start\n";
    }
    var text =
        new StringBuilder("the index' own files: ")
            .append(Amounts.bytes(index.get("checkedBytes").asLong()))
            .append(" read ")
            .append(span(Duration.between(time(index, "finished"), now)))
            .append(" ago, ");
    var damage = index.get("damage");
    if (damage.isEmpty()) {
      return text.append("whole\n").toString();
    }
    text.append("DAMAGED:\n");
    damage.forEach(what -> text.append("  ").append(what.asString()).append('\n'));
    return text.append(
            "  go on with another replica, or stop and make the index again: 'ninebark recover"
                + " index'\n")
        .toString();
  }

  private static String rebuild(JsonNode rebuild, Instant now) {
    List<String> waiting = new ArrayList<>();
    rebuild
        .get("openByMargin")
        .properties()
        .forEach(
            entry ->
                waiting.add(
                    entry.getValue().asString()
                        + " that can lose "
                        + (entry.getKey().equals("0")
                            ? "nothing more"
                            : entry.getKey() + " more")));
    var text = new StringBuilder("stripes to rebuild: ");
    text.append(waiting.isEmpty() ? "none" : String.join(", ", waiting));
    if (rebuild.has("oldest")) {
      text.append("; the oldest waits ")
          .append(span(Duration.between(time(rebuild, "oldest"), now)));
    }
    text.append('\n');
    if (rebuild.get("disksAway").asInt() > 0) {
      text.append("disks away: ")
          .append(rebuild.get("disksAway").asString())
          .append(", lost: ")
          .append(rebuild.get("disksLost").asString())
          .append(rebuild.get("networkEvent").asBoolean() ? " (taken for the network)" : "")
          .append('\n');
    }
    text.append("shards made again since the start: ")
        .append(rebuild.get("madeShards").asString())
        .append(", ")
        .append(Amounts.bytes(rebuild.get("writtenBytes").asLong()))
        .append(" from ")
        .append(Amounts.bytes(rebuild.get("readBytes").asLong()))
        .append(" read\n");
    return text.toString();
  }

  private static String census(JsonNode census, Instant now) {
    var text = new StringBuilder();
    if (census.has("finished")) {
      var last = census.get("finished");
      text.append("census, ended ")
          .append(span(Duration.between(time(last, "ended"), now)))
          .append(" ago: ")
          .append(last.get("stripes").asString())
          .append(" stripes of ")
          .append(Amounts.bytes(last.get("namedBytes").asLong()))
          .append(" are named and need ")
          .append(Amounts.bytes(last.get("neededBytes").asLong()))
          .append("; disks hold ")
          .append(Amounts.bytes(last.get("heldBytes").asLong()))
          .append(" in ")
          .append(last.get("heldShards").asString())
          .append(" shards\n  missing shards: ")
          .append(last.get("missingShards").asString())
          .append(", misplaced: ")
          .append(last.get("misplacedShards").asString())
          .append(", orphans erased: ")
          .append(last.get("orphanShards").asString())
          .append(" (")
          .append(Amounts.bytes(last.get("orphanBytes").asLong()))
          .append("), not named yet: ")
          .append(Amounts.bytes(last.get("youngBytes").asLong()))
          .append(", stripes with a disk away: ")
          .append(last.get("unseenStripes").asString())
          .append(", LOST stripes: ")
          .append(last.get("lostStripes").asString())
          .append('\n');
    } else {
      text.append("census: none has ended yet\n");
    }
    for (var lost : census.get("lost")) {
      text.append("  LOST ")
          .append(lost.get("group").asString())
          .append('/')
          .append(lost.get("stripe").asString())
          .append(", ")
          .append(Amounts.bytes(lost.get("bytes").asLong()))
          .append(
              lost.has("key")
                  ? ", written as s3://"
                      + lost.path("bucket").asString("(bucket " + lost.get("bucketNumber") + ")")
                      + "/"
                      + lost.get("key").asString()
                  : "")
          .append('\n');
    }
    if (census.has("running")) {
      var running = census.get("running");
      text.append("census ")
          .append(running.get("pass").asString())
          .append(" is at ")
          .append(
              running.get("at").asString().equals("index")
                  ? "the index, stripe " + running.get("stripes").asString()
                  : "the disks, shard " + running.get("heldShards").asString())
          .append('\n');
    }
    return text.toString();
  }

  private static Instant time(JsonNode node, String name) {
    return Instant.parse(node.get(name).asString());
  }

  /** The largest unit, rounded down. */
  static String span(Duration span) {
    long seconds = Math.max(0, span.toSeconds());
    if (seconds >= 2 * 86_400) {
      return seconds / 86_400 + " d";
    }
    if (seconds >= 2 * 3_600) {
      return seconds / 3_600 + " h";
    }
    return seconds >= 120 ? seconds / 60 + " min" : seconds + " s";
  }
}
