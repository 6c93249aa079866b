package ninebark.metadata.state;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import ninebark.metadata.AccountId;
import ninebark.metadata.AnnotationInfo;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Checksum;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.DocumentName;
import ninebark.metadata.ETag;
import ninebark.metadata.Header;
import ninebark.metadata.LockSettings;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Precondition;
import ninebark.metadata.Reply;
import ninebark.metadata.Retention;
import ninebark.metadata.Tag;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.metadata.Versioning;
import ninebark.storagenode.Extent;
import ninebark.storagenode.StripeId;

/**
 * Buckets that keep versions, as one would explain them at a blackboard: for each key a list of
 * versions, the newest first; no rows, no formats, no counts that are kept instead of counted.
 *
 * <p>The numbers of versions are the index's own: the model takes them from its replies and demands
 * that they rise.
 */
final class VersionModel {
  /** Keys in the order S3 lists them. */
  static final Comparator<String> BY_UTF8 =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  /** What stands beside a version. */
  record Payload(AnnotationInfo info, List<Extent> extents) {}

  /** Bytes: where they are, and how many parts they came in. */
  record Bytes(List<Extent> extents, int inlineBytes, int partCount) {}

  /** One version or delete marker. */
  static final class Version {
    /** Unknown only until the index has been asked what a rename called it. */
    Optional<VersionId> id;

    final boolean marker;
    final ETag etag;
    final long length;
    final Instant modified;
    final String storageClass;
    final AccountId owner;
    List<Header> headers;
    final List<Checksum> checksums;
    final Bytes bytes;
    List<Tag> tags;
    ObjectLock lock;
    TreeMap<String, Payload> payloads = new TreeMap<>();

    /** Counts the writes: a later one has a higher number. */
    final long born;

    Version(
        Optional<VersionId> id,
        boolean marker,
        ETag etag,
        long length,
        Instant modified,
        String storageClass,
        AccountId owner,
        List<Header> headers,
        List<Checksum> checksums,
        List<Tag> tags,
        ObjectLock lock,
        Bytes bytes,
        long born) {
      this.id = id;
      this.marker = marker;
      this.etag = etag;
      this.length = length;
      this.modified = modified;
      this.storageClass = storageClass;
      this.owner = owner;
      this.headers = headers;
      this.checksums = checksums;
      this.tags = tags;
      this.lock = lock;
      this.bytes = bytes;
      this.born = born;
    }

    boolean isNull() {
      return id.isPresent() && id.get().equals(VersionId.NULL);
    }

    /** All that this version makes the index keep. */
    long allBytes() {
      return length + payloads.values().stream().mapToLong(p -> p.info().length()).sum();
    }
  }

  record UploadName(String key, UploadId id) {}

  static final class OpenUpload {
    final Command.CreateUpload asked;
    final Instant initiated;
    final long born;
    final TreeMap<Integer, Part> parts = new TreeMap<>();

    OpenUpload(Command.CreateUpload asked, Instant initiated, long born) {
      this.asked = asked;
      this.initiated = initiated;
      this.born = born;
    }
  }

  record Part(ETag etag, long length, List<Extent> extents) {}

  static final class ModelBucket {
    final BucketName name;
    final AccountId owner;
    Versioning versioning;
    Optional<LockSettings> lock;
    final Map<DocumentName, String> documents;
    long epoch = 1;
    final TreeMap<String, List<Version>> keys = new TreeMap<>(BY_UTF8);
    final Map<UploadName, OpenUpload> uploads = new HashMap<>();
    final Map<UploadName, Reply.CompleteUpload.Completed> completed = new HashMap<>();

    ModelBucket(Command.CreateBucket create) {
      name = create.name();
      owner = create.owner();
      versioning = create.lock() ? Versioning.ENABLED : Versioning.OFF;
      lock = create.lock() ? Optional.of(new LockSettings(Optional.empty())) : Optional.empty();
      documents = new HashMap<>(create.documents());
    }

    List<Version> versions(String key) {
      return keys.getOrDefault(key, List.of());
    }

