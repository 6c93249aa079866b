package ninebark.deploy.scrub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import ninebark.scrubber.patrol.Patrol;
import ninebark.scrubber.rebuild.Rebuild;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** How patrol and rebuild are, as JSON: units are in the names, times are ISO 8601. */
final class ScrubJson {
  private static final ObjectWriter JSON =
      JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

  private ScrubJson() {}

  static String write(Patrol.Status patrol, Rebuild.Status rebuild) {
    var tree = new LinkedHashMap<String, Object>();
    patrol.pausedUntil().ifPresent(until -> tree.put("pausedUntil", until.toString()));
    tree.put("rollCalls", patrol.rollCallCount());
    var disks = new ArrayList<Map<String, Object>>();
    patrol.disks().forEach(disk -> disks.add(disk(disk)));
    tree.put("disks", disks);
    tree.put("rebuild", rebuild(rebuild));
    return JSON.writeValueAsString(tree) + "\n";
  }

  private static Map<String, Object> disk(Patrol.DiskProgress disk) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("disk", disk.disk().toString());
    tree.put("az", disk.az());
    tree.put("state", disk.state().name());
    tree.put("pass", disk.pass());
    tree.put("done", disk.done());
    tree.put("checkedBytes", disk.checkedBytes());
    tree.put("heldBytes", disk.heldBytes());
    tree.put("checkedShards", disk.checkedShardCount());
    tree.put("damaged", disk.damageCount());
    tree.put("bytesPerSecond", Math.round(disk.bytesPerSecond()));
    tree.put("began", disk.began().toString());
    tree.put(disk.done() ? "finished" : "finishes", disk.finish().toString());
    tree.put("oldestUnverified", disk.oldestUnverified().toString());
    return tree;
  }

  private static Map<String, Object> rebuild(Rebuild.Status rebuild) {
    var tree = new LinkedHashMap<String, Object>();
    var byMargin = new TreeMap<String, Integer>();
    rebuild.openByMargin().forEach((margin, count) -> byMargin.put(margin.toString(), count));
    tree.put("openByMargin", byMargin);
    tree.put("running", rebuild.runningCount());
    rebuild.oldest().ifPresent(since -> tree.put("oldest", since.toString()));
    tree.put("disksAway", rebuild.awayDiskCount());
    tree.put("disksLost", rebuild.lostDiskCount());
    tree.put("networkEvent", rebuild.networkEvent());
    tree.put("madeShards", rebuild.madeShardCount());
    tree.put("readBytes", rebuild.readBytes());
    tree.put("writtenBytes", rebuild.writtenBytes());
    return tree;
  }
}
