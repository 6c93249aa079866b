package ninebark.metadata.state;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.AccountId;
import ninebark.metadata.AnnotationInfo;
import ninebark.metadata.Bucket;
import ninebark.metadata.Checksum;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Header;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.PartInfo;
import ninebark.metadata.Reply;
import ninebark.metadata.Restore;
import ninebark.metadata.Tag;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.metadata.Versioning;
import ninebark.metadata.lifecycle.DayLength;
import ninebark.metadata.rows.AnnotationRow;
import ninebark.metadata.rows.ContentRow;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.NumbersRow;
import ninebark.metadata.rows.ObjectRow;
import ninebark.metadata.rows.PartRow;
import ninebark.metadata.rows.RepliesRow;
import ninebark.metadata.rows.Row;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.UploadRow;
import ninebark.metadata.state.Conditions.Refusal;
import ninebark.metadata.state.GarbageQueue.PartsHead;
import ninebark.storagenode.Extent;

/** Judges what names one bucket and one key, by the keyspace's own copy of the bucket. */
final class KeyspaceState {
  /** What S3 asks of every part but the last. */
  static final long MIN_PART_BYTES = 5L << 20;

  private final Batch batch;
  private final Draft rows;

  KeyspaceState(Batch batch) {
    this.batch = batch;
    this.rows = batch.rows();
  }

  Object judge(Command.Keyspace<?> command) {
    var bucket = batch.bucket(command.bucket());
    return switch (command) {
      case Command.PutObject put ->
          bucket.map(found -> putObject(found, put)).orElseGet(Reply.PutObject.NoSuchBucket::new);
      case Command.DeleteObject delete ->
          bucket
              .map(found -> deleteObject(found, delete))
              .orElseGet(Reply.DeleteObject.NoSuchBucket::new);
      case Command.CopyObject copy ->
          bucket
              .map(found -> copyObject(found, copy))
              .orElseGet(Reply.CopyObject.NoSuchBucket::new);
      case Command.RenameObject rename ->
          bucket
              .map(found -> renameObject(found, rename))
              .orElseGet(Reply.RenameObject.NoSuchBucket::new);
      case Command.SetTags set ->
          change(bucket, set, set.version(), (stack, held) -> setTags(stack, held, set));
      case Command.SetHeader set ->
          change(bucket, set, set.version(), (stack, held) -> setHeader(stack, held, set));
      case Command.SetRetention set ->
          change(bucket, set, set.version(), (stack, held) -> setRetention(stack, held, set));
      case Command.SetLegalHold set ->
          change(bucket, set, set.version(), (stack, held) -> setLegalHold(stack, held, set));
      case Command.PutAnnotation put ->
          change(bucket, put, put.version(), (stack, held) -> putAnnotation(stack, held, put));
      case Command.DeleteAnnotation delete ->
          change(
              bucket,
              delete,
              delete.version(),
              (stack, held) -> deleteAnnotation(stack, held, delete));
      case Command.CreateUpload create ->
          bucket
              .map(found -> createUpload(found, create))
              .orElseGet(Reply.CreateUpload.NoSuchBucket::new);
      case Command.PutPart put ->
          bucket.isPresent() ? putPart(put) : new Reply.PutPart.NoSuchBucket();
      case Command.CompleteUpload complete ->
          bucket
              .map(found -> completeUpload(found, complete))
              .orElseGet(Reply.CompleteUpload.NoSuchBucket::new);
      case Command.AbortUpload abort ->
          bucket.isPresent() ? abortUpload(abort) : new Reply.AbortUpload.NoSuchBucket();
      case Command.Expire expire ->
          bucket
              .map(found -> Expiry.judge(batch, found, expire))
              .orElseGet(Reply.Expire.NoSuchBucket::new);
      case Command.RestoreObject restore ->
          bucket
              .map(found -> restoreObject(found, restore))
              .orElseGet(Reply.RestoreObject.NoSuchBucket::new);
      case Command.Transition transition ->
          bucket
              .map(found -> Transitions.judge(batch, found, transition))
              .orElseGet(Reply.Transition.NoSuchBucket::new);
    };
  }

