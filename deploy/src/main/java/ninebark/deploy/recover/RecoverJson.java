package ninebark.deploy.recover;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ninebark.metadata.recovery.Recovered;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** A recovery of the index, as JSON: units are in the names. */
public final class RecoverJson {
  private static final ObjectWriter JSON =
      JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

  private RecoverJson() {}

  /**
   * @param done whether the index is in its place now
   */
  public static String write(Recovered recovered, boolean done) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("recovered", done);
    tree.put("snapshotTaken", recovered.snapshot().toString());
    tree.put("snapshotBytes", recovered.snapshotBytes());
    tree.put("passedOver", recovered.passedOver());
    tree.put("shardCount", recovered.shardCount());
    tree.put("unreadableShardHeaders", recovered.silentCount());
    tree.put("namedButGoneStripes", recovered.goneCount());
    tree.put("restoredSince", items(recovered.restored()));
    tree.put("refused", items(recovered.refused()));
    tree.put("incomplete", items(recovered.rests()));
    tree.put("bucketsMadeAgain", recovered.madeBuckets());
    tree.put("openUploads", recovered.openUploads());
    return JSON.writeValueAsString(tree) + "\n";
  }

  private static List<Map<String, Object>> items(List<Recovered.Item> items) {
    return items.stream().map(RecoverJson::item).toList();
  }

  private static Map<String, Object> item(Recovered.Item item) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("bucket", item.bucket());
    tree.put("key", item.key());
    tree.put("bytes", item.bytes());
    tree.put("what", item.what());
    return tree;
  }
}
