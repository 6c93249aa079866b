package ninebark.metadata.state;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import ninebark.metadata.Bucket;
import ninebark.metadata.Command;
import ninebark.metadata.DocumentName;
import ninebark.metadata.LifecycleProgress;
import ninebark.metadata.LockSettings;
import ninebark.metadata.Reply;
import ninebark.metadata.Versioning;
import ninebark.metadata.rows.BucketRow;
import ninebark.metadata.rows.DocumentRow;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.MapRow;
import ninebark.metadata.rows.NumbersRow;
import ninebark.metadata.rows.ProgressRow;
import ninebark.metadata.rows.RowKeys;

/**
 * Judges what concerns the whole cluster: buckets, the cluster map, the fence, the garbage queue.
 */
final class RootState {
  /** As many as AWS gives an account by default. */
  static final int MAX_BUCKETS_PER_ACCOUNT = 10_000;

  /** Far more than S3 has kinds; of some kinds a bucket may have a thousand. */
  static final int MAX_DOCUMENTS_PER_BUCKET = 5_000;

  /** How many uploads of deleted buckets one entry aborts: keeps every entry short. */
  private static final int SWEPT_PER_ENTRY = 100;

  private static final int LEASE_NUMBERS = 3;

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
      case Command.SetVersioning set -> setVersioning(set);
      case Command.SetLock set -> setLock(set);
      case Command.PutDocument put -> putDocument(put);
      case Command.DeleteDocument delete -> deleteDocument(delete);
      case Command.PublishMap publish -> publishMap(publish);
      case Command.RaiseFence(long birthMillis) -> {
        batch.raiseFence(birthMillis);
        yield new Reply.Done();
      }
      case Command.TakeLease(var holder, long millis) -> takeLease(holder, millis);
      case Command.ForgetGarbage(var ids) -> {
        ids.forEach(id -> GarbageQueue.forget(batch, id));
        yield new Reply.Done();
      }
      case Command.NoteProgress(var progress) -> {
        noteProgress(progress);
        yield new Reply.Done();
      }
      case Command.ForgetCompleted(long beforeMillis, int limit) -> {
        forgetCompleted(beforeMillis, limit);
        yield new Reply.Done();
      }
    };
  }

  private Reply.TakeLease takeLease(UUID holder, long millis) {
    var row = rows.get(Family.SYSTEM, RowKeys.LEASE);
    if (row.isPresent()) {
      var lease = NumbersRow.decode(RowKeys.LEASE, row.get(), LEASE_NUMBERS);
      var current = new UUID(lease[0], lease[1]);
      if (!current.equals(holder) && batch.clock() < lease[2]) {
        return new Reply.TakeLease.HeldByAnother(current);
      }
    }
    rows.put(
        Family.SYSTEM,
        RowKeys.LEASE,
        NumbersRow.encode(
            RowKeys.LEASE,
            holder.getMostSignificantBits(),
            holder.getLeastSignificantBits(),
            batch.clock() + millis));
    return new Reply.TakeLease.Held();
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
            batch.nextBucket(),
            create.name(),
            create.owner(),
            create.region(),
            batch.now(),
            1,
            create.lock() ? Versioning.ENABLED : Versioning.OFF,
            create.lock() ? Optional.of(new LockSettings(Optional.empty())) : Optional.empty(),
            create.documents().keySet());
    rows.put(Family.BUCKETS, byName, BucketRow.encode(byName, bucket));
    create.documents().forEach((name, text) -> writeDocument(bucket, name, text));
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
    if (!batch.isEmpty(delete.bucket())) {
      return new Reply.DeleteBucket.NotEmpty();
    }
    var bucket = found.get();
    rows.delete(Family.BUCKETS, RowKeys.bucketName(bucket.name()));
    rows.delete(Family.BUCKETS, RowKeys.bucketOf(bucket.owner(), bucket.name().value()));
    bucket
        .documents()
        .forEach(name -> rows.delete(Family.BUCKETS, RowKeys.document(bucket.id(), name)));
    var owner = RowKeys.ownerCounter(bucket.owner());
    rows.put(
        Family.COUNTERS, owner, NumbersRow.encode(owner, numberAt(Family.COUNTERS, owner) - 1));
    rows.delete(Family.SYSTEM, RowKeys.lifecycleProgress(bucket.id()));
    batch.retract(bucket.id());
    // As at AWS, open uploads do not hold a bucket back; they are aborted, a few with each entry.
    var doomed = RowKeys.doomedBucket(bucket.id());
    rows.put(Family.SYSTEM, doomed, NumbersRow.encode(doomed, batch.clock()));
    batch.countDoomed(1);
    return new Reply.DeleteBucket.Deleted();
  }

  private Reply.ChangeBucket setVersioning(Command.SetVersioning set) {
    var found = batch.bucket(set.bucket());
    if (found.isEmpty()) {
      return new Reply.ChangeBucket.NoSuchBucket();
    }
    boolean never = set.versioning() == Versioning.OFF;
    boolean needed = found.get().lock().isPresent() && set.versioning() != Versioning.ENABLED;
    if (needed || (never && found.get().versioning() != Versioning.OFF)) {
      return new Reply.ChangeBucket.InvalidBucketState();
    }
    return changed(found.get(), set.versioning(), found.get().lock(), found.get().documents());
  }

  private Reply.ChangeBucket setLock(Command.SetLock set) {
    var found = batch.bucket(set.bucket());
    if (found.isEmpty()) {
      return new Reply.ChangeBucket.NoSuchBucket();
    }
    if (found.get().versioning() != Versioning.ENABLED) {
      return new Reply.ChangeBucket.InvalidBucketState();
    }
    return changed(
        found.get(), Versioning.ENABLED, Optional.of(set.lock()), found.get().documents());
  }

  private Reply.ChangeBucket putDocument(Command.PutDocument put) {
    var found = batch.bucket(put.bucket());
    if (found.isEmpty()) {
      return new Reply.ChangeBucket.NoSuchBucket();
    }
    var bucket = found.get();
    var documents = new HashSet<>(bucket.documents());
    documents.add(put.name());
    if (documents.size() > MAX_DOCUMENTS_PER_BUCKET) {
      return new Reply.ChangeBucket.TooManyDocuments(MAX_DOCUMENTS_PER_BUCKET);
    }
    writeDocument(bucket, put.name(), put.text());
    return changed(bucket, bucket.versioning(), bucket.lock(), documents);
  }

  private void writeDocument(Bucket bucket, DocumentName name, String text) {
    var key = RowKeys.document(bucket.id(), name);
    rows.put(Family.BUCKETS, key, DocumentRow.encode(key, text));
  }

  private Reply.ChangeBucket deleteDocument(Command.DeleteDocument delete) {
    var found = batch.bucket(delete.bucket());
    if (found.isEmpty()) {
      return new Reply.ChangeBucket.NoSuchBucket();
    }
    var bucket = found.get();
    if (!bucket.documents().contains(delete.name())) {
      return new Reply.ChangeBucket.Changed(bucket);
    }
    rows.delete(Family.BUCKETS, RowKeys.document(bucket.id(), delete.name()));
    var documents = new HashSet<>(bucket.documents());
    documents.remove(delete.name());
    return changed(bucket, bucket.versioning(), bucket.lock(), documents);
  }

  private Reply.ChangeBucket changed(
      Bucket before,
      Versioning versioning,
      Optional<LockSettings> lock,
      Set<DocumentName> documents) {
    var after =
        new Bucket(
            before.id(),
            before.name(),
            before.owner(),
            before.region(),
            before.created(),
            before.epoch() + 1,
            versioning,
            lock,
            documents);
    var byName = RowKeys.bucketName(before.name());
    rows.put(Family.BUCKETS, byName, BucketRow.encode(byName, after));
    batch.publish(after);
    return new Reply.ChangeBucket.Changed(after);
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

  /** Of a bucket that is gone nothing is kept. */
  private void noteProgress(LifecycleProgress progress) {
    if (batch.bucket(progress.bucket()).isPresent()) {
      var key = RowKeys.lifecycleProgress(progress.bucket());
      rows.put(Family.SYSTEM, key, ProgressRow.encode(key, progress));
    }
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
