package ninebark.metadata.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import ninebark.metadata.AgedVersion;
import ninebark.metadata.AgedVersion.Kind;
import ninebark.metadata.AgedVersion.Standing;
import ninebark.metadata.ETag;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Retention;
import ninebark.metadata.Tag;
import ninebark.metadata.VersionId;
import ninebark.metadata.lifecycle.Due.Action;
import ninebark.metadata.lifecycle.LifecycleRule.Expiration;
import ninebark.metadata.lifecycle.LifecycleRule.Filter;
import ninebark.metadata.lifecycle.LifecycleRule.NoncurrentExpiration;
import ninebark.metadata.lifecycle.LifecycleRule.When;
import ninebark.metadata.lifecycle.LifecycleRules.SmallObjects;
import org.junit.jupiter.api.Test;

class RuleBookTest {
  private static final Instant BORN = Instant.parse("2014-01-15T10:30:00Z");
  private static final ObjectKey KEY = new ObjectKey("logs/a");
  private static final DayLength DAY = DayLength.REAL;
  private static final Tag RED = new Tag("colour", "red");

  private static LifecycleRule rule(
      String id,
      Filter filter,
      Optional<Expiration> expiration,
      Optional<NoncurrentExpiration> noncurrent,
      OptionalInt abort) {
    return new LifecycleRule(
        Optional.of(id).filter(text -> !text.isEmpty()),
        true,
        filter,
        expiration,
        List.of(),
        noncurrent,
        List.of(),
        abort);
  }

  private static LifecycleRule expiring(String id, Filter filter, When when) {
    return rule(
        id,
        filter,
        Optional.of(new Expiration.Objects(when)),
        Optional.empty(),
        OptionalInt.empty());
  }

  private static LifecycleRule noncurrent(String id, int days, OptionalInt keep) {
    return rule(
        id,
        Filter.ALL,
        Optional.empty(),
        Optional.of(new NoncurrentExpiration(days, keep)),
        OptionalInt.empty());
  }

  private static Filter filter(String prefix, List<Tag> tags, long larger, long smaller) {
    return new Filter(
        prefix,
        tags,
        larger < 0 ? OptionalLong.empty() : OptionalLong.of(larger),
        smaller < 0 ? OptionalLong.empty() : OptionalLong.of(smaller));
  }

  private static final ClassLadder LADDER =
      new ClassLadder(Set.of("STANDARD", "STANDARD_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"));

  private static RuleBook book(LifecycleRule... rules) {
    return new RuleBook(new LifecycleRules(List.of(rules), SmallObjects.ALL_STORAGE_CLASSES_128K));
  }

  private static AgedVersion version(Standing standing, Kind kind) {
    return new AgedVersion(KEY, VersionId.NULL, BORN, standing, kind);
  }

  private static Kind stored(long length, List<Tag> tags, ObjectLock lock) {
    return new Kind.Stored(new ETag("e"), length, tags, lock, Optional.of("STANDARD"));
  }

  private static AgedVersion current(long length, Tag... tags) {
    return version(new Standing.Current(true), stored(length, List.of(tags), ObjectLock.NONE));
  }

  private static AgedVersion old(Instant since, int newer, ObjectLock lock) {
    return version(new Standing.Noncurrent(since, newer), stored(9, List.of(), lock));
  }

  /** What comes next, however long it takes. */
  private static Optional<Due> next(RuleBook book, AgedVersion version) {
    return switch (book.judge(version, LADDER, DAY, Instant.EPOCH)) {
      case Verdict.Keep(var until) -> until;
      case Verdict.Act(var due) -> Optional.of(due);
    };
  }

  @Test
  void daysEndAtTheNextMidnight() {
    // The example of the AWS user guide: created 1/15/2014 10:30 UTC, 3 days: 1/19/2014 00:00 UTC.
    var at = Instant.parse("2014-01-19T00:00:00Z");
    var book = book(expiring("three", Filter.ALL, new When.AfterDays(3)));
    assertThat(next(book, current(1))).contains(new Due(at, "three", new Action.ExpireCurrent()));
    assertThat(book.judge(current(1), LADDER, DAY, at.minusMillis(1)))
        .isEqualTo(new Verdict.Keep(Optional.of(new Due(at, "three", new Action.ExpireCurrent()))));
    assertThat(book.judge(current(1), LADDER, DAY, at))
        .isEqualTo(new Verdict.Act(new Due(at, "three", new Action.ExpireCurrent())));
  }

