package ninebark.metadata.state;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Content;
import ninebark.metadata.DocumentName;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.PartInfo;
import ninebark.metadata.Query;
import ninebark.metadata.Query.Lookup;
import ninebark.metadata.Reply;
import ninebark.metadata.StoredPart;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.rows.BucketRow;
import ninebark.metadata.rows.ContentRow;
import ninebark.metadata.rows.DamagedRowException;
import ninebark.metadata.rows.DocumentRow;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.MapRow;
import ninebark.metadata.rows.NumbersRow;
import ninebark.metadata.rows.ObjectRow;
import ninebark.metadata.rows.PartRow;
import ninebark.metadata.rows.ProgressRow;
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
      case Query.HeadObject q -> q.version() instanceof VersionChoice.Current;
      case Query.ReadObject q -> q.version() instanceof VersionChoice.Current;
      case Query.ReadDocument q -> true;
      case Query.ListVersions q -> false;
      case Query.ListAges q -> false;
      case Query.BucketsWith q -> true;
      case Query.FindProgress q -> true;
      case Query.ReadAnnotation q -> false;
      case Query.ListAnnotations q -> false;
      case Query.ListStoredParts q -> true;
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
      case Query.ListNamed q -> false;
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
      case Query.ReadDocument(var bucket, var name) -> document(bucket, name);
      case Query.HeadObject(var bucket, var key, var version) ->
          lookup(bucket, key, version).map(row -> row.info(key));
      case Query.ReadObject(var bucket, var key, var version) -> readObject(bucket, key, version);
      case Query.ListVersions(var bucket, var prefix, var delimiter, var after, int limit) ->
          new VersionWalk(rows, bucket, prefix, delimiter).page(after, limit);
      case Query.ListAges(var bucket, var prefix, var after, int limit) ->
          new AgeWalk(rows, bucket, prefix).page(after, limit);
      case Query.BucketsWith with -> bucketsWith(with);
      case Query.FindProgress(var bucket) -> {
        var key = RowKeys.lifecycleProgress(bucket);
        yield rows.get(Family.SYSTEM, key).map(value -> ProgressRow.decode(key, value, bucket));
      }
      case Query.ReadAnnotation(var bucket, var key, var version, var name) ->
          lookup(bucket, key, version)
              .map(
                  row ->
                      Annotations.find(rows, row.annotations(), name)
                          .map(
                              found ->
                                  new Query.Annotation(
                                      row.version(), found.info(name), found.content())));
      case Query.ListAnnotations list ->
          lookup(list.bucket(), list.key(), list.version())
              .map(row -> Annotations.list(rows, row, list.prefix(), list.after(), list.limit()));
      case Query.ListStoredParts(long content, int after, int limit) ->
          storedParts(content, after, limit);
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
      case Query.ListNamed(var after, int limit) -> new NamedWalk(rows, limit).page(after);
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

  private List<Bucket> bucketsWith(Query.BucketsWith with) {
    var found = new ArrayList<Bucket>();
    var all = RowKeys.bucketIds();
    var from = with.after().map(RowKeys::bucketId).map(RowKeys::justAfter).orElse(all);
    try (var walk = rows.scan(Family.BUCKETS, from, RowKeys.after(all))) {
      for (; walk.isValid() && found.size() < with.limit(); walk.next()) {
        var row = walk.row();
        var bucket = BucketRow.decode(row.key(), row.value());
        if (bucket.documents().contains(with.document())) {
          found.add(bucket);
        }
      }
    }
    return found;
  }

  private Optional<String> document(BucketId bucket, DocumentName name) {
    var key = RowKeys.document(bucket, name);
    return rows.get(Family.BUCKETS, key).map(value -> DocumentRow.decode(key, value));
  }

  /**
   * Where no object is current, what is below is looked at: a marker, or nothing. Rows may change
   * between the two reads; an object found below came to be covered meanwhile, so look again.
   */
  private Lookup<ObjectRow> lookup(BucketId bucket, ObjectKey key, VersionChoice choice) {
    var versions = new KeyVersions(rows, bucket, key);
    return switch (choice) {
      case VersionChoice.Current() -> {
        while (true) {
          var current = versions.current();
          if (current.isPresent()) {
            yield new Lookup.Hit<>(current.get().row());
          }
          var below = versions.newestBelow();
          if (below.isEmpty()) {
            yield new Lookup.NoSuchKey<>();
          }
          if (below.get() instanceof Held.Marker marker) {
            yield marker(marker);
          }
        }
      }
      case VersionChoice.Exactly(var id) ->
          versions
              .find(id)
              .map(
                  held ->
                      switch (held) {
                        case Held.Stored stored -> new Lookup.Hit<>(stored.row());
                        case Held.Marker marker -> Questions.<ObjectRow>marker(marker);
                      })
              .orElseGet(Lookup.NoSuchVersion::new);
    };
  }

  private static <T> Lookup<T> marker(Held.Marker marker) {
    return new Lookup.Marker<>(marker.id(), marker.row().modified());
  }

  /**
   * A content row never changes, so that two reads give one moment's state; if the row is gone, the
   * object was replaced between them.
   */
  private Lookup<Query.Found> readObject(BucketId bucket, ObjectKey key, VersionChoice choice) {
    var found = lookup(bucket, key, choice);
    while (found instanceof Lookup.Hit<ObjectRow>(var row)) {
      var content = content(row.place());
      if (content.isPresent()) {
        return new Lookup.Hit<>(new Query.Found(row.info(key), content.get()));
      }
      found = lookup(bucket, key, choice);
      if (found instanceof Lookup.Hit<ObjectRow>(var again) && again.place().equals(row.place())) {
        throw new DamagedRowException("the content of " + bucket + "/" + key + " is missing");
      }
    }
    return found.map(
        row -> {
          throw new IllegalStateException("only a hit has a row: " + row);
        });
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

  private List<PartInfo> storedParts(long content, int after, int limit) {
    var parts = new ArrayList<PartInfo>();
    if (after >= PartInfo.MAX_NUMBER) {
      return parts;
    }
    var from = RowKeys.part(content, Math.max(after, 0) + 1);
    try (var walk = rows.scan(Family.PARTS, from, RowKeys.after(RowKeys.parts(content)))) {
      for (; walk.isValid() && parts.size() < limit; walk.next()) {
        var row = walk.row();
        parts.add(PartRow.decodeInfo(row.key(), row.value(), RowKeys.partNumberOf(row.key())));
      }
    }
    return parts;
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
    return upload(list.bucket(), list.key(), list.upload())
        .map(upload -> storedParts(upload.content(), list.after(), list.limit()))
        .orElseGet(List::of);
  }

  private List<StripeId> known(List<StripeId> stripes) {
    return stripes.stream()
        .filter(stripe -> GarbageQueue.isKnown(rows, RowKeys.stripe(stripe)))
        .toList();
  }
}
