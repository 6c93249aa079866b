package ninebark.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Checksum;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.DocumentName;
import ninebark.metadata.ETag;
import ninebark.metadata.Garbage;
import ninebark.metadata.Header;
import ninebark.metadata.Listing;
import ninebark.metadata.LockSettings;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.PartInfo;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Query.Lookup;
import ninebark.metadata.Reply;
import ninebark.metadata.Retention;
import ninebark.metadata.Tag;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.metadata.VersionListing;
import ninebark.metadata.VersionListing.Position;
import ninebark.metadata.Versioning;
import ninebark.metadata.fixture.MemoryRows;
import ninebark.metadata.rocks.Applied;
import ninebark.metadata.rocks.RocksRowStore;
import ninebark.metadata.rows.CommandFormat;
import ninebark.metadata.rows.EntryFormat;
import ninebark.metadata.rows.EntryFormat.Envelope;
import ninebark.metadata.rows.Family;
import ninebark.metadata.state.VersionModel.ModelBucket;
import ninebark.metadata.state.VersionModel.Settings;
import ninebark.metadata.state.VersionModel.Version;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.shard.IndexMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of versions, locks, tags, copies, renames, annotations and uploads against
 * {@link VersionModel}: every reply, every listing page, every version, the counters and the
 * stripes that are named.
 */
class VersionHistoryTest {
  private static final UUID SUBMITTER = new UUID(7, 7);
  private static final List<String> KEYS =
      List.of("a", "a\0", "a/", "a/b", "a/b/c", "b", "\u00e9/x", "\uffee", "\ud83d\ude00/y");

  @TempDir Path folder;

  /** Makes commands over few names, so that they meet. */
  private static final class Chance {
    final Random random;
    final VersionModel model;
    long serial;
    long now = 1_000_000;

    Chance(long seed, VersionModel model) {
      random = new Random(seed);
      this.model = model;
    }

    <T> T one(List<T> of) {
      return of.get(random.nextInt(of.size()));
    }

    boolean rarely() {
      return random.nextInt(10) == 0;
    }

    BucketId bucket() {
      if (random.nextInt(50) == 0) {
        return new BucketId(model.lastBucket + 1);
      }
      return new BucketId(one(List.copyOf(model.buckets.keySet())));
    }

    ObjectKey key() {
      return new ObjectKey(one(KEYS));
    }

    /** Mostly one that has versions. */
    ObjectKey key(BucketId bucket) {
      var there =
          Optional.ofNullable(model.buckets.get(bucket.value()))
              .map(found -> List.copyOf(found.keys.keySet()))
              .orElseGet(List::of);
      return there.isEmpty() || rarely() ? key() : new ObjectKey(one(there));
    }

    VersionChoice version(BucketId bucket, ObjectKey key) {
      return random.nextInt(3) == 0 ? VersionChoice.CURRENT : exactly(bucket, key);
    }

    VersionChoice exactly(BucketId bucket, ObjectKey key) {
      var there =
          Optional.ofNullable(model.buckets.get(bucket.value()))
              .map(found -> List.copyOf(found.versions(key.value())))
              .orElseGet(List::of);
      if (there.isEmpty() || rarely()) {
        return new VersionChoice.Exactly(
            random.nextBoolean()
                ? VersionId.NULL
                : new VersionId.Numbered(now, 1 + random.nextInt(1000)));
      }
      return new VersionChoice.Exactly(one(there).id.orElseThrow());
    }

    ETag etag() {
      return new ETag("e" + random.nextInt(3));
    }

    Precondition precondition(BucketId bucket, ObjectKey key) {
      var current =
          Optional.ofNullable(model.buckets.get(bucket.value()))
              .flatMap(found -> found.current(key.value()));
      var etag = rarely() ? etag() : current.map(version -> version.etag).orElseGet(this::etag);
      var moment =
          current
              .map(version -> version.modified)
              .orElse(Instant.ofEpochMilli(now))
              .plusSeconds(random.nextInt(3) - 1);
      return switch (random.nextInt(24)) {
        case 0 -> new Precondition.Absent();
        case 1 -> new Precondition.Present();
        case 2 -> new Precondition.Matches(etag);
        case 3 -> new Precondition.Differs(etag);
        case 4 -> new Precondition.ModifiedSince(moment);
        case 5 -> new Precondition.UnmodifiedSince(moment);
        case 6 -> new Precondition.ModifiedAt(moment);
        case 7 -> new Precondition.HasLength(current.map(version -> version.length).orElse(7L));
        case 8 ->
            new Precondition.AllOf(
                List.of(new Precondition.Matches(etag), new Precondition.UnmodifiedSince(moment)));
        default -> Precondition.NONE;
      };
    }

