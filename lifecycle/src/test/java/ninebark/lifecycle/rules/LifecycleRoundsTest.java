package ninebark.lifecycle.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import ninebark.lifecycle.rules.Preview.Horizon;
import ninebark.lifecycle.rules.Preview.Tally;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.DocumentName;
import ninebark.metadata.ETag;
import ninebark.metadata.Index;
import ninebark.metadata.LifecycleProgress.Stage;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Versioning;
import ninebark.metadata.fixture.MemoryIndex;
import ninebark.metadata.lifecycle.ClassLadder;
import ninebark.metadata.lifecycle.LifecycleRule;
import ninebark.metadata.lifecycle.LifecycleRule.Expiration;
import ninebark.metadata.lifecycle.LifecycleRule.Filter;
import ninebark.metadata.lifecycle.LifecycleRule.When;
import ninebark.metadata.lifecycle.LifecycleRules;
import ninebark.metadata.lifecycle.LifecycleRules.SmallObjects;
import ninebark.metadata.lifecycle.RuleBook;
import org.junit.jupiter.api.Test;

class LifecycleRoundsTest {
  private static final DocumentName DOCUMENT = DocumentName.of("lifecycle");
  private static final Duration DAY = Duration.ofDays(1);
  private static final LifecycleConfig CONFIG =
      new LifecycleConfig(
          DAY, Duration.ofSeconds(1), 10, 2, 1_000_000, 1_000_000, 2, Long.MAX_VALUE);

  private Instant now = Instant.parse("2026-01-01T12:00:00Z");
  private final MemoryIndex index = new MemoryIndex(() -> now);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Map<String, RuleBook> books = new HashMap<>();

  private final RuleSource source =
      new RuleSource() {
        @Override
        public DocumentName document() {
          return DOCUMENT;
        }

        @Override
        public Optional<RuleBook> rules(Bucket bucket) throws IOException {
          var text = index.ask(new Query.ReadDocument(bucket.id(), DOCUMENT));
          if (text.isPresent() && text.get().equals("unreadable")) {
            throw new IOException("no rules are called " + text.get());
          }
          return text.map(books::get);
        }
      };

  private Bucket bucket(String name) {
    return index.ask(new Query.FindBucket(new BucketName(name))).orElseThrow();
  }

  private void create(String name, int objects) {
    index.submit(new Command.CreateBucket(new BucketName(name), new AccountId("a"), "us-east-1"));
    for (int i = 0; i < objects; i++) {
      put(name, "%03d".formatted(i));
    }
  }

  private void put(String bucket, String key) {
    index.submit(
        new Command.PutObject(
            bucket(bucket).id(),
            new ObjectKey(key),
            new NewObject(
                new ETag("e"),
                7,
                "STANDARD",
                new AccountId("a"),
                List.of(),
                List.of(),
                new Content.Inline(new byte[7])),
            Precondition.NONE));
  }

  private void rules(String bucket, String text) {
    index.submit(new Command.PutDocument(bucket(bucket).id(), DOCUMENT, text));
  }

  private static LifecycleRule rule(String id, String prefix, int days) {
    return new LifecycleRule(
        Optional.of(id),
        true,
        new Filter(prefix, Filter.ALL.tags(), Filter.ALL.largerThan(), Filter.ALL.smallerThan()),
        Optional.of(new Expiration.Objects(new When.AfterDays(days))),
        List.of(),
        Optional.empty(),
        List.of(),
        OptionalInt.empty());
  }

  private static RuleBook book(LifecycleRule... rules) {
    return new RuleBook(new LifecycleRules(List.of(rules), SmallObjects.ALL_STORAGE_CLASSES_128K));
  }

  private LifecycleRounds rounds(Index through) {
    var nowhere = new Transitions(through, new PlainStripes(), Map.of(), () -> 1, CONFIG);
    return new LifecycleRounds(through, source, nowhere, () -> now, CONFIG, meters);
  }

  private long objects(String bucket) {
    return index.ask(new Query.CountObjects(bucket(bucket).id())).objects();
  }

  private Stage stage(String bucket) {
    return index.ask(new Query.FindProgress(bucket(bucket).id())).orElseThrow().stage();
  }

  private double looked() {
    return meters.get("ninebark.lifecycle.looked").counter().count();
  }

  private double overdue() {
    return meters.get("ninebark.lifecycle.overdue.seconds").gauge().value();
  }

  private static void takeTurns(LifecycleRounds rounds) throws IOException {
    while (rounds.turn()) {
      // Until every round is done.
    }
  }

  @Test
  void aBucketIsWalkedOnceADayAndOnceForNewSettings() throws IOException {
    create("bucket", 30);
    books.put("r", book(rule("r", "", 2)));
    rules("bucket", "r");
    var rounds = rounds(index);
    takeTurns(rounds);
    assertThat(looked()).isEqualTo(30);
    takeTurns(rounds);
    takeTurns(rounds(index));
    assertThat(looked()).as("today's round is done").isEqualTo(30);
    now = now.plus(DAY);
    takeTurns(rounds);
    assertThat(looked()).isEqualTo(60);
    rules("bucket", "r");
    takeTurns(rounds);
    assertThat(looked()).isEqualTo(90);
    assertThat(objects("bucket")).isEqualTo(30);
    now = now.plus(DAY.multipliedBy(2));
    takeTurns(rounds);
    assertThat(objects("bucket")).isZero();
    assertThat(
            meters
                .get("ninebark.lifecycle.actions")
                .tag("action", "expire-current")
                .counter()
                .count())
        .isEqualTo(30);
  }

  @Test
  void onlyThePrefixesOfRulesAreWalked() throws IOException {
    create("bucket", 300);
    create("without", 300);
    books.put("r", book(rule("tens", "01", 1), rule("late", "29", 9)));
    rules("bucket", "r");
    takeTurns(rounds(index));
    assertThat(looked()).isEqualTo(20);
  }