  /** Whether a stripe is older than the fence, so that it may be erased already. */
  private boolean isFenced(Content content) {
    return content instanceof Content.Striped(var extents) && isFenced(batch, extents);
  }

  static boolean isFenced(Batch batch, List<Extent> extents) {
    return extents.stream().anyMatch(extent -> extent.stripe().birthMillis() < batch.fence());
  }

  private Reply.PutObject putObject(Bucket bucket, Command.PutObject put) {
    var object = put.object();
    if (isFenced(object.content())) {
      return new Reply.PutObject.Fenced();
    }
    if (Locks.isAsked(object.lock()) && bucket.lock().isEmpty()) {
      return new Reply.PutObject.NoLocksHere();
    }
    var stack = new VersionStack(batch, bucket, put.key());
    var current = stack.versions().current();
    var refusal = Conditions.refusal(put.precondition(), current.map(Held.Stored::row));
    if (refusal.isPresent()) {
      return switch (refusal.get()) {
        case Refusal.Failed(var condition) -> new Reply.PutObject.PreconditionFailed(condition);
        case Refusal.NoSuchKey none -> new Reply.PutObject.NoSuchKey();
      };
    }
    long number = batch.nextContent();
    ObjectRow.Place place =
        switch (object.content()) {
          case Content.Inline inline -> new ObjectRow.Place.Inline(number);
          case Content.Striped(var extents) -> {
            GarbageQueue.reference(batch, extents);
            yield new ObjectRow.Place.Striped(number);
          }
          case Content.Parts parts ->
              throw new IllegalStateException("a new object never has parts: " + put.key());
        };
    var contentKey = RowKeys.content(number);
    rows.put(Family.CONTENTS, contentKey, ContentRow.encode(contentKey, object.content()));
    var version =
        stack.push(
            row(
                object.etag(),
                object.length(),
                object.storageClass(),
                object.owner(),
                object.checksums(),
                place,
                object.headers(),
                object.tags(),
                Locks.ofNew(object.lock(), bucket, batch.now())),
            current);
    return new Reply.PutObject.Stored(object.etag(), batch.now(), version);
  }

  /** A row of now; its version is given when it is pushed. */
  private ObjectRow row(
      ETag etag,
      long length,
      String storageClass,
      AccountId owner,
      List<Checksum> checksums,
      ObjectRow.Place place,
      List<Header> headers,
      List<Tag> tags,
      ObjectLock lock) {
    return new ObjectRow(
        etag,
        length,
        batch.clock(),
        storageClass,
        owner,
        checksums,
        VersionId.NULL,
        0,
        place,
        headers,
        tags,
        lock,
        ObjectRow.Annotations.NONE);
  }

  private Reply.DeleteObject deleteObject(Bucket bucket, Command.DeleteObject delete) {
    var stack = new VersionStack(batch, bucket, delete.key());
    return switch (delete.version()) {
      case VersionChoice.Current() -> deleteCurrent(bucket, stack, delete);
      case VersionChoice.Exactly(var id) -> deleteVersion(stack, delete, id);
    };
  }

  private Reply.DeleteObject deleteCurrent(
      Bucket bucket, VersionStack stack, Command.DeleteObject delete) {
    var current = stack.versions().current();
    var refusal = Conditions.refusal(delete.precondition(), current.map(Held.Stored::row));
    if (refusal.isPresent()) {
      return refused(refusal.get());
    }
    if (bucket.versioning() != Versioning.OFF) {
      return new Reply.DeleteObject.Marked(stack.pushMarker(bucket.owner(), current));
    }
    if (current.isEmpty()) {
      return new Reply.DeleteObject.Absent();
    }
    stack.remove(current.get());
    return new Reply.DeleteObject.Deleted(Optional.empty(), false);
  }

  private Reply.DeleteObject deleteVersion(
      VersionStack stack, Command.DeleteObject delete, VersionId id) {
    var held = stack.versions().find(id);
    var object = held.flatMap(KeyspaceState::object);
    var refusal = Conditions.refusal(delete.precondition(), object.map(Held.Stored::row));
    if (refusal.isPresent()) {
      return refused(refusal.get());
    }
    if (held.isEmpty()) {
      return new Reply.DeleteObject.Absent();
    }
    if (object.isPresent()
        && Locks.forbidsRemoval(object.get().row().lock(), batch.now(), delete.bypass())) {
      return new Reply.DeleteObject.Locked();
    }
    stack.remove(held.get());
    return new Reply.DeleteObject.Deleted(Optional.of(id), object.isEmpty());
  }

