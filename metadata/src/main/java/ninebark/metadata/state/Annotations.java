package ninebark.metadata.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.AnnotationInfo;
import ninebark.metadata.BucketId;
import ninebark.metadata.Content;
import ninebark.metadata.Query;
import ninebark.metadata.rows.AnnotationRow;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.ObjectRow;
import ninebark.metadata.rows.Row;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.Rows;
import ninebark.storagenode.Extent;

/**
 * Named payloads beside versions. They stand under a set of their own, so that a version that moves
 * or is renamed takes them along for nothing.
 */
final class Annotations {
  private Annotations() {}

  static Optional<AnnotationRow> find(Rows rows, ObjectRow.Annotations set, String name) {
    if (set.count() == 0) {
      return Optional.empty();
    }
    var key = RowKeys.annotation(set.set(), name);
    return rows.get(Family.ANNOTATIONS, key).map(value -> AnnotationRow.decode(key, value));
  }

  static ObjectRow.Annotations put(
      Batch batch,
      BucketId bucket,
      ObjectRow.Annotations before,
      String name,
      AnnotationRow annotation) {
    var old = find(batch.rows(), before, name);
    old.ifPresent(row -> release(batch, bucket, row));
    long set = before.count() == 0 ? batch.nextContent() : before.set();
    write(batch, bucket, set, name, annotation);
    return new ObjectRow.Annotations(set, before.count() + (old.isPresent() ? 0 : 1));
  }

  private static void write(
      Batch batch, BucketId bucket, long set, String name, AnnotationRow annotation) {
    if (annotation.content() instanceof Content.Striped(var extents)) {
      GarbageQueue.reference(batch, extents);
    }
    batch.count(bucket, 0, annotation.length());
    var key = RowKeys.annotation(set, name);
    batch.rows().put(Family.ANNOTATIONS, key, annotation.encode(key));
  }

  private static void release(Batch batch, BucketId bucket, AnnotationRow row) {
    batch.count(bucket, 0, -row.length());
    GarbageQueue.discard(batch, row.content());
  }

  /** The set without this one, which must be there. */
  static ObjectRow.Annotations delete(
      Batch batch, BucketId bucket, ObjectRow.Annotations before, String name) {
    release(batch, bucket, find(batch.rows(), before, name).orElseThrow());
    batch.rows().delete(Family.ANNOTATIONS, RowKeys.annotation(before.set(), name));
    return before.count() == 1
        ? ObjectRow.Annotations.NONE
        : new ObjectRow.Annotations(before.set(), before.count() - 1);
  }

  /** All of a version that is gone, as one row of garbage. */
  static void discard(Batch batch, BucketId bucket, ObjectRow.Annotations set) {
    var extents = new ArrayList<Extent>();
    for (var row : all(batch.rows(), set)) {
      var annotation = AnnotationRow.decode(row.key(), row.value());
      batch.count(bucket, 0, -annotation.length());
      if (annotation.content() instanceof Content.Striped(var some)) {
        extents.addAll(some);
      }
      batch.rows().delete(Family.ANNOTATIONS, row.key());
    }
    GarbageQueue.discard(batch, new Content.Striped(extents));
  }

  /** A set of its own with the same payloads; their bytes are named once more. */
  static ObjectRow.Annotations share(Batch batch, BucketId bucket, ObjectRow.Annotations source) {
    if (source.count() == 0) {
      return ObjectRow.Annotations.NONE;
    }
    long set = batch.nextContent();
    for (var row : all(batch.rows(), source)) {
      write(
          batch,
          bucket,
          set,
          RowKeys.annotationNameOf(row.key()),
          AnnotationRow.decode(row.key(), row.value()));
    }
    return new ObjectRow.Annotations(set, source.count());
  }

  private static List<Row> all(Rows rows, ObjectRow.Annotations set) {
    var found = new ArrayList<Row>(set.count());
    if (set.count() > 0) {
      var prefix = RowKeys.annotations(set.set());
      try (var walk = rows.scan(Family.ANNOTATIONS, prefix, RowKeys.after(prefix))) {
        for (; walk.isValid(); walk.next()) {
          found.add(walk.row());
        }
      }
    }
    return found;
  }

  static Query.AnnotationListing list(
      Rows rows, ObjectRow object, String prefix, String after, int limit) {
    var found = new ArrayList<AnnotationInfo>();
    var set = object.annotations();
    if (set.count() == 0 || limit <= 0) {
      return new Query.AnnotationListing(object.version(), found, false);
    }
    var from = RowKeys.annotation(set.set(), prefix);
    try (var walk = rows.scan(Family.ANNOTATIONS, from, RowKeys.after(from))) {
      if (!after.isEmpty() && after.compareTo(prefix) >= 0) {
        walk.seek(RowKeys.justAfter(RowKeys.annotation(set.set(), after)));
      }
      for (; walk.isValid() && found.size() < limit; walk.next()) {
        var row = walk.row();
        found.add(
            AnnotationRow.decode(row.key(), row.value()).info(RowKeys.annotationNameOf(row.key())));
      }
      return new Query.AnnotationListing(object.version(), found, walk.isValid());
    }
  }
}
