package ninebark.metadata.state;

import java.util.Optional;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.Content;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.VersionId;
import ninebark.metadata.Versioning;
import ninebark.metadata.rows.ContentRow;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.MarkerRow;
import ninebark.metadata.rows.NumbersRow;
import ninebark.metadata.rows.ObjectRow;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.state.GarbageQueue.PartsHead;

/**
 * Changes the versions of one key, as the bucket keeps them, with the counters and the garbage that
 * follow. Threads: one. Invariant: a row of OBJECTS is the newest version of its key.
 */
final class VersionStack {
  private final Batch batch;
  private final Draft rows;
  private final Bucket bucket;
  private final KeyVersions versions;
  private final byte[] key;

  VersionStack(Batch batch, Bucket bucket, ObjectKey key) {
    this.batch = batch;
    this.rows = batch.rows();
    this.bucket = bucket;
    versions = new KeyVersions(rows, bucket.id(), key);
    this.key = versions.objectKey();
  }

  KeyVersions versions() {
    return versions;
  }

  /**
   * Puts an object on top; its version is given here.
   *
   * @param current what {@link KeyVersions#current} found
   * @return what its version is called, where versions are kept
   */
  Optional<VersionId> push(ObjectRow object, Optional<Held.Stored> current) {
    return switch (bucket.versioning()) {
      case OFF -> {
        current.ifPresent(this::discard);
        putCurrent(object.as(VersionId.NULL, 0));
        yield Optional.empty();
      }
      case ENABLED -> {
        current.ifPresent(this::cover);
        long number = batch.nextContent();
        var version = new VersionId.Numbered(batch.clock(), number);
        putCurrent(object.as(version, number));
        yield Optional.of(version);
      }
      case SUSPENDED -> {
        makeRoomForNull(current);
        putCurrent(object.as(VersionId.NULL, batch.nextContent()));
        yield Optional.empty();
      }
    };
  }

  /** Puts a delete marker on top, where versions are kept. */
  VersionId pushMarker(AccountId owner, Optional<Held.Stored> current) {
    boolean numbered = bucket.versioning() == Versioning.ENABLED;
    if (numbered) {
      current.ifPresent(this::cover);
    } else {
      makeRoomForNull(current);
    }
    long number = batch.nextContent();
    VersionId version = numbered ? new VersionId.Numbered(batch.clock(), number) : VersionId.NULL;
    rows.delete(Family.OBJECTS, key);
    var at = RowKeys.version(key, number);
    rows.put(Family.VERSIONS, at, new MarkerRow(version, batch.clock(), owner).encode(at));
    if (!numbered) {
      rows.put(Family.NULLS, key, NumbersRow.encode(key, number));
    }
    batch.countOthers(bucket.id(), 1, 0);
    return version;
  }

  /**
   * The null version, wherever it is, gives way to another; a current one that is not is covered.
   */
  private void makeRoomForNull(Optional<Held.Stored> current) {
    if (current.isPresent() && current.get().id().equals(VersionId.NULL)) {
      discard(current.get());
      return;
    }
    versions.nullBelow().ifPresent(this::removeBelow);
    current.ifPresent(this::cover);
  }

  /** Something newer comes on top of the current object. */
  private void cover(Held.Stored current) {
    var row = current.row();
    var at = RowKeys.version(key, row.number());
    rows.delete(Family.OBJECTS, key);
    rows.put(Family.VERSIONS, at, row.encode(at));
    if (row.version().equals(VersionId.NULL)) {
      rows.put(Family.NULLS, key, NumbersRow.encode(key, row.number()));
    }
    batch.count(bucket.id(), -1, -row.length());
    batch.countOthers(bucket.id(), 1, row.length());
  }

  private void putCurrent(ObjectRow row) {
    rows.put(Family.OBJECTS, key, row.encode(key));
    batch.count(bucket.id(), 1, row.length());
  }

  /** Removes one version for good; what was below the newest comes to light. */
  void remove(Held held) {
    boolean wasNewest =
        switch (held) {
          case Held.Stored(var row, boolean current) -> current;
          case Held.Marker marker ->
              versions.current().isEmpty()
                  && versions.newestBelow().orElseThrow().number() == marker.number();
        };
    if (held instanceof Held.Stored stored && stored.current()) {
      discard(stored);
      rows.delete(Family.OBJECTS, key);
    } else {
      removeBelow(held);
    }
    if (wasNewest && bucket.versioning() != Versioning.OFF) {
      uncover(held.number());
    }
  }

