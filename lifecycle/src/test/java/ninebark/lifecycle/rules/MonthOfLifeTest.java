package ninebark.lifecycle.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import ninebark.erasure.Scheme;
import ninebark.lifecycle.rules.AgeModel.Version;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Command.Expirable;
import ninebark.metadata.Content;
import ninebark.metadata.DocumentName;
import ninebark.metadata.ETag;
import ninebark.metadata.Index;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.Retention;
import ninebark.metadata.Tag;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.metadata.VersionListing;
import ninebark.metadata.Versioning;
import ninebark.metadata.fixture.MemoryIndex;
import ninebark.metadata.lifecycle.ClassLadder;
import ninebark.metadata.lifecycle.LifecycleRule;
import ninebark.metadata.lifecycle.LifecycleRule.Expiration;
import ninebark.metadata.lifecycle.LifecycleRule.Filter;
import ninebark.metadata.lifecycle.LifecycleRule.NoncurrentExpiration;
import ninebark.metadata.lifecycle.LifecycleRule.When;
import ninebark.metadata.lifecycle.LifecycleRules;
import ninebark.metadata.lifecycle.LifecycleRules.SmallObjects;
import ninebark.metadata.lifecycle.RuleBook;
import ninebark.storagenode.Owner;
import org.junit.jupiter.api.Test;

/**
 * A month of writes, deletes, tags, locks and changing rules in three buckets, against {@link
 * AgeModel}, which replays the same history.
 */
class MonthOfLifeTest {
  private static final AccountId OWNER = new AccountId("owner");
  private static final DocumentName DOCUMENT = DocumentName.of("lifecycle");
  private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");
  private static final Tag RED = new Tag("colour", "red");
  private static final Tag BLUE = new Tag("colour", "blue");
  private static final int DAYS = 31;

  /** Raised by hand for a longer look: the number of keys, of which each bucket has a third. */
  private static final int KEYS = Integer.getInteger("ninebark.keys", 1_500);

  private static final Map<String, Scheme> SCHEMES =
      Map.of(
          "STANDARD", Scheme.rs(6, 2),
          "STANDARD_IA", Scheme.rs(10, 4),
          "GLACIER_IR", Scheme.rs(11, 4),
          "GLACIER", Scheme.rs(12, 4),
          "DEEP_ARCHIVE", Scheme.rs(13, 4));

  private final long seed = Long.getLong("ninebark.seed", 20261121L);
  private final Random random = new Random(seed);
  private Instant now = BEGIN;
  private final MemoryIndex index = new MemoryIndex(() -> now);
  private final PlainStripes stripes = new PlainStripes();
  private final List<LifecycleRules> documents = new ArrayList<>();
  private final List<Life> lives = new ArrayList<>();
  private long serial;
  private long moved;

  /** A bucket in both worlds. */
  private record Life(BucketName name, AgeModel model) {}

  private final RuleSource source =
      new RuleSource() {
        @Override
        public DocumentName document() {
          return DOCUMENT;
        }

        @Override
        public Optional<RuleBook> rules(Bucket bucket) {
          return index
              .ask(new Query.ReadDocument(bucket.id(), DOCUMENT))
              .map(text -> new RuleBook(documents.get(Integer.parseInt(text))));
        }
      };

  private Bucket bucket(Life life) {
    return index.ask(new Query.FindBucket(life.name())).orElseThrow();
  }

  private void create(String name, boolean lock, Versioning versioning) {
    index.submit(
        new Command.CreateBucket(new BucketName(name), OWNER, "us-east-1", lock, Map.of()));
    var life = new Life(new BucketName(name), new AgeModel(versioning));
    if (!lock && versioning != Versioning.OFF) {
      index.submit(new Command.SetVersioning(bucket(life).id(), Versioning.ENABLED));
      for (int i = 0; i < KEYS / 20; i++) {
        put(life, key());
      }
      index.submit(new Command.SetVersioning(bucket(life).id(), versioning));
    }
    lives.add(life);
  }

  // --- what clients do
  // ----------------------------------------------------------------------------

  private String key() {
    var folder = List.of("logs/", "logs/old/", "tmp/", "").get(random.nextInt(4));
    return folder + random.nextInt(KEYS / 3);
  }

  private String someKey(Life life) {
    var from = Optional.ofNullable(life.model().keys.ceilingKey(key()));
    return from.orElseGet(this::key);
  }

