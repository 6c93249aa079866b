package ninebark.metadata.rows;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.ETag;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Reply;
import ninebark.metadata.Tag;
import ninebark.metadata.Upload;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionId;
import ninebark.metadata.Versioning;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Replies of commands: an array of the reply's name and its fields in the order of the record.
 *
 * <pre>
 * ["done"]
 * ["cb.new", bucket] ["cb.known", bucket] ["cb.toomany", limit]
 * ["bk.changed", bucket] ["bk.toomany", limit] ["bk.state"] ["bk.nobucket"]
 * ["db.deleted"] ["db.notempty"] ["db.nobucket"]
 * ["pm.published"] ["pm.stale", epoch]
 * ["tl.held"] ["tl.another", holder]
 * ["po.stored", etag, millis] ["po.version", etag, millis, version] ["po.precondition", condition]
 * ["po.nokey"] ["po.nobucket"] ["po.fenced"] ["po.nolocks"]
 * ["do.deleted"] ["do.version", version, marker] ["do.marked", version] ["do.absent"] ["do.locked"]
 * ["do.precondition", condition] ["do.nokey"] ["do.nobucket"]
 * ["cy.copied", etag, millis] ["cy.version", etag, millis, version] ["cy.changed"] ["cy.nolocks"]
 * ["cy.precondition", condition] ["cy.nokey"] ["cy.nobucket"]
 * ["rn.renamed"] ["rn.nosource"] ["rn.nokey"] ["rn.precondition", condition, of source] ["rn.locked"]
 * ["rn.nobucket"]
 * ["cv.changed", version] ["cv.nokey"] ["cv.noversion"] ["cv.marker", version] ["cv.locked"]
 * ["cv.nolocks"] ["cv.toomany", limit] ["cv.precondition", condition] ["cv.noannotation"]
 * ["cv.fenced"] ["cv.nobucket"]
 * ["cu.upload", key, upload, millis, class, owner, headers, choice | false, content id, tags, lock]
 * ["cu.nobucket"] ["cu.nolocks"]
 * ["pp.stored", millis] ["pp.noupload"] ["pp.nobucket"] ["pp.fenced"]
 * ["co.completed", etag, millis, length] ["co.version", etag, millis, length, version]
 * ["co.conflict", condition] ["co.noupload"] ["co.nobucket"] ["co.invalid", number]
 * ["co.small", number, length, etag] ["co.precondition", condition] ["co.nokey"]
 * ["au.aborted"] ["au.noupload"] ["au.nobucket"]
 * ["ro.begun"] ["ro.extended"] ["ro.inprogress"] ["ro.class"] ["ro.nokey"] ["ro.noversion"]
 * ["ro.marker", version] ["ro.nobucket"]
 * ["tr.done"] ["tr.changed"] ["tr.epoch"] ["tr.fenced"] ["tr.nobucket"]
 * ["ex.removed"] ["ex.marked", version] ["ex.changed"] ["ex.locked"] ["ex.epoch"] ["ex.nobucket"]
 * Of earlier versions of this program: ["cb.created"] and ["cb.exists"] with a bucket's id, name,
 * owner, region, millis, epoch; ["cu.created"] without content id, tags and lock.
 * </pre>
 */
final class ReplyFormat {
  private ReplyFormat() {}