  @Test
  void aDateHoldsForAllThatIsThereAndAllThatComes() {
    var date = Instant.parse("2014-01-01T00:00:00Z");
    var book = book(expiring("", Filter.ALL, new When.OnDate(date)));
    assertThat(book.judge(current(1), LADDER, DAY, BORN))
        .isEqualTo(new Verdict.Act(new Due(date, "rule-1", new Action.ExpireCurrent())));
  }

  @Test
  void aFilterMeansAllItSays() {
    var days = new When.AfterDays(1);
    var narrow = book(expiring("f", filter("logs/", List.of(RED), 10, 20), days));
    assertThat(next(narrow, current(11, RED, new Tag("size", "s")))).isPresent();
    assertThat(next(narrow, current(10, RED))).as("larger than").isEmpty();
    assertThat(next(narrow, current(20, RED))).as("smaller than").isEmpty();
    assertThat(next(narrow, current(11, new Tag("colour", "blue")))).isEmpty();
    assertThat(next(narrow, current(11))).isEmpty();
    assertThat(next(book(expiring("p", filter("log/", List.of(), -1, -1), days)), current(1)))
        .isEmpty();
    assertThat(next(book(expiring("z", filter("", List.of(), 0, -1), days)), current(0)))
        .as("an empty object is not larger than 0")
        .isEmpty();
  }

  @Test
  void ofSeveralRulesTheFirstToComeDecidesAndOfThoseTheFirstInTheDocument() {
    var book =
        book(
            expiring("late", Filter.ALL, new When.AfterDays(9)),
            expiring("soon", filter("logs/", List.of(), -1, -1), new When.AfterDays(2)),
            expiring("also", Filter.ALL, new When.AfterDays(2)));
    assertThat(next(book, current(1)).orElseThrow().rule()).isEqualTo("soon");
  }

  @Test
  void noncurrentVersionsGoWhenBothTimeAndNumberSaySo() {
    var since = Instant.parse("2014-02-01T00:00:00.001Z");
    var at = Instant.parse("2014-02-07T00:00:00Z");
    var book = book(noncurrent("n", 5, OptionalInt.of(2)));
    assertThat(next(book, old(since, 1, ObjectLock.NONE))).isEmpty();
    assertThat(next(book, old(since, 2, ObjectLock.NONE)))
        .contains(new Due(at, "n", new Action.RemoveNoncurrent(2)));
    assertThat(next(book, current(1))).isEmpty();
    assertThat(next(book, version(new Standing.Noncurrent(since, 2), new Kind.Marker())))
        .as("a marker that is not the newest goes too")
        .isPresent();
    var sized =
        book(
            rule(
                "s",
                filter("", List.of(), 1, -1),
                Optional.empty(),
                Optional.of(new NoncurrentExpiration(5, OptionalInt.empty())),
                OptionalInt.empty()));
    assertThat(next(sized, old(since, 0, ObjectLock.NONE))).isPresent();
    assertThat(next(sized, version(new Standing.Noncurrent(since, 2), new Kind.Marker())))
        .as("a marker has no size")
        .isEmpty();
  }

  @Test
  void aLockPostponesTheEndOfAVersionAndAHoldForbidsIt() {
    var since = Instant.parse("2014-02-01T00:00:00Z");
    var book = book(noncurrent("n", 1, OptionalInt.empty()));
    var far = Instant.parse("2020-01-01T12:00:00Z");
    for (var mode : Retention.Mode.values()) {
      var locked = new ObjectLock(Optional.of(new Retention(mode, far)), false);
      assertThat(next(book, old(since, 0, locked)).orElseThrow().at()).isEqualTo(far);
      assertThat(book.judge(old(since, 0, locked), LADDER, DAY, far.minusMillis(1)))
          .isInstanceOf(Verdict.Keep.class);
    }
    assertThat(next(book, old(since, 0, new ObjectLock(Optional.empty(), true)))).isEmpty();
  }

  @Test
  void aMarkerGoesOnceItIsAlone() {
    var lonely = version(new Standing.Current(true), new Kind.Marker());
    var covering = version(new Standing.Current(false), new Kind.Marker());
    var swept =
        book(
            rule(
                "m",
                Filter.ALL,
                Optional.of(new Expiration.LonelyMarkers()),
                Optional.empty(),
                OptionalInt.empty()));
    assertThat(next(swept, lonely)).contains(new Due(BORN, "m", new Action.RemoveMarker()));
    assertThat(next(swept, covering)).isEmpty();
    assertThat(next(swept, current(1))).isEmpty();
    var days = book(expiring("d", Filter.ALL, new When.AfterDays(3)));
    assertThat(next(days, lonely))
        .as("days sweep old markers too")
        .contains(new Due(Instant.parse("2014-01-19T00:00:00Z"), "d", new Action.RemoveMarker()));
    assertThat(next(days, covering)).isEmpty();
    assertThat(
            next(
                book(expiring("t", filter("", List.of(RED), -1, -1), new When.AfterDays(3))),
                lonely))
        .isEmpty();
  }

