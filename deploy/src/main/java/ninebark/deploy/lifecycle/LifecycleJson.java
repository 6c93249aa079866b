package ninebark.deploy.lifecycle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import ninebark.lifecycle.rules.LifecycleRounds;
import ninebark.lifecycle.rules.Preview;
import ninebark.metadata.Bucket;
import ninebark.metadata.LifecycleProgress;
import ninebark.metadata.LifecycleProgress.Stage;
import ninebark.metadata.Versioning;
import ninebark.metadata.lifecycle.Due.Action;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** What rules do and would do, as JSON: units are in the names, times are ISO 8601. */
final class LifecycleJson {
  private static final ObjectWriter JSON =
      JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

  private LifecycleJson() {}

  static String status(LifecycleRounds.Status status) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("overdueSeconds", status.overdue().toSeconds());
    var buckets = new ArrayList<Map<String, Object>>();
    for (var each : status.buckets()) {
      var bucket = new LinkedHashMap<String, Object>();
      bucket.put("bucket", each.bucket().name().value());
      each.newest().ifPresent(progress -> progress(bucket, each.bucket(), progress));
      buckets.add(bucket);
    }
    tree.put("buckets", buckets);
    return JSON.writeValueAsString(tree) + "\n";
  }

  private static void progress(
      Map<String, Object> tree, Bucket bucket, LifecycleProgress progress) {
    tree.put("settingsAreNew", progress.epoch() != bucket.epoch());
    tree.put("began", progress.began().toString());
    tree.put("versions", progress.versionCount());
    tree.put("actions", progress.actionCount());
    switch (progress.stage()) {
      case Stage.Versions(var behind) -> {
        tree.put("stage", "versions");
        behind.ifPresent(key -> tree.put("behind", key.value()));
      }
      case Stage.Uploads(var behind) -> {
        tree.put("stage", "uploads");
        behind.ifPresent(key -> tree.put("behind", key.value()));
      }
      case Stage.Finished(var at) -> {
        tree.put("stage", "finished");
        tree.put("finished", at.toString());
      }
    }
  }

  /**
   * @param unreachable classes that rules name and that cannot be had
   */
  static String preview(
      Bucket bucket, Preview.Forecast forecast, ClassPrices prices, List<String> unreachable) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("bucket", bucket.name().value());
    tree.put("at", forecast.at().toString());
    tree.put("versions", forecast.versionCount());
    tree.put("uploads", forecast.uploadCount());
    var lines = new ArrayList<Map<String, Object>>();
    for (var line : forecast.lines()) {
      var each = new LinkedHashMap<String, Object>();
      each.put("rule", line.rule());
      each.put("action", action(line, bucket));
      each.put("first", line.first().toString());
      var when = new LinkedHashMap<String, Object>();
      line.when().forEach((horizon, tally) -> when.put(name(horizon), tally(tally)));
      each.put("when", when);
      saving(line, prices).ifPresent(saved -> each.put("savesPerMonth", saved));
      lines.add(each);
    }
    tree.put("lines", lines);
    tree.put("idleRules", forecast.idle());
    tree.put("untouched", tally(forecast.untouched()));
    tree.put("onHold", tally(forecast.onHold()));
    tree.put("classesNotOffered", unreachable);
    return JSON.writeValueAsString(tree) + "\n";
  }

  /** How much less it costs in a month when all of a line is moved; empty without prices. */
  private static Optional<Double> saving(Preview.Line line, ClassPrices prices) {
    if (!(line.action() instanceof Action.Transition(var to, int _)) || line.from().isEmpty()) {
      return Optional.empty();
    }
    long count = line.when().values().stream().mapToLong(Preview.Tally::count).sum();
    long bytes = line.when().values().stream().mapToLong(Preview.Tally::bytes).sum();
    return prices
        .perMonth(line.from().get(), count, bytes)
        .flatMap(before -> prices.perMonth(to, count, bytes).map(after -> before - after));
  }

  private static String action(Preview.Line line, Bucket bucket) {
    return switch (line.action()) {
      case Action.ExpireCurrent() ->
          bucket.versioning() == Versioning.OFF ? "remove object" : "cover with a marker";
      case Action.RemoveNoncurrent(int _) -> "remove noncurrent version";
      case Action.RemoveMarker() -> "remove marker";
      case Action.AbortUpload() -> "abort upload";
      case Action.Transition(var to, int _) ->
          "move from " + line.from().orElse("its class") + " to " + to;
    };
  }

  private static String name(Preview.Horizon horizon) {
    return horizon.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static Map<String, Object> tally(Preview.Tally tally) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("count", tally.count());
    tree.put("bytes", tally.bytes());
    return tree;
  }
}
