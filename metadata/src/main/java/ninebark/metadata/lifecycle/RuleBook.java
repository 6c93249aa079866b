package ninebark.metadata.lifecycle;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
import ninebark.metadata.lifecycle.LifecycleRule.When;

/**
 * The rules of a bucket, made ready to be asked often: what happens to a version or an upload, and
 * when. Of several rules the one whose time comes first decides, and of those the first in the
 * document. Transitions are not followed. Pure.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html">
 *     Examples of S3 Lifecycle configurations</a>
 */
public final class RuleBook {
  private static final Comparator<Due> SOONEST = Comparator.comparing(Due::at);

  /** An action of an enabled rule. */
  private record Entry<T>(String rule, Filter filter, T action) {}

  private final List<String> names = new ArrayList<>();
  private final List<Entry<When>> expirations = new ArrayList<>();
  private final List<Entry<Expiration>> markers = new ArrayList<>();
  private final List<Entry<NoncurrentExpiration>> noncurrent = new ArrayList<>();
  private final List<Entry<Integer>> aborts = new ArrayList<>();

  public RuleBook(LifecycleRules rules) {
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
    return prefixes(Stream.of(expirations, markers, noncurrent).flatMap(List::stream));
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

  public Verdict judge(AgedVersion version, DayLength day, Instant now) {
    return verdict(due(version, day), now);
  }

  public Verdict judge(ObjectKey key, Instant initiated, DayLength day, Instant now) {
    return verdict(abort(key, initiated, day), now);
  }

  private static Verdict verdict(Optional<Due> due, Instant now) {
    return due.isPresent() && !due.get().at().isAfter(now)
        ? new Verdict.Act(due.get())
        : new Verdict.Keep(due);
  }

  private Optional<Due> due(AgedVersion version, DayLength day) {
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
