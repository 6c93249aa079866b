package ninebark.metadata.lifecycle;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import ninebark.metadata.AgedVersion;
import ninebark.metadata.AgedVersion.Kind;
import ninebark.metadata.AgedVersion.Standing;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Tag;
import ninebark.metadata.lifecycle.Due.Action;
import ninebark.metadata.lifecycle.LifecycleRule.Expiration;
import ninebark.metadata.lifecycle.LifecycleRule.Filter;
import ninebark.metadata.lifecycle.LifecycleRule.NoncurrentExpiration;
import ninebark.metadata.lifecycle.LifecycleRule.NoncurrentTransition;
import ninebark.metadata.lifecycle.LifecycleRule.Transition;
import ninebark.metadata.lifecycle.LifecycleRule.When;
import ninebark.metadata.lifecycle.LifecycleRules.SmallObjects;

/**
 * The rules of a bucket, made ready to be asked often: what happens to a version or an upload, and
 * when. Of several rules that end it the one whose time comes first decides, and of those the first
 * in the document. What is to end does not move before; of several classes that a version is due
 * for, it goes to the cheapest at once. Pure.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html">
 *     Examples of S3 Lifecycle configurations</a>
 */
public final class RuleBook {
  private static final Comparator<Due> SOONEST = Comparator.comparing(Due::at);

  /** Smaller objects stay where they are unless a rule names a size of its own. */
  private static final long SMALL_BYTES = 128 << 10;

  private static final Set<String> TAKE_SMALL_ONES = Set.of("GLACIER", "DEEP_ARCHIVE");

  /** An action of an enabled rule. */
  private record Entry<T>(String rule, Filter filter, T action) {}

  private final List<String> names = new ArrayList<>();
  private final List<Entry<When>> expirations = new ArrayList<>();
  private final List<Entry<Expiration>> markers = new ArrayList<>();
  private final List<Entry<NoncurrentExpiration>> noncurrent = new ArrayList<>();
  private final List<Entry<Integer>> aborts = new ArrayList<>();
  private final List<Entry<Transition>> transitions = new ArrayList<>();
  private final List<Entry<NoncurrentTransition>> noncurrentTransitions = new ArrayList<>();
  private final SmallObjects smallObjects;

  public RuleBook(LifecycleRules rules) {
    smallObjects = rules.smallObjects();
    int place = 0;
    for (var rule : rules.rules()) {
      place++;
      if (rule.enabled()) {
        add(rule.id().orElse("rule-" + place), rule);
      }
    }
  }

  private void add(String id, LifecycleRule rule) {
    names.add(id);
    var filter = rule.filter();
    rule.expiration()
        .ifPresent(
            expiration -> {
              // A marker has neither size nor tags, so a rule that asks for them is not about it.
              if (isAboutMarkers(filter)) {
                markers.add(new Entry<>(id, filter, expiration));
              }
              if (expiration instanceof Expiration.Objects(var when)) {
                expirations.add(new Entry<>(id, filter, when));
              }
            });
    rule.noncurrentExpiration().ifPresent(each -> noncurrent.add(new Entry<>(id, filter, each)));
    rule.abortUploadsAfterDays().ifPresent(days -> aborts.add(new Entry<>(id, filter, days)));
    rule.transitions().forEach(each -> transitions.add(new Entry<>(id, filter, each)));
    rule.noncurrentTransitions()
        .forEach(each -> noncurrentTransitions.add(new Entry<>(id, filter, each)));
  }

  /** What the rules are called that are on, in the order of the document. */
  public List<String> names() {
    return List.copyOf(names);
  }

  /**
   * Beginnings of all keys that rules about versions speak of, in the order of keys; none is the
   * beginning of another.
   */
  public List<String> versionPrefixes() {
    return prefixes(
        Stream.of(expirations, markers, noncurrent, transitions, noncurrentTransitions)
            .flatMap(List::stream));
  }

  /** The same for rules about uploads. */
  public List<String> uploadPrefixes() {
    return prefixes(aborts.stream());
  }

  private static List<String> prefixes(Stream<? extends Entry<?>> entries) {
    var shortest = new ArrayList<String>();
    entries
        .map(entry -> entry.filter().prefix())
        .distinct()
        .sorted(Comparator.comparing(RuleBook::utf8, Arrays::compareUnsigned))
        .forEach(
            prefix -> {
              if (shortest.isEmpty() || !prefix.startsWith(shortest.getLast())) {
                shortest.add(prefix);
              }
            });
    return shortest;
  }