    Content content() {
      if (random.nextInt(3) == 0) {
        return new Content.Inline(new byte[random.nextInt(2000)]);
      }
      return new Content.Striped(
          IntStream.range(0, random.nextInt(3))
              .mapToObj(
                  i ->
                      new Extent(
                          new StripeId(now, ++serial),
                          new GroupId(random.nextInt(5)),
                          1 + random.nextInt(100),
                          64))
              .toList());
    }

    List<Checksum> checksums() {
      return random.nextBoolean()
          ? List.of()
          : List.of(
              new Checksum(Checksum.Algorithm.CRC64NVME, Checksum.Kind.FULL_OBJECT, "c" + serial));
    }

    List<Tag> tags() {
      return IntStream.range(0, random.nextInt(3))
          .mapToObj(i -> new Tag("t" + i, "v" + random.nextInt(9)))
          .toList();
    }

    List<Header> headers() {
      return rarely() ? List.of() : List.of(new Header("x-amz-meta-a", "\u00e9" + serial));
    }

    Retention retention() {
      return new Retention(
          random.nextBoolean() ? Retention.Mode.COMPLIANCE : Retention.Mode.GOVERNANCE,
          Instant.ofEpochMilli(now + random.nextInt(400) - 20));
    }

    ObjectLock lock(BucketId bucket) {
      boolean possible =
          Optional.ofNullable(model.buckets.get(bucket.value()))
              .flatMap(found -> found.lock)
              .isPresent();
      if (!possible && !rarely()) {
        return ObjectLock.NONE;
      }
      return switch (random.nextInt(4)) {
        case 0 -> new ObjectLock(Optional.of(retention()), random.nextInt(6) == 0);
        case 1 -> new ObjectLock(Optional.empty(), random.nextInt(6) == 0);
        default -> ObjectLock.NONE;
      };
    }

    AccountId owner() {
      return new AccountId("owner-" + random.nextInt(2));
    }

    /** So that some parts are large enough to complete, and extents do not matter for it. */
    long partLength() {
      return random.nextInt(3) == 0 ? random.nextInt(1000) : (5 << 20) + random.nextInt(10);
    }

    UploadId upload() {
      return new UploadId(String.format("%032x", random.nextInt(4)));
    }

    String annotation() {
      return one(List.of("x", "y", "y/z", "\u00e9"));
    }