  static void write(JsonGenerator to, Object reply) {
    to.writeStartArray();
    switch (reply) {
      case Reply.Done done -> to.writeString("done");
      case Reply.CreateBucket r -> writeCreateBucket(to, r);
      case Reply.DeleteBucket r ->
          to.writeString(
              switch (r) {
                case Reply.DeleteBucket.Deleted d -> "db.deleted";
                case Reply.DeleteBucket.NotEmpty n -> "db.notempty";
                case Reply.DeleteBucket.NoSuchBucket n -> "db.nobucket";
              });
      case Reply.TakeLease r -> {
        switch (r) {
          case Reply.TakeLease.Held h -> to.writeString("tl.held");
          case Reply.TakeLease.HeldByAnother(var holder) -> {
            to.writeString("tl.another");
            to.writeString(holder.toString());
          }
        }
      }
      case Reply.PublishMap r -> {
        switch (r) {
          case Reply.PublishMap.Published p -> to.writeString("pm.published");
          case Reply.PublishMap.StaleEpoch(long current) -> {
            to.writeString("pm.stale");
            to.writeNumber(current);
          }
        }
      }
      case Reply.PutObject r -> writePutObject(to, r);
      case Reply.ChangeBucket r -> writeChangeBucket(to, r);
      case Reply.DeleteObject r -> writeDeleteObject(to, r);
      case Reply.CopyObject r -> writeCopyObject(to, r);
      case Reply.RenameObject r -> writeRenameObject(to, r);
      case Reply.ChangeVersion r -> writeChangeVersion(to, r);
      case Reply.CreateUpload r -> {
        switch (r) {
          case Reply.CreateUpload.Created(var upload) -> writeUpload(to, upload);
          case Reply.CreateUpload.NoLocksHere() -> to.writeString("cu.nolocks");
          case Reply.CreateUpload.NoSuchBucket n -> to.writeString("cu.nobucket");
        }
      }
      case Reply.PutPart r -> {
        switch (r) {
          case Reply.PutPart.Stored(var modified) -> {
            to.writeString("pp.stored");
            to.writeNumber(modified.toEpochMilli());
          }
          case Reply.PutPart.NoSuchUpload n -> to.writeString("pp.noupload");
          case Reply.PutPart.NoSuchBucket n -> to.writeString("pp.nobucket");
          case Reply.PutPart.Fenced f -> to.writeString("pp.fenced");
        }
      }
      case Reply.CompleteUpload r -> writeCompleteUpload(to, r);
      case Reply.AbortUpload r ->
          to.writeString(
              switch (r) {
                case Reply.AbortUpload.Aborted a -> "au.aborted";
                case Reply.AbortUpload.NoSuchUpload n -> "au.noupload";
                case Reply.AbortUpload.NoSuchBucket n -> "au.nobucket";
              });
      case Reply.Expire r -> {
        switch (r) {
          case Reply.Expire.Removed() -> to.writeString("ex.removed");
          case Reply.Expire.Marked(var version) -> {
            to.writeString("ex.marked");
            SharedFields.version(to, version);
          }
          case Reply.Expire.Changed() -> to.writeString("ex.changed");
          case Reply.Expire.Locked() -> to.writeString("ex.locked");
          case Reply.Expire.OtherEpoch() -> to.writeString("ex.epoch");
          case Reply.Expire.NoSuchBucket() -> to.writeString("ex.nobucket");
        }
      }
      case Reply.RestoreObject r -> {
        switch (r) {
          case Reply.RestoreObject.Begun() -> to.writeString("ro.begun");
          case Reply.RestoreObject.Extended() -> to.writeString("ro.extended");
          case Reply.RestoreObject.InProgress() -> to.writeString("ro.inprogress");
          case Reply.RestoreObject.OtherClass() -> to.writeString("ro.class");
          case Reply.RestoreObject.NoSuchKey() -> to.writeString("ro.nokey");
          case Reply.RestoreObject.NoSuchVersion() -> to.writeString("ro.noversion");
          case Reply.RestoreObject.IsDeleteMarker(var version) -> {
            to.writeString("ro.marker");
            SharedFields.version(to, version);
          }
          case Reply.RestoreObject.NoSuchBucket() -> to.writeString("ro.nobucket");
        }
      }
      case Reply.Transition r ->
          to.writeString(
              switch (r) {
                case Reply.Transition.Done() -> "tr.done";
                case Reply.Transition.Changed() -> "tr.changed";
                case Reply.Transition.OtherEpoch() -> "tr.epoch";
                case Reply.Transition.Fenced() -> "tr.fenced";
                case Reply.Transition.NoSuchBucket() -> "tr.nobucket";
              });
      default -> throw new IllegalArgumentException("not a reply: " + reply);
    }
    to.writeEndArray();
  }

