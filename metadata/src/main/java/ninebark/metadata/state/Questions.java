package ninebark.metadata.state;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Content;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.PartInfo;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.StoredPart;
import ninebark.metadata.UploadId;
import ninebark.metadata.rows.BucketRow;
import ninebark.metadata.rows.ContentRow;
import ninebark.metadata.rows.DamagedRowException;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.MapRow;
import ninebark.metadata.rows.NumbersRow;
import ninebark.metadata.rows.ObjectRow;
import ninebark.metadata.rows.PartRow;
import ninebark.metadata.rows.RepliesRow;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.Rows;
import ninebark.metadata.rows.UploadRow;
import ninebark.storagenode.StripeId;

/** Answers questions from one consistent state. */
public final class Questions {
  private final Rows rows;

  public Questions(Rows rows) {
    this.rows = rows;
  }

  /**
   * Whether a question reads so little that rows which change meanwhile answer it as well as rows
   * that stand still: one row, or one walk.
   */
  public static boolean isOneRead(Query<?> query) {
    return switch (query) {
      case Query.FindBucket q -> true;
      case Query.HeadObject q -> true;
      case Query.ReadObject q -> true;
      case Query.ListObjects q -> true;
      case Query.FindUpload q -> true;
      case Query.FindCompleted q -> true;
      case Query.ListUploads q -> true;
      case Query.CountObjects q -> true;
      case Query.CurrentMap q -> true;
      case Query.GarbageCount q -> true;
      case Query.CurrentFence q -> true;
      case Query.ListBuckets q -> false;
      case Query.ReadParts q -> false;
      case Query.ReadPart q -> false;
      case Query.ListParts q -> false;
      case Query.ListGarbage q -> false;
      case Query.KnownStripes q -> false;
    };
  }

  /** Each question's answer has the type that the question names. */
  @SuppressWarnings("unchecked")
  public <R> R answer(Query<R> query) {
    return (R) answerOf(query);
  }

  private Object answerOf(Query<?> query) {
    return switch (query) {
      case Query.FindBucket(var name) -> bucket(name);
      case Query.ListBuckets list -> listBuckets(list);
      case Query.HeadObject(var bucket, var key) ->
          object(bucket, key).map(object -> object.info(key));
      case Query.ReadObject(var bucket, var key) -> readObject(bucket, key);
      case Query.ReadParts read -> readParts(read);
      case Query.ReadPart(long content, int number) -> readPart(content, number);
      case Query.ListObjects(var bucket, var prefix, var delimiter, var after, int limit) ->
          new ObjectWalk(bucket, prefix, delimiter).objects(rows, after, limit);
      case Query.FindUpload(var bucket, var key, var upload) ->
          upload(bucket, key, upload).map(row -> row.upload(key, upload));
      case Query.FindCompleted(var bucket, var key, var upload) ->
          completed(rows, bucket, key, upload);
      case Query.ListUploads(
              var bucket,
              var prefix,
              var delimiter,
              var afterKey,
              var afterUpload,
              int limit) ->
          new ObjectWalk(bucket, prefix, delimiter).uploads(rows, afterKey, afterUpload, limit);
      case Query.ListParts list -> listParts(list);
      case Query.CountObjects(var bucket) -> {
        var count = Batch.countOf(rows, bucket);
        yield new Query.Count(count[0], count[1]);
      }
      case Query.CurrentMap map ->
          rows.get(Family.SYSTEM, RowKeys.MAP).map(value -> MapRow.decode(RowKeys.MAP, value));
      case Query.ListGarbage(long beforeMillis, int limit) ->
          GarbageQueue.list(rows, beforeMillis, limit);
      case Query.GarbageCount count -> GarbageQueue.count(rows);
      case Query.KnownStripes(var stripes) -> known(stripes);
      case Query.CurrentFence fence -> Batch.fenceOf(rows);
    };
  }

  private Optional<Bucket> bucket(BucketName name) {
    var key = RowKeys.bucketName(name);
    return rows.get(Family.BUCKETS, key).map(value -> BucketRow.decode(key, value));
  }

  private List<Bucket> listBuckets(Query.ListBuckets list) {
    var found = new ArrayList<Bucket>();
    var ofOwner = RowKeys.bucketsOf(list.owner());
    var from = RowKeys.bucketOf(list.owner(), list.prefix());
    var after = RowKeys.bucketOf(list.owner(), list.after());
    try (var walk = rows.scan(Family.BUCKETS, from, RowKeys.after(from))) {
      if (!list.after().isEmpty()) {
        walk.seek(RowKeys.justAfter(after));
      }
      for (; walk.isValid() && found.size() < list.limit(); walk.next()) {
        var name =
            new String(
                walk.key(),
                ofOwner.length,
                walk.keyLength() - ofOwner.length,
                StandardCharsets.UTF_8);
        found.add(bucket(new BucketName(name)).orElseThrow());
      }
    }
    return found;
  }

