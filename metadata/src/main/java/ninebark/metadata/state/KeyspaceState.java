package ninebark.metadata.state;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.BucketId;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.PartInfo;
import ninebark.metadata.Precondition;
import ninebark.metadata.Reply;
import ninebark.metadata.rows.ContentRow;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.NumbersRow;
import ninebark.metadata.rows.ObjectRow;
import ninebark.metadata.rows.PartRow;
import ninebark.metadata.rows.RepliesRow;
import ninebark.metadata.rows.Row;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.UploadRow;
import ninebark.metadata.state.GarbageQueue.PartsHead;

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
    boolean bucketExists = batch.bucket(command.bucket()).isPresent();
    return switch (command) {
      case Command.PutObject put ->
          bucketExists ? putObject(put) : new Reply.PutObject.NoSuchBucket();
      case Command.DeleteObject delete ->
          bucketExists ? deleteObject(delete) : new Reply.DeleteObject.NoSuchBucket();
      case Command.CreateUpload create ->
          bucketExists ? createUpload(create) : new Reply.CreateUpload.NoSuchBucket();
      case Command.PutPart put -> bucketExists ? putPart(put) : new Reply.PutPart.NoSuchBucket();
      case Command.CompleteUpload complete ->
          bucketExists ? completeUpload(complete) : new Reply.CompleteUpload.NoSuchBucket();
      case Command.AbortUpload abort ->
          bucketExists ? abortUpload(abort) : new Reply.AbortUpload.NoSuchBucket();
    };
  }

  private Optional<ObjectRow> current(byte[] key) {
    return rows.get(Family.OBJECTS, key).map(value -> ObjectRow.decode(key, value));
  }

  /** Why a condition does not hold. */
  private sealed interface Refusal {
    record Failed(String condition) implements Refusal {}

    record NoSuchKey() implements Refusal {}
  }

  private static Optional<Refusal> refusal(Precondition precondition, Optional<ObjectRow> current) {
    return switch (precondition) {
      case Precondition.None none -> Optional.empty();
      case Precondition.Absent absent -> current.map(object -> new Refusal.Failed("If-None-Match"));
      case Precondition.Present present ->
          current.isPresent() ? Optional.empty() : Optional.of(new Refusal.NoSuchKey());
      case Precondition.Matches(var etag) -> {
        if (current.isEmpty()) {
          yield Optional.of(new Refusal.NoSuchKey());
        }
        yield current.get().etag().equals(etag)
            ? Optional.empty()
            : Optional.of(new Refusal.Failed("If-Match"));
      }
    };
  }

  /** Whether a stripe is older than the fence, so that it may be erased already. */
  private boolean isFenced(Content content) {
    return content instanceof Content.Striped(var extents)
        && extents.stream().anyMatch(extent -> extent.stripe().birthMillis() < batch.fence());
  }

  private Reply.PutObject putObject(Command.PutObject put) {
    var object = put.object();
    if (isFenced(object.content())) {
      return new Reply.PutObject.Fenced();
    }
    var key = RowKeys.object(put.bucket(), put.key());
    var current = current(key);
    var refusal = refusal(put.precondition(), current);
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
    replace(
        put.bucket(),
        key,
        current,
        new ObjectRow(
            object.etag(),
            object.length(),
            batch.clock(),
            object.storageClass(),
            object.owner(),
            object.checksums(),
            place,
            object.headers()));
    return new Reply.PutObject.Stored(object.etag(), batch.now());
  }

  private void replace(BucketId bucket, byte[] key, Optional<ObjectRow> current, ObjectRow object) {
    current.ifPresent(old -> discard(bucket, old));
    rows.put(Family.OBJECTS, key, object.encode(key));
    batch.count(bucket, 1, object.length());
  }

  private void discard(BucketId bucket, ObjectRow object) {
    batch.count(bucket, -1, -object.length());
    switch (object.place()) {
      case ObjectRow.Place.Inline(long number) ->
          rows.delete(Family.CONTENTS, RowKeys.content(number));
      case ObjectRow.Place.Striped(long number) -> {
        var key = RowKeys.content(number);
        var value = rows.get(Family.CONTENTS, key).orElseThrow();
        GarbageQueue.discard(batch, ContentRow.decode(key, value));
        rows.delete(Family.CONTENTS, key);
      }
      case ObjectRow.Place.Parts(long content, int count) ->
          GarbageQueue.discardParts(batch, content);
    }
  }

  private Reply.DeleteObject deleteObject(Command.DeleteObject delete) {
    var key = RowKeys.object(delete.bucket(), delete.key());
    var current = current(key);
    var refusal = refusal(delete.precondition(), current);
    if (refusal.isPresent()) {
      return switch (refusal.get()) {
        case Refusal.Failed(var condition) -> new Reply.DeleteObject.PreconditionFailed(condition);
        case Refusal.NoSuchKey none -> new Reply.DeleteObject.NoSuchKey();
      };
    }
    if (current.isEmpty()) {
      return new Reply.DeleteObject.Absent();
    }
    discard(delete.bucket(), current.get());
    rows.delete(Family.OBJECTS, key);
    return new Reply.DeleteObject.Deleted();
  }

  private Reply.CreateUpload createUpload(Command.CreateUpload create) {
    var key = RowKeys.upload(create.bucket(), create.key(), create.upload());
    var existing = rows.get(Family.UPLOADS, key);
    if (existing.isPresent()) {
      // The same upload once more: its parts stay.
      return new Reply.CreateUpload.Created(
          UploadRow.decode(key, existing.get()).upload(create.key(), create.upload()));
    }
    long content = create.contentId();
    while (PartsHead.read(rows, content).isPresent()) {
      // Two writers drew the same number. Parts must never mix: take the next free one.
      content++;
    }
    new PartsHead(0, 0).write(rows, content);
    var upload =
        new UploadRow(
            content,
            batch.clock(),
            create.storageClass(),
            create.owner(),
            create.checksum(),
            create.headers());
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

  private Reply.CompleteUpload completeUpload(Command.CompleteUpload complete) {
    var uploadKey = RowKeys.upload(complete.bucket(), complete.key(), complete.upload());
    var open = rows.get(Family.UPLOADS, uploadKey);
    if (open.isEmpty()) {
      return completed(complete)
          .<Reply.CompleteUpload>map(first -> first)
          .orElseGet(Reply.CompleteUpload.NoSuchUpload::new);
    }
    var key = RowKeys.object(complete.bucket(), complete.key());
    var current = current(key);
    var refusal = refusal(complete.precondition(), current);
    if (refusal.isPresent()) {
      return switch (refusal.get()) {
        case Refusal.Failed(var condition) ->
            new Reply.CompleteUpload.PreconditionFailed(condition);
        case Refusal.NoSuchKey none -> new Reply.CompleteUpload.NoSuchKey();
      };
    }
    var upload = UploadRow.decode(uploadKey, open.get());
    return switch (choose(upload.content(), complete.parts())) {
      case Choice.Refused(var reply) -> reply;
      case Choice.Chosen(var parts, long length) -> {
        keepOnly(upload.content(), parts, length);
        replace(
            complete.bucket(),
            key,
            current,
            new ObjectRow(
                complete.etag(),
                length,
                batch.clock(),
                upload.storageClass(),
                upload.owner(),
                complete.checksums(),
                new ObjectRow.Place.Parts(upload.content(), parts.size()),
                upload.headers()));
        rows.delete(Family.UPLOADS, uploadKey);
        var reply = new Reply.CompleteUpload.Completed(complete.etag(), batch.now(), length);
        remember(complete, reply);
        yield reply;
      }
    };
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

  /** The chosen parts stay where they are and learn where they begin; the others are garbage. */
  private void keepOnly(long content, List<PartInfo> parts, long length) {
    var chosen = new HashSet<Integer>();
    long offset = 0;
    for (var part : parts) {
      chosen.add(part.number());
      var byOffset = RowKeys.partOffset(content, offset);
      rows.put(Family.PARTS, byOffset, NumbersRow.encode(byOffset, part.number()));
      var byNumber = RowKeys.partBegin(content, part.number());
      rows.put(Family.PARTS, byNumber, NumbersRow.encode(byNumber, offset));
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
    new PartsHead(parts.size(), length).write(rows, content);
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