  private static void writeCreateBucket(JsonGenerator to, Reply.CreateBucket reply) {
    switch (reply) {
      case Reply.CreateBucket.Created(var bucket) -> {
        to.writeString("cb.new");
        SharedFields.bucket(to, bucket);
      }
      case Reply.CreateBucket.Exists(var bucket) -> {
        to.writeString("cb.known");
        SharedFields.bucket(to, bucket);
      }
      case Reply.CreateBucket.TooMany(int limit) -> {
        to.writeString("cb.toomany");
        to.writeNumber(limit);
      }
    }
  }

  private static void writeChangeBucket(JsonGenerator to, Reply.ChangeBucket reply) {
    switch (reply) {
      case Reply.ChangeBucket.Changed(var bucket) -> {
        to.writeString("bk.changed");
        SharedFields.bucket(to, bucket);
      }
      case Reply.ChangeBucket.TooManyDocuments(int limit) -> {
        to.writeString("bk.toomany");
        to.writeNumber(limit);
      }
      case Reply.ChangeBucket.InvalidBucketState() -> to.writeString("bk.state");
      case Reply.ChangeBucket.NoSuchBucket() -> to.writeString("bk.nobucket");
    }
  }

  private static void writeDeleteObject(JsonGenerator to, Reply.DeleteObject reply) {
    switch (reply) {
      case Reply.DeleteObject.Deleted(var version, boolean marker) -> {
        if (version.isPresent()) {
          to.writeString("do.version");
          SharedFields.version(to, version.get());
          to.writeBoolean(marker);
        } else {
          to.writeString("do.deleted");
        }
      }
      case Reply.DeleteObject.Marked(var version) -> {
        to.writeString("do.marked");
        SharedFields.version(to, version);
      }
      case Reply.DeleteObject.Absent() -> to.writeString("do.absent");
      case Reply.DeleteObject.Locked() -> to.writeString("do.locked");
      case Reply.DeleteObject.PreconditionFailed(var condition) -> {
        to.writeString("do.precondition");
        to.writeString(condition);
      }
      case Reply.DeleteObject.NoSuchKey() -> to.writeString("do.nokey");
      case Reply.DeleteObject.NoSuchBucket() -> to.writeString("do.nobucket");
    }
  }

  private static void writeCopyObject(JsonGenerator to, Reply.CopyObject reply) {
    switch (reply) {
      case Reply.CopyObject.Copied(var etag, var modified, var version) ->
          writeStored(to, "cy.copied", "cy.version", etag, modified, version);
      case Reply.CopyObject.SourceChanged() -> to.writeString("cy.changed");
      case Reply.CopyObject.NoLocksHere() -> to.writeString("cy.nolocks");
      case Reply.CopyObject.PreconditionFailed(var condition) -> {
        to.writeString("cy.precondition");
        to.writeString(condition);
      }
      case Reply.CopyObject.NoSuchKey() -> to.writeString("cy.nokey");
      case Reply.CopyObject.NoSuchBucket() -> to.writeString("cy.nobucket");
    }
  }

  private static void writeStored(
      JsonGenerator to,
      String plain,
      String versioned,
      ETag etag,
      Instant modified,
      Optional<VersionId> version) {
    to.writeString(version.isPresent() ? versioned : plain);
    to.writeString(etag.value());
    to.writeNumber(modified.toEpochMilli());
    if (version.isPresent()) {
      SharedFields.version(to, version.get());
    }
  }