  private Optional<ObjectRow> object(BucketId bucket, ObjectKey key) {
    var row = RowKeys.object(bucket, key);
    return rows.get(Family.OBJECTS, row).map(value -> ObjectRow.decode(row, value));
  }

  /**
   * A content row never changes, so that two reads give one moment's state; if the row is gone, the
   * object was replaced between them.
   */
  private Optional<Query.Found> readObject(BucketId bucket, ObjectKey key) {
    var object = object(bucket, key);
    while (object.isPresent()) {
      var place = object.get().place();
      var content = content(place);
      if (content.isPresent()) {
        return Optional.of(new Query.Found(object.get().info(key), content.get()));
      }
      object = object(bucket, key);
      if (object.isPresent() && object.get().place().equals(place)) {
        throw new DamagedRowException("the content of " + bucket + "/" + key + " is missing");
      }
    }
    return Optional.empty();
  }

  private Optional<Content> content(ObjectRow.Place place) {
    return switch (place) {
      case ObjectRow.Place.Inline(long number) -> content(number);
      case ObjectRow.Place.Striped(long number) -> content(number);
      case ObjectRow.Place.Parts(long content, int count) ->
          Optional.of(new Content.Parts(content, count));
    };
  }

  private Optional<Content> content(long number) {
    var key = RowKeys.content(number);
    return rows.get(Family.CONTENTS, key).map(value -> ContentRow.decode(key, value));
  }

  private List<StoredPart> readParts(Query.ReadParts read) {
    var parts = new ArrayList<StoredPart>();
    long content = read.contentId();
    var first =
        rows.last(
            Family.PARTS, RowKeys.partOffset(content, read.offset()), RowKeys.partOffsets(content));
    if (first.isEmpty()) {
      return parts;
    }
    long offset = RowKeys.partOffsetOf(first.get().key());
    int number = (int) NumbersRow.decode(first.get().key(), first.get().value(), 1)[0];
    var all = RowKeys.parts(content);
    try (var walk = rows.scan(Family.PARTS, RowKeys.part(content, number), RowKeys.after(all))) {
      for (; walk.isValid() && parts.size() < read.limit(); walk.next()) {
        var row = walk.row();
        var part = PartRow.decode(row.key(), row.value());
        parts.add(
            new StoredPart(part.info(RowKeys.partNumberOf(row.key())), offset, part.content()));
        offset += part.length();
      }
    }
    return parts;
  }

  private Optional<StoredPart> readPart(long content, int number) {
    var begin = RowKeys.partBegin(content, number);
    var key = RowKeys.part(content, number);
    return rows.get(Family.PARTS, begin)
        .map(value -> NumbersRow.decode(begin, value, 1)[0])
        .flatMap(
            offset ->
                rows.get(Family.PARTS, key)
                    .map(value -> PartRow.decode(key, value))
                    .map(part -> new StoredPart(part.info(number), offset, part.content())));
  }

  private Optional<UploadRow> upload(BucketId bucket, ObjectKey key, UploadId upload) {
    var row = RowKeys.upload(bucket, key, upload);
    return rows.get(Family.UPLOADS, row).map(value -> UploadRow.decode(row, value));
  }

  static Optional<Reply.CompleteUpload.Completed> completed(
      Rows rows, BucketId bucket, ObjectKey key, UploadId upload) {
    var row = RowKeys.completed(bucket, key, upload);
    return rows.get(Family.COMPLETED, row)
        .map(value -> RepliesRow.decode(row, value).getFirst())
        .map(Reply.CompleteUpload.Completed.class::cast);
  }

  private List<PartInfo> listParts(Query.ListParts list) {
    var upload = upload(list.bucket(), list.key(), list.upload());
    var parts = new ArrayList<PartInfo>();
    if (upload.isEmpty() || list.after() >= PartInfo.MAX_NUMBER) {
      return parts;
    }
    long content = upload.get().content();
    var from = RowKeys.part(content, Math.max(list.after(), 0) + 1);
    try (var walk = rows.scan(Family.PARTS, from, RowKeys.after(RowKeys.parts(content)))) {
      for (; walk.isValid() && parts.size() < list.limit(); walk.next()) {
        var row = walk.row();
        parts.add(PartRow.decodeInfo(row.key(), row.value(), RowKeys.partNumberOf(row.key())));
      }
    }
    return parts;
  }

  private List<StripeId> known(List<StripeId> stripes) {
    return stripes.stream()
        .filter(stripe -> GarbageQueue.isKnown(rows, RowKeys.stripe(stripe)))
        .toList();
  }
}