  @Test
  void uploadsAreAbortedByPrefix() {
    var book =
        book(
            rule(
                "u",
                filter("logs/", List.of(), -1, -1),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.of(7)));
    var at = Instant.parse("2014-01-23T00:00:00Z");
    assertThat(book.abort(KEY, BORN, DAY)).contains(new Due(at, "u", new Action.AbortUpload()));
    assertThat(book.abort(new ObjectKey("log"), BORN, DAY)).isEmpty();
    assertThat(book.judge(KEY, BORN, DAY, at)).isInstanceOf(Verdict.Act.class);
    assertThat(book.versionPrefixes()).isEmpty();
    assertThat(book.uploadPrefixes()).containsExactly("logs/");
  }

  @Test
  void aRuleThatIsOffDemandsNothing() {
    var off =
        new LifecycleRule(
            Optional.of("off"),
            false,
            Filter.ALL,
            Optional.of(new Expiration.Objects(new When.AfterDays(1))),
            List.of(),
            Optional.empty(),
            List.of(),
            OptionalInt.of(1));
    assertThat(book(off).versionPrefixes()).isEmpty();
    assertThat(book(off).uploadPrefixes()).isEmpty();
    assertThat(book(off).names()).isEmpty();
    assertThat(next(book(off), current(1))).isEmpty();
  }

  @Test
  void onlyThePrefixesOfRulesAreWalkedEachOnce() {
    var days = new When.AfterDays(1);
    var prefixes = List.of("logs/a", "b", "logs/", "\ud83d\ude00", "\uffee", "logs/", "bc");
    var book =
        book(
            prefixes.stream()
                .map(prefix -> expiring("", filter(prefix, List.of(), -1, -1), days))
                .toArray(LifecycleRule[]::new));
    assertThat(book.versionPrefixes()).containsExactly("b", "logs/", "\uffee", "\ud83d\ude00");
    assertThat(book(expiring("", Filter.ALL, days)).versionPrefixes()).containsExactly("");
  }

  @Test
  void aDayMayBeASecond() {
    var day = new DayLength(Duration.ofSeconds(1));
    assertThat(day.after(Instant.ofEpochMilli(10_500), 3)).isEqualTo(Instant.ofEpochMilli(14_000));
    assertThat(day.after(Instant.ofEpochMilli(10_000), 3)).isEqualTo(Instant.ofEpochMilli(14_000));
  }

  // --- properties -------------------------------------------------------------------------------

  @Provide
  Arbitrary<LifecycleRule> rules() {
    var filters =
        Combinators.combine(
                Arbitraries.of("", "l", "logs/", "x"),
                Arbitraries.of(List.<Tag>of(), List.of(RED)),
                Arbitraries.of(-1L, 0L, 5L))
            .as((prefix, tags, larger) -> filter(prefix, tags, larger, -1));
    var whens =
        Arbitraries.oneOf(
            Arbitraries.integers().between(1, 40).map(days -> (When) new When.AfterDays(days)),
            Arbitraries.integers()
                .between(-20, 40)
                .map(days -> (When) new When.OnDate(DAY.after(BORN, days))));
    return Combinators.combine(
            filters,
            whens.map(when -> (Expiration) new Expiration.Objects(when)).optional(),
            Arbitraries.integers().between(1, 40),
            Arbitraries.integers().between(0, 3))
        .as(
            (filter, expiration, days, keep) ->
                rule(
                    "",
                    filter,
                    expiration,
                    Optional.of(
                        new NoncurrentExpiration(
                            days, keep == 0 ? OptionalInt.empty() : OptionalInt.of(keep))),
                    OptionalInt.of(days)));
  }

