package ninebark.metadata.rows;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import ninebark.erasure.Scheme;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Checksum;
import ninebark.metadata.Content;
import ninebark.metadata.DocumentName;
import ninebark.metadata.Header;
import ninebark.metadata.LifecycleProgress;
import ninebark.metadata.LifecycleProgress.Stage;
import ninebark.metadata.LockSettings;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Retention;
import ninebark.metadata.Tag;
import ninebark.metadata.Upload;
import ninebark.metadata.VersionId;
import ninebark.metadata.Versioning;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.StripeId;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The values that several formats hold, each as one CBOR item.
 *
 * <pre>
 * headers     [name, value, name, value, ...]
 * checksums   [algorithm name, kind name, value, ...]
 * extents     [birth, serial, group, length, shard bytes, ...]
 * content     {"i": bytes} | {"x": extents}
 * choice      [algorithm name, kind name]
 * tags        [key, value, key, value, ...]
 * lock        [retention mode or "", until in milliseconds, legal hold]
 * version     "null" | [number, millis]
 * bucket      {"i": id, "n": name, "o": owner, "r": region, "t": created, "v": epoch, and if not
 *              the default: "g": versioning, "y": [] or [mode, "days" | "years", count],
 *              "d": [kind, id, ...]}
 * map         {"c": cluster, "e": epoch, "d": [disk, node, rack, az, weight, ...],
 *              "g": [[number, scheme, disk, ...], ...]}
 * </pre>
 */
final class SharedFields {
  private SharedFields() {}

  static void headers(JsonGenerator to, List<Header> headers) {
    to.writeStartArray(null, headers.size() * 2);
    for (var header : headers) {
      to.writeString(header.name());
      to.writeString(header.value());
    }
    to.writeEndArray();
  }