  private static Reply.DeleteObject refused(Refusal refusal) {
    return switch (refusal) {
      case Refusal.Failed(var condition) -> new Reply.DeleteObject.PreconditionFailed(condition);
      case Refusal.NoSuchKey none -> new Reply.DeleteObject.NoSuchKey();
    };
  }

  private static Optional<Held.Stored> object(Held held) {
    return held instanceof Held.Stored stored ? Optional.of(stored) : Optional.empty();
  }

  private Reply.CopyObject copyObject(Bucket bucket, Command.CopyObject copy) {
    var copied = copy.object();
    if (Locks.isAsked(copied.lock()) && bucket.lock().isEmpty()) {
      return new Reply.CopyObject.NoLocksHere();
    }
    var wanted = copy.source();
    if (batch.bucket(wanted.bucket()).isEmpty()) {
      return new Reply.CopyObject.SourceChanged();
    }
    var source =
        new KeyVersions(rows, wanted.bucket(), wanted.key())
            .find(wanted.version())
            .flatMap(KeyspaceState::object)
            .map(Held.Stored::row)
            .filter(row -> row.etag().equals(wanted.expected()))
            .filter(
                row -> row.storageClass().equals(wanted.storageClass().orElse(row.storageClass())));
    if (source.isEmpty()) {
      return new Reply.CopyObject.SourceChanged();
    }
    var stack = new VersionStack(batch, bucket, copy.key());
    var current = stack.versions().current();
    var refusal = Conditions.refusal(copy.precondition(), current.map(Held.Stored::row));
    if (refusal.isPresent()) {
      return switch (refusal.get()) {
        case Refusal.Failed(var condition) -> new Reply.CopyObject.PreconditionFailed(condition);
        case Refusal.NoSuchKey none -> new Reply.CopyObject.NoSuchKey();
      };
    }
    var from = source.get();
    // Shared before the target's old version goes: that may be the source itself.
    var annotations =
        copy.annotations()
            ? Annotations.share(batch, bucket.id(), from.annotations())
            : ObjectRow.Annotations.NONE;
    var row =
        row(
                from.etag(),
                from.length(),
                copied.storageClass(),
                copied.owner(),
                copied.checksums(),
                VersionStack.share(batch, from),
                copied.headers(),
                copied.tags(),
                Locks.ofNew(copied.lock(), bucket, batch.now()))
            .withAnnotations(annotations);
    var version = stack.push(row, current);
    return new Reply.CopyObject.Copied(from.etag(), batch.now(), version);
  }

  private Reply.RenameObject renameObject(Bucket bucket, Command.RenameObject rename) {
    var from = new VersionStack(batch, bucket, rename.source());
    var to = new VersionStack(batch, bucket, rename.key());
    var source = from.versions().current();
    if (source.isEmpty()) {
      return new Reply.RenameObject.NoSuchSource();
    }
    var target = to.versions().current();
    var ofSource = Conditions.refusal(rename.sourcePrecondition(), source.map(Held.Stored::row));
    if (ofSource.isPresent()) {
      return refused(ofSource.get(), true);
    }
    var ofTarget = Conditions.refusal(rename.precondition(), target.map(Held.Stored::row));
    if (ofTarget.isPresent()) {
      return refused(ofTarget.get(), false);
    }
    if (rename.key().equals(rename.source())) {
      return new Reply.RenameObject.Renamed();
    }
    var row = source.get().row();
    if (bucket.versioning() == Versioning.OFF) {
      target.ifPresent(to::discard);
      from.detach(source.get());
      to.attach(row);
      return new Reply.RenameObject.Renamed();
    }
    var moved =
        row(
                row.etag(),
                row.length(),
                row.storageClass(),
                row.owner(),
                row.checksums(),
                VersionStack.share(batch, row),
                row.headers(),
                row.tags(),
                Locks.ofNew(row.lock(), bucket, batch.now()))
            .withAnnotations(Annotations.share(batch, bucket.id(), row.annotations()));
    to.push(moved, target);
    from.pushMarker(bucket.owner(), source);
    return new Reply.RenameObject.Renamed();
  }