  private static void writeRenameObject(JsonGenerator to, Reply.RenameObject reply) {
    switch (reply) {
      case Reply.RenameObject.Renamed() -> to.writeString("rn.renamed");
      case Reply.RenameObject.NoSuchSource() -> to.writeString("rn.nosource");
      case Reply.RenameObject.NoSuchKey() -> to.writeString("rn.nokey");
      case Reply.RenameObject.PreconditionFailed(var condition, boolean ofSource) -> {
        to.writeString("rn.precondition");
        to.writeString(condition);
        to.writeBoolean(ofSource);
      }
      case Reply.RenameObject.Locked() -> to.writeString("rn.locked");
      case Reply.RenameObject.NoSuchBucket() -> to.writeString("rn.nobucket");
    }
  }

  private static void writeChangeVersion(JsonGenerator to, Reply.ChangeVersion reply) {
    switch (reply) {
      case Reply.ChangeVersion.Changed(var version) -> {
        to.writeString("cv.changed");
        SharedFields.version(to, version);
      }
      case Reply.ChangeVersion.NoSuchKey() -> to.writeString("cv.nokey");
      case Reply.ChangeVersion.NoSuchVersion() -> to.writeString("cv.noversion");
      case Reply.ChangeVersion.IsDeleteMarker(var version) -> {
        to.writeString("cv.marker");
        SharedFields.version(to, version);
      }
      case Reply.ChangeVersion.Locked() -> to.writeString("cv.locked");
      case Reply.ChangeVersion.NoLocksHere() -> to.writeString("cv.nolocks");
      case Reply.ChangeVersion.TooMany(int limit) -> {
        to.writeString("cv.toomany");
        to.writeNumber(limit);
      }
      case Reply.ChangeVersion.PreconditionFailed(var condition) -> {
        to.writeString("cv.precondition");
        to.writeString(condition);
      }
      case Reply.ChangeVersion.NoSuchAnnotation() -> to.writeString("cv.noannotation");
      case Reply.ChangeVersion.Fenced() -> to.writeString("cv.fenced");
      case Reply.ChangeVersion.NoSuchBucket() -> to.writeString("cv.nobucket");
    }
  }

  private static void writePutObject(JsonGenerator to, Reply.PutObject reply) {
    switch (reply) {
      case Reply.PutObject.Stored(var etag, var modified, var version) ->
          writeStored(to, "po.stored", "po.version", etag, modified, version);
      case Reply.PutObject.NoLocksHere() -> to.writeString("po.nolocks");
      case Reply.PutObject.PreconditionFailed(var condition) -> {
        to.writeString("po.precondition");
        to.writeString(condition);
      }
      case Reply.PutObject.NoSuchKey n -> to.writeString("po.nokey");
      case Reply.PutObject.NoSuchBucket n -> to.writeString("po.nobucket");
      case Reply.PutObject.Fenced f -> to.writeString("po.fenced");
    }
  }

  private static void writeUpload(JsonGenerator to, Upload upload) {
    to.writeString("cu.upload");
    to.writeString(upload.key().value());
    to.writeString(upload.id().value());
    to.writeNumber(upload.initiated().toEpochMilli());
    to.writeString(upload.storageClass());
    to.writeString(upload.owner().value());
    SharedFields.headers(to, upload.headers());
    if (upload.checksum().isPresent()) {
      SharedFields.choice(to, upload.checksum().get());
    } else {
      to.writeBoolean(false);
    }
    to.writeNumber(upload.contentId());
    SharedFields.tags(to, upload.tags());
    SharedFields.lock(to, upload.lock());
  }

