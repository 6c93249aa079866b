package ninebark.metadata.rows;

import java.time.Instant;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.ETag;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Reply;
import ninebark.metadata.Upload;
import ninebark.metadata.UploadId;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Replies of commands: an array of the reply's name and its fields in the order of the record.
 *
 * <pre>
 * ["done"]
 * ["cb.created", bucket] ["cb.exists", bucket] ["cb.toomany", limit]
 * ["db.deleted"] ["db.notempty"] ["db.nobucket"]
 * ["pm.published"] ["pm.stale", epoch]
 * ["po.stored", etag, millis] ["po.precondition", condition] ["po.nokey"] ["po.nobucket"] ["po.fenced"]
 * ["do.deleted"] ["do.absent"] ["do.precondition", condition] ["do.nokey"] ["do.nobucket"]
 * ["cu.created", key, upload, millis, class, owner, headers, choice | false] ["cu.nobucket"]
 * ["pp.stored", millis] ["pp.noupload"] ["pp.nobucket"] ["pp.fenced"]
 * ["co.completed", etag, millis, length] ["co.noupload"] ["co.nobucket"] ["co.invalid", number]
 * ["co.small", number, length, etag] ["co.precondition", condition] ["co.nokey"]
 * ["au.aborted"] ["au.noupload"] ["au.nobucket"]
 * bucket: id, name, owner, region, millis, epoch
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
      case Reply.DeleteObject r -> {
        switch (r) {
          case Reply.DeleteObject.Deleted d -> to.writeString("do.deleted");
          case Reply.DeleteObject.Absent a -> to.writeString("do.absent");
          case Reply.DeleteObject.PreconditionFailed(var condition) -> {
            to.writeString("do.precondition");
            to.writeString(condition);
          }
          case Reply.DeleteObject.NoSuchKey n -> to.writeString("do.nokey");
          case Reply.DeleteObject.NoSuchBucket n -> to.writeString("do.nobucket");
        }
      }
      case Reply.CreateUpload r -> {
        switch (r) {
          case Reply.CreateUpload.Created(var upload) -> writeUpload(to, upload);
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
      default -> throw new IllegalArgumentException("not a reply: " + reply);
    }
    to.writeEndArray();
  }

  private static void writeCreateBucket(JsonGenerator to, Reply.CreateBucket reply) {
    switch (reply) {
      case Reply.CreateBucket.Created(var bucket) -> {
        to.writeString("cb.created");
        writeBucket(to, bucket);
      }
      case Reply.CreateBucket.Exists(var bucket) -> {
        to.writeString("cb.exists");
        writeBucket(to, bucket);
      }
      case Reply.CreateBucket.TooMany(int limit) -> {
        to.writeString("cb.toomany");
        to.writeNumber(limit);
      }
    }
  }

  private static void writeBucket(JsonGenerator to, Bucket bucket) {
    to.writeNumber(bucket.id().value());
    to.writeString(bucket.name().value());
    to.writeString(bucket.owner().value());
    to.writeString(bucket.region());
    to.writeNumber(bucket.created().toEpochMilli());
    to.writeNumber(bucket.epoch());
  }

  private static void writePutObject(JsonGenerator to, Reply.PutObject reply) {
    switch (reply) {
      case Reply.PutObject.Stored(var etag, var modified) -> {
        to.writeString("po.stored");
        to.writeString(etag.value());
        to.writeNumber(modified.toEpochMilli());
      }
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
    to.writeString("cu.created");
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
  }

  private static void writeCompleteUpload(JsonGenerator to, Reply.CompleteUpload reply) {
    switch (reply) {
      case Reply.CompleteUpload.Completed(var etag, var modified, long length) -> {
        to.writeString("co.completed");
        to.writeString(etag.value());
        to.writeNumber(modified.toEpochMilli());
        to.writeNumber(length);
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
          case "cb.created" -> new Reply.CreateBucket.Created(nextBucket(from));
          case "cb.exists" -> new Reply.CreateBucket.Exists(nextBucket(from));
          case "cb.toomany" -> new Reply.CreateBucket.TooMany(Cbor.nextInt(from));
          case "db.deleted" -> new Reply.DeleteBucket.Deleted();
          case "db.notempty" -> new Reply.DeleteBucket.NotEmpty();
          case "db.nobucket" -> new Reply.DeleteBucket.NoSuchBucket();
          case "pm.published" -> new Reply.PublishMap.Published();
          case "pm.stale" -> new Reply.PublishMap.StaleEpoch(Cbor.nextLong(from));
          case "po.stored" ->
              new Reply.PutObject.Stored(new ETag(Cbor.nextString(from)), nextInstant(from));
          case "po.precondition" -> new Reply.PutObject.PreconditionFailed(Cbor.nextString(from));
          case "po.nokey" -> new Reply.PutObject.NoSuchKey();
          case "po.nobucket" -> new Reply.PutObject.NoSuchBucket();
          case "po.fenced" -> new Reply.PutObject.Fenced();
          case "do.deleted" -> new Reply.DeleteObject.Deleted();
          case "do.absent" -> new Reply.DeleteObject.Absent();
          case "do.precondition" ->
              new Reply.DeleteObject.PreconditionFailed(Cbor.nextString(from));
          case "do.nokey" -> new Reply.DeleteObject.NoSuchKey();
          case "do.nobucket" -> new Reply.DeleteObject.NoSuchBucket();
          case "cu.created" -> new Reply.CreateUpload.Created(nextUpload(from));
          case "cu.nobucket" -> new Reply.CreateUpload.NoSuchBucket();
          case "pp.stored" -> new Reply.PutPart.Stored(nextInstant(from));
          case "pp.noupload" -> new Reply.PutPart.NoSuchUpload();
          case "pp.nobucket" -> new Reply.PutPart.NoSuchBucket();
          case "pp.fenced" -> new Reply.PutPart.Fenced();
          case "co.completed" ->
              new Reply.CompleteUpload.Completed(
                  new ETag(Cbor.nextString(from)), nextInstant(from), Cbor.nextLong(from));
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
          default -> throw Cbor.unknown("replies", name);
        };
    Cbor.expectNext(from, JsonToken.END_ARRAY);
    return reply;
  }

  private static Instant nextInstant(JsonParser from) {
    return Instant.ofEpochMilli(Cbor.nextLong(from));
  }

  private static Bucket nextBucket(JsonParser from) {
    return new Bucket(
        new BucketId(Cbor.nextLong(from)),
        new BucketName(Cbor.nextString(from)),
        new AccountId(Cbor.nextString(from)),
        Cbor.nextString(from),
        nextInstant(from),
        Cbor.nextLong(from));
  }

  private static Upload nextUpload(JsonParser from) {
    var key = new ObjectKey(Cbor.nextString(from));
    var id = new UploadId(Cbor.nextString(from));
    var initiated = nextInstant(from);
    var storageClass = Cbor.nextString(from);
    var owner = new AccountId(Cbor.nextString(from));
    var headers = SharedFields.nextHeaders(from);
    var choice =
        from.nextToken() == JsonToken.VALUE_FALSE
            ? java.util.Optional.<Upload.ChecksumChoice>empty()
            : SharedFields.choiceHere(from);
    return new Upload(key, id, initiated, storageClass, owner, headers, choice);
  }
}