  private static Reply.RenameObject refused(Refusal refusal, boolean ofSource) {
    return switch (refusal) {
      case Refusal.Failed(var condition) ->
          new Reply.RenameObject.PreconditionFailed(condition, ofSource);
      case Refusal.NoSuchKey none ->
          ofSource ? new Reply.RenameObject.NoSuchSource() : new Reply.RenameObject.NoSuchKey();
    };
  }

  private Reply.RestoreObject restoreObject(Bucket bucket, Command.RestoreObject restore) {
    var stack = new VersionStack(batch, bucket, restore.key());
    var found = stack.versions().find(restore.version());
    if (found.isEmpty()) {
      return switch (restore.version()) {
        case VersionChoice.Exactly(var _) -> new Reply.RestoreObject.NoSuchVersion();
        case VersionChoice.Current() -> new Reply.RestoreObject.NoSuchKey();
      };
    }
    return switch (found.get()) {
      case Held.Marker marker -> new Reply.RestoreObject.IsDeleteMarker(marker.id());
      case Held.Stored held -> restoreObject(stack, held, restore);
    };
  }

  private Reply.RestoreObject restoreObject(
      VersionStack stack, Held.Stored held, Command.RestoreObject restore) {
    if (!held.row().storageClass().equals(restore.storageClass())) {
      return new Reply.RestoreObject.OtherClass();
    }
    var now = batch.now();
    var before = held.row().restore();
    if (before.isPresent() && before.get().isPending(now)) {
      return new Reply.RestoreObject.InProgress();
    }
    boolean readable = before.isPresent() && before.get().isReadable(now);
    var ready = readable ? before.get().ready() : now.plus(restore.delay());
    var from = readable ? now : ready;
    var after = new Restore(ready, new DayLength(restore.day()).after(from, restore.days()));
    stack.rewrite(held, held.row().withRestore(after));
    return readable ? new Reply.RestoreObject.Extended() : new Reply.RestoreObject.Begun();
  }

  /** A change beside the bytes of a version that is there. */
  private interface Change {
    Reply.ChangeVersion make(VersionStack stack, Held.Stored held);
  }

  private Reply.ChangeVersion change(
      Optional<Bucket> bucket, Command.Keyspace<?> command, VersionChoice version, Change change) {
    if (bucket.isEmpty()) {
      return new Reply.ChangeVersion.NoSuchBucket();
    }
    boolean lock =
        command instanceof Command.SetRetention || command instanceof Command.SetLegalHold;
    if (lock && bucket.get().lock().isEmpty()) {
      return new Reply.ChangeVersion.NoLocksHere();
    }
    var stack = new VersionStack(batch, bucket.get(), command.key());
    var held = stack.versions().find(version);
    if (held.isEmpty()) {
      return version instanceof VersionChoice.Exactly
          ? new Reply.ChangeVersion.NoSuchVersion()
          : new Reply.ChangeVersion.NoSuchKey();
    }
    return switch (held.get()) {
      case Held.Marker marker -> new Reply.ChangeVersion.IsDeleteMarker(marker.id());
      case Held.Stored stored -> change.make(stack, stored);
    };
  }

  private static Reply.ChangeVersion rewritten(
      VersionStack stack, Held.Stored held, ObjectRow row) {
    stack.rewrite(held, row);
    return new Reply.ChangeVersion.Changed(held.id());
  }

  private static Reply.ChangeVersion setTags(
      VersionStack stack, Held.Stored held, Command.SetTags set) {
    return rewritten(stack, held, held.row().withTags(set.tags()));
  }

  private static Reply.ChangeVersion setHeader(
      VersionStack stack, Held.Stored held, Command.SetHeader set) {
    var headers = new ArrayList<Header>();
    for (var header : held.row().headers()) {
      if (!header.name().equals(set.header().name())) {
        headers.add(header);
      }
    }
    headers.add(set.header());
    return rewritten(stack, held, held.row().withHeaders(headers));
  }