  static List<Header> nextHeaders(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_ARRAY);
    var headers = new ArrayList<Header>();
    while (from.nextToken() != JsonToken.END_ARRAY) {
      Cbor.expect(from, JsonToken.VALUE_STRING);
      var name = from.getString();
      headers.add(new Header(name, Cbor.nextString(from)));
    }
    return headers;
  }

  static void tags(JsonGenerator to, List<Tag> tags) {
    to.writeStartArray(null, tags.size() * 2);
    for (var tag : tags) {
      to.writeString(tag.key());
      to.writeString(tag.value());
    }
    to.writeEndArray();
  }

  static List<Tag> nextTags(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_ARRAY);
    var tags = new ArrayList<Tag>();
    while (from.nextToken() != JsonToken.END_ARRAY) {
      Cbor.expect(from, JsonToken.VALUE_STRING);
      var key = from.getString();
      tags.add(new Tag(key, Cbor.nextString(from)));
    }
    return tags;
  }

  static void lock(JsonGenerator to, ObjectLock lock) {
    to.writeStartArray(null, 3);
    to.writeString(lock.retention().map(retention -> retention.mode().name()).orElse(""));
    to.writeNumber(lock.retention().map(retention -> retention.until().toEpochMilli()).orElse(0L));
    to.writeBoolean(lock.legalHold());
    to.writeEndArray();
  }

  static ObjectLock nextLock(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_ARRAY);
    var mode = Cbor.nextString(from);
    var until = Instant.ofEpochMilli(Cbor.nextLong(from));
    boolean hold = Cbor.nextBoolean(from);
    Cbor.expectNext(from, JsonToken.END_ARRAY);
    Optional<Retention> retention =
        mode.isEmpty()
            ? Optional.empty()
            : Optional.of(new Retention(Retention.Mode.valueOf(mode), until));
    return new ObjectLock(retention, hold);
  }

  static void version(JsonGenerator to, VersionId version) {
    switch (version) {
      case VersionId.Null() -> to.writeString("null");
      case VersionId.Numbered(long millis, long number) -> {
        to.writeStartArray(null, 2);
        to.writeNumber(number);
        to.writeNumber(millis);
        to.writeEndArray();
      }
    }
  }

  static VersionId nextVersion(JsonParser from) {
    if (from.nextToken() == JsonToken.VALUE_STRING) {
      return VersionId.NULL;
    }
    Cbor.expect(from, JsonToken.START_ARRAY);
    long number = Cbor.nextLong(from);
    var version = new VersionId.Numbered(Cbor.nextLong(from), number);
    Cbor.expectNext(from, JsonToken.END_ARRAY);
    return version;
  }

  static void bucket(JsonGenerator to, Bucket bucket) {
    to.writeStartObject();
    to.writeNumberProperty("i", bucket.id().value());
    to.writeStringProperty("n", bucket.name().value());
    to.writeStringProperty("o", bucket.owner().value());
    to.writeStringProperty("r", bucket.region());
    to.writeNumberProperty("t", bucket.created().toEpochMilli());
    to.writeNumberProperty("v", bucket.epoch());
    if (bucket.versioning() != Versioning.OFF) {
      to.writeStringProperty("g", bucket.versioning().name());
    }
    if (bucket.lock().isPresent()) {
      to.writeName("y");
      lockSettings(to, bucket.lock().get());
    }
    if (!bucket.documents().isEmpty()) {
      to.writeName("d");
      documentNames(to, bucket.documents());
    }
    to.writeEndObject();
  }

  static Bucket nextBucket(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_OBJECT);
    long id = 0;
    BucketName name = null;
    AccountId owner = null;
    String region = null;
    long created = 0;
    long epoch = 0;
    var versioning = Versioning.OFF;
    Optional<LockSettings> lock = Optional.empty();
    Set<DocumentName> documents = Set.of();
    for (String field; (field = from.nextName()) != null; ) {
      switch (field) {
        case "i" -> id = Cbor.nextLong(from);
        case "n" -> name = new BucketName(Cbor.nextString(from));
        case "o" -> owner = new AccountId(Cbor.nextString(from));
        case "r" -> region = Cbor.nextString(from);
        case "t" -> created = Cbor.nextLong(from);
        case "v" -> epoch = Cbor.nextLong(from);
        case "g" -> versioning = Versioning.valueOf(Cbor.nextString(from));
        case "y" -> lock = Optional.of(nextLockSettings(from));
        case "d" -> documents = nextDocumentNames(from);
        default -> throw Cbor.unknown("a bucket's row", field);
      }
    }
    if (name == null || owner == null || region == null) {
      throw Cbor.missing("a bucket's row");
    }
    return new Bucket(
        new BucketId(id),
        name,
        owner,
        region,
        Instant.ofEpochMilli(created),
        epoch,
        versioning,
        lock,
        documents);
  }

  static void lockSettings(JsonGenerator to, LockSettings lock) {
    to.writeStartArray();
    if (lock.defaultRetention().isPresent()) {
      var retention = lock.defaultRetention().get();
      to.writeString(retention.mode().name());
      switch (retention.period()) {
        case LockSettings.Period.Days(int count) -> {
          to.writeString("days");
          to.writeNumber(count);
        }
        case LockSettings.Period.Years(int count) -> {
          to.writeString("years");
          to.writeNumber(count);
        }
      }
    }
    to.writeEndArray();
  }

  static LockSettings nextLockSettings(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_ARRAY);
    if (from.nextToken() == JsonToken.END_ARRAY) {
      return new LockSettings(Optional.empty());
    }
    Cbor.expect(from, JsonToken.VALUE_STRING);
    var mode = Retention.Mode.valueOf(from.getString());
    var unit = Cbor.nextString(from);
    int count = Cbor.nextInt(from);
    LockSettings.Period period =
        switch (unit) {
          case "days" -> new LockSettings.Period.Days(count);
          case "years" -> new LockSettings.Period.Years(count);
          default -> throw Cbor.unknown("a retention period", unit);
        };
    Cbor.expectNext(from, JsonToken.END_ARRAY);
    return new LockSettings(Optional.of(new LockSettings.DefaultRetention(mode, period)));
  }

  private static void documentNames(JsonGenerator to, Set<DocumentName> names) {
    to.writeStartArray();
    // In order, so that equal buckets have equal rows.
    var sorted = new ArrayList<>(names);
    sorted.sort(Comparator.comparing(DocumentName::kind).thenComparing(DocumentName::id));
    for (var name : sorted) {
      to.writeString(name.kind());
      to.writeString(name.id());
    }
    to.writeEndArray();
  }

  private static Set<DocumentName> nextDocumentNames(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_ARRAY);
    var names = new HashSet<DocumentName>();
    while (from.nextToken() != JsonToken.END_ARRAY) {
      Cbor.expect(from, JsonToken.VALUE_STRING);
      var kind = from.getString();
      names.add(new DocumentName(kind, Cbor.nextString(from)));
    }
    return names;
  }

  /** [epoch, began, versions, actions, stage, and what belongs to it]. */
  static void progress(JsonGenerator to, LifecycleProgress progress) {
    to.writeStartArray();
    to.writeNumber(progress.epoch());
    to.writeNumber(progress.began().toEpochMilli());
    to.writeNumber(progress.versionCount());
    to.writeNumber(progress.actionCount());
    switch (progress.stage()) {
      case Stage.Versions(var behind) -> {
        to.writeString("versions");
        to.writeString(behind.map(ObjectKey::value).orElse(""));
      }
      case Stage.Uploads(var behind) -> {
        to.writeString("uploads");
        to.writeString(behind.map(ObjectKey::value).orElse(""));
      }
      case Stage.Finished(var at) -> {
        to.writeString("finished");
        to.writeNumber(at.toEpochMilli());
      }
    }
    to.writeEndArray();
  }

  static LifecycleProgress nextProgress(JsonParser from, BucketId bucket) {
    Cbor.expectNext(from, JsonToken.START_ARRAY);
    long epoch = Cbor.nextLong(from);
    var began = Instant.ofEpochMilli(Cbor.nextLong(from));
    long versions = Cbor.nextLong(from);
    long actions = Cbor.nextLong(from);
    var name = Cbor.nextString(from);
    Stage stage =
        switch (name) {
          case "versions" -> new Stage.Versions(nextKey(from));
          case "uploads" -> new Stage.Uploads(nextKey(from));
          case "finished" -> new Stage.Finished(Instant.ofEpochMilli(Cbor.nextLong(from)));
          default -> throw Cbor.unknown("a lifecycle round", name);
        };
    Cbor.expectNext(from, JsonToken.END_ARRAY);
    return new LifecycleProgress(bucket, epoch, began, versions, actions, stage);
  }

  private static Optional<ObjectKey> nextKey(JsonParser from) {
    return Optional.of(Cbor.nextString(from)).filter(key -> !key.isEmpty()).map(ObjectKey::new);
  }

  static void checksums(JsonGenerator to, List<Checksum> checksums) {
    to.writeStartArray(null, checksums.size() * 3);
    for (var checksum : checksums) {
      to.writeString(checksum.algorithm().name());
      to.writeString(checksum.kind().name());
      to.writeString(checksum.value());
    }
    to.writeEndArray();
  }

  static List<Checksum> nextChecksums(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_ARRAY);
    var checksums = new ArrayList<Checksum>(1);
    while (from.nextToken() != JsonToken.END_ARRAY) {
      Cbor.expect(from, JsonToken.VALUE_STRING);
      var algorithm = Checksum.Algorithm.valueOf(from.getString());
      var kind = Checksum.Kind.valueOf(Cbor.nextString(from));
      checksums.add(new Checksum(algorithm, kind, Cbor.nextString(from)));
    }
    return checksums;
  }

  static void extents(JsonGenerator to, List<Extent> extents) {
    to.writeStartArray(null, extents.size() * 5);
    for (var extent : extents) {
      to.writeNumber(extent.stripe().birthMillis());
      to.writeNumber(extent.stripe().serial());
      to.writeNumber(extent.group().value());
      to.writeNumber(extent.length());
      to.writeNumber(extent.shardBytes());
    }
    to.writeEndArray();
  }

  static List<Extent> nextExtents(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_ARRAY);
    var extents = new ArrayList<Extent>();
    while (from.nextToken() != JsonToken.END_ARRAY) {
      Cbor.expect(from, JsonToken.VALUE_NUMBER_INT);
      var stripe = new StripeId(from.getLongValue(), Cbor.nextLong(from));
      var group = new GroupId(Cbor.nextInt(from));
      extents.add(new Extent(stripe, group, Cbor.nextInt(from), Cbor.nextInt(from)));
    }
    return extents;
  }

  static void content(JsonGenerator to, Content content) {
    to.writeStartObject(null, 1);
    switch (content) {
      case Content.Inline(byte[] bytes) -> {
        to.writeName("i");
        to.writeBinary(bytes, 0, bytes.length);
      }
      case Content.Striped(var extents) -> {
        to.writeName("x");
        extents(to, extents);
      }
      case Content.Parts parts ->
          throw new IllegalArgumentException(
              "only completing an upload makes content of parts, found " + parts);
    }
    to.writeEndObject();
  }

  static Content nextContent(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_OBJECT);
    var field = from.nextName();
    Content content =
        switch (field == null ? "" : field) {
          case "i" -> new Content.Inline(Cbor.nextBytes(from));
          case "x" -> new Content.Striped(nextExtents(from));
          default -> throw Cbor.unknown("content", field);
        };
    Cbor.expectNext(from, JsonToken.END_OBJECT);
    return content;
  }

  static int contentSizeHint(Content content) {
    return switch (content) {
      case Content.Inline(byte[] bytes) -> bytes.length + 8;
      case Content.Striped(var extents) -> extents.size() * 32 + 8;
      case Content.Parts parts -> 32;
    };
  }

  static void choice(JsonGenerator to, Upload.ChecksumChoice choice) {
    to.writeStartArray(null, 2);
    to.writeString(choice.algorithm().name());
    to.writeString(choice.kind().name());
    to.writeEndArray();
  }

  static Optional<Upload.ChecksumChoice> nextChoice(JsonParser from) {
    from.nextToken();
    return choiceHere(from);
  }

  /** The parser stands on the opening bracket. */
  static Optional<Upload.ChecksumChoice> choiceHere(JsonParser from) {
    Cbor.expect(from, JsonToken.START_ARRAY);
    var algorithm = Checksum.Algorithm.valueOf(Cbor.nextString(from));
    var kind = Checksum.Kind.valueOf(Cbor.nextString(from));
    Cbor.expectNext(from, JsonToken.END_ARRAY);
    return Optional.of(new Upload.ChecksumChoice(algorithm, kind));
  }

  static void map(JsonGenerator to, ClusterMap map) {
    to.writeStartObject();
    to.writeStringProperty("c", map.cluster().toString());
    to.writeNumberProperty("e", map.epoch());
    to.writeName("d");
    to.writeStartArray();
    for (var place : map.disks()) {
      to.writeString(place.disk().toString());
      to.writeString(place.node());
      to.writeString(place.rack());
      to.writeString(place.az());
      to.writeNumber(place.weight());
    }
    to.writeEndArray();
    to.writeName("g");
    to.writeStartArray();
    for (var group : map.groups()) {
      to.writeStartArray();
      to.writeNumber(group.id().value());
      to.writeString(group.scheme().formatName());
      for (var disk : group.disks()) {
        to.writeString(disk.toString());
      }
      to.writeEndArray();
    }
    to.writeEndArray();
    // Only when there are any: a map in which nothing moves is written as it always was.
    if (map.movingCount() > 0) {
      to.writeName("m");
      to.writeStartArray();
      for (var group : map.groups()) {
        group
            .moving()
            .ifPresent(
                move -> {
                  to.writeNumber(group.id().value());
                  to.writeNumber(move.shard());
                  to.writeString(move.from().toString());
                });
      }
      to.writeEndArray();
    }
    if (!map.leaving().isEmpty()) {
      to.writeName("l");
      to.writeStartArray();
      map.leaving().forEach(disk -> to.writeString(disk.toString()));
      to.writeEndArray();
    }
    if (map.balancing()) {
      to.writeBooleanProperty("b", true);
    }
    to.writeEndObject();
  }

  static ClusterMap nextMap(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_OBJECT);
    var cluster = Optional.<UUID>empty();
    long epoch = 0;
    List<DiskPlace> disks = List.of();
    List<PlacementGroup> groups = List.of();
    Map<Integer, PlacementGroup.Moving> moving = Map.of();
    Set<DiskId> leaving = Set.of();
    boolean balancing = false;
    for (String field; (field = from.nextName()) != null; ) {
      switch (field) {
        case "c" -> cluster = Optional.of(UUID.fromString(Cbor.nextString(from)));
        case "e" -> epoch = Cbor.nextLong(from);
        case "d" -> disks = nextDisks(from);
        case "g" -> groups = nextGroups(from);
        case "m" -> moving = nextMoving(from);
        case "l" -> leaving = nextLeaving(from);
        case "b" -> balancing = Cbor.nextBoolean(from);
        default -> throw Cbor.unknown("a cluster map", field);
      }
    }
    var moves = moving;
    var all =
        groups.stream()
            .map(
                group ->
                    new PlacementGroup(
                        group.id(),
                        group.scheme(),
                        group.disks(),
                        Optional.ofNullable(moves.get(group.id().value()))))
            .toList();
    return new ClusterMap(
        cluster.orElseThrow(() -> Cbor.missing("a cluster map")),
        epoch,
        disks,
        all,
        leaving,
        balancing);
  }

  private static Map<Integer, PlacementGroup.Moving> nextMoving(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_ARRAY);
    Map<Integer, PlacementGroup.Moving> moving = new HashMap<>();
    while (from.nextToken() != JsonToken.END_ARRAY) {
      Cbor.expect(from, JsonToken.VALUE_NUMBER_INT);
      int group = from.getIntValue();
      int shard = Cbor.nextInt(from);
      moving.put(group, new PlacementGroup.Moving(shard, DiskId.parse(Cbor.nextString(from))));
    }
    return moving;
  }

  private static Set<DiskId> nextLeaving(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_ARRAY);
    Set<DiskId> leaving = new LinkedHashSet<>();
    while (from.nextToken() != JsonToken.END_ARRAY) {
      Cbor.expect(from, JsonToken.VALUE_STRING);
      leaving.add(DiskId.parse(from.getString()));
    }
    return leaving;
  }

  private static List<DiskPlace> nextDisks(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_ARRAY);
    var disks = new ArrayList<DiskPlace>();
    while (from.nextToken() != JsonToken.END_ARRAY) {
      Cbor.expect(from, JsonToken.VALUE_STRING);
      disks.add(
          new DiskPlace(
              DiskId.parse(from.getString()),
              Cbor.nextString(from),
              Cbor.nextString(from),
              Cbor.nextString(from),
              Cbor.nextLong(from)));
    }
    return disks;
  }

  private static List<PlacementGroup> nextGroups(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_ARRAY);
    var groups = new ArrayList<PlacementGroup>();
    while (from.nextToken() != JsonToken.END_ARRAY) {
      Cbor.expect(from, JsonToken.START_ARRAY);
      var id = new GroupId(Cbor.nextInt(from));
      var scheme = Scheme.parseFormatName(Cbor.nextString(from));
      var disks = new ArrayList<DiskId>();
      while (from.nextToken() != JsonToken.END_ARRAY) {
        Cbor.expect(from, JsonToken.VALUE_STRING);
        disks.add(DiskId.parse(from.getString()));
      }
      groups.add(new PlacementGroup(id, scheme, disks));
    }
    return groups;
  }
}