    Optional<Version> newest(String key) {
      return versions(key).stream().findFirst();
    }

    /** What a GET without a version gives. */
    Optional<Version> current(String key) {
      return newest(key).filter(version -> !version.marker);
    }

    Optional<Version> find(String key, VersionChoice choice) {
      return switch (choice) {
        case VersionChoice.Current() -> newest(key);
        case VersionChoice.Exactly(var id) ->
            versions(key).stream()
                .filter(version -> version.id.equals(Optional.of(id)))
                .findFirst();
      };
    }

    void remove(String key, Version version) {
      keys.get(key).remove(version);
      if (keys.get(key).isEmpty()) {
        keys.remove(key);
      }
    }
  }

  final Map<Long, ModelBucket> buckets = new TreeMap<>();
  final Set<StripeId> everNamed = new HashSet<>();
  long lastBucket;
  private long clock;
  private long writes;
  private long lastNumber;

  Instant now() {
    return Instant.ofEpochMilli(clock);
  }

  /** The cluster's clock follows the submitter's, never back. */
  void tick(long millis) {
    clock = Math.max(clock, millis);
  }

  /**
   * What the index must have answered.
   *
   * @param reply what it did answer, of which only the number of a new version is taken
   */
  Object apply(Command<?> command, Object reply) {
    return switch (command) {
      case Command.Root<?> root -> applyRoot(root);
      case Command.Keyspace<?> keyspace -> {
        var bucket = Optional.ofNullable(buckets.get(keyspace.bucket().value()));
        yield bucket
            .map(found -> applyKeyspace(found, keyspace, reply))
            .orElseGet(() -> noSuchBucket(keyspace));
      }
    };
  }

  private static Object noSuchBucket(Command.Keyspace<?> command) {
    return switch (command) {
      case Command.PutObject c -> new Reply.PutObject.NoSuchBucket();
      case Command.DeleteObject c -> new Reply.DeleteObject.NoSuchBucket();
      case Command.CopyObject c -> new Reply.CopyObject.NoSuchBucket();
      case Command.RenameObject c -> new Reply.RenameObject.NoSuchBucket();
      case Command.SetTags c -> new Reply.ChangeVersion.NoSuchBucket();
      case Command.SetHeader c -> new Reply.ChangeVersion.NoSuchBucket();
      case Command.SetRetention c -> new Reply.ChangeVersion.NoSuchBucket();
      case Command.SetLegalHold c -> new Reply.ChangeVersion.NoSuchBucket();
      case Command.PutAnnotation c -> new Reply.ChangeVersion.NoSuchBucket();
      case Command.DeleteAnnotation c -> new Reply.ChangeVersion.NoSuchBucket();
      case Command.CreateUpload c -> new Reply.CreateUpload.NoSuchBucket();
      case Command.PutPart c -> new Reply.PutPart.NoSuchBucket();
      case Command.CompleteUpload c -> new Reply.CompleteUpload.NoSuchBucket();
      case Command.AbortUpload c -> new Reply.AbortUpload.NoSuchBucket();
      case Command.Expire c -> new Reply.Expire.NoSuchBucket();
      case Command.Transition c -> new Reply.Transition.NoSuchBucket();
      case Command.RestoreObject c -> new Reply.RestoreObject.NoSuchBucket();
    };
  }

  /** The shape of a bucket's reply: the test compares the settings themselves. */
  record Settings(Versioning versioning, Optional<LockSettings> lock, Set<DocumentName> documents) {
    static Settings of(ModelBucket bucket) {
      return new Settings(bucket.versioning, bucket.lock, Set.copyOf(bucket.documents.keySet()));
    }

    static Settings of(ninebark.metadata.Bucket bucket) {
      return new Settings(bucket.versioning(), bucket.lock(), bucket.documents());
    }
  }