  private Reply.ChangeVersion setRetention(
      VersionStack stack, Held.Stored held, Command.SetRetention set) {
    var lock = held.row().lock();
    if (Locks.forbidsChange(lock, set.retention(), batch.now(), set.bypass())) {
      return new Reply.ChangeVersion.Locked();
    }
    var changed = new ObjectLock(set.retention(), lock.legalHold());
    return rewritten(stack, held, held.row().withLock(changed));
  }

  private static Reply.ChangeVersion setLegalHold(
      VersionStack stack, Held.Stored held, Command.SetLegalHold set) {
    var changed = new ObjectLock(held.row().lock().retention(), set.on());
    return rewritten(stack, held, held.row().withLock(changed));
  }

  private Reply.ChangeVersion putAnnotation(
      VersionStack stack, Held.Stored held, Command.PutAnnotation put) {
    if (isFenced(put.content())) {
      return new Reply.ChangeVersion.Fenced();
    }
    var refusal = Conditions.refusal(put.precondition(), Optional.of(held.row()));
    if (refusal.isPresent()) {
      return refusedChange(refusal.get());
    }
    var before = held.row().annotations();
    if (before.count() >= AnnotationInfo.MAX_PER_VERSION
        && Annotations.find(rows, before, put.name()).isEmpty()) {
      return new Reply.ChangeVersion.TooMany(AnnotationInfo.MAX_PER_VERSION);
    }
    var annotation =
        new AnnotationRow(put.etag(), put.length(), batch.clock(), put.checksums(), put.content());
    var after = Annotations.put(batch, put.bucket(), before, put.name(), annotation);
    return rewritten(stack, held, held.row().withAnnotations(after));
  }

  private Reply.ChangeVersion deleteAnnotation(
      VersionStack stack, Held.Stored held, Command.DeleteAnnotation delete) {
    var refusal = Conditions.refusal(delete.precondition(), Optional.of(held.row()));
    if (refusal.isPresent()) {
      return refusedChange(refusal.get());
    }
    if (Locks.forbidsRemoval(held.row().lock(), batch.now(), delete.bypass())) {
      return new Reply.ChangeVersion.Locked();
    }
    var before = held.row().annotations();
    if (Annotations.find(rows, before, delete.name()).isEmpty()) {
      return new Reply.ChangeVersion.NoSuchAnnotation();
    }
    var after = Annotations.delete(batch, delete.bucket(), before, delete.name());
    return rewritten(stack, held, held.row().withAnnotations(after));
  }

  private static Reply.ChangeVersion refusedChange(Refusal refusal) {
    return switch (refusal) {
      case Refusal.Failed(var condition) -> new Reply.ChangeVersion.PreconditionFailed(condition);
      case Refusal.NoSuchKey none -> new Reply.ChangeVersion.NoSuchKey();
    };
  }

  private Reply.CreateUpload createUpload(Bucket bucket, Command.CreateUpload create) {
    if (Locks.isAsked(create.lock()) && bucket.lock().isEmpty()) {
      return new Reply.CreateUpload.NoLocksHere();
    }
    var key = RowKeys.upload(create.bucket(), create.key(), create.upload());
    var existing = rows.get(Family.UPLOADS, key);
    if (existing.isPresent()) {
      // The same upload once more: its parts stay.
      return new Reply.CreateUpload.Created(
          UploadRow.decode(key, existing.get()).upload(create.key(), create.upload()));
    }
    // Two writers may have drawn the same number.
    long content = freeContent(rows, create.contentId());
    new PartsHead(0, 0, 0).write(rows, content);
    var upload =
        new UploadRow(
            content,
            batch.clock(),
            create.storageClass(),
            create.owner(),
            create.checksum(),
            create.headers(),
            create.tags(),
            create.lock(),
            batch.lastContent() + 1);
    rows.put(Family.UPLOADS, key, upload.encode(key));
    return new Reply.CreateUpload.Created(upload.upload(create.key(), create.upload()));
  }

