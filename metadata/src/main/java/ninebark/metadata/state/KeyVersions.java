package ninebark.metadata.state;

import java.util.Optional;
import ninebark.metadata.BucketId;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.metadata.rows.Cursor;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.MarkerRow;
import ninebark.metadata.rows.NumbersRow;
import ninebark.metadata.rows.ObjectRow;
import ninebark.metadata.rows.Row;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.Rows;

/**
 * Finds the versions of one key. The newest stands in OBJECTS if it is an object; all others, and
 * every delete marker, stand in VERSIONS; NULLS says which of those is the null version. So no
 * search walks over versions, however many there are.
 */
final class KeyVersions {
  private final Rows rows;
  private final byte[] key;

  KeyVersions(Rows rows, BucketId bucket, ObjectKey key) {
    this.rows = rows;
    this.key = RowKeys.object(bucket, key);
  }

  byte[] objectKey() {
    return key;
  }

  /** The newest version, if it is an object. */
  Optional<Held.Stored> current() {
    return rows.get(Family.OBJECTS, key)
        .map(value -> new Held.Stored(ObjectRow.decode(key, value), true));
  }

  /** The newest of those in VERSIONS. */
  Optional<Held> newestBelow() {
    try (var walk = rows.scan(Family.VERSIONS, key, RowKeys.after(key))) {
      return walk.isValid() ? Optional.of(held(walk.row())) : Optional.empty();
    }
  }

  /**
   * The newest of those in VERSIONS that are older than this number. It begins behind the number:
   * rows removed before it would still slow a walk until they are compacted away.
   */
  Optional<Held> newestBelow(long number) {
    var from = RowKeys.after(RowKeys.version(key, number));
    try (var walk = rows.scan(Family.VERSIONS, from, RowKeys.after(key))) {
      return walk.isValid() ? Optional.of(held(walk.row())) : Optional.empty();
    }
  }

  /** What is next newer than a version of this key; empty for the newest. */
  Optional<Held> nextNewer(Held held) {
    if (held instanceof Held.Stored(var row, boolean current) && current) {
      return Optional.empty();
    }
    var above = rows.last(Family.VERSIONS, RowKeys.version(key, held.number() + 1), key);
    return above.isPresent() ? above.map(KeyVersions::held) : current().map(stored -> stored);
  }

  /** How many noncurrent objects are newer than a version, counted up to a limit. */
  int countNewerObjects(Held held, int limit) {
    int count = 0;
    if (limit > 0) {
      try (var walk = rows.scan(Family.VERSIONS, key, RowKeys.version(key, held.number()))) {
        for (; walk.isValid() && count < limit; walk.next()) {
          if (walk.value()[0] != MarkerRow.KIND) {
            count++;
          }
        }
      }
    }
    return count;
  }

  /** The newest version, whatever it is. */
  Optional<Held> newest() {
    Optional<Held> current = current().map(stored -> stored);
    return current.isPresent() ? current : newestBelow();
  }

  Optional<Held> find(VersionChoice choice) {
    return switch (choice) {
      case VersionChoice.Current() -> newest();
      case VersionChoice.Exactly(var id) -> find(id);
    };
  }

  Optional<Held> find(VersionId id) {
    var current = current();
    if (current.isPresent() && current.get().id().equals(id)) {
      return Optional.of(current.get());
    }
    return switch (id) {
      case VersionId.Numbered numbered ->
          below(numbered.number()).filter(held -> held.id().equals(id));
      case VersionId.Null() -> nullBelow();
    };
  }

  private Optional<Held> below(long number) {
    var at = RowKeys.version(key, number);
    return rows.get(Family.VERSIONS, at).map(value -> held(new Row(at, value)));
  }

  /** The null version, if it is not the current object. */
  Optional<Held> nullBelow() {
    return rows.get(Family.NULLS, key)
        .map(value -> NumbersRow.decode(key, value, 1)[0])
        .map(
            number ->
                below(number)
                    .orElseThrow(
                        () -> new IllegalStateException("a null version is missing: " + number)));
  }

  private static Held held(Row row) {
    return held(row, false);
  }

  /** What a walk over OBJECTS or VERSIONS stands on. */
  static Held held(Cursor at, boolean current) {
    return held(at.row(), current);
  }

  private static Held held(Row row, boolean current) {
    if (MarkerRow.is(row.value())) {
      return new Held.Marker(
          MarkerRow.decode(row.key(), row.value()),
          RowKeys.versionNumberOf(row.key(), row.key().length));
    }
    return new Held.Stored(ObjectRow.decode(row.key(), row.value()), current);
  }
}