  private Object applyRoot(Command.Root<?> command) {
    return switch (command) {
      case Command.CreateBucket create -> {
        for (var bucket : buckets.values()) {
          if (bucket.name.equals(create.name())) {
            yield Settings.of(bucket);
          }
        }
        var bucket = new ModelBucket(create);
        buckets.put(++lastBucket, bucket);
        yield Settings.of(bucket);
      }
      case Command.SetVersioning set ->
          change(
              set.bucket(),
              bucket -> {
                boolean lockNeedsIt =
                    bucket.lock.isPresent() && set.versioning() != Versioning.ENABLED;
                boolean unsaid =
                    set.versioning() == Versioning.OFF && bucket.versioning != Versioning.OFF;
                if (lockNeedsIt || unsaid) {
                  return false;
                }
                bucket.versioning = set.versioning();
                return true;
              });
      case Command.SetLock set ->
          change(
              set.bucket(),
              bucket -> {
                if (bucket.versioning != Versioning.ENABLED) {
                  return false;
                }
                bucket.lock = Optional.of(set.lock());
                return true;
              });
      case Command.PutDocument put ->
          change(
              put.bucket(),
              bucket -> {
                bucket.documents.put(put.name(), put.text());
                return true;
              });
      case Command.DeleteDocument delete ->
          change(
              delete.bucket(),
              bucket -> {
                bucket.documents.remove(delete.name());
                return true;
              });
      case Command.DeleteBucket(var id) -> {
        var bucket = Optional.ofNullable(buckets.get(id.value()));
        if (bucket.isEmpty()) {
          yield new Reply.DeleteBucket.NoSuchBucket();
        }
        if (!bucket.get().keys.isEmpty()) {
          yield new Reply.DeleteBucket.NotEmpty();
        }
        buckets.remove(id.value());
        yield new Reply.DeleteBucket.Deleted();
      }
      case Command.RaiseFence raise -> new Reply.Done();
      case Command.ForgetGarbage forget -> new Reply.Done();
      case Command.TakeLease take -> throw new IllegalArgumentException("not modelled");
      case Command.NoteProgress note -> throw new IllegalArgumentException("not modelled");
      case Command.PublishMap publish -> throw new IllegalArgumentException("not modelled");
      case Command.ForgetCompleted forget -> throw new IllegalArgumentException("not modelled");
    };
  }

  /** Whether a bucket's state allows a change, which is made if it does. */
  private interface BucketChange {
    boolean make(ModelBucket bucket);
  }

  private Object change(BucketId id, BucketChange change) {
    var bucket = Optional.ofNullable(buckets.get(id.value()));
    if (bucket.isEmpty()) {
      return new Reply.ChangeBucket.NoSuchBucket();
    }
    return change.make(bucket.get())
        ? Settings.of(bucket.get())
        : new Reply.ChangeBucket.InvalidBucketState();
  }