    Command<?> command() {
      var bucket = bucket();
      var key = key(bucket);
      return switch (random.nextInt(64)) {
        case 0 -> createBucket();
        case 1 -> new Command.DeleteBucket(bucket);
        case 2, 3 ->
            new Command.SetVersioning(
                bucket,
                one(
                    List.of(
                        Versioning.ENABLED,
                        Versioning.ENABLED,
                        Versioning.SUSPENDED,
                        Versioning.OFF)));
        case 4 ->
            random.nextInt(4) == 0
                ? new Command.SetLock(bucket, lockSettings())
                : new Command.RaiseFence(0);
        case 5 -> new Command.PutDocument(bucket, document(), "text " + random.nextInt(1000));
        case 6 -> new Command.DeleteDocument(bucket, document());
        case 7, 8, 9, 10 ->
            new Command.DeleteObject(
                bucket, key, VersionChoice.CURRENT, precondition(bucket, key), rarely());
        case 11, 12, 13, 14, 15, 16, 17, 18 ->
            new Command.DeleteObject(
                bucket,
                key,
                exactly(bucket, key),
                rarely() ? precondition(bucket, key) : Precondition.NONE,
                random.nextBoolean());
        case 19, 20, 21, 22, 23 -> copy(bucket);
        case 24, 25, 26 -> {
          var target = rarely() ? key : key();
          yield new Command.RenameObject(
              bucket, target, key, precondition(bucket, target), precondition(bucket, key));
        }
        case 27, 28 -> new Command.SetTags(bucket, key, version(bucket, key), tags());
        case 29, 30, 31 ->
            new Command.SetRetention(
                bucket,
                key,
                version(bucket, key),
                random.nextInt(4) == 0 ? Optional.empty() : Optional.of(retention()),
                random.nextBoolean());
        case 32, 33 ->
            new Command.SetLegalHold(bucket, key, version(bucket, key), random.nextInt(3) == 0);
        case 34, 35, 36, 37 -> {
          var content = content();
          yield new Command.PutAnnotation(
              bucket,
              key,
              version(bucket, key),
              annotation(),
              etag(),
              random.nextInt(500),
              checksums(),
              content,
              rarely() ? precondition(bucket, key) : Precondition.NONE);
        }
        case 38, 39 -> {
          var name = annotation();
          yield new Command.DeleteAnnotation(
              bucket,
              key,
              version(bucket, key),
              name,
              random.nextBoolean(),
              rarely() ? precondition(bucket, key) : Precondition.NONE);
        }
        case 60 ->
            new Command.SetHeader(
                bucket,
                key,
                version(bucket, key),
                new Header(rarely() ? "x-amz-meta-a" : "x-amz-acl", "v" + serial));
        case 40, 41 ->
            new Command.CreateUpload(
                bucket,
                key(),
                upload(),
                random.nextInt(4),
                "STANDARD_IA",
                owner(),
                headers(),
                Optional.empty(),
                tags(),
                lock(bucket));
        case 42, 43, 44, 45 -> {
          var open = openUpload(bucket);
          yield new Command.PutPart(
              bucket,
              new ObjectKey(open.key()),
              open.id(),
              1 + random.nextInt(4),
              etag(),
              partLength(),
              checksums(),
              content());
        }
        case 46, 47, 48 -> complete(bucket);
        case 49 -> {
          var open = openUpload(bucket);
          yield new Command.AbortUpload(bucket, new ObjectKey(open.key()), open.id());
        }
        default -> {
          var anyKey = key();
          yield new Command.PutObject(
              bucket,
              anyKey,
              new NewObject(
                  etag(),
                  random.nextInt(5000),
                  "STANDARD",
                  owner(),
                  headers(),
                  checksums(),
                  tags(),
                  lock(bucket),
                  content()),
              precondition(bucket, anyKey));
        }
      };
    }

    Command.CreateBucket createBucket() {
      return new Command.CreateBucket(
          new BucketName("bucket-" + random.nextInt(4)),
          owner(),
          "us-east-1",
          rarely(),
          random.nextBoolean() ? Map.of() : Map.of(document(), "born with"));
    }

    private DocumentName document() {
      return random.nextBoolean()
          ? DocumentName.of("cors")
          : new DocumentName("inventory", "id-" + random.nextInt(3));
    }

    private LockSettings lockSettings() {
      return new LockSettings(
          random.nextBoolean()
              ? Optional.empty()
              : Optional.of(
                  new LockSettings.DefaultRetention(
                      one(List.of(Retention.Mode.values())),
                      random.nextInt(5) == 0
                          ? new LockSettings.Period.Years(1)
                          : new LockSettings.Period.Days(1))));
    }

    private Command<?> copy(BucketId target) {
      var from = bucket();
      var source = key(from);
      var found =
          Optional.ofNullable(model.buckets.get(from.value()))
              .map(each -> List.copyOf(each.versions(source.value())))
              .orElseGet(List::of);
      boolean wild = found.isEmpty() || rarely();
      var id =
          wild || one(List.of(true, true, true, false)).equals(false)
              ? ((VersionChoice.Exactly) exactly(from, source)).id()
              : found.getFirst().id.orElseThrow();
      var expected =
          found.stream()
              .filter(version -> version.id.equals(Optional.of(id)))
              .map(version -> version.etag)
              .findFirst()
              .orElseGet(this::etag);
      var key = random.nextInt(3) == 0 ? source : key();
      return new Command.CopyObject(
          target,
          key,
          new Command.Source(from, source, id, rarely() ? etag() : expected),
          new Command.CopiedObject(
              "GLACIER_IR", owner(), headers(), checksums(), tags(), lock(target)),
          random.nextBoolean(),
          precondition(target, key));
    }

    private VersionModel.UploadName openUpload(BucketId bucket) {
      var open =
          Optional.ofNullable(model.buckets.get(bucket.value()))
              .map(
                  found ->
                      found.uploads.keySet().stream()
                          .sorted(
                              java.util.Comparator.comparing(VersionModel.UploadName::key)
                                  .thenComparing(VersionModel.UploadName::id))
                          .toList())
              .orElseGet(List::of);
      return open.isEmpty() || rarely()
          ? new VersionModel.UploadName(key().value(), upload())
          : one(open);
    }

