package ninebark.deploy.lifecycle;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import ninebark.metadata.AgePage;
import ninebark.metadata.AgedVersion;
import ninebark.metadata.Bucket;
import ninebark.metadata.Index;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Query;
import ninebark.metadata.VersionId;
import ninebark.metadata.lifecycle.ClassLadder;
import ninebark.metadata.lifecycle.DayLength;
import ninebark.metadata.lifecycle.Due;
import ninebark.metadata.lifecycle.Verdict;

/** What the rules of its bucket will do with one version next. Threads: safe. */
public final class NextAction {
  private static final int PAGE = 1_000;

  private final Index index;
  private final DocumentRules rules;
  private final ClassLadder ladder;
  private final DayLength day;
  private final InstantSource clock;

  public NextAction(Index index, ClassLadder ladder, DayLength day, InstantSource clock) {
    this.index = index;
    this.rules = new DocumentRules(index);
    this.ladder = ladder;
    this.day = day;
    this.clock = clock;
  }

  /** Empty if no rule demands anything of it as it is. */
  public Optional<Due> of(Bucket bucket, ObjectKey key, VersionId version) throws IOException {
    var book = rules.rules(bucket);
    if (book.isEmpty()) {
      return Optional.empty();
    }
    return find(bucket, key, version)
        .flatMap(
            found ->
                switch (book.get().judge(found, ladder, day, clock.instant())) {
                  case Verdict.Act(var due) -> Optional.of(due);
                  case Verdict.Keep(var until) -> until;
                });
  }

  /** Walks the versions of the key, which stand before all that it is the beginning of. */
  private Optional<AgedVersion> find(Bucket bucket, ObjectKey key, VersionId version)
      throws IOException {
    Optional<AgePage.Position> after = Optional.empty();
    do {
      var page = index.ask(new Query.ListAges(bucket.id(), key.value(), after, PAGE));
      for (var each : page.versions()) {
        if (!each.key().equals(key)) {
          return Optional.empty();
        }
        if (each.version().equals(version)) {
          return Optional.of(each);
        }
      }
      after = page.resume();
    } while (after.isPresent());
    return Optional.empty();
  }
}