  private Object applyKeyspace(ModelBucket bucket, Command.Keyspace<?> command, Object reply) {
    return switch (command) {
      case Command.PutObject put -> putObject(bucket, put, reply);
      case Command.DeleteObject delete -> deleteObject(bucket, delete, reply);
      case Command.CopyObject copy -> copyObject(bucket, copy, reply);
      case Command.RenameObject rename -> renameObject(bucket, rename);
      case Command.Expire expire -> throw new IllegalArgumentException("not modelled");
      case Command.Transition transition -> throw new IllegalArgumentException("not modelled");
      case Command.RestoreObject restore -> throw new IllegalArgumentException("not modelled");
      case Command.SetTags set ->
          change(
              bucket,
              set,
              set.version(),
              version -> {
                version.tags = set.tags();
                return Optional.empty();
              });
      case Command.SetRetention set ->
          change(
              bucket,
              set,
              set.version(),
              version -> {
                if (!mayChange(version.lock.retention(), set.retention(), set.bypass())) {
                  return Optional.of(new Reply.ChangeVersion.Locked());
                }
                version.lock = new ObjectLock(set.retention(), version.lock.legalHold());
                return Optional.empty();
              });
      case Command.SetLegalHold set ->
          change(
              bucket,
              set,
              set.version(),
              version -> {
                version.lock = new ObjectLock(version.lock.retention(), set.on());
                return Optional.empty();
              });
      case Command.SetHeader set ->
          change(
              bucket,
              set,
              set.version(),
              version -> {
                var headers = new ArrayList<>(version.headers);
                headers.removeIf(header -> header.name().equals(set.header().name()));
                headers.add(set.header());
                version.headers = headers;
                return Optional.empty();
              });
      case Command.PutAnnotation put ->
          change(
              bucket,
              put,
              put.version(),
              version -> {
                var unmet = unmet(put.precondition(), Optional.of(version));
                if (unmet.isPresent()) {
                  return Optional.of(new Reply.ChangeVersion.PreconditionFailed(unmet.get()));
                }
                var extents = extents(put.content());
                name(extents);
                version.payloads.put(
                    put.name(),
                    new Payload(
                        new AnnotationInfo(
                            put.name(), put.etag(), put.length(), now(), put.checksums()),
                        extents));
                return Optional.empty();
              });
      case Command.DeleteAnnotation delete ->
          change(
              bucket,
              delete,
              delete.version(),
              version -> {
                var unmet = unmet(delete.precondition(), Optional.of(version));
                if (unmet.isPresent()) {
                  return Optional.of(new Reply.ChangeVersion.PreconditionFailed(unmet.get()));
                }
                if (!mayRemove(version.lock, delete.bypass())) {
                  return Optional.of(new Reply.ChangeVersion.Locked());
                }
                return Optional.ofNullable(version.payloads.remove(delete.name())).isPresent()
                    ? Optional.empty()
                    : Optional.of(new Reply.ChangeVersion.NoSuchAnnotation());
              });
      case Command.CreateUpload create -> {
        if (asksForLock(create.lock()) && bucket.lock.isEmpty()) {
          yield new Reply.CreateUpload.NoLocksHere();
        }
        yield bucket.uploads.computeIfAbsent(
                new UploadName(create.key().value(), create.upload()),
                name -> new OpenUpload(create, now(), ++writes))
            .initiated;
      }
      case Command.PutPart put -> {
        var upload =
            Optional.ofNullable(
                bucket.uploads.get(new UploadName(put.key().value(), put.upload())));
        if (upload.isEmpty()) {
          yield new Reply.PutPart.NoSuchUpload();
        }
        var extents = extents(put.content());
        name(extents);
        upload.get().parts.put(put.number(), new Part(put.etag(), put.length(), extents));
        yield new Reply.PutPart.Stored(now());
      }
      case Command.CompleteUpload complete -> completeUpload(bucket, complete, reply);
      case Command.AbortUpload abort ->
          Optional.ofNullable(
                      bucket.uploads.remove(new UploadName(abort.key().value(), abort.upload())))
                  .isPresent()
              ? new Reply.AbortUpload.Aborted()
              : new Reply.AbortUpload.NoSuchUpload();
    };
  }

  private static boolean asksForLock(ObjectLock lock) {
    return lock.legalHold() || lock.retention().isPresent();
  }

  private void name(List<Extent> extents) {
    extents.forEach(extent -> everNamed.add(extent.stripe()));
  }

  static List<Extent> extents(Content content) {
    return content instanceof Content.Striped(var extents) ? extents : List.of();
  }

  private static Bytes bytes(Content content) {
    return switch (content) {
      case Content.Inline(var inline) -> new Bytes(List.of(), inline.length, 0);
      case Content.Striped(var extents) -> new Bytes(extents, 0, 0);
      case Content.Parts parts -> throw new IllegalArgumentException("only an upload makes those");
    };
  }

  /** The id the index gave a new version, which must be later than all before. */
  private Optional<VersionId> fresh(ModelBucket bucket, Optional<VersionId> given) {
    if (bucket.versioning != Versioning.ENABLED) {
      return Optional.of(VersionId.NULL);
    }
    if (given.isPresent() && given.get() instanceof VersionId.Numbered(long millis, long number)) {
      if (millis != clock || number <= lastNumber) {
        throw new AssertionError(
            given + " is not a new version: it is " + clock + ", the last number " + lastNumber);
      }
      lastNumber = number;
      return given;
    }
    throw new AssertionError("a version needs a number where versions are kept, found " + given);
  }