    /** Mostly right about what the upload holds. */
    private Command<?> complete(BucketId bucket) {
      var name = openUpload(bucket);
      var parts = new ArrayList<Command.ChosenPart>();
      Optional.ofNullable(model.buckets.get(bucket.value()))
          .flatMap(found -> Optional.ofNullable(found.uploads.get(name)))
          .ifPresent(
              upload ->
                  upload.parts.forEach(
                      (number, part) -> {
                        boolean last = number.equals(upload.parts.lastKey());
                        if (last || part.length() >= 5 << 20 || rarely()) {
                          parts.add(
                              new Command.ChosenPart(number, rarely() ? etag() : part.etag()));
                        }
                      }));
      var key = new ObjectKey(name.key());
      var precondition =
          random.nextBoolean()
              ? precondition(bucket, key)
              : one(List.of(Precondition.NONE, new Precondition.Absent()));
      return new Command.CompleteUpload(
          bucket, key, name.id(), parts, etag(), checksums(), precondition);
    }
  }

  private record Locked(BucketId bucket, ObjectKey key, VersionId version) {}

  /** One history, on rows in memory and sometimes on a disk as well. */
  private static final class History {
    final String name;
    final VersionModel model = new VersionModel();
    final Chance chance;
    final MemoryRows memory = new MemoryRows();
    final Optional<RocksRowStore> disk;
    final Set<StripeId> erased = new HashSet<>();

    /** Until when compliance was promised, as clients have read it; kept apart from the model. */
    final Map<Locked, Instant> promises = new HashMap<>();

    long sequence;

    History(long seed, Optional<RocksRowStore> disk) {
      name = "seed " + seed;
      chance = new Chance(seed, model);
      this.disk = disk;
    }

    <R> R ask(Query<R> query) {
      return new Questions(memory).answer(query);
    }

    private List<Object> judge(List<Command<?>> commands) throws Exception {
      var encoded = new ArrayList<byte[]>();
      commands.forEach(command -> encoded.add(CommandFormat.encode(command)));
      var entry =
          EntryFormat.decode(
              EntryFormat.encode(
                  new Envelope(SUBMITTER, ++sequence, sequence - 1, chance.now), encoded));
      var judged = (Judgement.Outcome.Judged) Judgement.judge(entry, memory);
      memory.write(judged.changes());
      if (disk.isPresent()) {
        var there = (Judgement.Outcome.Judged) Judgement.judge(entry, disk.get().live());
        assertThat(there.replies()).isEqualTo(judged.replies());
        disk.get().write(there.changes(), new Applied(1, sequence));
      }
      return judged.replies();
    }

    void step() throws Exception {
      var commands = new ArrayList<Command<?>>();
      if (model.buckets.isEmpty()) {
        commands.add(chance.createBucket());
      } else {
        for (int i = 1 + chance.random.nextInt(4); i > 0; i--) {
          var command = chance.command();
          commands.add(command);
          // Its reply does not name the versions it made, which those behind it might speak of.
          if (command instanceof Command.RenameObject) {
            break;
          }
        }
      }
      chance.now +=
          switch (chance.random.nextInt(120)) {
            case 0 -> 86_400_000;
            case 1 -> -40_000;
            case 2 -> 1_000;
            default -> chance.random.nextInt(30) - 10;
          };
      var replies = judge(commands);
      model.tick(chance.now);
      for (int i = 0; i < commands.size(); i++) {
        var reply = replies.get(i);
        var expected = model.apply(commands.get(i), reply);
        assertThat(shape(reply))
            .as("%s, entry %d, command %d of %s", name, sequence, i, commands)
            .isEqualTo(expected);
        if (commands.get(i) instanceof Command.RenameObject rename) {
          learn(rename);
        }
      }
      for (var command : commands) {
        if (command instanceof Command.Keyspace<?> keyspace
            && model.buckets.containsKey(keyspace.bucket().value())) {
          readPromises(keyspace.bucket(), keyspace.key());
        }
      }
      keepPromises();
    }

