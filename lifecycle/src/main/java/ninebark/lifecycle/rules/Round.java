package ninebark.lifecycle.rules;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.AgedVersion;
import ninebark.metadata.AgedVersion.Kind;
import ninebark.metadata.AgedVersion.Standing;
import ninebark.metadata.Bucket;
import ninebark.metadata.Command;
import ninebark.metadata.Command.Expirable;
import ninebark.metadata.Index;
import ninebark.metadata.LifecycleProgress;
import ninebark.metadata.LifecycleProgress.Stage;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Reply;
import ninebark.metadata.Tag;
import ninebark.metadata.Upload;
import ninebark.metadata.lifecycle.Due;
import ninebark.metadata.lifecycle.Due.Action;
import ninebark.metadata.lifecycle.RuleBook;
import ninebark.metadata.lifecycle.Verdict;

/**
 * One walk through a bucket in which what its rules demand is done; how far it is, is noted in the
 * index after each page, so that another process goes on after a crash. What is done twice then is
 * refused the second time. Threads: one.
 */
final class Round {
  private final Index index;
  private final Bucket bucket;
  private final RuleBook rules;
  private final LifecycleConfig config;
  private final Instant waitingSince;
  private LifecycleProgress progress;
  private Optional<Sweep.OfVersions> versions = Optional.empty();
  private Optional<Sweep.OfUploads> uploads = Optional.empty();

  /**
   * @param from where it goes on, or a beginning
   * @param waitingSince since when something may be due
   */
  Round(
      Index index,
      Bucket bucket,
      RuleBook rules,
      LifecycleConfig config,
      LifecycleProgress from,
      Instant waitingSince) {
    this.index = index;
    this.bucket = bucket;
    this.rules = rules;
    this.config = config;
    this.progress = from;
    this.waitingSince = waitingSince;
  }

  Bucket bucket() {
    return bucket;
  }

  Instant waitingSince() {
    return waitingSince;
  }

  /** What was demanded, of what, and what came of it. */
  record Outcome(Command.Expire command, Due due, long bytes, Reply.Expire reply) {}

  /** A page that was looked at. */
  sealed interface Step {
    record Looked(int count, List<Outcome> outcomes) implements Step {}

    record Finished() implements Step {}
  }

  /** Looks at a page and does what is due. */
  Step step(Instant now) throws IOException {
    return switch (progress.stage()) {
      case Stage.Versions(var behind) -> {
        if (versions.isEmpty()) {
          versions =
              Optional.of(
                  new Sweep.OfVersions(
                      index, bucket.id(), rules.versionPrefixes(), behind, config.pageCount()));
        }
        var page = versions.get().next();
        if (page.isEmpty()) {
          note(0, 0, new Stage.Uploads(Optional.empty()));
          yield new Step.Looked(0, List.of());
        }
        var outcomes = follow(demandsOfVersions(page, now));
        note(page.size(), outcomes, new Stage.Versions(versions.get().behind()));
        yield new Step.Looked(page.size(), outcomes);
      }
      case Stage.Uploads(var behind) -> {
        if (uploads.isEmpty()) {
          uploads =
              Optional.of(
                  new Sweep.OfUploads(
                      index, bucket.id(), rules.uploadPrefixes(), behind, config.pageCount()));
        }
        var page = uploads.get().next();
        if (page.isEmpty()) {
          note(0, 0, new Stage.Finished(now));
          yield new Step.Finished();
        }
        var outcomes = follow(demandsOfUploads(page, now));
        note(page.size(), outcomes, new Stage.Uploads(uploads.get().behind()));
        yield new Step.Looked(page.size(), outcomes);
      }
      case Stage.Finished finished -> new Step.Finished();
    };
  }

  private void note(int looked, List<Outcome> outcomes, Stage stage) throws IOException {
    note(looked, outcomes.stream().filter(Round::isDone).count(), stage);
  }

  private void note(int looked, long done, Stage stage) throws IOException {
    progress =
        new LifecycleProgress(
            bucket.id(),
            bucket.epoch(),
            progress.began(),
            progress.versionCount() + looked,
            progress.actionCount() + done,
            stage);
    index.submit(new Command.NoteProgress(progress));
  }

  static boolean isDone(Outcome outcome) {
    return switch (outcome.reply()) {
      case Reply.Expire.Removed(), Reply.Expire.Marked(var _) -> true;
      case Reply.Expire.Changed(),
          Reply.Expire.Locked(),
          Reply.Expire.OtherEpoch(),
          Reply.Expire.NoSuchBucket() ->
          false;
    };
  }

  private record Demand(Command.Expire command, Due due, long bytes) {}

  private List<Demand> demandsOfVersions(List<AgedVersion> page, Instant now) {
    var demands = new ArrayList<Demand>();
    for (var version : page) {
      switch (rules.judge(version, config.day(), now)) {
        case Verdict.Keep(var _) -> {}
        case Verdict.Act(var due) ->
            demands.add(demand(version.key(), due, bytes(version), expirable(version, due)));
      }
    }
    return demands;
  }

  private List<Demand> demandsOfUploads(List<Upload> page, Instant now) {
    var demands = new ArrayList<Demand>();
    for (var upload : page) {
      switch (rules.judge(upload.key(), upload.initiated(), config.day(), now)) {
        case Verdict.Keep(var _) -> {}
        case Verdict.Act(var due) ->
            demands.add(demand(upload.key(), due, 0, new Expirable.OpenUpload(upload.id())));
      }
    }
    return demands;
  }

  private Demand demand(ObjectKey key, Due due, long bytes, Expirable what) {
    return new Demand(new Command.Expire(bucket.id(), key, bucket.epoch(), what), due, bytes);
  }

  private static long bytes(AgedVersion version) {
    return switch (version.kind()) {
      case Kind.Stored stored -> stored.length();
      case Kind.Marker() -> 0;
    };
  }

  private static List<Tag> tags(AgedVersion version) {
    return switch (version.kind()) {
      case Kind.Stored stored -> stored.tags();
      case Kind.Marker() -> List.of();
    };
  }

  /** A version as the rule saw it. */
  private static Expirable expirable(AgedVersion version, Due due) {
    return switch (version.standing()) {
      case Standing.Current(boolean _) ->
          switch (version.kind()) {
            case Kind.Marker() -> new Expirable.LonelyMarker(version.version());
            case Kind.Stored stored ->
                new Expirable.Current(
                    version.version(), version.born(), stored.etag(), stored.tags());
          };
      case Standing.Noncurrent(var since, int _) ->
          new Expirable.Noncurrent(
              version.version(),
              since,
              tags(version),
              due.action() instanceof Action.RemoveNoncurrent(int keepNewest) ? keepNewest : 0);
    };
  }

  /** The oldest versions of a key first: each is judged by the newer ones that are still there. */
  private List<Outcome> follow(List<Demand> demands) throws IOException {
    var ordered = demands.reversed();
    var replies = index.submitAll(ordered.stream().map(Demand::command).toList());
    var outcomes = new ArrayList<Outcome>();
    for (int i = 0; i < replies.size(); i++) {
      var demand = ordered.get(i);
      outcomes.add(new Outcome(demand.command(), demand.due(), demand.bytes(), replies.get(i)));
    }
    return outcomes;
  }
}
