package ninebark.metadata.state;

import ninebark.metadata.Bucket;
import ninebark.metadata.Command;
import ninebark.metadata.Command.Expirable;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Reply;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionId;
import ninebark.metadata.Versioning;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.MarkerRow;
import ninebark.metadata.rows.Row;
import ninebark.metadata.rows.RowKeys;

/**
 * Judges what lifecycle rules demand: done is only what they would still demand, so that nobody's
 * write, tag or lock is overrun by a rule that was asked before it. Threads: one.
 */
final class Expiry {
  private final Batch batch;
  private final VersionStack stack;
  private final Bucket bucket;

  private Expiry(Batch batch, Bucket bucket, ObjectKey key) {
    this.batch = batch;
    this.bucket = bucket;
    this.stack = new VersionStack(batch, bucket, key);
  }

  static Reply.Expire judge(Batch batch, Bucket bucket, Command.Expire expire) {
    if (bucket.epoch() != expire.epoch()) {
      return new Reply.Expire.OtherEpoch();
    }
    var expiry = new Expiry(batch, bucket, expire.key());
    return switch (expire.what()) {
      case Expirable.Current current -> expiry.current(current);
      case Expirable.Noncurrent noncurrent -> expiry.noncurrent(noncurrent);
      case Expirable.LonelyMarker(var version) -> expiry.lonelyMarker(version);
      case Expirable.OpenUpload(var upload) -> expiry.upload(expire.key(), upload);
    };
  }

  private Reply.Expire current(Expirable.Current seen) {
    var current = Sightings.current(stack.versions(), seen);
    if (current.isEmpty()) {
      return new Reply.Expire.Changed();
    }
    boolean stays =
        switch (bucket.versioning()) {
          case OFF -> false;
          case ENABLED -> true;
          case SUSPENDED -> !current.get().id().equals(VersionId.NULL);
        };
    if (!stays && isLocked(current.get())) {
      return new Reply.Expire.Locked();
    }
    if (bucket.versioning() == Versioning.OFF) {
      stack.remove(current.get());
      return new Reply.Expire.Removed();
    }
    return new Reply.Expire.Marked(stack.pushMarker(bucket.owner(), current));
  }

  private Reply.Expire noncurrent(Expirable.Noncurrent seen) {
    var found = Sightings.noncurrent(stack.versions(), seen);
    if (found.isEmpty()) {
      return new Reply.Expire.Changed();
    }
    var held = found.get();
    if (held instanceof Held.Stored stored && isLocked(stored)) {
      return new Reply.Expire.Locked();
    }
    stack.remove(held);
    return new Reply.Expire.Removed();
  }

  private boolean isLocked(Held.Stored held) {
    return Locks.forbidsRemoval(held.row().lock(), batch.now(), false);
  }

  private Reply.Expire lonelyMarker(VersionId version) {
    var versions = stack.versions();
    var newest = versions.newest();
    if (newest.isEmpty()
        || !(newest.get() instanceof Held.Marker(MarkerRow row, long number))
        || !row.version().equals(version)
        || versions.newestBelow(number).isPresent()) {
      return new Reply.Expire.Changed();
    }
    stack.remove(newest.get());
    return new Reply.Expire.Removed();
  }

  private Reply.Expire upload(ObjectKey key, UploadId upload) {
    var row = RowKeys.upload(bucket.id(), key, upload);
    var open = batch.rows().get(Family.UPLOADS, row);
    if (open.isEmpty()) {
      return new Reply.Expire.Changed();
    }
    KeyspaceState.abort(batch, new Row(row, open.get()));
    return new Reply.Expire.Removed();
  }
}