    /** What the model can know of a reply. */
    private static Object shape(Object reply) {
      return switch (reply) {
        case Reply.CreateBucket.Created(Bucket bucket) -> Settings.of(bucket);
        case Reply.CreateBucket.Exists(Bucket bucket) -> Settings.of(bucket);
        case Reply.ChangeBucket.Changed(Bucket bucket) -> Settings.of(bucket);
        case Reply.CreateUpload.Created(var upload) -> upload.initiated();
        default -> reply;
      };
    }

    private void learn(Command.RenameObject rename) {
      var bucket = Optional.ofNullable(model.buckets.get(rename.bucket().value()));
      if (bucket.isEmpty()) {
        return;
      }
      long highest = 0;
      for (var key : List.of(rename.key(), rename.source())) {
        var newest = bucket.get().newest(key.value());
        if (newest.isPresent() && newest.get().id.isEmpty()) {
          var id =
              switch (ask(new Query.HeadObject(rename.bucket(), key, VersionChoice.CURRENT))) {
                case Lookup.Hit<ninebark.metadata.ObjectInfo>(var info) -> info.version();
                case Lookup.Marker<ninebark.metadata.ObjectInfo>(var version, var modified) ->
                    version;
                case Lookup.NoSuchKey<ninebark.metadata.ObjectInfo> none ->
                    throw new AssertionError(name + ": " + key + " has a version");
                case Lookup.NoSuchVersion<ninebark.metadata.ObjectInfo> none ->
                    throw new AssertionError(name + ": " + key + " has a version");
              };
          model.learn(newest.get(), id);
          highest = Math.max(highest, ((VersionId.Numbered) id).number());
        }
      }
      model.learnt(highest);
    }

    /** What a client is told of compliance locks here is a promise from now on. */
    private void readPromises(BucketId bucket, ObjectKey key) {
      var listing = ask(new Query.ListVersions(bucket, key.value(), "", Optional.empty(), 1000));
      for (var entry : listing.entries()) {
        if (entry instanceof VersionListing.Entry.Version version
            && version.key().equals(key.value())) {
          retention(bucket, key, version.id())
              .filter(retention -> retention.mode() == Retention.Mode.COMPLIANCE)
              .ifPresent(
                  retention ->
                      promises.merge(
                          new Locked(bucket, key, version.id()),
                          retention.until(),
                          (a, b) -> a.isAfter(b) ? a : b));
        }
      }
    }

    private Optional<Retention> retention(BucketId bucket, ObjectKey key, VersionId version) {
      return ask(new Query.HeadObject(bucket, key, new VersionChoice.Exactly(version)))
          .hit()
          .flatMap(info -> info.lock().retention());
    }

    /** No version under compliance is gone or frees itself before its time. */
    private void keepPromises() {
      promises.values().removeIf(until -> !until.isAfter(model.now()));
      promises.forEach(
          (locked, until) ->
              assertThat(retention(locked.bucket(), locked.key(), locked.version()))
                  .as("%s, entry %d: %s until %s", name, sequence, locked, until)
                  .hasValueSatisfying(
                      retention -> {
                        assertThat(retention.mode()).isEqualTo(Retention.Mode.COMPLIANCE);
                        assertThat(retention.until()).isAfterOrEqualTo(until);
                      }));
    }

    void compare() throws Exception {
      for (var each : model.buckets.entrySet()) {
        var id = new BucketId(each.getKey());
        var bucket = each.getValue();
        settings(id, bucket);
        long objects = 0;
        long bytes = 0;
        for (var versions : bucket.keys.entrySet()) {
          var key = new ObjectKey(versions.getKey());
          objects += bucket.current(versions.getKey()).isPresent() ? 1 : 0;
          for (var version : versions.getValue()) {
            bytes += version.allBytes();
            read(id, key, new VersionChoice.Exactly(version.id.orElseThrow()), version);
          }
          read(id, key, VersionChoice.CURRENT, versions.getValue().getFirst());
        }
        assertThat(ask(new Query.CountObjects(id)))
            .as(name)
            .isEqualTo(new Query.Count(objects, bytes));
        for (int i = 0; i < 6; i++) {
          listings(id, bucket);
        }
      }
      if (disk.isPresent()) {
        try (var view = disk.get().view()) {
          assertThat(StateHash.of(view)).as(name).isEqualTo(StateHash.of(memory));
        }
      }
    }