  @Provide
  Arbitrary<AgedVersion> versions() {
    var locks =
        Arbitraries.of(
            ObjectLock.NONE,
            new ObjectLock(Optional.empty(), true),
            new ObjectLock(
                Optional.of(new Retention(Retention.Mode.COMPLIANCE, DAY.after(BORN, 25))), false));
    var kinds =
        Arbitraries.oneOf(
            Arbitraries.just(new Kind.Marker()),
            Combinators.combine(
                    Arbitraries.longs().between(0, 9),
                    Arbitraries.of(List.<Tag>of(), List.of(RED)),
                    locks)
                .as(RuleBookTest::stored));
    var standings =
        Arbitraries.oneOf(
            Arbitraries.of(true, false).map(alone -> (Standing) new Standing.Current(alone)),
            Combinators.combine(
                    Arbitraries.integers().between(0, 20), Arbitraries.integers().between(0, 4))
                .as(
                    (days, newer) ->
                        (Standing) new Standing.Noncurrent(DAY.after(BORN, days), newer)));
    return Combinators.combine(standings, kinds).as(RuleBookTest::version);
  }

  @Property(tries = 500)
  void manyRulesSayWhatTheSoonestOfThemSaysAlone(
      @ForAll("someRules") List<LifecycleRule> rules, @ForAll("versions") AgedVersion version) {
    var alone = new ArrayList<Instant>();
    for (var rule : rules) {
      next(book(rule), version).ifPresent(due -> alone.add(due.at()));
    }
    assertThat(next(book(rules.toArray(LifecycleRule[]::new)), version).map(Due::at))
        .isEqualTo(alone.stream().min(Instant::compareTo));
  }

  @Provide
  Arbitrary<List<LifecycleRule>> someRules() {
    return rules().list().ofMaxSize(6);
  }

  @Property(tries = 500)
  void whatIsToBeDoneOnceIsToBeDoneEverAfterAndNeverBeforeItsTime(
      @ForAll("someRules") List<LifecycleRule> rules,
      @ForAll("versions") AgedVersion version,
      @ForAll @IntRange(max = 70) int days) {
    var book = book(rules.toArray(LifecycleRule[]::new));
    var now = DAY.after(BORN, days).minusMillis(days % 2);
    switch (book.judge(version, LADDER, DAY, now)) {
      case Verdict.Act(var due) -> {
        assertThat(due.at()).isBeforeOrEqualTo(now);
        assertThat(book.judge(version, LADDER, DAY, now.plusSeconds(99_999)))
            .isEqualTo(new Verdict.Act(due));
        if (version.kind() instanceof Kind.Stored stored
            && due.action() instanceof Action.RemoveNoncurrent) {
          assertThat(stored.lock().legalHold()).isFalse();
          assertThat(stored.lock().retention().stream())
              .allSatisfy(retention -> assertThat(retention.until()).isBeforeOrEqualTo(now));
        }
      }
      case Verdict.Keep(var until) ->
          assertThat(until.stream()).allSatisfy(due -> assertThat(due.at()).isAfter(now));
    }
  }

  @Property(tries = 500)
  void eachStandingHasItsOwnAction(
      @ForAll("someRules") List<LifecycleRule> rules, @ForAll("versions") AgedVersion version) {
    next(book(rules.toArray(LifecycleRule[]::new)), version)
        .ifPresent(
            due -> {
              switch (due.action()) {
                case Action.ExpireCurrent() -> {
                  assertThat(version.standing()).isInstanceOf(Standing.Current.class);
                  assertThat(version.kind()).isInstanceOf(Kind.Stored.class);
                }
                case Action.RemoveMarker() -> {
                  assertThat(version.standing()).isEqualTo(new Standing.Current(true));
                  assertThat(version.kind()).isEqualTo(new Kind.Marker());
                }
                case Action.RemoveNoncurrent(int keep) ->
                    assertThat(((Standing.Noncurrent) version.standing()).newerObjectCount())
                        .isGreaterThanOrEqualTo(keep);
                case Action.AbortUpload() -> throw new AssertionError("not of a version");
                case Action.Transition transition -> throw new AssertionError(transition);
              }
            });
  }

  private static LifecycleRule moving(String id, Filter filter, int days, String storageClass) {
    return new LifecycleRule(
        Optional.of(id),
        true,
        filter,
        Optional.empty(),
        List.of(new LifecycleRule.Transition(new When.AfterDays(days), storageClass)),
        Optional.empty(),
        List.of(),
        OptionalInt.empty());
  }

  private static Due move(int days, String rule, String storageClass) {
    return new Due(DAY.after(BORN, days), rule, new Action.Transition(storageClass, 0));
  }

  private static AgedVersion in(String storageClass, long length) {
    return version(
        new Standing.Current(true),
        new Kind.Stored(
            new ETag("e"), length, List.of(), ObjectLock.NONE, Optional.of(storageClass)));
  }

