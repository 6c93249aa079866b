package ninebark.deploy.explain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ninebark.deploy.explain.Explained.Shard;
import ninebark.deploy.explain.Explained.Stripe;
import ninebark.metadata.lifecycle.Due;
import ninebark.metadata.lifecycle.Due.Action;
import ninebark.storagenode.DiskPlace;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** An object explained, as JSON: units are in the names. */
final class ExplainJson {
  private static final ObjectWriter JSON =
      JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

  private ExplainJson() {}

  static String write(Explained explained) {
    var object = explained.object();
    var tree = new LinkedHashMap<String, Object>();
    tree.put("bucket", explained.bucket());
    tree.put("key", object.key().value());
    tree.put("version", object.version().text());
    tree.put("bytes", object.length());
    tree.put("storageClass", object.storageClass());
    object
        .restore()
        .ifPresent(
            restore -> {
              tree.put("restoreReady", restore.ready().toString());
              tree.put("restoreUntil", restore.until().toString());
            });
    explained.next().ifPresent(due -> tree.put("nextAction", next(due)));
    tree.put("inlineBytes", explained.inlineBytes());
    tree.put("stripeCount", explained.stripeCount());
    tree.put("stripesLookedAt", explained.stripes().size());
    explained.stripes().stream()
        .mapToInt(Stripe::spareNow)
        .min()
        .ifPresent(spare -> tree.put("spareShardsNow", spare));
    var perils = new LinkedHashMap<String, Object>();
    explained
        .peril(place -> place.disk().toString())
        .ifPresent(peril -> perils.put("disks", peril(peril)));
    explained.peril(DiskPlace::node).ifPresent(peril -> perils.put("nodes", peril(peril)));
    explained.peril(DiskPlace::az).ifPresent(peril -> perils.put("azs", peril(peril)));
    tree.put("lostWith", perils);
    tree.put("stripes", explained.stripes().stream().map(ExplainJson::stripe).toList());
    return JSON.writeValueAsString(tree) + "\n";
  }

  private static Map<String, Object> next(Due due) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put(
        "action",
        switch (due.action()) {
          case Action.ExpireCurrent() -> "expire";
          case Action.RemoveNoncurrent(int _) -> "remove noncurrent version";
          case Action.RemoveMarker() -> "remove marker";
          case Action.AbortUpload() -> "abort upload";
          case Action.Transition(var to, int _) -> "move to " + to;
        });
    tree.put("at", due.at().toString());
    tree.put("rule", due.rule());
    return tree;
  }

  private static Map<String, Object> peril(Peril peril) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("count", peril.size());
    tree.put("sets", peril.sets().stream().map(List::copyOf).toList());
    tree.put("allSets", peril.complete());
    return tree;
  }

  private static Map<String, Object> stripe(Stripe stripe) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("stripe", stripe.extent().stripe().toString());
    tree.put("group", stripe.extent().group().toString());
    tree.put("scheme", stripe.scheme().toString());
    tree.put("bytes", stripe.extent().length());
    tree.put("shardBytes", stripe.extent().shardBytes());
    tree.put("spareShardsNow", stripe.spareNow());
    var shards = new ArrayList<Map<String, Object>>();
    stripe.shards().forEach(shard -> shards.add(shard(shard)));
    tree.put("shards", shards);
    return tree;
  }

  private static Map<String, Object> shard(Shard shard) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("shard", shard.index());
    tree.put("disk", shard.place().disk().toString());
    tree.put("node", shard.place().node());
    tree.put("az", shard.place().az());
    tree.put("state", shard.state().name().toLowerCase(Locale.ROOT));
    return tree;
  }
}
