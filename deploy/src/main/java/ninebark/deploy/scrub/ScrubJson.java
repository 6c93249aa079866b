package ninebark.deploy.scrub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ninebark.scrubber.census.Census;
import ninebark.scrubber.census.LostStripe;
import ninebark.scrubber.journal.CensusMark;
import ninebark.scrubber.patrol.Patrol;
import ninebark.scrubber.rebuild.Rebuild;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** How patrol, rebuild and census are, as JSON: units are in the names, times are ISO 8601. */
final class ScrubJson {
  private static final ObjectWriter JSON =
      JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

  private ScrubJson() {}

  /**
   * @param buckets what buckets are called, by their numbers, as far as it is known
   */
  static String write(
      Patrol.Status patrol,
      Rebuild.Status rebuild,
      Census.Status census,
      Map<Long, String> buckets) {
    var tree = new LinkedHashMap<String, Object>();
    patrol.pausedUntil().ifPresent(until -> tree.put("pausedUntil", until.toString()));
    tree.put("rollCalls", patrol.rollCallCount());
    var disks = new ArrayList<Map<String, Object>>();
    patrol.disks().forEach(disk -> disks.add(disk(disk)));
    tree.put("disks", disks);
    tree.put("index", index(patrol.index()));
    tree.put("rebuild", rebuild(rebuild));
    tree.put("census", census(census, buckets));
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

  private static Map<String, Object> index(Patrol.IndexProgress index) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("pass", index.pass());
    tree.put("checkedBytes", index.checkedBytes());
    index.ended().ifPresent(ended -> tree.put("finished", ended.toString()));
    tree.put("damage", index.damage());
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

  private static Map<String, Object> census(Census.Status census, Map<Long, String> buckets) {
    var tree = new LinkedHashMap<String, Object>();
    census.running().ifPresent(mark -> tree.put("running", mark(mark)));
    census.finished().ifPresent(mark -> tree.put("finished", mark(mark)));
    tree.put("lost", census.lost().stream().map(lost -> lost(lost, buckets)).toList());
    return tree;
  }

  private static Map<String, Object> mark(CensusMark mark) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("pass", mark.pass());
    tree.put("began", mark.began().toString());
    mark.ended().ifPresent(ended -> tree.put("ended", ended.toString()));
    tree.put(
        "at",
        switch (mark.at()) {
          case CensusMark.Place.OfIndex _ -> "index";
          case CensusMark.Place.OfDisk(var disk, var _) -> disk.toString();
          case CensusMark.Place.AtEnd() -> "end";
        });
    var counts = mark.counts();
    tree.put("stripes", counts.stripeCount());
    tree.put("namedBytes", counts.namedBytes());
    tree.put("neededBytes", counts.neededBytes());
    tree.put("missingShards", counts.missingCount());
    tree.put("lostStripes", counts.lostCount());
    tree.put("unseenStripes", counts.unseenCount());
    tree.put("heldShards", counts.shardCount());
    tree.put("heldBytes", counts.heldBytes());
    tree.put("orphanShards", counts.orphanCount());
    tree.put("orphanBytes", counts.orphanBytes());
    tree.put("youngShards", counts.youngCount());
    tree.put("youngBytes", counts.youngBytes());
    tree.put("misplacedShards", counts.misplacedCount());
    tree.put("movedShards", counts.movedCount());
    return tree;
  }

  private static Map<String, Object> lost(LostStripe lost, Map<Long, String> buckets) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("group", lost.extent().group().toString());
    tree.put("stripe", lost.extent().stripe().toString());
    tree.put("bytes", lost.extent().length());
    lost.owner()
        .ifPresent(
            owner -> {
              tree.put("bucketNumber", owner.bucket());
              Optional.ofNullable(buckets.get(owner.bucket()))
                  .ifPresent(name -> tree.put("bucket", name));
              tree.put("key", owner.key());
            });
    return tree;
  }
}