  private Content content(Life life, String key, byte[] bytes) {
    if (bytes.length == 0 || (bytes.length < 2_000 && random.nextInt(3) > 0)) {
      return new Content.Inline(bytes);
    }
    var owner = new Owner(bucket(life).id().value(), key, ++serial, 0);
    try (var writer = stripes.write(owner, SCHEMES.get("STANDARD"))) {
      writer.write(ByteBuffer.wrap(bytes));
      return new Content.Striped(writer.finish());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void put(Life life, String key) {
    // Some are of a size that rules move which name none.
    var bytes =
        new byte[random.nextInt(60) == 0 ? 131_000 + random.nextInt(144) : random.nextInt(2_000)];
    random.nextBytes(bytes);
    var content = content(life, key, bytes);
    long length = bytes.length;
    var tags = List.of(List.<Tag>of(), List.of(RED), List.of(BLUE)).get(random.nextInt(3));
    var lock = ObjectLock.NONE;
    var bucket = bucket(life);
    if (bucket.lock().isPresent() && random.nextInt(5) == 0) {
      lock =
          new ObjectLock(
              Optional.of(
                  new Retention(
                      Retention.Mode.GOVERNANCE,
                      now.plus(Duration.ofHours(random.nextInt(24 * 12))))),
              random.nextInt(4) == 0);
    }
    var etag = new ETag(md5(bytes));
    var reply =
        index.submit(
            new Command.PutObject(
                bucket.id(),
                new ObjectKey(key),
                new NewObject(
                    etag, length, "STANDARD", OWNER, List.of(), List.of(), tags, lock, content),
                Precondition.NONE));
    assertThat(reply).isInstanceOf(Reply.PutObject.Stored.class);
    var id = ((Reply.PutObject.Stored) reply).version().orElse(VersionId.NULL);
    var version = new Version(id, false, now, etag, length, tags, lock);
    if (bucket.versioning() == life.model().versioning) {
      life.model().push(key, version);
    } else {
      // Before versioning was suspended.
      life.model().versions(key).addFirst(version);
    }
  }

  private void delete(Life life, String key) {
    var versions = life.model().versions(key);
    var exactly = !versions.isEmpty() && random.nextBoolean();
    var which =
        exactly
            ? Optional.of(versions.get(random.nextInt(versions.size())))
            : Optional.<Version>empty();
    var choice =
        which
            .<VersionChoice>map(version -> new VersionChoice.Exactly(version.id))
            .orElse(VersionChoice.CURRENT);
    switch (index.submit(
        new Command.DeleteObject(
            bucket(life).id(), new ObjectKey(key), choice, Precondition.NONE, false))) {
      case Reply.DeleteObject.Deleted(var _, boolean _) -> {
        if (which.isPresent()) {
          versions.remove(which.get());
        } else {
          versions.clear();
        }
      }
      case Reply.DeleteObject.Marked(var id) ->
          life.model()
              .push(key, new Version(id, true, now, new ETag("m"), 0, List.of(), ObjectLock.NONE));
      case Reply.DeleteObject.Locked() ->
          assertThat(AgeModel.isLocked(which.orElseThrow().lock, now)).isTrue();
      case Reply.DeleteObject.Absent() -> assertThat(versions).isEmpty();
      case Reply.DeleteObject other -> throw new AssertionError(other);
    }
  }

  private void change(Life life, String key) {
    var objects = life.model().versions(key).stream().filter(version -> !version.marker).toList();
    if (objects.isEmpty()) {
      return;
    }
    var version = objects.get(random.nextInt(objects.size()));
    var bucket = bucket(life);
    var choice = new VersionChoice.Exactly(version.id);
    if (bucket.lock().isPresent() && random.nextBoolean()) {
      boolean hold = random.nextInt(3) == 0;
      index.submit(new Command.SetLegalHold(bucket.id(), new ObjectKey(key), choice, hold));
      version.lock = new ObjectLock(version.lock.retention(), hold);
    } else {
      var tags = random.nextBoolean() ? List.of(RED) : List.of(BLUE);
      index.submit(new Command.SetTags(bucket.id(), new ObjectKey(key), choice, tags));
      version.tags = tags;
    }
  }

  private void upload(Life life, String key) {
    var id = new UploadId("%032x".formatted(++serial));
    index.submit(
        new Command.CreateUpload(
            bucket(life).id(),
            new ObjectKey(key),
            id,
            serial,
            "STANDARD",
            OWNER,
            List.of(),
            Optional.empty()));
    life.model().uploads.put(id, new AgeModel.Upload(key, now));
  }

  private void act(Life life) {
    int chance = random.nextInt(100);
    if (chance < 60) {
      put(life, key());
    } else if (chance < 78) {
      delete(life, someKey(life));
    } else if (chance < 97) {
      change(life, someKey(life));
    } else {
      upload(life, key());
    }
  }

  // --- rules
  // --------------------------------------------------------------------------------------

  private LifecycleRule rule() {
    var filter =
        new Filter(
            List.of("", "logs/", "logs/old/", "tmp/").get(random.nextInt(4)),
            random.nextInt(3) == 0 ? List.of(RED) : List.of(),
            random.nextInt(4) == 0 ? OptionalLong.of(500) : OptionalLong.empty(),
            random.nextInt(4) == 0 ? OptionalLong.of(1_500) : OptionalLong.empty());
    Optional<Expiration> expiration =
        switch (random.nextInt(4)) {
          case 0 -> Optional.empty();
          case 1 -> Optional.of(new Expiration.LonelyMarkers());
          case 2 ->
              Optional.of(
                  new Expiration.Objects(
                      new When.OnDate(BEGIN.plus(Duration.ofDays(5 + random.nextInt(40))))));
          default ->
              Optional.of(new Expiration.Objects(new When.AfterDays(2 + random.nextInt(12))));
        };
    var noncurrent =
        random.nextBoolean()
            ? Optional.of(
                new NoncurrentExpiration(
                    1 + random.nextInt(6),
                    random.nextBoolean()
                        ? OptionalInt.of(1 + random.nextInt(3))
                        : OptionalInt.empty()))
            : Optional.<NoncurrentExpiration>empty();
    var transitions = new ArrayList<LifecycleRule.Transition>();
    var noncurrentTransitions = new ArrayList<LifecycleRule.NoncurrentTransition>();
    for (int i = random.nextInt(3); i > 0; i--) {
      transitions.add(
          new LifecycleRule.Transition(new When.AfterDays(random.nextInt(9)), target()));
      noncurrentTransitions.add(
          new LifecycleRule.NoncurrentTransition(
              random.nextInt(4),
              random.nextBoolean() ? OptionalInt.of(1 + random.nextInt(2)) : OptionalInt.empty(),
              target()));
    }
    return new LifecycleRule(
        Optional.empty(),
        random.nextInt(8) > 0,
        filter,
        expiration,
        transitions,
        noncurrent,
        noncurrentTransitions,
        random.nextInt(3) == 0 ? OptionalInt.of(1 + random.nextInt(7)) : OptionalInt.empty());
  }

  private String target() {
    return List.of("STANDARD_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE").get(random.nextInt(4));
  }

  private void changeRules(Life life) {
    var rules = new ArrayList<LifecycleRule>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      rules.add(rule());
    }
    boolean small = random.nextBoolean();
    documents.add(
        new LifecycleRules(
            rules,
            small ? SmallObjects.VARIES_BY_STORAGE_CLASS : SmallObjects.ALL_STORAGE_CLASSES_128K));
    life.model().smallOnesToArchives = small;
    index.submit(
        new Command.PutDocument(
            bucket(life).id(), DOCUMENT, Integer.toString(documents.size() - 1)));
    life.model().rules = rules;
  }

  // --- the round in the model
  // ---------------------------------------------------------------------

  /** A transition, judged before anything of its page is done. */
  private record Move(Version version, String target, Optional<Instant> since) {}

  private long roundOf(Life life) {
    var model = life.model();
    long ended = 0;
    var moves = new HashMap<String, List<Move>>();
    for (var key : List.copyOf(model.keys.keySet())) {
      var versions = model.versions(key);
      for (var version : versions) {
        var targets = model.targets(key, version, now);
        if (!targets.isEmpty() && !model.isDemanded(key, version, now)) {
          moves
              .computeIfAbsent(key, k -> new ArrayList<>())
              .add(new Move(version, targets.getFirst(), newer(versions, version)));
        }
      }
    }
    for (var key : List.copyOf(model.keys.keySet())) {
      var demanded =
          model.versions(key).stream()
              .filter(version -> model.isDemanded(key, version, now))
              .toList();
      for (var version : demanded.reversed()) {
        // What the marker is called only the index knows.
        var marker =
            model.marks(key, version)
                ? Optional.of(listed(life, key).getFirst().id())
                : Optional.<VersionId>empty();
        model.end(key, version, marker, now);
        ended++;
      }
    }
    for (var entry : moves.entrySet()) {
      for (var move : entry.getValue()) {
        ended++;
        // What ended beside it may leave it another's neighbour: then the next round decides.
        boolean stands =
            newer(model.versions(entry.getKey()), move.version()).equals(move.since())
                && model.targets(entry.getKey(), move.version(), now).contains(move.target());
        if (stands) {
          move.version().storageClass = move.target();
          moved++;
        }
      }
    }
    int before = model.uploads.size();
    model.uploads.values().removeIf(upload -> model.isDemanded(upload, now));
    return ended + before - model.uploads.size();
  }

  private static Optional<Instant> newer(List<Version> versions, Version version) {
    int place = versions.indexOf(version);
    return place > 0 ? Optional.of(versions.get(place - 1).born) : Optional.empty();
  }

  private record Listed(
      String key, VersionId id, boolean marker, Instant born, String storageClass) {}

  private List<Listed> listed(Life life, String prefix) {
    var all = new ArrayList<Listed>();
    Optional<VersionListing.Position> after = Optional.empty();
    do {
      var page = index.ask(new Query.ListVersions(bucket(life).id(), prefix, "", after, 1_000));
      for (var entry : page.entries()) {
        all.add(
            switch (entry) {
              case VersionListing.Entry.Version version ->
                  new Listed(
                      version.key(),
                      version.id(),
                      false,
                      version.lastModified(),
                      version.storageClass());
              case VersionListing.Entry.DeleteMarker marker ->
                  new Listed(marker.key(), marker.id(), true, marker.lastModified(), "STANDARD");
              case VersionListing.Entry.CommonPrefix common -> throw new AssertionError(common);
            });
      }
      after = page.resume();
    } while (after.isPresent());
    return all;
  }

  private void compare(Life life, String when) {
    var expected = new ArrayList<Listed>();
    life.model()
        .keys
        .forEach(
            (key, versions) ->
                versions.forEach(
                    version ->
                        expected.add(
                            new Listed(
                                key,
                                version.id,
                                version.marker,
                                version.born,
                                version.storageClass))));
    assertThat(listed(life, ""))
        .as("%s %s, replay with -Dninebark.seed=%s", life.name(), when, seed)
        .isEqualTo(expected);
    var open =
        index.ask(
            new Query.ListUploads(bucket(life).id(), "", "", "", Optional.empty(), 1_000_000));
    assertThat(open.uploads())
        .as("%s %s", life.name(), when)
        .extracting(upload -> upload.id())
        .containsExactlyInAnyOrderElementsOf(life.model().uploads.keySet());
  }

  /** Every object can be read, and lies in stripes of the scheme of its class. */
  private void compareBytes(Life life) {
    var bucket = bucket(life);
    life.model()
        .keys
        .forEach(
            (key, versions) ->
                versions.stream()
                    .filter(version -> !version.marker)
                    .forEach(version -> compareBytes(bucket, key, version)));
  }

  private void compareBytes(Bucket bucket, String key, Version version) {
    var found =
        index
            .ask(
                new Query.ReadObject(
                    bucket.id(), new ObjectKey(key), new VersionChoice.Exactly(version.id)))
            .hit()
            .orElseThrow();
    assertThat(found.info().tags()).isEqualTo(version.tags);
    if (found.content() instanceof Content.Striped(var extents)) {
      assertThat(extents)
          .as("%s %s", key, version)
          .allMatch(extent -> extent.group().value() == SCHEMES.get(version.storageClass).k());
      try (var reader = stripes.read(extents, 0, version.length)) {
        var bytes = new byte[(int) version.length];
        reader.next().orElseThrow().bytes().get(bytes);
        assertThat(md5(bytes)).as("%s %s", key, version).isEqualTo(version.etag.value());
      } catch (IOException gone) {
        throw new AssertionError(key + " " + version + " cannot be read", gone);
      }
    }
  }

  /** Once garbage is erased, there is no stripe that nothing names. */
  private void nothingIsLeftBehind() throws IOException {
    now = now.plus(Duration.ofDays(1));
    var garbage = index.ask(new Query.ListGarbage(now.toEpochMilli(), 1_000_000));
    garbage.forEach(row -> stripes.erase(row.extents()));
    long named = 0;
    for (var life : lives) {
      for (var entry : life.model().keys.entrySet()) {
        for (var version : entry.getValue()) {
          if (!version.marker) {
            var found =
                index.ask(
                    new Query.ReadObject(
                        bucket(life).id(),
                        new ObjectKey(entry.getKey()),
                        new VersionChoice.Exactly(version.id)));
            named +=
                found.hit().orElseThrow().content() instanceof Content.Striped(var extents)
                    ? extents.size()
                    : 0;
          }
        }
      }
      compareBytes(life);
    }
    assertThat((long) stripes.count()).isEqualTo(named);
  }

  private void begin() {
    System.out.println("replay with -Dninebark.seed=" + seed);
    create("plain", false, Versioning.OFF);
    create("locked", true, Versioning.ENABLED);
    create("suspended", false, Versioning.SUSPENDED);
    lives.forEach(this::changeRules);
  }

  /** What a preview says that the next round does. */
  private long dueNow(Life life) throws IOException {
    var bucket = bucket(life);
    return Preview.of(
            index,
            bucket.id(),
            source.rules(bucket).orElseThrow(),
            new ClassLadder(SCHEMES.keySet()),
            config(33),
            now)
        .lines()
        .stream()
        .mapToLong(
            line -> line.when().getOrDefault(Preview.Horizon.NOW, new Preview.Tally(0, 0)).count())
        .sum();
  }

  private static LifecycleConfig config(int page) {
    return new LifecycleConfig(
        Duration.ofDays(1),
        Duration.ofSeconds(1),
        page,
        3,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        1,
        Long.MAX_VALUE);
  }

  private LifecycleRounds rounds(Index through, int page) {
    var transitions = new Transitions(through, stripes, SCHEMES, () -> ++serial, config(page));
    return new LifecycleRounds(
        through, source, transitions, () -> now, config(page), new SimpleMeterRegistry());
  }

  private static void takeTurns(LifecycleRounds rounds) throws IOException {
    while (rounds.turn()) {
      // Until every bucket's round is done.
    }
  }

  @Test
  void eachDayEndsAsTheModelSays() throws IOException {
    begin();
    long ended = 0;
    long begun = System.nanoTime();
    for (int day = 0; day < DAYS; day++) {
      var morning = BEGIN.plus(Duration.ofDays(day));
      for (int i = 0; i < KEYS / 6; i++) {
        now = morning.plus(Duration.ofHours(2)).plusMillis(i * 1_000L);
        for (var life : lives) {
          act(life);
        }
      }
      if (day % 6 == 5) {
        lives.forEach(this::changeRules);
      }
      // A process does not live for ever: some days the next one takes over.
      now = morning.plus(Duration.ofHours(random.nextInt(12) + 4));
      var foretold = new HashMap<Life, Long>();
      for (var life : lives) {
        foretold.put(life, dueNow(life));
      }
      var first = rounds(index, 50);
      for (int turn = random.nextInt(4); turn > 0; turn--) {
        first.turn();
      }
      takeTurns(rounds(index, 70));
      for (var life : lives) {
        long here = roundOf(life);
        compare(life, "day " + day);
        if (day % 6 == 0) {
          compareBytes(life);
        }
        assertThat(foretold.get(life)).as("preview of day %d", day).isEqualTo(here);
        ended += here;
      }
    }
    System.out.printf(
        "%d actions, of them %d transitions, %d versions left, %.1f s%n",
        ended,
        moved,
        lives.stream().mapToLong(life -> listed(life, "").size()).sum(),
        (System.nanoTime() - begun) / 1e9);
    assertThat(ended).isGreaterThan(KEYS);
    assertThat(moved).isGreaterThan(KEYS / 10);
    nothingIsLeftBehind();
  }

  /** Clients act between the judgement of a page and its commands. */
  private final class Meddling implements Index {
    long refused;
    long done;

    @Override
    public <R> R submit(Command<R> command) {
      if (!(command instanceof Command.Transition transition)) {
        return index.submit(command);
      }
      var life = life(transition.bucket());
      meddle(life, transition.key().value());
      R reply = index.submit(command);
      check(life, transition, (Reply.Transition) reply);
      return reply;
    }

    private Life life(BucketId bucket) {
      return lives.stream()
          .filter(each -> bucket(each).id().equals(bucket))
          .findFirst()
          .orElseThrow();
    }

    private void check(Life life, Command.Transition transition, Reply.Transition reply) {
      if (!(reply instanceof Reply.Transition.Done)) {
        refused++;
        return;
      }
      moved++;
      var key = transition.key().value();
      var version =
          life.model().versions(key).stream()
              .filter(each -> each.id.equals(transition.seen().version()))
              .findFirst()
              .orElseThrow();
      assertThat(life.model().targets(key, version, now))
          .as("%s, replay with -Dninebark.seed=%s", transition, seed)
          .contains(transition.to());
      version.storageClass = transition.to();
    }

    @Override
    public <R> R ask(Query<R> query) {
      return index.ask(query);
    }

    @Override
    public <R> List<R> submitAll(List<? extends Command<R>> commands) {
      var replies = new ArrayList<R>();
      for (var command : commands) {
        if (command instanceof Command.Expire expire) {
          var life = life(expire.bucket());
          meddle(life, expire.key().value());
          R reply = index.submit(command);
          check(life, expire, (Reply.Expire) reply);
          replies.add(reply);
        } else {
          replies.add(index.submit(command));
        }
      }
      return replies;
    }

    private void meddle(Life life, String key) {
      // The round keeps its time; clients' clocks go on.
      now = now.plusMillis(1);
      switch (random.nextInt(12)) {
        case 0 -> put(life, key);
        case 1 -> delete(life, key);
        case 2, 3 -> change(life, key);
        case 4 -> {
          if (random.nextInt(40) == 0) {
            changeRules(life);
          }
        }
        default -> {}
      }
    }

    private void check(Life life, Command.Expire expire, Reply.Expire reply) {
      var model = life.model();
      var key = expire.key().value();
      var marker =
          reply instanceof Reply.Expire.Marked(var id)
              ? Optional.of(id)
              : Optional.<VersionId>empty();
      if (!(reply instanceof Reply.Expire.Removed) && marker.isEmpty()) {
        refused++;
        return;
      }
      done++;
      var why = "%s, replay with -Dninebark.seed=%s".formatted(expire, seed);
      if (expire.what() instanceof Expirable.OpenUpload(var id)) {
        var upload = Optional.ofNullable(model.uploads.remove(id)).orElseThrow();
        assertThat(model.isDemanded(upload, now)).as(why).isTrue();
        return;
      }
      var wanted =
          switch (expire.what()) {
            case Expirable.Current current -> current.version();
            case Expirable.Noncurrent noncurrent -> noncurrent.version();
            case Expirable.LonelyMarker lonely -> lonely.version();
            case Expirable.OpenUpload upload -> throw new AssertionError(upload);
          };
      var version =
          model.versions(key).stream()
              .filter(each -> each.id.equals(wanted))
              .findFirst()
              .orElseThrow();
      // A null marker that came in the place of a null marker is not told apart, only younger.
      boolean sameName = version.marker && version.id.equals(VersionId.NULL);
      assertThat(sameName || model.isDemanded(key, version, now)).as(why).isTrue();
      assertThat(marker.isPresent()).as(why).isEqualTo(model.marks(key, version));
      model.end(key, version, marker, now);
    }
  }

  @Test
  void whateverClientsDoMeanwhileNothingIsEndedThatNoRuleWantsEnded() throws IOException {
    begin();
    var meddling = new Meddling();
    for (int day = 0; day < DAYS; day += 2) {
      var morning = BEGIN.plus(Duration.ofDays(day));
      for (int i = 0; i < KEYS / 12; i++) {
        now = morning.plus(Duration.ofHours(2)).plusMillis(i * 1_000L);
        for (var life : lives) {
          act(life);
        }
      }
      if (day % 6 == 4) {
        lives.forEach(this::changeRules);
      }
      now = morning.plus(Duration.ofHours(8));
      takeTurns(rounds(meddling, 100));
      for (var life : lives) {
        compare(life, "day " + day);
        compareBytes(life);
      }
    }
    System.out.println(
        meddling.done + " done, " + moved + " moved, " + meddling.refused + " refused");
    assertThat(moved).isGreaterThan(KEYS / 20);
    nothingIsLeftBehind();
    assertThat(meddling.done).isGreaterThan(KEYS / 4);
    assertThat(meddling.refused).isGreaterThan(10);
  }
}
