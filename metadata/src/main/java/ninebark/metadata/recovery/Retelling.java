package ninebark.metadata.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.Index;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.recovery.Contents.Rest;
import ninebark.metadata.recovery.Contents.Whole;
import ninebark.metadata.recovery.Recovered.Item;
import ninebark.metadata.rows.DamagedRowException;
import ninebark.metadata.rows.DescriptionFormat;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.Stripes;

/**
 * Gives an index the commands that shards tell of, in the order of their age. Threads: one.
 *
 * <p>A bucket that the index lost is made again when the first shard names it. Its id is a new one
 * then, so what follows is given the new id.
 */
final class Retelling {
  private final Index index;
  private final Stripes stripes;
  private final Consumer<Instant> clock;
  private final Set<GroupId> groups = new HashSet<>();

  private final Map<BucketId, Place> places = new HashMap<>();
  private final Set<BucketId> made = new HashSet<>();
  private final List<Item> restored = new ArrayList<>();
  private final List<Item> refused = new ArrayList<>();
  private final List<Item> rests = new ArrayList<>();
  private final List<String> madeBuckets = new ArrayList<>();
  private final Set<String> openUploads = new TreeSet<>();

  /** Which bucket of the index a shard's bucket is. */
  private record Place(BucketId id, BucketName name) {}

  /** What the index said to one command. */
  private sealed interface Verdict {
    record Taken(String what) implements Verdict {}

    record Refused(String why) implements Verdict {}
  }

  /**
   * @param clock set to the time of what is told
   */
  Retelling(Index index, ClusterMap map, Stripes stripes, Consumer<Instant> clock) {
    this.index = index;
    this.stripes = stripes;
    this.clock = clock;
    map.groups().forEach(group -> groups.add(group.id()));
  }

  List<Item> restored() {
    return restored;
  }

  List<Item> refused() {
    return refused;
  }

  List<Item> rests() {
    return rests;
  }

  List<String> madeBuckets() {
    return madeBuckets;
  }

  List<String> openUploads() {
    return List.copyOf(openUploads);
  }

  void rest(Rest rest) {
    rests.add(new Item(name(rest.bucket()), rest.key(), rest.bytes(), rest.why()));
  }

  void tooOld(Whole whole) {
    rests.add(
        new Item(
            name(whole.bucket()),
            whole.key(),
            whole.length(),
            "older than the copy of the index, which does not name it: never acknowledged, or"
                + " deleted"));
  }

  private String name(long bucket) {
    return Optional.ofNullable(places.get(new BucketId(bucket)))
        .map(place -> place.name.value())
        .orElse("b" + bucket);
  }

  void retell(Whole whole) throws IOException {
    clock.accept(Instant.ofEpochMilli(whole.bornMillis()));
    var verdict = judged(whole);
    var name = name(whole.bucket());
    switch (verdict) {
      case Verdict.Taken(var what) ->
          restored.add(new Item(name, whole.key(), whole.length(), what));
      case Verdict.Refused(var why) ->
          refused.add(new Item(name, whole.key(), whole.length(), why));
    }
  }

  private Verdict judged(Whole whole) throws IOException {
    for (var extent : whole.extents()) {
      if (!groups.contains(extent.group())) {
        return new Verdict.Refused(
            "it is in " + extent.group() + ", which the copy's cluster map does not have");
      }
    }
    List<Command<?>> commands;
    try {
      commands = DescriptionFormat.decode(whole.described(), new Content.Striped(whole.extents()));
    } catch (DamagedRowException | IllegalArgumentException nonsense) {
      return new Verdict.Refused(
          "what it tells of itself makes no sense: " + nonsense.getMessage());
    }
    Verdict last = new Verdict.Refused("it tells nothing of itself");
    for (var command : commands) {
      last =
          switch (command) {
            case Command.CreateBucket create -> bucket(create, new BucketId(whole.bucket()));
            case Command.SetVersioning set -> versioning(set);
            case Command.PutObject put -> object(put, whole);
            case Command.PutAnnotation put -> annotation(put, whole);
            case Command.CreateUpload create -> upload(create);
            case Command.PutPart put -> part(put, whole);
            case Command<?> other ->
                throw new IllegalStateException("a description has no " + other.getClass());
          };
      if (last instanceof Verdict.Refused) {
        return last;
      }
    }
    return last;
  }

  private Verdict bucket(Command.CreateBucket create, BucketId told) throws IOException {
    var name = create.name();
    if (places.containsKey(told)) {
      return new Verdict.Taken("bucket");
    }
    var found = index.ask(new Query.FindBucket(name));
    if (found.isPresent()) {
      if (!found.get().id().equals(told)) {
        return new Verdict.Refused(
            "its bucket was deleted and made anew after the copy of the index");
      }
      places.put(told, new Place(told, name));
      return new Verdict.Taken("bucket");
    }
    return switch (index.submit(create)) {
      case Reply.CreateBucket.Created(var bucket) -> {
        places.put(told, new Place(bucket.id(), name));
        made.add(told);
        madeBuckets.add(name.value());
        yield new Verdict.Taken("bucket");
      }
      case Reply.CreateBucket.Exists _ -> new Verdict.Refused("its bucket's name is taken");
      case Reply.CreateBucket.TooMany(int most) ->
          new Verdict.Refused("its bucket's owner has " + most + " buckets already");
    };
  }