  /** As a bucket keeps versions: on top, and in place of the null version unless enabled. */
  private static void push(ModelBucket bucket, String key, Version version) {
    var versions = bucket.keys.computeIfAbsent(key, k -> new ArrayList<>());
    if (bucket.versioning != Versioning.ENABLED) {
      versions.removeIf(Version::isNull);
    }
    versions.addFirst(version);
  }

  private Version marker(ModelBucket bucket, Optional<VersionId> id) {
    return new Version(
        id,
        true,
        new ETag("marker"),
        0,
        now(),
        "",
        bucket.owner,
        List.of(),
        List.of(),
        List.of(),
        ObjectLock.NONE,
        new Bytes(List.of(), 0, 0),
        ++writes);
  }

  private static Optional<VersionId> told(ModelBucket bucket, Optional<VersionId> id) {
    return bucket.versioning == Versioning.ENABLED ? id : Optional.empty();
  }

  private ObjectLock lockOfNew(ModelBucket bucket, ObjectLock asked) {
    if (asked.retention().isPresent()) {
      return asked;
    }
    var standard = bucket.lock.flatMap(LockSettings::defaultRetention);
    return new ObjectLock(
        standard.map(
            each -> new Retention(each.mode(), now().plus(Duration.ofDays(each.period().days())))),
        asked.legalHold());
  }

  private Object putObject(ModelBucket bucket, Command.PutObject put, Object reply) {
    var object = put.object();
    if (asksForLock(object.lock()) && bucket.lock.isEmpty()) {
      return new Reply.PutObject.NoLocksHere();
    }
    var key = put.key().value();
    var unmet = unmet(put.precondition(), bucket.current(key));
    if (unmet.isPresent()) {
      return unmet.get().equals(NO_SUCH_KEY)
          ? new Reply.PutObject.NoSuchKey()
          : new Reply.PutObject.PreconditionFailed(unmet.get());
    }
    var given = reply instanceof Reply.PutObject.Stored stored ? stored.version() : NOTHING;
    var id = fresh(bucket, given);
    var bytes = bytes(object.content());
    name(bytes.extents());
    push(
        bucket,
        key,
        new Version(
            id,
            false,
            object.etag(),
            object.length(),
            now(),
            object.storageClass(),
            object.owner(),
            object.headers(),
            object.checksums(),
            object.tags(),
            lockOfNew(bucket, object.lock()),
            bytes,
            ++writes));
    return new Reply.PutObject.Stored(object.etag(), now(), told(bucket, id));
  }

  private static final Optional<VersionId> NOTHING = Optional.empty();

  private Object deleteObject(ModelBucket bucket, Command.DeleteObject delete, Object reply) {
    var key = delete.key().value();
    return switch (delete.version()) {
      case VersionChoice.Current() -> {
        var current = bucket.current(key);
        var unmet = unmet(delete.precondition(), current);
        if (unmet.isPresent()) {
          yield deleteRefused(unmet.get());
        }
        if (bucket.versioning == Versioning.OFF) {
          current.ifPresent(version -> bucket.remove(key, version));
          yield current.isPresent()
              ? new Reply.DeleteObject.Deleted(Optional.empty(), false)
              : new Reply.DeleteObject.Absent();
        }
        Optional<VersionId> given =
            reply instanceof Reply.DeleteObject.Marked(var version)
                ? Optional.of(version)
                : Optional.empty();
        var id = fresh(bucket, given);
        push(bucket, key, marker(bucket, id));
        yield new Reply.DeleteObject.Marked(id.orElseThrow());
      }
      case VersionChoice.Exactly(var id) -> {
        var found = bucket.find(key, delete.version());
        var unmet = unmet(delete.precondition(), found.filter(version -> !version.marker));
        if (unmet.isPresent()) {
          yield deleteRefused(unmet.get());
        }
        if (found.isEmpty()) {
          yield new Reply.DeleteObject.Absent();
        }
        if (!mayRemove(found.get().lock, delete.bypass())) {
          yield new Reply.DeleteObject.Locked();
        }
        bucket.remove(key, found.get());
        yield new Reply.DeleteObject.Deleted(Optional.of(id), found.get().marker);
      }
    };
  }