  private static byte[] utf8(String prefix) {
    return prefix.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @param ladder where versions can go
   */
  public Verdict judge(AgedVersion version, ClassLadder ladder, DayLength day, Instant now) {
    var end = end(version, day);
    if (end.isPresent() && !end.get().at().isAfter(now)) {
      return new Verdict.Act(end.get());
    }
    var move = transition(version, ladder, day, now);
    // Of both at once the end is what happens.
    boolean endsFirst =
        end.isPresent() && (move.isEmpty() || !move.get().at().isBefore(end.get().at()));
    return verdict(endsFirst ? end : move, now);
  }

  public Verdict judge(ObjectKey key, Instant initiated, DayLength day, Instant now) {
    return verdict(abort(key, initiated, day), now);
  }

  private static Verdict verdict(Optional<Due> due, Instant now) {
    return due.isPresent() && !due.get().at().isAfter(now)
        ? new Verdict.Act(due.get())
        : new Verdict.Keep(due);
  }

  private Optional<Due> end(AgedVersion version, DayLength day) {
    return switch (version.standing()) {
      case Standing.Current(boolean alone) ->
          switch (version.kind()) {
            case Kind.Stored stored ->
                expiration(version.key(), version.born(), stored.length(), stored.tags(), day);
            case Kind.Marker() -> alone ? lonely(version, day) : Optional.empty();
          };
      case Standing.Noncurrent standing -> noncurrent(version, standing, day);
    };
  }

  /**
   * When a current object expires. Its lock does not matter: where versions can be locked a marker
   * covers it, and the version stays.
   */
  public Optional<Due> expiration(
      ObjectKey key, Instant born, long length, List<Tag> tags, DayLength day) {
    return soonest(
        expirations,
        filter -> isAbout(filter, key) && isAbout(filter, length, tags),
        entry ->
            Optional.of(
                new Due(at(entry.action(), born, day), entry.rule(), new Action.ExpireCurrent())));
  }

  /** Where a version goes next: the cheapest class of those it is due for, else the soonest. */
  private Optional<Due> transition(
      AgedVersion version, ClassLadder ladder, DayLength day, Instant now) {
    if (!(version.kind() instanceof Kind.Stored stored) || stored.storageClass().isEmpty()) {
      return Optional.empty();
    }
    var moves =
        switch (version.standing()) {
          case Standing.Current _ -> moves(version.key(), version.born(), stored, day);
          case Standing.Noncurrent standing -> moves(version.key(), standing, stored, day);
        };
    Optional<Move> best = Optional.empty();
    for (var move : moves) {
      if (ladder.leads(stored.storageClass().get(), move.action().storageClass())
          && (best.isEmpty() || move.isBefore(best.get(), now))) {
        best = Optional.of(move);
      }
    }
    return best.map(Move::due);
  }

  /** A transition that may be chosen. */
  private record Move(Instant at, String rule, Action.Transition action) {
    boolean isBefore(Move other, Instant now) {
      boolean bothAreDue = !at.isAfter(now) && !other.at.isAfter(now);
      boolean isCheaper =
          ClassLadder.rung(action.storageClass()) > ClassLadder.rung(other.action.storageClass());
      return (bothAreDue || at.equals(other.at)) ? isCheaper : at.isBefore(other.at);
    }

    Due due() {
      return new Due(at, rule, action);
    }
  }

  private List<Move> moves(ObjectKey key, Instant born, Kind.Stored stored, DayLength day) {
    var moves = new ArrayList<Move>();
    for (var entry : transitions) {
      var target = entry.action().storageClass();
      if (isAbout(entry.filter(), key) && moves(entry.filter(), stored, target)) {
        moves.add(
            new Move(
                at(entry.action().when(), born, day),
                entry.rule(),
                new Action.Transition(target, 0)));
      }
    }
    return moves;
  }

  private List<Move> moves(
      ObjectKey key, Standing.Noncurrent standing, Kind.Stored stored, DayLength day) {
    var moves = new ArrayList<Move>();
    for (var entry : noncurrentTransitions) {
      var target = entry.action().storageClass();
      int keep = entry.action().keepNewest().orElse(0);
      if (standing.newerObjectCount() >= keep
          && isAbout(entry.filter(), key)
          && moves(entry.filter(), stored, target)) {
        moves.add(
            new Move(
                day.after(standing.since(), entry.action().days()),
                entry.rule(),
                new Action.Transition(target, keep)));
      }
    }
    return moves;
  }

  private boolean moves(Filter filter, Kind.Stored stored, String target) {
    boolean namesSize = filter.largerThan().isPresent() || filter.smallerThan().isPresent();
    boolean isLarge =
        namesSize
            || stored.length() >= SMALL_BYTES
            || (smallObjects == SmallObjects.VARIES_BY_STORAGE_CLASS
                && TAKE_SMALL_ONES.contains(target));
    return isLarge && isAbout(filter, stored.length(), stored.tags());
  }

  /** When an upload is aborted. */
  public Optional<Due> abort(ObjectKey key, Instant initiated, DayLength day) {
    return soonest(
        aborts,
        filter -> isAbout(filter, key),
        entry ->
            Optional.of(
                new Due(
                    day.after(initiated, entry.action()), entry.rule(), new Action.AbortUpload())));
  }

  private Optional<Due> lonely(AgedVersion marker, DayLength day) {
    return soonest(
        markers,
        filter -> isAbout(filter, marker.key()),
        entry -> {
          var at =
              switch (entry.action()) {
                case Expiration.LonelyMarkers() -> marker.born();
                case Expiration.Objects(var when) -> at(when, marker.born(), day);
              };
          return Optional.of(new Due(at, entry.rule(), new Action.RemoveMarker()));
        });
  }

  private Optional<Due> noncurrent(
      AgedVersion version, Standing.Noncurrent standing, DayLength day) {
    var due =
        soonest(
            noncurrent,
            filter ->
                isAbout(filter, version.key())
                    && switch (version.kind()) {
                      case Kind.Stored stored -> isAbout(filter, stored.length(), stored.tags());
                      case Kind.Marker() -> isAboutMarkers(filter);
                    },
            entry -> {
              int keep = entry.action().keepNewest().orElse(0);
              return standing.newerObjectCount() < keep
                  ? Optional.empty()
                  : Optional.of(
                      new Due(
                          day.after(standing.since(), entry.action().days()),
                          entry.rule(),
                          new Action.RemoveNoncurrent(keep)));
            });
    return switch (version.kind()) {
      case Kind.Stored stored -> due.flatMap(each -> unlocked(each, stored.lock()));
      case Kind.Marker() -> due;
    };
  }

  /** A lock is stronger than any rule: what is demanded waits for its end. */
  private static Optional<Due> unlocked(Due due, ObjectLock lock) {
    if (lock.legalHold()) {
      return Optional.empty();
    }
    return Optional.of(
        lock.retention()
            .filter(retention -> retention.until().isAfter(due.at()))
            .map(retention -> new Due(retention.until(), due.rule(), due.action()))
            .orElse(due));
  }

  private interface Rating<T> {
    Optional<Due> due(Entry<T> entry);
  }

  private static <T> Optional<Due> soonest(
      List<Entry<T>> entries, Predicate<Filter> isAbout, Rating<T> rating) {
    Optional<Due> soonest = Optional.empty();
    for (var entry : entries) {
      if (isAbout.test(entry.filter())) {
        var due = rating.due(entry);
        if (due.isPresent()
            && (soonest.isEmpty() || SOONEST.compare(due.get(), soonest.get()) < 0)) {
          soonest = due;
        }
      }
    }
    return soonest;
  }

  private static Instant at(When when, Instant born, DayLength day) {
    return switch (when) {
      case When.OnDate(var date) -> date;
      case When.AfterDays(int days) -> day.after(born, days);
    };
  }

  private static boolean isAbout(Filter filter, ObjectKey key) {
    return key.value().startsWith(filter.prefix());
  }

  private static boolean isAbout(Filter filter, long length, List<Tag> tags) {
    return length > filter.largerThan().orElse(-1)
        && length < filter.smallerThan().orElse(Long.MAX_VALUE)
        && tags.containsAll(filter.tags());
  }

  private static boolean isAboutMarkers(Filter filter) {
    return filter.tags().isEmpty()
        && filter.largerThan().isEmpty()
        && filter.smallerThan().isEmpty();
  }
}