  @Test
  void bucketsTakeTurns() throws IOException {
    create("large", 200);
    create("small", 5);
    books.put("r", book(rule("r", "", 1)));
    rules("large", "r");
    rules("small", "r");
    now = now.plus(DAY.multipliedBy(3));
    var rounds = rounds(index);
    assertThat(rounds.turn()).isTrue();
    assertThat(rounds.turn()).isTrue();
    assertThat(objects("small")).isZero();
    assertThat(objects("large")).isEqualTo(161);
    assertThat(stage("large")).isEqualTo(new Stage.Versions(Optional.of(new ObjectKey("038"))));
  }

  /** An index that does not take commands for a while. */
  private final class Failing implements Index {
    int failures;

    @Override
    public <R> R submit(Command<R> command) {
      return index.submit(command);
    }

    @Override
    public <R> List<R> submitAll(List<? extends Command<R>> commands) throws IOException {
      if (!commands.isEmpty() && failures > 0) {
        failures--;
        throw new IOException("the index is away");
      }
      return index.submitAll(commands);
    }

    @Override
    public <R> R ask(Query<R> query) {
      return index.ask(query);
    }
  }

  @Test
  void whatAFailureLeftIsDoneInTheNextTurn() throws IOException {
    create("bucket", 40);
    books.put("r", book(rule("r", "", 1)));
    rules("bucket", "r");
    now = now.plus(DAY.multipliedBy(3));
    var failing = new Failing();
    var rounds = rounds(failing);
    assertThat(rounds.turn()).isTrue();
    failing.failures = 1;
    assertThat(rounds.turn()).as("rests before it tries again").isFalse();
    assertThat(objects("bucket")).isEqualTo(21);
    takeTurns(rounds);
    assertThat(objects("bucket")).isZero();
    assertThat(meters.get("ninebark.lifecycle.failures").counter().count()).isEqualTo(1);
  }

  @Test
  void rulesThatCannotBeReadStopNoOtherBucket() throws IOException {
    create("bad", 5);
    create("good", 5);
    books.put("r", book(rule("r", "", 1)));
    rules("bad", "unreadable");
    rules("good", "r");
    now = now.plus(DAY.multipliedBy(3));
    takeTurns(rounds(index));
    assertThat(objects("good")).isZero();
    assertThat(objects("bad")).isEqualTo(5);
    assertThat(meters.get("ninebark.lifecycle.failures").counter().count()).isPositive();
  }

  @Test
  void lagIsTheAgeOfWhatMayBeDue() throws IOException {
    create("bucket", 100);
    books.put("r", book(rule("r", "", 1)));
    rules("bucket", "r");
    var rounds = rounds(index);
    takeTurns(rounds);
    assertThat(overdue()).isZero();
    // The process was down for days: since the first midnight after its last round.
    now = Instant.parse("2026-01-04T00:00:10Z");
    assertThat(rounds.turn()).isTrue();
    assertThat(overdue()).isEqualTo(2 * 86_400 + 10);
    assertThat(rounds.status().overdue()).isEqualTo(Duration.ofDays(2).plusSeconds(10));
    takeTurns(rounds);
    assertThat(overdue()).isZero();
    assertThat(rounds.status().buckets())
        .singleElement()
        .satisfies(
            status ->
                assertThat(status.newest().orElseThrow().stage())
                    .isInstanceOf(Stage.Finished.class));
  }

  @Test
  void aKeyThatFillsManyPagesIsToldAtOnce() throws IOException {
    create("bucket", 3);
    index.submit(new Command.SetVersioning(bucket("bucket").id(), Versioning.ENABLED));
    for (int i = 0; i < 25; i++) {
      put("bucket", "001");
    }
    var sweep =
        new Sweep.OfVersions(index, bucket("bucket").id(), List.of(""), Optional.empty(), 10);
    var told = new ArrayList<Integer>();
    for (var page = sweep.next(); !page.isEmpty(); page = sweep.next()) {
      Set<ObjectKey> keys = new HashSet<>();
      page.forEach(version -> keys.add(version.key()));
      told.add(page.size());
      assertThat(sweep.behind()).contains(page.getLast().key());
    }
    assertThat(told).containsExactly(1, 27);
  }

  @Test
  void aPreviewTellsWhenAndTouchesNothing() throws IOException {
    create("bucket", 30);
    index.submit(
        new Command.CreateBucket(new BucketName("other"), new AccountId("a"), "us-east-1"));
    var rules =
        book(
            rule("now", "000", 1),
            rule("days", "01", 6),
            rule("month", "02", 30),
            rule("idle", "9", 1));
    now = now.plus(DAY.multipliedBy(2));
    var forecast = Preview.of(index, bucket("bucket").id(), rules, ClassLadder.NONE, CONFIG, now);
    assertThat(forecast.lines())
        .extracting(Preview.Line::rule, Preview.Line::when)
        .containsExactly(
            tuple("now", Map.of(Horizon.NOW, new Tally(1, 7))),
            tuple("days", Map.of(Horizon.WITHIN_A_WEEK, new Tally(10, 70))),
            tuple("month", Map.of(Horizon.WITHIN_A_MONTH, new Tally(10, 70))));
    assertThat(forecast.lines().getFirst().first())
        .isEqualTo(Instant.parse("2026-01-03T00:00:00Z"));
    assertThat(forecast.idle()).containsExactly("idle");
    assertThat(forecast.versionCount()).isEqualTo(21);
    assertThat(objects("bucket")).isEqualTo(30);
    assertThat(index.ask(new Query.FindProgress(bucket("bucket").id()))).isEmpty();
  }
}