  private static Object deleteRefused(String unmet) {
    return unmet.equals(NO_SUCH_KEY)
        ? new Reply.DeleteObject.NoSuchKey()
        : new Reply.DeleteObject.PreconditionFailed(unmet);
  }

  private boolean mayRemove(ObjectLock lock, boolean bypass) {
    if (lock.legalHold()) {
      return false;
    }
    return active(lock.retention()).isEmpty()
        || (active(lock.retention()).get().mode() == Retention.Mode.GOVERNANCE && bypass);
  }

  private Optional<Retention> active(Optional<Retention> retention) {
    return retention.filter(each -> now().isBefore(each.until()));
  }

  private boolean mayChange(Optional<Retention> before, Optional<Retention> after, boolean bypass) {
    var active = active(before);
    if (active.isEmpty()) {
      return true;
    }
    boolean asLong = after.isPresent() && !after.get().until().isBefore(active.get().until());
    return switch (active.get().mode()) {
      case COMPLIANCE -> asLong && after.get().mode() == Retention.Mode.COMPLIANCE;
      case GOVERNANCE -> asLong || bypass;
    };
  }

  private Object copyObject(ModelBucket bucket, Command.CopyObject copy, Object reply) {
    var asked = copy.object();
    if (asksForLock(asked.lock()) && bucket.lock.isEmpty()) {
      return new Reply.CopyObject.NoLocksHere();
    }
    var from = copy.source();
    var source =
        Optional.ofNullable(buckets.get(from.bucket().value()))
            .flatMap(b -> b.find(from.key().value(), new VersionChoice.Exactly(from.version())))
            .filter(version -> !version.marker && version.etag.equals(from.expected()));
    if (source.isEmpty()) {
      return new Reply.CopyObject.SourceChanged();
    }
    var key = copy.key().value();
    var unmet = unmet(copy.precondition(), bucket.current(key));
    if (unmet.isPresent()) {
      return unmet.get().equals(NO_SUCH_KEY)
          ? new Reply.CopyObject.NoSuchKey()
          : new Reply.CopyObject.PreconditionFailed(unmet.get());
    }
    var given = reply instanceof Reply.CopyObject.Copied copied ? copied.version() : NOTHING;
    var id = fresh(bucket, given);
    var of = source.get();
    var made =
        new Version(
            id,
            false,
            of.etag,
            of.length,
            now(),
            asked.storageClass(),
            asked.owner(),
            asked.headers(),
            asked.checksums(),
            asked.tags(),
            lockOfNew(bucket, asked.lock()),
            of.bytes,
            ++writes);
    if (copy.annotations()) {
      made.payloads = new TreeMap<>(of.payloads);
    }
    push(bucket, key, made);
    return new Reply.CopyObject.Copied(of.etag, now(), told(bucket, id));
  }

  private Object renameObject(ModelBucket bucket, Command.RenameObject rename) {
    var from = rename.source().value();
    var to = rename.key().value();
    var source = bucket.current(from);
    if (source.isEmpty()) {
      return new Reply.RenameObject.NoSuchSource();
    }
    var unmetBySource = unmet(rename.sourcePrecondition(), source);
    if (unmetBySource.isPresent()) {
      return new Reply.RenameObject.PreconditionFailed(unmetBySource.get(), true);
    }
    var unmetByTarget = unmet(rename.precondition(), bucket.current(to));
    if (unmetByTarget.isPresent()) {
      return unmetByTarget.get().equals(NO_SUCH_KEY)
          ? new Reply.RenameObject.NoSuchKey()
          : new Reply.RenameObject.PreconditionFailed(unmetByTarget.get(), false);
    }
    if (from.equals(to)) {
      return new Reply.RenameObject.Renamed();
    }
    var moved = source.get();
    if (bucket.versioning == Versioning.OFF) {
      bucket.remove(from, moved);
      push(bucket, to, moved);
      return new Reply.RenameObject.Renamed();
    }
    // No reply names these two: the test asks the index for their ids and tells us.
    Optional<VersionId> id =
        bucket.versioning == Versioning.ENABLED ? Optional.empty() : Optional.of(VersionId.NULL);
    var target =
        new Version(
            id,
            false,
            moved.etag,
            moved.length,
            now(),
            moved.storageClass,
            moved.owner,
            moved.headers,
            moved.checksums,
            moved.tags,
            lockOfNew(bucket, moved.lock),
            moved.bytes,
            ++writes);
    target.payloads = new TreeMap<>(moved.payloads);
    push(bucket, to, target);
    push(bucket, from, marker(bucket, id));
    return new Reply.RenameObject.Renamed();
  }