    private void settings(BucketId id, ModelBucket bucket) {
      var found = ask(new Query.FindBucket(bucket.name)).orElseThrow();
      assertThat(found.id()).isEqualTo(id);
      assertThat(Settings.of(found)).as(name).isEqualTo(Settings.of(bucket));
      bucket.documents.forEach(
          (document, text) ->
              assertThat(ask(new Query.ReadDocument(id, document))).as(name).contains(text));
      assertThat(ask(new Query.ReadDocument(id, DocumentName.of("never put")))).isEmpty();
    }

    private void read(BucketId bucket, ObjectKey key, VersionChoice choice, Version version) {
      var head = ask(new Query.HeadObject(bucket, key, choice));
      var body = ask(new Query.ReadObject(bucket, key, choice));
      if (version.marker) {
        assertThat(head)
            .as(name)
            .isEqualTo(new Lookup.Marker<>(version.id.orElseThrow(), version.modified));
        assertThat(body).as(name).isEqualTo(head);
        return;
      }
      var info = head.hit().orElseThrow(() -> new AssertionError(name + ": " + key + choice));
      assertThat(info)
          .as("%s: %s %s", name, key, choice)
          .isEqualTo(
              new ninebark.metadata.ObjectInfo(
                  key,
                  version.id.orElseThrow(),
                  version.etag,
                  version.length,
                  version.modified,
                  version.storageClass,
                  version.owner,
                  version.bytes.partCount(),
                  version.headers,
                  version.checksums,
                  version.tags,
                  version.lock,
                  version.payloads.size(),
                  Optional.empty()));
      var found = body.hit().orElseThrow();
      assertThat(found.info()).isEqualTo(info);
      bytes(version.bytes, found.content());
      var page =
          ask(new Query.ListAnnotations(bucket, key, choice, "", "", 100)).hit().orElseThrow();
      assertThat(page.annotations())
          .as(name)
          .containsExactlyElementsOf(
              version.payloads.values().stream().map(payload -> payload.info()).toList());
      version.payloads.forEach(
          (label, payload) -> {
            var annotation =
                ask(new Query.ReadAnnotation(bucket, key, choice, label))
                    .hit()
                    .orElseThrow()
                    .orElseThrow();
            assertThat(annotation.version()).isEqualTo(version.id.orElseThrow());
            assertThat(annotation.info()).isEqualTo(payload.info());
            assertThat(VersionModel.extents(annotation.content())).isEqualTo(payload.extents());
          });
    }

    private void bytes(VersionModel.Bytes expected, Content content) {
      switch (content) {
        case Content.Inline(var inline) ->
            assertThat(inline).as(name).hasSize(expected.inlineBytes());
        case Content.Striped(var extents) ->
            assertThat(extents).as(name).isEqualTo(expected.extents());
        case Content.Parts(long id, int count) -> {
          var parts = ask(new Query.ReadParts(id, 0, PartInfo.MAX_NUMBER));
          assertThat(parts).as(name).hasSize(count);
          assertThat(
                  parts.stream()
                      .flatMap(part -> VersionModel.extents(part.content()).stream())
                      .toList())
              .as(name)
              .isEqualTo(expected.extents());
        }
      }
    }

    private void listings(BucketId id, ModelBucket bucket) {
      var prefix = chance.one(List.of("", "", "a", "a/", "b", "\u00e9/", "none"));
      var delimiter = chance.one(List.of("", "/", "/", "\0", "b/"));
      var start =
          chance.random.nextInt(3) == 0
              ? Optional.<Position>empty()
              : Optional.of(
                  new Position(
                      chance.one(List.of("a", "a/", "a/b", "a0", "b", "\ud83d\ude00/", "zz")),
                      Optional.empty()));
      var expected = expectedVersions(bucket, prefix, delimiter);
      expected.removeIf(entry -> start.isPresent() && isUpTo(nameOf(entry), start.get().key()));
      assertThat(versionPages(id, prefix, delimiter, start))
          .as("%s: prefix '%s' delimiter '%s' from %s", name, prefix, delimiter, start)
          .isEqualTo(expected);

      // From each version that was told, what follows is the rest.
      var all = expectedVersions(bucket, prefix, delimiter);
      for (int i = 0; i < all.size(); i++) {
        var rest =
            ask(
                new Query.ListVersions(
                    id, prefix, delimiter, Optional.of(positionOf(all.get(i))), 1000));
        assertThat(rest.entries())
            .as("%s: prefix '%s' delimiter '%s' after %s", name, prefix, delimiter, all.get(i))
            .isEqualTo(all.subList(i + 1, all.size()));
      }

      var after = start.map(Position::key).orElse("");
      var objects = expectedObjects(bucket, prefix, delimiter);
      objects.removeIf(entry -> !after.isEmpty() && isUpTo(nameOf(entry), after));
      assertThat(objectPages(id, prefix, delimiter, after))
          .as("%s: prefix '%s' delimiter '%s' after '%s'", name, prefix, delimiter, after)
          .isEqualTo(objects);
    }