  private static final long LARGE = 128 << 10;

  @Test
  void theSoonestTransitionComesNextAndOfThoseThatAreDueTheCheapestAtOnce() {
    var book =
        book(
            moving("ia", Filter.ALL, 30, "STANDARD_IA"),
            moving("ice", Filter.ALL, 90, "GLACIER"),
            moving("cool", Filter.ALL, 30, "GLACIER_IR"));
    assertThat(next(book, in("STANDARD", LARGE))).contains(move(30, "cool", "GLACIER_IR"));
    assertThat(book.judge(in("STANDARD", LARGE), LADDER, DAY, DAY.after(BORN, 100)))
        .isEqualTo(new Verdict.Act(move(90, "ice", "GLACIER")));
    assertThat(next(book, in("GLACIER_IR", LARGE))).contains(move(90, "ice", "GLACIER"));
  }

  @Test
  void nothingMovesUpwardsNorToAClassThatIsNotOfferedNorOutOfOneThatIsNotKnown() {
    var book =
        book(
            moving("ia", Filter.ALL, 1, "STANDARD_IA"),
            moving("smart", Filter.ALL, 1, "INTELLIGENT_TIERING"));
    assertThat(next(book, in("DEEP_ARCHIVE", LARGE))).isEmpty();
    assertThat(next(book, in("STANDARD_IA", LARGE))).isEmpty();
    assertThat(next(book, in("OWN", LARGE))).contains(move(1, "ia", "STANDARD_IA"));
    var untold =
        version(
            new Standing.Current(true),
            new Kind.Stored(new ETag("e"), LARGE, List.of(), ObjectLock.NONE, Optional.empty()));
    assertThat(next(book, untold)).isEmpty();
  }

  @Test
  void whatEndsAtTheSameTimeOrBeforeDoesNotMove() {
    var moving = moving("move", Filter.ALL, 5, "GLACIER");
    assertThat(
            next(
                book(moving, expiring("end", Filter.ALL, new When.AfterDays(5))),
                in("STANDARD", LARGE)))
        .contains(new Due(DAY.after(BORN, 5), "end", new Action.ExpireCurrent()));
    var later = book(moving, expiring("end", Filter.ALL, new When.AfterDays(6)));
    assertThat(next(later, in("STANDARD", LARGE))).contains(move(5, "move", "GLACIER"));
    assertThat(later.judge(in("STANDARD", LARGE), LADDER, DAY, DAY.after(BORN, 7)))
        .isEqualTo(new Verdict.Act(new Due(DAY.after(BORN, 6), "end", new Action.ExpireCurrent())));
  }

  @Test
  void smallObjectsStayUnlessTheRuleNamesASizeOrTheBucketLetsThemIntoArchives() {
    var ice = moving("ice", Filter.ALL, 1, "GLACIER");
    var cool = moving("cool", Filter.ALL, 1, "GLACIER_IR");
    assertThat(next(book(ice, cool), in("STANDARD", LARGE - 1))).isEmpty();
    var varying =
        new RuleBook(new LifecycleRules(List.of(ice, cool), SmallObjects.VARIES_BY_STORAGE_CLASS));
    assertThat(next(varying, in("STANDARD", 1))).contains(move(1, "ice", "GLACIER"));
    var sized = moving("sized", filter("", List.of(), 10, -1), 1, "GLACIER_IR");
    assertThat(next(book(sized), in("STANDARD", 11))).contains(move(1, "sized", "GLACIER_IR"));
    assertThat(next(book(sized), in("STANDARD", 10))).isEmpty();
  }

  @Test
  void noncurrentVersionsMoveWhenEnoughNewerOnesAreThereAndLocksDoNotHoldThem() {
    var since = BORN.plusSeconds(50);
    var rule =
        new LifecycleRule(
            Optional.of("old"),
            true,
            Filter.ALL,
            Optional.empty(),
            List.of(),
            Optional.empty(),
            List.of(new LifecycleRule.NoncurrentTransition(3, OptionalInt.of(2), "GLACIER")),
            OptionalInt.empty());
    var held = stored(LARGE, List.of(), new ObjectLock(Optional.empty(), true));
    assertThat(next(book(rule), version(new Standing.Noncurrent(since, 1), held))).isEmpty();
    assertThat(next(book(rule), version(new Standing.Noncurrent(since, 2), held)))
        .contains(new Due(DAY.after(since, 3), "old", new Action.Transition("GLACIER", 2)));
    assertThat(next(book(rule), in("STANDARD", LARGE))).isEmpty();
  }
}