  /** The index's answer to what a rename called a version. */
  void learn(Version version, VersionId id) {
    if (!(id instanceof VersionId.Numbered(long millis, long number))
        || number <= lastNumber
        || millis != clock) {
      throw new AssertionError(id + " is not a new version: the last number is " + lastNumber);
    }
    version.id = Optional.of(id);
  }

  /** After all of a batch are learnt. */
  void learnt(long highest) {
    lastNumber = Math.max(lastNumber, highest);
  }

  /** Changes a version, or says why not. */
  private interface VersionChange {
    Optional<Reply.ChangeVersion> make(Version version);
  }

  private static Object change(
      ModelBucket bucket, Command.Keyspace<?> command, VersionChoice choice, VersionChange change) {
    boolean ofLock =
        command instanceof Command.SetRetention || command instanceof Command.SetLegalHold;
    if (ofLock && bucket.lock.isEmpty()) {
      return new Reply.ChangeVersion.NoLocksHere();
    }
    var version = bucket.find(command.key().value(), choice);
    if (version.isEmpty()) {
      return choice instanceof VersionChoice.Current
          ? new Reply.ChangeVersion.NoSuchKey()
          : new Reply.ChangeVersion.NoSuchVersion();
    }
    var id = version.get().id.orElseThrow();
    return version.get().marker
        ? new Reply.ChangeVersion.IsDeleteMarker(id)
        : change.make(version.get()).orElseGet(() -> new Reply.ChangeVersion.Changed(id));
  }

  private Object completeUpload(ModelBucket bucket, Command.CompleteUpload complete, Object reply) {
    var key = complete.key().value();
    var name = new UploadName(key, complete.upload());
    var open = Optional.ofNullable(bucket.uploads.get(name));
    if (open.isEmpty()) {
      return Optional.<Object>ofNullable(bucket.completed.get(name))
          .orElseGet(Reply.CompleteUpload.NoSuchUpload::new);
    }
    var upload = open.get();
    var current = bucket.current(key);
    var unmet = unmet(complete.precondition(), current);
    if (unmet.isPresent()) {
      if (unmet.get().equals(NO_SUCH_KEY)) {
        return new Reply.CompleteUpload.NoSuchKey();
      }
      var object = current.orElseThrow();
      // Within one millisecond, a bucket that never kept versions cannot always tell.
      boolean untold = object.modified.equals(upload.initiated) && object.isNull();
      boolean since =
          untold ? reply instanceof Reply.CompleteUpload.Conflict : object.born > upload.born;
      return since
          ? new Reply.CompleteUpload.Conflict(unmet.get())
          : new Reply.CompleteUpload.PreconditionFailed(unmet.get());
    }
    var extents = new ArrayList<Extent>();
    long length = 0;
    int before = 0;
    for (var chosen : complete.parts()) {
      var part = Optional.ofNullable(upload.parts.get(chosen.number()));
      if (chosen.number() <= before || part.filter(p -> p.etag().equals(chosen.etag())).isEmpty()) {
        return new Reply.CompleteUpload.InvalidPart(chosen.number());
      }
      before = chosen.number();
      extents.addAll(part.get().extents());
      length += part.get().length();
    }
    if (complete.parts().isEmpty()) {
      return new Reply.CompleteUpload.InvalidPart(1);
    }
    for (var chosen : complete.parts().subList(0, complete.parts().size() - 1)) {
      var part = upload.parts.get(chosen.number());
      if (part.length() < 5 << 20) {
        return new Reply.CompleteUpload.PartTooSmall(chosen.number(), part.length(), part.etag());
      }
    }
    var given =
        reply instanceof Reply.CompleteUpload.Completed completed ? completed.version() : NOTHING;
    var id = fresh(bucket, given);
    bucket.uploads.remove(name);
    push(
        bucket,
        key,
        new Version(
            id,
            false,
            complete.etag(),
            length,
            now(),
            upload.asked.storageClass(),
            upload.asked.owner(),
            upload.asked.headers(),
            complete.checksums(),
            upload.asked.tags(),
            lockOfNew(bucket, upload.asked.lock()),
            new Bytes(extents, 0, complete.parts().size()),
            ++writes));
    var completed =
        new Reply.CompleteUpload.Completed(complete.etag(), now(), length, told(bucket, id));
    bucket.completed.put(name, completed);
    return completed;
  }