    private static boolean isUpTo(String name, String after) {
      return VersionModel.BY_UTF8.compare(name, after) <= 0;
    }

    private static Position positionOf(VersionListing.Entry entry) {
      return switch (entry) {
        case VersionListing.Entry.Version version ->
            new Position(version.key(), Optional.of(version.id()));
        case VersionListing.Entry.DeleteMarker marker ->
            new Position(marker.key(), Optional.of(marker.id()));
        case VersionListing.Entry.CommonPrefix(var common) ->
            new Position(common, Optional.empty());
      };
    }

    private static String nameOf(VersionListing.Entry entry) {
      return positionOf(entry).key();
    }

    private static String nameOf(Listing.Entry entry) {
      return switch (entry) {
        case Listing.Entry.Key key -> key.key();
        case Listing.Entry.CommonPrefix(var common) -> common;
      };
    }

    private static Optional<String> rolledUp(String key, String prefix, String delimiter) {
      int at = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
      return at < 0 ? Optional.empty() : Optional.of(key.substring(0, at + delimiter.length()));
    }

    private static List<VersionListing.Entry> expectedVersions(
        ModelBucket bucket, String prefix, String delimiter) {
      var entries = new ArrayList<VersionListing.Entry>();
      bucket.keys.forEach(
          (key, versions) -> {
            if (!key.startsWith(prefix)) {
              return;
            }
            var common = rolledUp(key, prefix, delimiter);
            if (common.isPresent()) {
              var entry = new VersionListing.Entry.CommonPrefix(common.get());
              if (!entries.contains(entry)) {
                entries.add(entry);
              }
              return;
            }
            for (var version : versions) {
              boolean latest = version == versions.getFirst();
              entries.add(
                  version.marker
                      ? new VersionListing.Entry.DeleteMarker(
                          key, version.id.orElseThrow(), latest, version.modified, version.owner)
                      : new VersionListing.Entry.Version(
                          key,
                          version.id.orElseThrow(),
                          latest,
                          version.etag,
                          version.length,
                          version.modified,
                          version.storageClass,
                          version.owner,
                          version.checksums));
            }
          });
      return entries;
    }

    private static List<Listing.Entry> expectedObjects(
        ModelBucket bucket, String prefix, String delimiter) {
      var entries = new ArrayList<Listing.Entry>();
      bucket.keys.forEach(
          (key, versions) -> {
            var version = versions.getFirst();
            if (version.marker || !key.startsWith(prefix)) {
              return;
            }
            var common = rolledUp(key, prefix, delimiter);
            if (common.isPresent()) {
              var entry = new Listing.Entry.CommonPrefix(common.get());
              if (!entries.contains(entry)) {
                entries.add(entry);
              }
              return;
            }
            entries.add(
                new Listing.Entry.Key(
                    key,
                    version.etag,
                    version.length,
                    version.modified,
                    version.storageClass,
                    version.owner,
                    version.checksums));
          });
      return entries;
    }

    private List<VersionListing.Entry> versionPages(
        BucketId bucket, String prefix, String delimiter, Optional<Position> start) {
      var entries = new ArrayList<VersionListing.Entry>();
      var after = start;
      while (true) {
        int limit = 1 + chance.random.nextInt(4);
        var page = ask(new Query.ListVersions(bucket, prefix, delimiter, after, limit));
        entries.addAll(page.entries());
        if (page.resume().isEmpty()) {
          return entries;
        }
        assertThat(page.entries()).hasSize(limit);
        assertThat(page.resume()).contains(positionOf(page.entries().getLast()));
        after = page.resume();
      }
    }

    private List<Listing.Entry> objectPages(
        BucketId bucket, String prefix, String delimiter, String start) {
      var entries = new ArrayList<Listing.Entry>();
      var after = start;
      while (true) {
        int limit = 1 + chance.random.nextInt(4);
        var page = ask(new Query.ListObjects(bucket, prefix, delimiter, after, limit));
        entries.addAll(page.entries());
        if (page.resume().isEmpty()) {
          return entries;
        }
        assertThat(page.entries()).hasSize(limit);
        after = page.resume().orElseThrow();
      }
    }