  private static void writeCompleteUpload(JsonGenerator to, Reply.CompleteUpload reply) {
    switch (reply) {
      case Reply.CompleteUpload.Completed(var etag, var modified, long length, var version) -> {
        to.writeString(version.isPresent() ? "co.version" : "co.completed");
        to.writeString(etag.value());
        to.writeNumber(modified.toEpochMilli());
        to.writeNumber(length);
        if (version.isPresent()) {
          SharedFields.version(to, version.get());
        }
      }
      case Reply.CompleteUpload.Conflict(var condition) -> {
        to.writeString("co.conflict");
        to.writeString(condition);
      }
      case Reply.CompleteUpload.NoSuchUpload n -> to.writeString("co.noupload");
      case Reply.CompleteUpload.NoSuchBucket n -> to.writeString("co.nobucket");
      case Reply.CompleteUpload.InvalidPart(int number) -> {
        to.writeString("co.invalid");
        to.writeNumber(number);
      }
      case Reply.CompleteUpload.PartTooSmall(int number, long length, var etag) -> {
        to.writeString("co.small");
        to.writeNumber(number);
        to.writeNumber(length);
        to.writeString(etag.value());
      }
      case Reply.CompleteUpload.PreconditionFailed(var condition) -> {
        to.writeString("co.precondition");
        to.writeString(condition);
      }
      case Reply.CompleteUpload.NoSuchKey n -> to.writeString("co.nokey");
    }
  }

