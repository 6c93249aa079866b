package ninebark.lifecycle.rules;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
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
  private final Transitions transitions;
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
      Transitions transitions,
      LifecycleProgress from,
      Instant waitingSince) {
    this.index = index;
    this.bucket = bucket;
    this.rules = rules;
    this.config = config;
    this.transitions = transitions;
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
  sealed interface Outcome {
    Due due();

    long bytes();

    record Ended(Command.Expire command, Due due, long bytes, Reply.Expire reply)
        implements Outcome {}

    record Carried(Transitions.Demand demand, Due due, long bytes, Transitions.Result result)
        implements Outcome {}
  }

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
    return switch (outcome) {
      case Outcome.Ended ended ->
          switch (ended.reply()) {
            case Reply.Expire.Removed(), Reply.Expire.Marked(var _) -> true;
            case Reply.Expire.Changed(),
                Reply.Expire.Locked(),
                Reply.Expire.OtherEpoch(),
                Reply.Expire.NoSuchBucket() ->
                false;
          };
      case Outcome.Carried carried ->
          carried.result() instanceof Transitions.Result.Answered(var reply)
              && reply instanceof Reply.Transition.Done;
    };
  }

  private sealed interface Demand {
    record End(Command.Expire command, Due due, long bytes) implements Demand {}

    record Carry(Transitions.Demand demand, Due due, long bytes) implements Demand {}
  }

  private List<Demand> demandsOfVersions(List<AgedVersion> page, Instant now) {
    var demands = new ArrayList<Demand>();
    for (var version : page) {
      switch (rules.judge(version, transitions.ladder(), config.day(), now)) {
        case Verdict.Keep(var _) -> {}
        case Verdict.Act(var due) -> demands.add(demand(version, due));
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
            demands.add(end(upload.key(), due, 0, new Expirable.OpenUpload(upload.id())));
      }
    }
    return demands;
  }

  private Demand demand(AgedVersion version, Due due) {
    return switch (due.action()) {
      case Action.Transition(var to, int keepNewest) -> {
        if (version.kind() instanceof Kind.Stored stored) {
          yield new Demand.Carry(
              new Transitions.Demand(
                  version.key(),
                  seen(version, stored, keepNewest),
                  stored.storageClass().orElseThrow(),
                  to),
              due,
              stored.length());
        }
        throw new IllegalStateException("a marker is in no class: " + version);
      }
      case Action.ExpireCurrent(),
          Action.RemoveNoncurrent(int _),
          Action.RemoveMarker(),
          Action.AbortUpload() ->
          end(version.key(), due, bytes(version), expirable(version, due));
    };
  }

  private Demand end(ObjectKey key, Due due, long bytes, Expirable what) {
    return new Demand.End(new Command.Expire(bucket.id(), key, bucket.epoch(), what), due, bytes);
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
    int keepNewest = due.action() instanceof Action.RemoveNoncurrent(int newest) ? newest : 0;
    return switch (version.kind()) {
      case Kind.Stored stored -> seen(version, stored, keepNewest);
      case Kind.Marker() ->
          switch (version.standing()) {
            case Standing.Current(boolean _) -> new Expirable.LonelyMarker(version.version());
            case Standing.Noncurrent(var since, int _) ->
                new Expirable.Noncurrent(version.version(), since, tags(version), keepNewest);
          };
    };
  }

  private static Expirable.OfVersion seen(AgedVersion version, Kind.Stored stored, int keepNewest) {
    return switch (version.standing()) {
      case Standing.Current(boolean _) ->
          new Expirable.Current(version.version(), version.born(), stored.etag(), stored.tags());
      case Standing.Noncurrent(var since, int _) ->
          new Expirable.Noncurrent(version.version(), since, stored.tags(), keepNewest);
    };
  }

  /** The oldest versions of a key first: each is judged by the newer ones that are still there. */
  private List<Outcome> follow(List<Demand> demands) throws IOException {
    var ends = new ArrayList<Demand.End>();
    var carries = new ArrayList<Demand.Carry>();
    for (var demand : demands.reversed()) {
      switch (demand) {
        case Demand.End end -> ends.add(end);
        case Demand.Carry carry -> carries.add(carry);
      }
    }
    var outcomes = new ArrayList<Outcome>();
    var replies = index.submitAll(ends.stream().map(Demand.End::command).toList());
    for (int i = 0; i < replies.size(); i++) {
      var end = ends.get(i);
      outcomes.add(new Outcome.Ended(end.command(), end.due(), end.bytes(), replies.get(i)));
    }
    outcomes.addAll(carry(carries));
    return outcomes;
  }

  private List<Outcome> carry(List<Demand.Carry> carries) throws IOException {
    var outcomes = new ArrayList<Outcome>();
    if (carries.isEmpty()) {
      return outcomes;
    }
    try (var carriers =
        Executors.newFixedThreadPool(
            Math.min(config.transitionsAtOnce(), carries.size()), Thread.ofVirtual().factory())) {
      var results =
          carriers.invokeAll(
              carries.stream()
                  .<Callable<Transitions.Result>>map(
                      each -> () -> transitions.carry(bucket, each.demand()))
                  .toList());
      for (int i = 0; i < carries.size(); i++) {
        var carry = carries.get(i);
        outcomes.add(
            new Outcome.Carried(carry.demand(), carry.due(), carry.bytes(), results.get(i).get()));
      }
      return outcomes;
    } catch (ExecutionException bug) {
      throw new IllegalStateException("a transition met a bug", bug.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped among transitions");
    }
  }
}
