package ninebark.metadata.rows;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import ninebark.metadata.AccountId;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Checksum;
import ninebark.metadata.Command;
import ninebark.metadata.Command.Expirable;
import ninebark.metadata.Command.Moved;
import ninebark.metadata.Content;
import ninebark.metadata.DocumentName;
import ninebark.metadata.ETag;
import ninebark.metadata.GarbageId;
import ninebark.metadata.Header;
import ninebark.metadata.LifecycleProgress;
import ninebark.metadata.LockSettings;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Precondition;
import ninebark.metadata.Tag;
import ninebark.metadata.Upload;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.metadata.Versioning;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.StripeId;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Commands as the log holds them: a map whose first field, "c", names the command.
 *
 * <pre>
 * c    further fields
 * cb   n name, o owner, r region, z lock, f [kind, id, text, ...]  CreateBucket
 * sv   b, s versioning                                             SetVersioning
 * sl   b, y lock settings                                          SetLock
 * pd   b, f [kind, id, text]                                       PutDocument
 * dd   b, f [kind, id, ""]                                         DeleteDocument
 * db   b bucket                                                    DeleteBucket
 * pm   m map                                                       PublishMap
 * rf   t millis                                                    RaiseFence
 * tl   r holder, t millis                                          TakeLease
 * fg   g [millis, serial, ...]                                     ForgetGarbage
 * fc   t millis, l limit                                           ForgetCompleted
 * lp   b, f [epoch, began, versions, actions, stage, key or millis] NoteProgress
 * po   b bucket, k key, e etag, l length, s class, o owner, h headers, x checksums, p precondition,
 *      w tags, y lock, d content                                   PutObject
 * do   b, k, v version, p, z bypass                                DeleteObject
 * cy   b, k, f [bucket, key, version, etag, class if it matters], s, o, h, x, w, y, z annotations, p
 *                                                                  CopyObject
 * rn   b, k, f source key, p, g source precondition                RenameObject
 * st   b, k, v, w                                                  SetTags
 * hd   b, k, v, h of one header                                    SetHeader
 * sr   b, k, v, y lock that holds the retention, z bypass          SetRetention
 * sh   b, k, v, z on                                               SetLegalHold
 * pa   b, k, v, f name, e, l, x, d, p                              PutAnnotation
 * da   b, k, v, f name, z bypass, p                                DeleteAnnotation
 * cu   b, k, u upload, n content id, s, o, h, a checksum choice, w, y
 *                                                                  CreateUpload
 * pp   b, k, u, i part number, e, l, x, d                          PutPart
 * co   b, k, u, q [number, etag, ...], e, x, p                     CompleteUpload
 * au   b, k, u                                                     AbortUpload
 * ex   b, k, n epoch, s what: "current" v, t born, e, w | "noncurrent" v, t since, w, l kept
 *      newest | "marker" v | "upload" u                            Expire
 * ro   b, k, v, s class, t delay in milliseconds, i days, l milliseconds of a day
 *                                                                  RestoreObject
 * tr   b, k, n epoch, s "current" or "noncurrent" as of ex, f [from class, to class, then
 *      nothing, or birth and serial of the first stripe there was and extents, or
 *      the parts' content id there was, the next one, number, extents, number, extents, ...]
 *                                                                  Transition
 * precondition: left out for none, "absent", "present", ["etag"], {"differs": etag},
 *      {"since": millis}, {"until": millis}, {"at": millis}, {"length": n}, {"all": [precondition, ...]}
 * v is left out for the current version. Empty lists and absent options are left out.
 * </pre>
 */
public final class CommandFormat {
  private CommandFormat() {}

  public static byte[] encode(Command<?> command) {
    var out = new Bytes(sizeHint(command));
    try (var to = Cbor.write(out)) {
      to.writeStartObject();
      write(to, command);
      to.writeEndObject();
    }
    return out.toArray();
  }

  private static int sizeHint(Command<?> command) {
    return switch (command) {
      case Command.PutObject put -> 384 + SharedFields.contentSizeHint(put.object().content());
      case Command.PutAnnotation put -> 256 + SharedFields.contentSizeHint(put.content());
      case Command.PutPart put -> 256 + SharedFields.contentSizeHint(put.content());
      case Command.CompleteUpload complete -> 256 + complete.parts().size() * 40;
      case Command.Transition transition ->
          256
              + switch (transition.moved()) {
                case Moved.Nothing() -> 0;
                case Moved.Stripes(var _, var now) -> now.size() * 32;
                case Moved.Parts(long _, long _, var parts) ->
                    parts.stream().mapToInt(part -> 8 + part.now().size() * 32).sum();
              };
      case Command<?> other -> 256;
    };
  }

  private static void write(JsonGenerator to, Command<?> command) {
    switch (command) {
      case Command.Root<?> root -> writeRoot(to, root);
      case Command.Keyspace<?> keyspace -> writeKeyspace(to, keyspace);
    }
  }

  private static void writeRoot(JsonGenerator to, Command.Root<?> command) {
    switch (command) {
      case Command.CreateBucket(var name, var owner, var region, boolean lock, var documents) -> {
        to.writeStringProperty("c", "cb");
        to.writeStringProperty("n", name.value());
        to.writeStringProperty("o", owner.value());
        to.writeStringProperty("r", region);
        flag(to, lock);
        if (!documents.isEmpty()) {
          documents(to, documents);
        }
      }
      case Command.SetVersioning(var bucket, var versioning) -> {
        to.writeStringProperty("c", "sv");
        to.writeNumberProperty("b", bucket.value());
        to.writeStringProperty("s", versioning.name());
      }
      case Command.SetLock(var bucket, var lock) -> {
        to.writeStringProperty("c", "sl");
        to.writeNumberProperty("b", bucket.value());
        to.writeName("y");
        SharedFields.lockSettings(to, lock);
      }
      case Command.PutDocument(var bucket, var name, var text) -> {
        to.writeStringProperty("c", "pd");
        to.writeNumberProperty("b", bucket.value());
        documents(to, Map.of(name, text));
      }
      case Command.DeleteDocument(var bucket, var name) -> {
        to.writeStringProperty("c", "dd");
        to.writeNumberProperty("b", bucket.value());
        documents(to, Map.of(name, ""));
      }
      case Command.DeleteBucket(var bucket) -> {
        to.writeStringProperty("c", "db");
        to.writeNumberProperty("b", bucket.value());
      }
      case Command.PublishMap(var map) -> {
        to.writeStringProperty("c", "pm");
        to.writeName("m");
        SharedFields.map(to, map);
      }
      case Command.RaiseFence(long birthMillis) -> {
        to.writeStringProperty("c", "rf");
        to.writeNumberProperty("t", birthMillis);
      }
      case Command.TakeLease(var holder, long millis) -> {
        to.writeStringProperty("c", "tl");
        to.writeStringProperty("r", holder.toString());
        to.writeNumberProperty("t", millis);
      }
      case Command.ForgetGarbage(var rows) -> {
        to.writeStringProperty("c", "fg");
        to.writeName("g");
        to.writeStartArray(null, rows.size() * 2);
        for (var row : rows) {
          to.writeNumber(row.sinceMillis());
          to.writeNumber(row.serial());
        }
        to.writeEndArray();
      }
      case Command.ForgetCompleted(long beforeMillis, int limit) -> {
        to.writeStringProperty("c", "fc");
        to.writeNumberProperty("t", beforeMillis);
        to.writeNumberProperty("l", limit);
      }
      case Command.NoteProgress(var progress) -> {
        to.writeStringProperty("c", "lp");
        to.writeNumberProperty("b", progress.bucket().value());
        to.writeName("f");
        SharedFields.progress(to, progress);
      }
    }
  }

  private static void writeKeyspace(JsonGenerator to, Command.Keyspace<?> command) {
    switch (command) {
      case Command.PutObject(var bucket, var key, var object, var precondition) -> {
        name(to, "po", bucket, key);
        to.writeStringProperty("e", object.etag().value());
        to.writeNumberProperty("l", object.length());
        to.writeStringProperty("s", object.storageClass());
        to.writeStringProperty("o", object.owner().value());
        headers(to, object.headers());
        checksums(to, object.checksums());
        tags(to, object.tags());
        lock(to, object.lock());
        precondition(to, "p", precondition);
        to.writeName("d");
        SharedFields.content(to, object.content());
      }
      case Command.DeleteObject(
              var bucket,
              var key,
              var version,
              var precondition,
              boolean bypass) -> {
        name(to, "do", bucket, key);
        version(to, version);
        precondition(to, "p", precondition);
        flag(to, bypass);
      }
      case Command.CopyObject(
              var bucket,
              var key,
              var source,
              var object,
              boolean annotations,
              var precondition) -> {
        name(to, "cy", bucket, key);
        to.writeName("f");
        to.writeStartArray();
        to.writeNumber(source.bucket().value());
        to.writeString(source.key().value());
        SharedFields.version(to, source.version());
        to.writeString(source.expected().value());
        if (source.storageClass().isPresent()) {
          to.writeString(source.storageClass().get());
        }
        to.writeEndArray();
        to.writeStringProperty("s", object.storageClass());
        to.writeStringProperty("o", object.owner().value());
        headers(to, object.headers());
        checksums(to, object.checksums());
        tags(to, object.tags());
        lock(to, object.lock());
        flag(to, annotations);
        precondition(to, "p", precondition);
      }
      case Command.RenameObject(
              var bucket,
              var key,
              var source,
              var precondition,
              var sourcePrecondition) -> {
        name(to, "rn", bucket, key);
        to.writeStringProperty("f", source.value());
        precondition(to, "p", precondition);
        precondition(to, "g", sourcePrecondition);
      }
      case Command.SetTags(var bucket, var key, var version, var tags) -> {
        name(to, "st", bucket, key);
        version(to, version);
        tags(to, tags);
      }
      case Command.SetHeader(var bucket, var key, var version, var header) -> {
        name(to, "hd", bucket, key);
        version(to, version);
        headers(to, List.of(header));
      }
      case Command.SetRetention(
              var bucket,
              var key,
              var version,
              var retention,
              boolean bypass) -> {
        name(to, "sr", bucket, key);
        version(to, version);
        lock(to, new ObjectLock(retention, false));
        flag(to, bypass);
      }
      case Command.SetLegalHold(var bucket, var key, var version, boolean on) -> {
        name(to, "sh", bucket, key);
        version(to, version);
        flag(to, on);
      }
      case Command.PutAnnotation(
              var bucket,
              var key,
              var version,
              var name,
              var etag,
              long length,
              var checksums,
              var content,
              var precondition) -> {
        name(to, "pa", bucket, key);
        version(to, version);
        to.writeStringProperty("f", name);
        to.writeStringProperty("e", etag.value());
        to.writeNumberProperty("l", length);
        checksums(to, checksums);
        to.writeName("d");
        SharedFields.content(to, content);
        precondition(to, "p", precondition);
      }
      case Command.DeleteAnnotation(
              var bucket,
              var key,
              var version,
              var name,
              boolean bypass,
              var precondition) -> {
        name(to, "da", bucket, key);
        version(to, version);
        to.writeStringProperty("f", name);
        flag(to, bypass);
        precondition(to, "p", precondition);
      }
      case Command.CreateUpload(
              var bucket,
              var key,
              var upload,
              long content,
              var storageClass,
              var owner,
              var headers,
              var checksum,
              var tags,
              var lock) -> {
        name(to, "cu", bucket, key);
        to.writeStringProperty("u", upload.value());
        to.writeNumberProperty("n", content);
        to.writeStringProperty("s", storageClass);
        to.writeStringProperty("o", owner.value());
        headers(to, headers);
        if (checksum.isPresent()) {
          to.writeName("a");
          SharedFields.choice(to, checksum.get());
        }
        tags(to, tags);
        lock(to, lock);
      }
      case Command.PutPart(
              var bucket,
              var key,
              var upload,
              int number,
              var etag,
              long length,
              var checksums,
              var content) -> {
        name(to, "pp", bucket, key);
        to.writeStringProperty("u", upload.value());
        to.writeNumberProperty("i", number);
        to.writeStringProperty("e", etag.value());
        to.writeNumberProperty("l", length);
        checksums(to, checksums);
        to.writeName("d");
        SharedFields.content(to, content);
      }
      case Command.CompleteUpload(
              var bucket,
              var key,
              var upload,
              var parts,
              var etag,
              var checksums,
              var precondition) -> {
        name(to, "co", bucket, key);
        to.writeStringProperty("u", upload.value());
        to.writeName("q");
        to.writeStartArray(null, parts.size() * 2);
        for (var part : parts) {
          to.writeNumber(part.number());
          to.writeString(part.etag().value());
        }
        to.writeEndArray();
        to.writeStringProperty("e", etag.value());
        checksums(to, checksums);
        precondition(to, "p", precondition);
      }
      case Command.AbortUpload(var bucket, var key, var upload) -> {
        name(to, "au", bucket, key);
        to.writeStringProperty("u", upload.value());
      }
      case Command.Expire(var bucket, var key, long epoch, var what) -> {
        name(to, "ex", bucket, key);
        to.writeNumberProperty("n", epoch);
        expirable(to, what);
      }
      case Command.RestoreObject restore -> {
        name(to, "ro", restore.bucket(), restore.key());
        version(to, restore.version());
        to.writeStringProperty("s", restore.storageClass());
        to.writeNumberProperty("t", restore.delay().toMillis());
        to.writeNumberProperty("i", restore.days());
        to.writeNumberProperty("l", restore.day().toMillis());
      }
      case Command.Transition transition -> {
        name(to, "tr", transition.bucket(), transition.key());
        to.writeNumberProperty("n", transition.epoch());
        expirable(to, transition.seen());
        moved(to, transition);
      }
    }
  }

  private static void moved(JsonGenerator to, Command.Transition transition) {
    to.writeName("f");
    to.writeStartArray();
    to.writeString(transition.from());
    to.writeString(transition.to());
    switch (transition.moved()) {
      case Moved.Nothing() -> {}
      case Moved.Stripes(var was, var now) -> {
        to.writeNumber(was.birthMillis());
        to.writeNumber(was.serial());
        SharedFields.extents(to, now);
      }
      case Moved.Parts(long was, long now, var parts) -> {
        // An array in the place of a number tells parts from stripes.
        to.writeStartArray();
        to.writeNumber(was);
        to.writeNumber(now);
        for (var part : parts) {
          to.writeNumber(part.number());
          SharedFields.extents(to, part.now());
        }
        to.writeEndArray();
      }
    }
    to.writeEndArray();
  }

  private static void expirable(JsonGenerator to, Expirable what) {
    switch (what) {
      case Expirable.Current(var version, var born, var etag, var tags) -> {
        to.writeStringProperty("s", "current");
        version(to, new VersionChoice.Exactly(version));
        to.writeNumberProperty("t", born.toEpochMilli());
        to.writeStringProperty("e", etag.value());
        tags(to, tags);
      }
      case Expirable.Noncurrent(var version, var since, var tags, int keepNewest) -> {
        to.writeStringProperty("s", "noncurrent");
        version(to, new VersionChoice.Exactly(version));
        to.writeNumberProperty("t", since.toEpochMilli());
        tags(to, tags);
        to.writeNumberProperty("l", keepNewest);
      }
      case Expirable.LonelyMarker(var version) -> {
        to.writeStringProperty("s", "marker");
        version(to, new VersionChoice.Exactly(version));
      }
      case Expirable.OpenUpload(var upload) -> {
        to.writeStringProperty("s", "upload");
        to.writeStringProperty("u", upload.value());
      }
    }
  }

  private static void name(JsonGenerator to, String command, BucketId bucket, ObjectKey key) {
    to.writeStringProperty("c", command);
    to.writeNumberProperty("b", bucket.value());
    to.writeStringProperty("k", key.value());
  }

  private static void headers(JsonGenerator to, List<Header> headers) {
    if (!headers.isEmpty()) {
      to.writeName("h");
      SharedFields.headers(to, headers);
    }
  }

  private static void checksums(JsonGenerator to, List<Checksum> checksums) {
    if (!checksums.isEmpty()) {
      to.writeName("x");
      SharedFields.checksums(to, checksums);
    }
  }

  private static void tags(JsonGenerator to, List<Tag> tags) {
    if (!tags.isEmpty()) {
      to.writeName("w");
      SharedFields.tags(to, tags);
    }
  }

  private static void lock(JsonGenerator to, ObjectLock lock) {
    if (!lock.equals(ObjectLock.NONE)) {
      to.writeName("y");
      SharedFields.lock(to, lock);
    }
  }

  private static void flag(JsonGenerator to, boolean on) {
    if (on) {
      to.writeBooleanProperty("z", true);
    }
  }

  private static void version(JsonGenerator to, VersionChoice version) {
    if (version instanceof VersionChoice.Exactly(var id)) {
      to.writeName("v");
      SharedFields.version(to, id);
    }
  }

  private static void documents(JsonGenerator to, Map<DocumentName, String> documents) {
    to.writeName("f");
    to.writeStartArray();
    documents.forEach(
        (name, text) -> {
          to.writeString(name.kind());
          to.writeString(name.id());
          to.writeString(text);
        });
    to.writeEndArray();
  }

  private static void precondition(JsonGenerator to, String field, Precondition precondition) {
    if (!(precondition instanceof Precondition.None)) {
      to.writeName(field);
      precondition(to, precondition);
    }
  }

  private static void precondition(JsonGenerator to, Precondition precondition) {
    switch (precondition) {
      case Precondition.None() -> to.writeString("none");
      case Precondition.Absent() -> to.writeString("absent");
      case Precondition.Present() -> to.writeString("present");
      case Precondition.Matches(var etag) -> {
        to.writeStartArray(null, 1);
        to.writeString(etag.value());
        to.writeEndArray();
      }
      case Precondition.Differs(var etag) -> {
        to.writeStartObject(null, 1);
        to.writeStringProperty("differs", etag.value());
        to.writeEndObject();
      }
      case Precondition.ModifiedSince(var moment) -> moment(to, "since", moment);
      case Precondition.UnmodifiedSince(var moment) -> moment(to, "until", moment);
      case Precondition.ModifiedAt(var moment) -> moment(to, "at", moment);
      case Precondition.HasLength(long length) -> {
        to.writeStartObject(null, 1);
        to.writeNumberProperty("length", length);
        to.writeEndObject();
      }
      case Precondition.AllOf(var parts) -> {
        to.writeStartObject(null, 1);
        to.writeName("all");
        to.writeStartArray();
        parts.forEach(part -> precondition(to, part));
        to.writeEndArray();
        to.writeEndObject();
      }
    }
  }

  private static void moment(JsonGenerator to, String kind, Instant moment) {
    to.writeStartObject(null, 1);
    to.writeNumberProperty(kind, moment.toEpochMilli());
    to.writeEndObject();
  }

  public static Command<?> decode(byte[] bytes, int offset, int length) {
    try (var from = Cbor.read(bytes, offset, length)) {
      Cbor.expectNext(from, JsonToken.START_OBJECT);
      if (!"c".equals(from.nextName())) {
        throw Cbor.missing("a command");
      }
      return new Fields().read(Cbor.nextString(from), from);
    }
  }

  /** The fields of one command while it is read; which of them must be there is its own matter. */
  private static final class Fields {
    private Optional<BucketId> bucket = Optional.empty();
    private Optional<ObjectKey> key = Optional.empty();
    private Optional<UploadId> upload = Optional.empty();
    private Optional<BucketName> name = Optional.empty();
    private Optional<AccountId> owner = Optional.empty();
    private Optional<String> text = Optional.empty();
    private Optional<ClusterMap> map = Optional.empty();
    private Optional<ETag> etag = Optional.empty();
    private Optional<Content> content = Optional.empty();
    private Optional<Upload.ChecksumChoice> choice = Optional.empty();
    private List<GarbageId> garbage = List.of();
    private List<Command.ChosenPart> parts = List.of();
    private List<Header> headers = List.of();
    private List<Checksum> checksums = List.of();
    private Precondition precondition = Precondition.NONE;
    private Precondition sourcePrecondition = Precondition.NONE;
    private final Map<DocumentName, String> documents = new LinkedHashMap<>();
    private Optional<Command.Source> source = Optional.empty();
    private Optional<LockSettings> lockSettings = Optional.empty();
    private List<Tag> tags = List.of();
    private ObjectLock lock = ObjectLock.NONE;
    private VersionChoice version = VersionChoice.CURRENT;
    private String other = "";
    private boolean flag;
    private long time;
    private long length;
    private long contentId;
    private long epoch;
    private Optional<LifecycleProgress> progress = Optional.empty();
    private int number;
    private String fromClass = "";
    private Optional<Moved> moved = Optional.empty();

    Command<?> read(String command, JsonParser from) {
      for (String field; (field = from.nextName()) != null; ) {
        switch (field) {
          case "b" -> bucket = Optional.of(new BucketId(Cbor.nextLong(from)));
          case "k" -> key = Optional.of(new ObjectKey(Cbor.nextString(from)));
          case "u" -> upload = Optional.of(new UploadId(Cbor.nextString(from)));
          case "n" -> {
            switch (command) {
              case "cu" -> contentId = Cbor.nextLong(from);
              case "ex", "tr" -> epoch = Cbor.nextLong(from);
              default -> name = Optional.of(new BucketName(Cbor.nextString(from)));
            }
          }
          case "o" -> owner = Optional.of(new AccountId(Cbor.nextString(from)));
          case "r", "s" -> text = Optional.of(Cbor.nextString(from));
          case "m" -> map = Optional.of(SharedFields.nextMap(from));
          case "t" -> time = Cbor.nextLong(from);
          case "l" -> length = Cbor.nextLong(from);
          case "i" -> number = Cbor.nextInt(from);
          case "e" -> etag = Optional.of(new ETag(Cbor.nextString(from)));
          case "h" -> headers = SharedFields.nextHeaders(from);
          case "x" -> checksums = SharedFields.nextChecksums(from);
          case "a" -> choice = SharedFields.nextChoice(from);
          case "d" -> content = Optional.of(SharedFields.nextContent(from));
          case "p" -> precondition = nextPrecondition(from);
          case "w" -> tags = SharedFields.nextTags(from);
          case "z" -> flag = Cbor.nextBoolean(from);
          case "v" -> version = new VersionChoice.Exactly(SharedFields.nextVersion(from));
          case "y" -> {
            if (command.equals("sl")) {
              lockSettings = Optional.of(SharedFields.nextLockSettings(from));
            } else {
              lock = SharedFields.nextLock(from);
            }
          }
          case "f" -> nextOther(command, from);
          case "g" -> {
            if (command.equals("rn")) {
              sourcePrecondition = nextPrecondition(from);
            } else {
              garbage = nextGarbage(from);
            }
          }
          case "q" -> parts = nextParts(from);
          default -> throw Cbor.unknown("command " + command, field);
        }
      }
      return switch (command) {
        case "cb" -> new Command.CreateBucket(need(name), need(owner), need(text), flag, documents);
        case "sv" -> new Command.SetVersioning(need(bucket), Versioning.valueOf(need(text)));
        case "sl" -> new Command.SetLock(need(bucket), need(lockSettings));
        case "pd" -> {
          var document = document();
          yield new Command.PutDocument(need(bucket), document.getKey(), document.getValue());
        }
        case "dd" -> new Command.DeleteDocument(need(bucket), document().getKey());
        case "db" -> new Command.DeleteBucket(need(bucket));
        case "pm" -> new Command.PublishMap(need(map));
        case "rf" -> new Command.RaiseFence(time);
        case "tl" -> new Command.TakeLease(UUID.fromString(need(text)), time);
        case "fg" -> new Command.ForgetGarbage(garbage);
        case "fc" -> new Command.ForgetCompleted(time, (int) length);
        case "po" ->
            new Command.PutObject(
                need(bucket),
                need(key),
                new NewObject(
                    need(etag),
                    length,
                    need(text),
                    need(owner),
                    headers,
                    checksums,
                    tags,
                    lock,
                    need(content)),
                precondition);
        case "do" -> new Command.DeleteObject(need(bucket), need(key), version, precondition, flag);
        case "cy" ->
            new Command.CopyObject(
                need(bucket),
                need(key),
                need(source),
                new Command.CopiedObject(need(text), need(owner), headers, checksums, tags, lock),
                flag,
                precondition);
        case "rn" ->
            new Command.RenameObject(
                need(bucket), need(key), new ObjectKey(other), precondition, sourcePrecondition);
        case "st" -> new Command.SetTags(need(bucket), need(key), version, tags);
        case "hd" -> new Command.SetHeader(need(bucket), need(key), version, header());
        case "sr" ->
            new Command.SetRetention(need(bucket), need(key), version, lock.retention(), flag);
        case "sh" -> new Command.SetLegalHold(need(bucket), need(key), version, flag);
        case "pa" ->
            new Command.PutAnnotation(
                need(bucket),
                need(key),
                version,
                other,
                need(etag),
                length,
                checksums,
                need(content),
                precondition);
        case "da" ->
            new Command.DeleteAnnotation(
                need(bucket), need(key), version, other, flag, precondition);
        case "cu" ->
            new Command.CreateUpload(
                need(bucket),
                need(key),
                need(upload),
                contentId,
                need(text),
                need(owner),
                headers,
                choice,
                tags,
                lock);
        case "pp" ->
            new Command.PutPart(
                need(bucket),
                need(key),
                need(upload),
                number,
                need(etag),
                length,
                checksums,
                need(content));
        case "co" ->
            new Command.CompleteUpload(
                need(bucket), need(key), need(upload), parts, need(etag), checksums, precondition);
        case "au" -> new Command.AbortUpload(need(bucket), need(key), need(upload));
        case "ex" -> new Command.Expire(need(bucket), need(key), epoch, expirable());
        case "ro" ->
            new Command.RestoreObject(
                need(bucket),
                need(key),
                version,
                need(text),
                Duration.ofMillis(time),
                number,
                Duration.ofMillis(length));
        case "tr" ->
            new Command.Transition(
                need(bucket), need(key), epoch, seen(), fromClass, other, need(moved));
        case "lp" -> new Command.NoteProgress(need(progress));
        default ->
            throw new DamagedRowException(
                "unknown command '" + command + "': it was logged by a newer Ninebark");
      };
    }

    private static <T> T need(Optional<T> field) {
      return field.orElseThrow(() -> Cbor.missing("a command"));
    }

    private Expirable expirable() {
      return switch (need(text)) {
        case "current" ->
            new Expirable.Current(exactly(), Instant.ofEpochMilli(time), need(etag), tags);
        case "noncurrent" ->
            new Expirable.Noncurrent(exactly(), Instant.ofEpochMilli(time), tags, (int) length);
        case "marker" -> new Expirable.LonelyMarker(exactly());
        case "upload" -> new Expirable.OpenUpload(need(upload));
        default -> throw Cbor.unknown("command ex", need(text));
      };
    }

    private Expirable.OfVersion seen() {
      if (expirable() instanceof Expirable.OfVersion seen) {
        return seen;
      }
      throw Cbor.unknown("command tr", need(text));
    }

    private VersionId exactly() {
      return switch (version) {
        case VersionChoice.Exactly(var id) -> id;
        case VersionChoice.Current() -> throw Cbor.missing("a command");
      };
    }

    /** What "f" is differs from command to command. */
    private void nextOther(String command, JsonParser from) {
      switch (command) {
        case "rn", "pa", "da" -> other = Cbor.nextString(from);
        case "lp" -> progress = Optional.of(SharedFields.nextProgress(from, need(bucket)));
        case "cy" -> {
          Cbor.expectNext(from, JsonToken.START_ARRAY);
          var sourceBucket = new BucketId(Cbor.nextLong(from));
          var sourceKey = new ObjectKey(Cbor.nextString(from));
          var sourceVersion = SharedFields.nextVersion(from);
          var expected = new ETag(Cbor.nextString(from));
          Optional<String> storageClass = Optional.empty();
          if (from.nextToken() == JsonToken.VALUE_STRING) {
            storageClass = Optional.of(from.getString());
            Cbor.expectNext(from, JsonToken.END_ARRAY);
          } else {
            Cbor.expect(from, JsonToken.END_ARRAY);
          }
          source =
              Optional.of(
                  new Command.Source(
                      sourceBucket, sourceKey, sourceVersion, expected, storageClass));
        }
        case "tr" -> {
          Cbor.expectNext(from, JsonToken.START_ARRAY);
          fromClass = Cbor.nextString(from);
          other = Cbor.nextString(from);
          moved = Optional.of(nextMoved(from));
        }
        default -> {
          Cbor.expectNext(from, JsonToken.START_ARRAY);
          while (from.nextToken() != JsonToken.END_ARRAY) {
            Cbor.expect(from, JsonToken.VALUE_STRING);
            var kind = from.getString();
            var document = new DocumentName(kind, Cbor.nextString(from));
            documents.put(document, Cbor.nextString(from));
          }
        }
      }
    }

    /** Up to the end of the array it stands in. */
    private static Moved nextMoved(JsonParser from) {
      var token = from.nextToken();
      if (token == JsonToken.END_ARRAY) {
        return new Moved.Nothing();
      }
      Moved moved;
      if (token == JsonToken.START_ARRAY) {
        long was = Cbor.nextLong(from);
        long now = Cbor.nextLong(from);
        var parts = new ArrayList<Command.MovedPart>();
        while (from.nextToken() != JsonToken.END_ARRAY) {
          Cbor.expect(from, JsonToken.VALUE_NUMBER_INT);
          int number = from.getIntValue();
          parts.add(new Command.MovedPart(number, SharedFields.nextExtents(from)));
        }
        moved = new Moved.Parts(was, now, parts);
      } else {
        Cbor.expect(from, JsonToken.VALUE_NUMBER_INT);
        var was = new StripeId(from.getLongValue(), Cbor.nextLong(from));
        moved = new Moved.Stripes(was, SharedFields.nextExtents(from));
      }
      Cbor.expectNext(from, JsonToken.END_ARRAY);
      return moved;
    }

    private Header header() {
      if (headers.size() != 1) {
        throw Cbor.missing("a command");
      }
      return headers.getFirst();
    }

    private Map.Entry<DocumentName, String> document() {
      return documents.entrySet().stream().findFirst().orElseThrow(() -> Cbor.missing("a command"));
    }

    private static Precondition nextPrecondition(JsonParser from) {
      from.nextToken();
      return preconditionHere(from);
    }

    /** The parser stands on its first token, and then on its last. */
    private static Precondition preconditionHere(JsonParser from) {
      if (from.currentToken() == JsonToken.START_ARRAY) {
        var etag = new ETag(Cbor.nextString(from));
        Cbor.expectNext(from, JsonToken.END_ARRAY);
        return new Precondition.Matches(etag);
      }
      if (from.currentToken() == JsonToken.START_OBJECT) {
        var kind = from.nextName();
        Precondition precondition =
            switch (kind == null ? "" : kind) {
              case "differs" -> new Precondition.Differs(new ETag(Cbor.nextString(from)));
              case "since" -> new Precondition.ModifiedSince(nextMoment(from));
              case "until" -> new Precondition.UnmodifiedSince(nextMoment(from));
              case "at" -> new Precondition.ModifiedAt(nextMoment(from));
              case "length" -> new Precondition.HasLength(Cbor.nextLong(from));
              case "all" -> {
                Cbor.expectNext(from, JsonToken.START_ARRAY);
                var parts = new ArrayList<Precondition>();
                while (from.nextToken() != JsonToken.END_ARRAY) {
                  parts.add(preconditionHere(from));
                }
                yield new Precondition.AllOf(parts);
              }
              default -> throw Cbor.unknown("a precondition", kind);
            };
        Cbor.expectNext(from, JsonToken.END_OBJECT);
        return precondition;
      }
      Cbor.expect(from, JsonToken.VALUE_STRING);
      return switch (from.getString()) {
        case "none" -> Precondition.NONE;
        case "absent" -> new Precondition.Absent();
        case "present" -> new Precondition.Present();
        default -> throw Cbor.unknown("a precondition", from.getString());
      };
    }

    private static Instant nextMoment(JsonParser from) {
      return Instant.ofEpochMilli(Cbor.nextLong(from));
    }

    private static List<GarbageId> nextGarbage(JsonParser from) {
      Cbor.expectNext(from, JsonToken.START_ARRAY);
      var ids = new ArrayList<GarbageId>();
      while (from.nextToken() != JsonToken.END_ARRAY) {
        Cbor.expect(from, JsonToken.VALUE_NUMBER_INT);
        ids.add(new GarbageId(from.getLongValue(), Cbor.nextLong(from)));
      }
      return ids;
    }

    private static List<Command.ChosenPart> nextParts(JsonParser from) {
      Cbor.expectNext(from, JsonToken.START_ARRAY);
      var parts = new ArrayList<Command.ChosenPart>();
      while (from.nextToken() != JsonToken.END_ARRAY) {
        Cbor.expect(from, JsonToken.VALUE_NUMBER_INT);
        parts.add(new Command.ChosenPart(from.getIntValue(), new ETag(Cbor.nextString(from))));
      }
      return parts;
    }
  }
}