  /** What is newest below a number that is gone becomes current, if it is an object. */
  private void uncover(long gone) {
    if (versions.newestBelow(gone).orElse(null) instanceof Held.Stored(var row, boolean current)) {
      rows.delete(Family.VERSIONS, RowKeys.version(key, row.number()));
      if (row.version().equals(VersionId.NULL)) {
        rows.delete(Family.NULLS, key);
      }
      batch.countOthers(bucket.id(), -1, -row.length());
      putCurrent(row);
    }
  }

  private void removeBelow(Held held) {
    rows.delete(Family.VERSIONS, RowKeys.version(key, held.number()));
    if (held.id().equals(VersionId.NULL)) {
      rows.delete(Family.NULLS, key);
    }
    switch (held) {
      case Held.Stored(var row, boolean current) -> {
        batch.countOthers(bucket.id(), -1, -row.length());
        release(row);
      }
      case Held.Marker marker -> batch.countOthers(bucket.id(), -1, 0);
    }
  }

  /** The current object goes; its row is replaced or deleted by the caller. */
  void discard(Held.Stored current) {
    batch.count(bucket.id(), -1, -current.row().length());
    release(current.row());
  }

  /** Takes the current object out of this key without touching its bytes. */
  void detach(Held.Stored current) {
    batch.count(bucket.id(), -1, -current.row().length());
    rows.delete(Family.OBJECTS, key);
  }

  /** Puts an object here that was detached from elsewhere. */
  void attach(ObjectRow row) {
    putCurrent(row);
  }

  /** The version stays, its bytes are elsewhere. */
  void replaceBytes(Held.Stored held, ObjectRow row) {
    releaseBytes(held.row());
    rewrite(held, row);
  }

  /** The version stays, something beside its bytes changes. */
  void rewrite(Held.Stored held, ObjectRow row) {
    if (held.current()) {
      rows.put(Family.OBJECTS, key, row.encode(key));
    } else {
      var at = RowKeys.version(key, row.number());
      rows.put(Family.VERSIONS, at, row.encode(at));
    }
  }

  /** A row that named these bytes and annotations is gone. */
  private void release(ObjectRow row) {
    Annotations.discard(batch, bucket.id(), row.annotations());
    releaseBytes(row);
  }

  /** A row names these bytes no more. */
  private void releaseBytes(ObjectRow row) {
    switch (row.place()) {
      case ObjectRow.Place.Inline(long number) ->
          rows.delete(Family.CONTENTS, RowKeys.content(number));
      case ObjectRow.Place.Striped(long number) -> {
        if (!shareLess(number)) {
          var at = RowKeys.content(number);
          var value = rows.get(Family.CONTENTS, at).orElseThrow();
          GarbageQueue.discard(batch, ContentRow.decode(at, value));
          rows.delete(Family.CONTENTS, at);
        }
      }
      case ObjectRow.Place.Parts(long content, int count) -> {
        var head = PartsHead.read(rows, content).orElseThrow();
        if (head.shared() > 0) {
          head.sharedBy(-1).write(rows, content);
        } else {
          GarbageQueue.discardParts(batch, content);
        }
      }
    }
  }

  private boolean shareLess(long number) {
    var at = RowKeys.contentUses(number);
    var shared = rows.get(Family.CONTENTS, at);
    if (shared.isEmpty()) {
      return false;
    }
    long left = NumbersRow.decode(at, shared.get(), 1)[0] - 1;
    if (left == 0) {
      rows.delete(Family.CONTENTS, at);
    } else {
      rows.put(Family.CONTENTS, at, NumbersRow.encode(at, left));
    }
    return true;
  }

  /** Lets a further object name the bytes of this one: no byte moves. */
  static ObjectRow.Place share(Batch batch, ObjectRow source) {
    var rows = batch.rows();
    return switch (source.place()) {
      case ObjectRow.Place.Inline(long number) -> {
        var from = RowKeys.content(number);
        Content bytes = ContentRow.decode(from, rows.get(Family.CONTENTS, from).orElseThrow());
        long copy = batch.nextContent();
        var at = RowKeys.content(copy);
        rows.put(Family.CONTENTS, at, ContentRow.encode(at, bytes));
        yield new ObjectRow.Place.Inline(copy);
      }
      case ObjectRow.Place.Striped(long number) -> {
        var at = RowKeys.contentUses(number);
        long shared =
            rows.get(Family.CONTENTS, at)
                .map(value -> NumbersRow.decode(at, value, 1)[0])
                .orElse(0L);
        rows.put(Family.CONTENTS, at, NumbersRow.encode(at, shared + 1));
        yield source.place();
      }
      case ObjectRow.Place.Parts(long content, int count) -> {
        PartsHead.read(rows, content).orElseThrow().sharedBy(1).write(rows, content);
        yield source.place();
      }
    };
  }
}