  private BucketId placed(BucketId told) {
    return Optional.ofNullable(places.get(told)).map(Place::id).orElse(told);
  }

  /** Only for a bucket that was made here: the settings of the others are the copy's. */
  private Verdict versioning(Command.SetVersioning set) throws IOException {
    if (made.contains(set.bucket())) {
      var _ = index.submit(new Command.SetVersioning(placed(set.bucket()), set.versioning()));
    }
    return new Verdict.Taken("settings");
  }

  private Verdict object(Command.PutObject put, Whole whole) throws IOException {
    if (put.object().length() != whole.length()) {
      return partial(put.object().length(), whole);
    }
    if (whole.ambiguous() && !isMeant(put.object().etag().value(), whole)) {
      return mixed();
    }
    var command =
        new Command.PutObject(placed(put.bucket()), put.key(), put.object(), put.precondition());
    return switch (index.submit(command)) {
      case Reply.PutObject.Stored _ -> new Verdict.Taken("object");
      case Reply.PutObject.PreconditionFailed(var condition) ->
          new Verdict.Refused("its condition " + condition + " fails");
      case Reply.PutObject.NoSuchKey() -> new Verdict.Refused("its condition fails");
      case Reply.PutObject.NoLocksHere() -> new Verdict.Refused("its bucket locks nothing");
      case Reply.PutObject.NoSuchBucket() -> noSuchBucket();
      case Reply.PutObject.Fenced() -> fenced();
    };
  }

  private Verdict annotation(Command.PutAnnotation put, Whole whole) throws IOException {
    if (put.length() != whole.length()) {
      return partial(put.length(), whole);
    }
    var command =
        new Command.PutAnnotation(
            placed(put.bucket()),
            put.key(),
            put.version(),
            put.name(),
            put.etag(),
            put.length(),
            put.checksums(),
            put.content(),
            put.precondition());
    var reply = index.submit(command);
    return reply instanceof Reply.ChangeVersion.Changed
        ? new Verdict.Taken("annotation " + put.name())
        : new Verdict.Refused(
            "annotation " + put.name() + " of a version that is not there: " + reply);
  }

  private Verdict upload(Command.CreateUpload create) throws IOException {
    var reply =
        index.submit(
            new Command.CreateUpload(
                placed(create.bucket()),
                create.key(),
                create.upload(),
                create.contentId(),
                create.storageClass(),
                create.owner(),
                create.headers(),
                create.checksum(),
                create.tags(),
                create.lock()));
    return switch (reply) {
      case Reply.CreateUpload.Created _ -> new Verdict.Taken("upload");
      case Reply.CreateUpload.NoLocksHere() -> new Verdict.Refused("its bucket locks nothing");
      case Reply.CreateUpload.NoSuchBucket() -> noSuchBucket();
    };
  }

  private Verdict part(Command.PutPart put, Whole whole) throws IOException {
    if (put.length() != whole.length()) {
      return partial(put.length(), whole);
    }
    if (whole.ambiguous() && !isMeant(put.etag().value(), whole)) {
      return mixed();
    }
    var reply =
        index.submit(
            new Command.PutPart(
                placed(put.bucket()),
                put.key(),
                put.upload(),
                put.number(),
                put.etag(),
                put.length(),
                put.checksums(),
                put.content()));
    return switch (reply) {
      case Reply.PutPart.Stored _ -> {
        openUploads.add(
            name(put.bucket().value()) + "/" + put.key() + " upload " + put.upload().value());
        yield new Verdict.Taken("part " + put.number());
      }
      case Reply.PutPart.NoSuchUpload() -> new Verdict.Refused("its upload is not there");
      case Reply.PutPart.NoSuchBucket() -> noSuchBucket();
      case Reply.PutPart.Fenced() -> fenced();
    };
  }

  /** Whether the stripes that were chosen are those whose bytes had this digest. */
  private boolean isMeant(String etag, Whole whole) throws IOException {
    MessageDigest md5;
    try {
      md5 = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
    try (var reader = stripes.read(whole.extents(), 0, whole.length())) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        try (var piece = next.get()) {
          ByteBuffer bytes = piece.bytes();
          md5.update(bytes);
        }
      }
    }
    return HexFormat.of().formatHex(md5.digest()).equals(etag);
  }

  private static Verdict partial(long told, Whole whole) {
    return new Verdict.Refused("it tells of " + told + " bytes, " + whole.length() + " are there");
  }

  private static Verdict mixed() {
    return new Verdict.Refused("several attempts were made, and these stripes are not of one");
  }

  private static Verdict noSuchBucket() {
    return new Verdict.Refused("its bucket is not there");
  }

  private static Verdict fenced() {
    return new Verdict.Refused("it is older than the fence: its commit was forbidden");
  }
}