  /** The parser stands on the reply's opening bracket, and then on its closing one. */
  static Object read(JsonParser from) {
    Cbor.expect(from, JsonToken.START_ARRAY);
    var name = Cbor.nextString(from);
    Object reply =
        switch (name) {
          case "done" -> new Reply.Done();
          case "cb.new" -> new Reply.CreateBucket.Created(SharedFields.nextBucket(from));
          case "cb.known" -> new Reply.CreateBucket.Exists(SharedFields.nextBucket(from));
          case "cb.created" -> new Reply.CreateBucket.Created(nextPlainBucket(from));
          case "cb.exists" -> new Reply.CreateBucket.Exists(nextPlainBucket(from));
          case "bk.changed" -> new Reply.ChangeBucket.Changed(SharedFields.nextBucket(from));
          case "bk.toomany" -> new Reply.ChangeBucket.TooManyDocuments(Cbor.nextInt(from));
          case "bk.state" -> new Reply.ChangeBucket.InvalidBucketState();
          case "bk.nobucket" -> new Reply.ChangeBucket.NoSuchBucket();
          case "cb.toomany" -> new Reply.CreateBucket.TooMany(Cbor.nextInt(from));
          case "db.deleted" -> new Reply.DeleteBucket.Deleted();
          case "db.notempty" -> new Reply.DeleteBucket.NotEmpty();
          case "db.nobucket" -> new Reply.DeleteBucket.NoSuchBucket();
          case "pm.published" -> new Reply.PublishMap.Published();
          case "pm.stale" -> new Reply.PublishMap.StaleEpoch(Cbor.nextLong(from));
          case "tl.held" -> new Reply.TakeLease.Held();
          case "tl.another" ->
              new Reply.TakeLease.HeldByAnother(UUID.fromString(Cbor.nextString(from)));
          case "po.stored" ->
              new Reply.PutObject.Stored(
                  new ETag(Cbor.nextString(from)), nextInstant(from), Optional.empty());
          case "po.version" ->
              new Reply.PutObject.Stored(
                  new ETag(Cbor.nextString(from)), nextInstant(from), nextVersion(from));
          case "po.nolocks" -> new Reply.PutObject.NoLocksHere();
          case "po.precondition" -> new Reply.PutObject.PreconditionFailed(Cbor.nextString(from));
          case "po.nokey" -> new Reply.PutObject.NoSuchKey();
          case "po.nobucket" -> new Reply.PutObject.NoSuchBucket();
          case "po.fenced" -> new Reply.PutObject.Fenced();
          case "do.deleted" -> new Reply.DeleteObject.Deleted(Optional.empty(), false);
          case "do.version" ->
              new Reply.DeleteObject.Deleted(nextVersion(from), Cbor.nextBoolean(from));
          case "do.marked" -> new Reply.DeleteObject.Marked(SharedFields.nextVersion(from));
          case "do.locked" -> new Reply.DeleteObject.Locked();
          case "do.absent" -> new Reply.DeleteObject.Absent();
          case "do.precondition" ->
              new Reply.DeleteObject.PreconditionFailed(Cbor.nextString(from));
          case "do.nokey" -> new Reply.DeleteObject.NoSuchKey();
          case "do.nobucket" -> new Reply.DeleteObject.NoSuchBucket();
          case "cy.copied" ->
              new Reply.CopyObject.Copied(
                  new ETag(Cbor.nextString(from)), nextInstant(from), Optional.empty());
          case "cy.version" ->
              new Reply.CopyObject.Copied(
                  new ETag(Cbor.nextString(from)), nextInstant(from), nextVersion(from));
          case "cy.changed" -> new Reply.CopyObject.SourceChanged();
          case "cy.nolocks" -> new Reply.CopyObject.NoLocksHere();
          case "cy.precondition" -> new Reply.CopyObject.PreconditionFailed(Cbor.nextString(from));
          case "cy.nokey" -> new Reply.CopyObject.NoSuchKey();
          case "cy.nobucket" -> new Reply.CopyObject.NoSuchBucket();
          case "rn.renamed" -> new Reply.RenameObject.Renamed();
          case "rn.nosource" -> new Reply.RenameObject.NoSuchSource();
          case "rn.nokey" -> new Reply.RenameObject.NoSuchKey();
          case "rn.precondition" ->
              new Reply.RenameObject.PreconditionFailed(
                  Cbor.nextString(from), Cbor.nextBoolean(from));
          case "rn.locked" -> new Reply.RenameObject.Locked();
          case "rn.nobucket" -> new Reply.RenameObject.NoSuchBucket();
          case "cv.changed" -> new Reply.ChangeVersion.Changed(SharedFields.nextVersion(from));
          case "cv.nokey" -> new Reply.ChangeVersion.NoSuchKey();
          case "cv.noversion" -> new Reply.ChangeVersion.NoSuchVersion();
          case "cv.marker" ->
              new Reply.ChangeVersion.IsDeleteMarker(SharedFields.nextVersion(from));
          case "cv.locked" -> new Reply.ChangeVersion.Locked();
          case "cv.nolocks" -> new Reply.ChangeVersion.NoLocksHere();
          case "cv.toomany" -> new Reply.ChangeVersion.TooMany(Cbor.nextInt(from));
          case "cv.precondition" ->
              new Reply.ChangeVersion.PreconditionFailed(Cbor.nextString(from));
          case "cv.noannotation" -> new Reply.ChangeVersion.NoSuchAnnotation();
          case "cv.fenced" -> new Reply.ChangeVersion.Fenced();
          case "cv.nobucket" -> new Reply.ChangeVersion.NoSuchBucket();
          case "cu.upload" -> new Reply.CreateUpload.Created(nextUpload(from, true));
          case "cu.created" -> new Reply.CreateUpload.Created(nextUpload(from, false));
          case "cu.nolocks" -> new Reply.CreateUpload.NoLocksHere();
          case "cu.nobucket" -> new Reply.CreateUpload.NoSuchBucket();
          case "pp.stored" -> new Reply.PutPart.Stored(nextInstant(from));
          case "pp.noupload" -> new Reply.PutPart.NoSuchUpload();
          case "pp.nobucket" -> new Reply.PutPart.NoSuchBucket();
          case "pp.fenced" -> new Reply.PutPart.Fenced();
          case "co.completed" ->
              new Reply.CompleteUpload.Completed(
                  new ETag(Cbor.nextString(from)),
                  nextInstant(from),
                  Cbor.nextLong(from),
                  Optional.empty());
          case "co.version" ->
              new Reply.CompleteUpload.Completed(
                  new ETag(Cbor.nextString(from)),
                  nextInstant(from),
                  Cbor.nextLong(from),
                  nextVersion(from));
          case "co.conflict" -> new Reply.CompleteUpload.Conflict(Cbor.nextString(from));
          case "co.noupload" -> new Reply.CompleteUpload.NoSuchUpload();
          case "co.nobucket" -> new Reply.CompleteUpload.NoSuchBucket();
          case "co.invalid" -> new Reply.CompleteUpload.InvalidPart(Cbor.nextInt(from));
          case "co.small" ->
              new Reply.CompleteUpload.PartTooSmall(
                  Cbor.nextInt(from), Cbor.nextLong(from), new ETag(Cbor.nextString(from)));
          case "co.precondition" ->
              new Reply.CompleteUpload.PreconditionFailed(Cbor.nextString(from));
          case "co.nokey" -> new Reply.CompleteUpload.NoSuchKey();
          case "au.aborted" -> new Reply.AbortUpload.Aborted();
          case "au.noupload" -> new Reply.AbortUpload.NoSuchUpload();
          case "au.nobucket" -> new Reply.AbortUpload.NoSuchBucket();
          case "ro.begun" -> new Reply.RestoreObject.Begun();
          case "ro.extended" -> new Reply.RestoreObject.Extended();
          case "ro.inprogress" -> new Reply.RestoreObject.InProgress();
          case "ro.class" -> new Reply.RestoreObject.OtherClass();
          case "ro.nokey" -> new Reply.RestoreObject.NoSuchKey();
          case "ro.noversion" -> new Reply.RestoreObject.NoSuchVersion();
          case "ro.marker" ->
              new Reply.RestoreObject.IsDeleteMarker(SharedFields.nextVersion(from));
          case "ro.nobucket" -> new Reply.RestoreObject.NoSuchBucket();
          case "tr.done" -> new Reply.Transition.Done();
          case "tr.changed" -> new Reply.Transition.Changed();
          case "tr.epoch" -> new Reply.Transition.OtherEpoch();
          case "tr.fenced" -> new Reply.Transition.Fenced();
          case "tr.nobucket" -> new Reply.Transition.NoSuchBucket();
          case "ex.removed" -> new Reply.Expire.Removed();
          case "ex.marked" -> new Reply.Expire.Marked(SharedFields.nextVersion(from));
          case "ex.changed" -> new Reply.Expire.Changed();
          case "ex.locked" -> new Reply.Expire.Locked();
          case "ex.epoch" -> new Reply.Expire.OtherEpoch();
          case "ex.nobucket" -> new Reply.Expire.NoSuchBucket();
          default -> throw Cbor.unknown("replies", name);
        };
    Cbor.expectNext(from, JsonToken.END_ARRAY);
    return reply;
  }