  static final String NO_SUCH_KEY = "NoSuchKey";

  /** The header of the first condition that does not hold, or {@link #NO_SUCH_KEY}. */
  private static Optional<String> unmet(Precondition precondition, Optional<Version> current) {
    if (precondition instanceof Precondition.AllOf(var parts)) {
      for (var part : parts) {
        var unmet = unmet(part, current);
        if (unmet.isPresent()) {
          return unmet;
        }
      }
      return Optional.empty();
    }
    boolean there = current.isPresent();
    boolean needsObject =
        precondition instanceof Precondition.Present
            || precondition instanceof Precondition.Matches
            || precondition instanceof Precondition.ModifiedAt
            || precondition instanceof Precondition.HasLength;
    if (needsObject && !there) {
      return Optional.of(NO_SUCH_KEY);
    }
    long second = current.map(version -> version.modified.getEpochSecond()).orElse(0L);
    boolean holds =
        switch (precondition) {
          case Precondition.None() -> true;
          case Precondition.Absent() -> !there;
          case Precondition.Present() -> there;
          case Precondition.Matches(var etag) -> current.get().etag.equals(etag);
          case Precondition.Differs(var etag) -> !there || !current.get().etag.equals(etag);
          case Precondition.ModifiedSince(var moment) -> !there || second > moment.getEpochSecond();
          case Precondition.UnmodifiedSince(var moment) ->
              !there || second <= moment.getEpochSecond();
          case Precondition.ModifiedAt(var moment) -> second == moment.getEpochSecond();
          case Precondition.HasLength(long length) -> current.get().length == length;
          case Precondition.AllOf all -> throw new IllegalStateException("taken apart above");
        };
    return holds ? Optional.empty() : Optional.of(header(precondition));
  }

  private static String header(Precondition precondition) {
    return switch (precondition) {
      case Precondition.None none -> throw new IllegalStateException("asks nothing");
      case Precondition.Absent absent -> "If-None-Match";
      case Precondition.Present present -> "If-Match";
      case Precondition.Matches matches -> "If-Match";
      case Precondition.Differs differs -> "If-None-Match";
      case Precondition.ModifiedSince since -> "If-Modified-Since";
      case Precondition.UnmodifiedSince since -> "If-Unmodified-Since";
      case Precondition.ModifiedAt at -> "x-amz-if-match-last-modified-time";
      case Precondition.HasLength length -> "x-amz-if-match-size";
      case Precondition.AllOf all -> throw new IllegalStateException("taken apart above");
    };
  }

  /** All stripes that something live names. */
  Set<StripeId> live() {
    var live = new HashSet<StripeId>();
    for (var bucket : buckets.values()) {
      for (var versions : bucket.keys.values()) {
        for (var version : versions) {
          version.bytes.extents().forEach(extent -> live.add(extent.stripe()));
          version
              .payloads
              .values()
              .forEach(p -> p.extents().forEach(extent -> live.add(extent.stripe())));
        }
      }
      for (var upload : bucket.uploads.values()) {
        upload.parts.values().forEach(p -> p.extents().forEach(e -> live.add(e.stripe())));
      }
    }
    return live;
  }
}
