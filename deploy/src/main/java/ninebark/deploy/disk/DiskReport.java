package ninebark.deploy.disk;

import java.time.Duration;
import ninebark.deploy.text.Amounts;
import ninebark.deploy.text.Table;
import tools.jackson.databind.JsonNode;

/** The disks' pages as text for people. */
final class DiskReport {
  private DiskReport() {}

  static String list(JsonNode answer) {
    var table =
        new Table("disk", "node", "az", "state", "positions", "going away", "held", "capacity");
    for (var disk : answer.path("disks")) {
      table.row(
          disk.path("disk").asString(),
          disk.path("node").asString(),
          disk.path("az").asString(),
          disk.path("leaving").asBoolean()
              ? disk.path("state").asString() + ", leaving"
              : disk.path("state").asString(),
          disk.path("positions").asString(),
          disk.path("goingAway").asString(),
          Amounts.bytes(disk.path("heldBytes").asLong()),
          Amounts.bytes(disk.path("capacityBytes").asLong()));
    }
    return table.text() + "\n" + progress(answer);
  }

  /** How moving is going on, a few lines. */
  static String progress(JsonNode answer) {
    var text = new StringBuilder();
    text.append("cluster map ")
        .append(answer.path("epoch").asLong())
        .append("; rebalancing ")
        .append(answer.path("balancing").asBoolean() ? "is on" : "is off or done")
        .append("; ")
        .append(answer.path("movingGroups").asLong())
        .append(" positions on their way; moved since the start: ")
        .append(answer.path("movedShards").asLong())
        .append(" shards, ")
        .append(Amounts.bytes(answer.path("movedBytes").asLong()))
        .append('\n');
    for (var disk : answer.path("disks")) {
      if (disk.path("leaving").asBoolean()) {
        boolean empty =
            disk.path("positions").asLong() + disk.path("goingAway").asLong() == 0
                && disk.path("heldBytes").asLong() == 0;
        text.append("disk ")
            .append(disk.path("disk").asString())
            .append(
                empty
                    ? " is empty and may be removed"
                    : " leaves: "
                        + Amounts.bytes(disk.path("heldBytes").asLong())
                        + " left, about until "
                        + disk.path("finishes").asString())
            .append('\n');
      }
    }
    for (var waiting : answer.path("waiting").properties()) {
      text.append(waiting.getKey()).append(" waits: ").append(waiting.getValue().asString());
      text.append('\n');
    }
    return text.toString();
  }

  static String forecast(JsonNode answer) {
    return "disk "
        + answer.path("disk").asString()
        + " holds "
        + Amounts.bytes(answer.path("bytes").asLong())
        + "; at "
        + Amounts.bytes(answer.path("bytesPerSecond").asLong())
        + "/s ("
        + (answer.path("measured").asBoolean() ? "as measured" : "assumed")
        + ") draining takes about "
        + Duration.ofSeconds(answer.path("seconds").asLong()).toString().substring(2)
        + ", until "
        + answer.path("finishes").asString()
        + "\n";
  }
}