  private Reply.PutPart putPart(Command.PutPart put) {
    var uploadKey = RowKeys.upload(put.bucket(), put.key(), put.upload());
    var upload = rows.get(Family.UPLOADS, uploadKey);
    if (upload.isEmpty()) {
      return new Reply.PutPart.NoSuchUpload();
    }
    if (isFenced(put.content())) {
      return new Reply.PutPart.Fenced();
    }
    long content = UploadRow.decode(uploadKey, upload.get()).content();
    var key = RowKeys.part(content, put.number());
    var old = rows.get(Family.PARTS, key).map(value -> PartRow.decode(key, value));
    var head = PartsHead.read(rows, content).orElseThrow();
    if (old.isPresent()) {
      GarbageQueue.discard(batch, old.get().content());
      head = head.plus(-1, -old.get().length());
    }
    if (put.content() instanceof Content.Striped(var extents)) {
      GarbageQueue.reference(batch, extents);
    }
    head.plus(1, put.length()).write(rows, content);
    rows.put(
        Family.PARTS,
        key,
        new PartRow(put.etag(), put.length(), batch.clock(), put.checksums(), put.content())
            .encode(key));
    return new Reply.PutPart.Stored(batch.now());
  }

  private Reply.CompleteUpload completeUpload(Bucket bucket, Command.CompleteUpload complete) {
    var uploadKey = RowKeys.upload(complete.bucket(), complete.key(), complete.upload());
    var open = rows.get(Family.UPLOADS, uploadKey);
    if (open.isEmpty()) {
      return completed(complete)
          .<Reply.CompleteUpload>map(first -> first)
          .orElseGet(Reply.CompleteUpload.NoSuchUpload::new);
    }
    var upload = UploadRow.decode(uploadKey, open.get());
    var stack = new VersionStack(batch, bucket, complete.key());
    var current = stack.versions().current();
    var refusal = Conditions.refusal(complete.precondition(), current.map(Held.Stored::row));
    if (refusal.isPresent()) {
      return switch (refusal.get()) {
        case Refusal.Failed(var condition) ->
            current.isPresent() && isSince(upload, current.get())
                ? new Reply.CompleteUpload.Conflict(condition)
                : new Reply.CompleteUpload.PreconditionFailed(condition);
        case Refusal.NoSuchKey none -> new Reply.CompleteUpload.NoSuchKey();
      };
    }
    return switch (choose(upload.content(), complete.parts())) {
      case Choice.Refused(var reply) -> reply;
      case Choice.Chosen(var parts, long length) -> {
        keepOnly(upload.content(), parts, length);
        var version =
            stack.push(
                row(
                    complete.etag(),
                    length,
                    upload.storageClass(),
                    upload.owner(),
                    complete.checksums(),
                    new ObjectRow.Place.Parts(upload.content(), parts.size()),
                    upload.headers(),
                    upload.tags(),
                    Locks.ofNew(upload.lock(), bucket, batch.now())),
                current);
        rows.delete(Family.UPLOADS, uploadKey);
        var reply =
            new Reply.CompleteUpload.Completed(complete.etag(), batch.now(), length, version);
        remember(complete, reply);
        yield reply;
      }
    };
  }

  /** Whether an object came after an upload was begun. */
  private static boolean isSince(UploadRow upload, Held.Stored object) {
    long number =
        switch (object.row().place()) {
          case ObjectRow.Place.Inline(long content) -> content;
          case ObjectRow.Place.Striped(long content) -> content;
          case ObjectRow.Place.Parts parts -> object.number();
        };
    if (object.modifiedMillis() != upload.initiatedMillis()) {
      return object.modifiedMillis() > upload.initiatedMillis();
    }
    // Within one millisecond the numbers tell; a row that has none is taken for the older.
    return upload.nextNumber() > 0 && Math.max(number, object.number()) >= upload.nextNumber();
  }

  private sealed interface Choice {
    record Chosen(List<PartInfo> parts, long length) implements Choice {}

    record Refused(Reply.CompleteUpload reply) implements Choice {}
  }