  private static Instant nextInstant(JsonParser from) {
    return Instant.ofEpochMilli(Cbor.nextLong(from));
  }

  private static Optional<VersionId> nextVersion(JsonParser from) {
    return Optional.of(SharedFields.nextVersion(from));
  }

  private static Bucket nextPlainBucket(JsonParser from) {
    return new Bucket(
        new BucketId(Cbor.nextLong(from)),
        new BucketName(Cbor.nextString(from)),
        new AccountId(Cbor.nextString(from)),
        Cbor.nextString(from),
        nextInstant(from),
        Cbor.nextLong(from),
        Versioning.OFF,
        Optional.empty(),
        Set.of());
  }

  private static Upload nextUpload(JsonParser from, boolean whole) {
    var key = new ObjectKey(Cbor.nextString(from));
    var id = new UploadId(Cbor.nextString(from));
    var initiated = nextInstant(from);
    var storageClass = Cbor.nextString(from);
    var owner = new AccountId(Cbor.nextString(from));
    var headers = SharedFields.nextHeaders(from);
    var choice =
        from.nextToken() == JsonToken.VALUE_FALSE
            ? Optional.<Upload.ChecksumChoice>empty()
            : SharedFields.choiceHere(from);
    long content = whole ? Cbor.nextLong(from) : 0;
    List<Tag> tags = whole ? SharedFields.nextTags(from) : List.of();
    var lock = whole ? SharedFields.nextLock(from) : ObjectLock.NONE;
    return new Upload(
        key, id, initiated, storageClass, owner, headers, choice, content, tags, lock);
  }
}
