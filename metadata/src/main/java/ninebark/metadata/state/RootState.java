package ninebark.metadata.state;

import java.util.ArrayList;
import ninebark.metadata.Bucket;
import ninebark.metadata.Command;
import ninebark.metadata.Reply;
import ninebark.metadata.rows.BucketRow;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.MapRow;
import ninebark.metadata.rows.NumbersRow;
import ninebark.metadata.rows.RowKeys;

/**
 * Judges what concerns the whole cluster: buckets, the cluster map, the fence, the garbage queue.
 */
final class RootState {
  /** As many as AWS gives an account by default. */
  static final int MAX_BUCKETS_PER_ACCOUNT = 10_000;

  /** How many uploads of deleted buckets one entry aborts: keeps every entry short. */
  private static final int SWEPT_PER_ENTRY = 100;

  private final Batch batch;
  private final Draft rows;

  RootState(Batch batch) {
    this.batch = batch;
    this.rows = batch.rows();
  }

  Object judge(Command.Root<?> command) {
    return switch (command) {
      case Command.CreateBucket create -> createBucket(create);
      case Command.DeleteBucket delete -> deleteBucket(delete);
      case Command.PublishMap publish -> publishMap(publish);
      case Command.RaiseFence(long birthMillis) -> {
        batch.raiseFence(birthMillis);
        yield new Reply.Done();
      }
      case Command.ForgetGarbage(var ids) -> {
        ids.forEach(id -> GarbageQueue.forget(batch, id));
        yield new Reply.Done();
      }
      case Command.ForgetCompleted(long beforeMillis, int limit) -> {
        forgetCompleted(beforeMillis, limit);
        yield new Reply.Done();
      }
    };
  }

  private Reply.CreateBucket createBucket(Command.CreateBucket create) {
    var byName = RowKeys.bucketName(create.name());
    var existing = rows.get(Family.BUCKETS, byName);
    if (existing.isPresent()) {
      return new Reply.CreateBucket.Exists(BucketRow.decode(byName, existing.get()));
    }
    var owner = RowKeys.ownerCounter(create.owner());
    long owned = numberAt(Family.COUNTERS, owner);
    if (owned >= MAX_BUCKETS_PER_ACCOUNT) {
      return new Reply.CreateBucket.TooMany(MAX_BUCKETS_PER_ACCOUNT);
    }
    var bucket =
        new Bucket(
            batch.nextBucket(), create.name(), create.owner(), create.region(), batch.now(), 1);
    rows.put(Family.BUCKETS, byName, BucketRow.encode(byName, bucket));
    var ofOwner = RowKeys.bucketOf(create.owner(), create.name().value());
    rows.put(Family.BUCKETS, ofOwner, NumbersRow.encode(ofOwner, bucket.id().value()));
    rows.put(Family.COUNTERS, owner, NumbersRow.encode(owner, owned + 1));
    batch.publish(bucket);
    return new Reply.CreateBucket.Created(bucket);
  }

  private Reply.DeleteBucket deleteBucket(Command.DeleteBucket delete) {
    var found = batch.bucket(delete.bucket());
    if (found.isEmpty()) {
      return new Reply.DeleteBucket.NoSuchBucket();
    }
    if (batch.objects(delete.bucket()) > 0) {
      return new Reply.DeleteBucket.NotEmpty();
    }
    var bucket = found.get();
    rows.delete(Family.BUCKETS, RowKeys.bucketName(bucket.name()));
    rows.delete(Family.BUCKETS, RowKeys.bucketOf(bucket.owner(), bucket.name().value()));
    var owner = RowKeys.ownerCounter(bucket.owner());
    rows.put(
        Family.COUNTERS, owner, NumbersRow.encode(owner, numberAt(Family.COUNTERS, owner) - 1));
    batch.retract(bucket.id());
    // As at AWS, open uploads do not hold a bucket back; they are aborted, a few with each entry.
    var doomed = RowKeys.doomedBucket(bucket.id());
    rows.put(Family.SYSTEM, doomed, NumbersRow.encode(doomed, batch.clock()));
    batch.countDoomed(1);
    return new Reply.DeleteBucket.Deleted();
  }

  private long numberAt(Family family, byte[] key) {
    return rows.get(family, key).map(value -> NumbersRow.decode(key, value, 1)[0]).orElse(0L);
  }

  private Reply.PublishMap publishMap(Command.PublishMap publish) {
    long current =
        rows.get(Family.SYSTEM, RowKeys.MAP)
            .map(value -> MapRow.decode(RowKeys.MAP, value).epoch())
            .orElse(0L);
    if (publish.map().epoch() != current + 1) {
      return new Reply.PublishMap.StaleEpoch(current);
    }
    rows.put(Family.SYSTEM, RowKeys.MAP, MapRow.encode(RowKeys.MAP, publish.map()));
    return new Reply.PublishMap.Published();
  }

  private void forgetCompleted(long beforeMillis, int limit) {
    var keys = new ArrayList<byte[]>();
    try (var byTime =
        rows.scan(
            Family.COMPLETED,
            RowKeys.completedSince(0),
            RowKeys.completedSince(
                beforeMillis == Long.MAX_VALUE ? beforeMillis : beforeMillis + 1))) {
      for (; byTime.isValid() && keys.size() < limit; byTime.next()) {
        keys.add(byTime.row().key());
      }
    }
    for (var key : keys) {
      rows.delete(Family.COMPLETED, key);
      rows.delete(Family.COMPLETED, RowKeys.completedOf(key));
    }
  }

  /** Aborts some uploads of buckets that are deleted. */
  void sweep() {
    if (batch.doomedBuckets() == 0) {
      return;
    }
    var prefix = RowKeys.doomedBuckets();
    byte[] doomed;
    try (var walk = rows.scan(Family.SYSTEM, prefix, RowKeys.after(prefix))) {
      if (!walk.isValid()) {
        throw new IllegalStateException(
            batch.doomedBuckets() + " deleted buckets are counted, none is there");
      }
      doomed = walk.row().key();
    }
    var uploads = new ArrayList<ninebark.metadata.rows.Row>();
    var ofBucket = RowKeys.bucketPrefix(RowKeys.doomedBucketOf(doomed));
    try (var walk = rows.scan(Family.UPLOADS, ofBucket, RowKeys.after(ofBucket))) {
      for (; walk.isValid() && uploads.size() < SWEPT_PER_ENTRY; walk.next()) {
        uploads.add(walk.row());
      }
    }
    for (var upload : uploads) {
      KeyspaceState.abort(batch, upload);
    }
    if (uploads.size() < SWEPT_PER_ENTRY) {
      rows.delete(Family.SYSTEM, doomed);
      batch.countDoomed(-1);
    }
  }
}