  private Choice choose(long content, List<Command.ChosenPart> chosen) {
    if (chosen.isEmpty()) {
      return new Choice.Refused(new Reply.CompleteUpload.InvalidPart(1));
    }
    var parts = new ArrayList<PartInfo>(chosen.size());
    long length = 0;
    int before = 0;
    for (var wanted : chosen) {
      var key = RowKeys.part(content, wanted.number());
      var part =
          rows.get(Family.PARTS, key)
              .map(value -> PartRow.decodeInfo(key, value, wanted.number()))
              .filter(found -> found.etag().equals(wanted.etag()));
      if (part.isEmpty() || wanted.number() <= before) {
        return new Choice.Refused(new Reply.CompleteUpload.InvalidPart(wanted.number()));
      }
      parts.add(part.get());
      length += part.get().length();
      before = wanted.number();
    }
    for (var part : parts.subList(0, parts.size() - 1)) {
      if (part.length() < MIN_PART_BYTES) {
        return new Choice.Refused(
            new Reply.CompleteUpload.PartTooSmall(part.number(), part.length(), part.etag()));
      }
    }
    return new Choice.Chosen(parts, length);
  }

  /** Where a part of a completed object begins, to be found by its offset and by its number. */
  static void putBegin(Draft rows, long content, int number, long offset) {
    var byOffset = RowKeys.partOffset(content, offset);
    rows.put(Family.PARTS, byOffset, NumbersRow.encode(byOffset, number));
    var byNumber = RowKeys.partBegin(content, number);
    rows.put(Family.PARTS, byNumber, NumbersRow.encode(byNumber, offset));
  }

  /** The first number from this on under which no parts stand: parts must never mix. */
  static long freeContent(Draft rows, long wanted) {
    long content = wanted;
    while (PartsHead.read(rows, content).isPresent()) {
      content++;
    }
    return content;
  }

  /** The chosen parts stay where they are and learn where they begin; the others are garbage. */
  private void keepOnly(long content, List<PartInfo> parts, long length) {
    var chosen = new HashSet<Integer>();
    long offset = 0;
    for (var part : parts) {
      chosen.add(part.number());
      putBegin(rows, content, part.number(), offset);
      offset += part.length();
    }
    var head = PartsHead.read(rows, content).orElseThrow();
    if (head.parts() > parts.size()) {
      var unused = new ArrayList<Row>();
      var all = RowKeys.parts(content);
      try (var walk = rows.scan(Family.PARTS, all, RowKeys.after(all))) {
        for (; walk.isValid(); walk.next()) {
          if (!chosen.contains(RowKeys.partNumberOf(walk.key()))) {
            unused.add(walk.row());
          }
        }
      }
      for (var row : unused) {
        GarbageQueue.discard(batch, PartRow.decode(row.key(), row.value()).content());
        rows.delete(Family.PARTS, row.key());
      }
    }
    new PartsHead(parts.size(), length, 0).write(rows, content);
  }

  private Optional<Reply.CompleteUpload.Completed> completed(Command.CompleteUpload complete) {
    return Questions.completed(rows, complete.bucket(), complete.key(), complete.upload());
  }

  private void remember(Command.CompleteUpload complete, Reply.CompleteUpload.Completed reply) {
    var key = RowKeys.completed(complete.bucket(), complete.key(), complete.upload());
    rows.put(Family.COMPLETED, key, RepliesRow.encode(key, List.of(reply)));
    var byTime =
        RowKeys.completedAt(batch.clock(), complete.bucket(), complete.key(), complete.upload());
    rows.put(Family.COMPLETED, byTime, NumbersRow.encode(byTime));
  }

  private Reply.AbortUpload abortUpload(Command.AbortUpload abort) {
    var key = RowKeys.upload(abort.bucket(), abort.key(), abort.upload());
    var upload = rows.get(Family.UPLOADS, key);
    if (upload.isEmpty()) {
      return new Reply.AbortUpload.NoSuchUpload();
    }
    abort(batch, new Row(key, upload.get()));
    return new Reply.AbortUpload.Aborted();
  }

  static void abort(Batch batch, Row upload) {
    GarbageQueue.discardParts(batch, UploadRow.decode(upload.key(), upload.value()).content());
    batch.rows().delete(Family.UPLOADS, upload.key());
  }
}
