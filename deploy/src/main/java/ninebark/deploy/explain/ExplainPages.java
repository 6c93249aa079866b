package ninebark.deploy.explain;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import ninebark.deploy.lifecycle.NextAction;
import ninebark.gateway.admin.AdminPage;
import ninebark.gateway.admin.AdminPage.Answer;
import ninebark.gateway.message.QueryParameters;
import ninebark.metadata.BucketName;
import ninebark.metadata.Index;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.ShardDisk;

/** {@code GET /explain/object?bucket=...&key=...[&version=...]} on the admin listener. */
public final class ExplainPages {
  static final String OBJECT = "/explain/object";
  static final String BUCKET = "bucket";
  static final String KEY = "key";
  static final String VERSION = "version";

  private final Explainer explainer;

  private ExplainPages(Explainer explainer) {
    this.explainer = explainer;
  }

  public static Map<String, AdminPage> of(
      Index index,
      Supplier<ClusterMap> map,
      Function<DiskId, Optional<ShardDisk>> disks,
      NextAction next) {
    return Map.of(
        OBJECT, AdminPage.asking(new ExplainPages(new Explainer(index, map, disks, next))::object));
  }

  private Answer object(QueryParameters asked) {
    var bucket = asked.first(BUCKET);
    var key = asked.first(KEY);
    if (bucket.isEmpty() || key.isEmpty()) {
      return Answer.refusal(400, "name a " + BUCKET + " and a " + KEY);
    }
    Optional<VersionChoice> version =
        asked
            .first(VERSION)
            .map(text -> VersionId.parse(text).<VersionChoice>map(VersionChoice.Exactly::new))
            .orElse(Optional.of(VersionChoice.CURRENT));
    if (version.isEmpty()) {
      return Answer.refusal(404, "no version was ever given that name");
    }
    try {
      var result =
          explainer.explain(new BucketName(bucket.get()), new ObjectKey(key.get()), version.get());
      return switch (result) {
        case Explainer.Result.Found(var object) -> Answer.json(ExplainJson.write(object));
        case Explainer.Result.Nothing(var why) -> Answer.refusal(404, why);
      };
    } catch (IllegalArgumentException noName) {
      return Answer.refusal(400, noName.getMessage());
    } catch (IOException away) {
      return Answer.refusal(503, "it cannot be told now: " + away.getMessage());
    }
  }
}