    /**
     * What was named once and is no more is given out exactly once, nothing live ever is, and after
     * that the index knows the live stripes and no other.
     */
    void reclaim() throws Exception {
      // Deleted buckets are swept by the entries that follow.
      for (int i = 0; i < 8; i++) {
        judge(List.of(new Command.RaiseFence(0)));
      }
      var live = model.live();
      while (true) {
        var page = ask(new Query.ListGarbage(Long.MAX_VALUE, 1 + chance.random.nextInt(5)));
        if (page.isEmpty()) {
          break;
        }
        for (var garbage : page) {
          for (var extent : garbage.extents()) {
            assertThat(live).as(name).doesNotContain(extent.stripe());
            assertThat(erased.add(extent.stripe())).as("%s: %s", name, extent).isTrue();
          }
        }
        judge(List.of(new Command.ForgetGarbage(page.stream().map(Garbage::id).toList())));
      }
      var gone = new HashSet<>(model.everNamed);
      gone.removeAll(live);
      assertThat(without(gone, erased)).as("%s: garbage that was never given out", name).isEmpty();
      assertThat(without(erased, gone)).as("%s: given out, never named", name).isEmpty();
      assertThat(ask(new Query.GarbageCount())).as(name).isEqualTo(new Query.Count(0, 0));
      assertThat(memory.size(Family.STRIPES)).as(name).isEqualTo(live.size());
      assertThat(ask(new Query.KnownStripes(List.copyOf(live)))).hasSameSizeAs(live);
    }

    private static Set<StripeId> without(Set<StripeId> all, Set<StripeId> some) {
      var rest = new HashSet<>(all);
      rest.removeAll(some);
      return rest;
    }

    /** Once everything is deleted, nothing of it is left but what buckets themselves need. */
    void deleteEverything() throws Exception {
      chance.now += 400L * 86_400_000;
      for (var each : model.buckets.entrySet()) {
        var id = new BucketId(each.getKey());
        for (var versions : Map.copyOf(each.getValue().keys).entrySet()) {
          var key = new ObjectKey(versions.getKey());
          for (var version : versions.getValue()) {
            var choice = new VersionChoice.Exactly(version.id.orElseThrow());
            if (version.lock.legalHold()) {
              judge(List.of(new Command.SetLegalHold(id, key, choice, false)));
            }
            assertThat(
                    judge(
                        List.of(
                            new Command.DeleteObject(id, key, choice, Precondition.NONE, false))))
                .as(name)
                .allMatch(reply -> reply instanceof Reply.DeleteObject.Deleted);
          }
        }
        assertThat(judge(List.of(new Command.DeleteBucket(id))))
            .as(name)
            .containsExactly(new Reply.DeleteBucket.Deleted());
      }
      model.buckets.clear();
      reclaim();
      for (var family :
          List.of(
              Family.BUCKETS,
              Family.OBJECTS,
              Family.VERSIONS,
              Family.NULLS,
              Family.ANNOTATIONS,
              Family.CONTENTS,
              Family.UPLOADS,
              Family.PARTS,
              Family.GARBAGE,
              Family.STRIPES)) {
        assertThat(memory.size(family)).as("%s: rows left in %s", name, family).isZero();
      }
    }
  }

  @Test
  void anyHistoryOfVersionsEqualsTheModel() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    int histories = Integer.getInteger("histories", 8);
    System.out.println("VersionHistoryTest seed " + seed + ": replay with -Dseed=" + seed);
    try (var shared = new IndexMemory(4 << 20, 4 << 20)) {
      for (int i = 0; i < histories; i++) {
        if (i % 4 > 0) {
          run(new History(seed + i, Optional.empty()));
          continue;
        }
        try (var disk = RocksRowStore.open(folder.resolve("rows-" + i), shared, 1 << 20)) {
          run(new History(seed + i, Optional.of(disk)));
        }
      }
    }
  }

  private static void run(History history) throws Exception {
    for (int step = 1; step <= 400; step++) {
      history.step();
      if (step % 20 == 0) {
        history.compare();
      }
      if (step % 100 == 0) {
        history.reclaim();
        history.compare();
      }
    }
    history.deleteEverything();
  }
}
