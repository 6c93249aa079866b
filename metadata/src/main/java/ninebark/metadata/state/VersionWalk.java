package ninebark.metadata.state;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import ninebark.metadata.BucketId;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.VersionId;
import ninebark.metadata.VersionListing;
import ninebark.metadata.VersionListing.Entry;
import ninebark.metadata.VersionListing.Position;
import ninebark.metadata.rows.Cursor;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.MarkerRow;
import ninebark.metadata.rows.ObjectRow;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.Rows;

/**
 * A page of all versions: two walks side by side, current objects and what is below them, the lower
 * key first and of one key the current object first. What is rolled up is skipped with a seek.
 * Threads: one.
 */
final class VersionWalk {
  private final Rows rows;
  private final BucketId bucket;
  private final KeyRange range;

  /** The key under each walk. */
  private final byte[] currentKey = new byte[ObjectKey.MAX_BYTES];

  private final byte[] belowKey = new byte[ObjectKey.MAX_BYTES];
  private int currentLength;
  private int belowLength;

  VersionWalk(Rows rows, BucketId bucket, String prefix, String delimiter) {
    this.rows = rows;
    this.bucket = bucket;
    range = new KeyRange(prefix, delimiter);
  }

  VersionListing page(Optional<Position> after, int limit) {
    var entries = new ArrayList<Entry>();
    if (limit <= 0) {
      return new VersionListing(entries, Optional.empty());
    }
    var all = RowKeys.objectPrefix(bucket, range.prefix());
    var until = RowKeys.after(all);
    try (var current = rows.scan(Family.OBJECTS, all, until);
        var below = rows.scan(Family.VERSIONS, all, until)) {
      // A key whose newest version is told already has no other latest one.
      var told = new byte[0];
      if (after.isPresent()) {
        told = skip(after.get(), current, below);
      }
      Optional<Position> last = Optional.empty();
      while (read(current, below) && entries.size() < limit) {
        boolean onCurrent = onCurrent(current, below);
        var key = onCurrent ? currentKey : belowKey;
        int length = onCurrent ? currentLength : belowLength;
        int rolledUp = range.rolledUp(key, length);
        if (rolledUp > 0) {
          var common = Arrays.copyOf(key, rolledUp);
          var name = new String(common, StandardCharsets.UTF_8);
          entries.add(new Entry.CommonPrefix(name));
          last = Optional.of(new Position(name, Optional.empty()));
          var behind = RowKeys.after(RowKeys.objectPrefix(bucket, common));
          current.seek(behind);
          below.seek(behind);
          continue;
        }
        boolean latest = !Arrays.equals(key, 0, length, told, 0, told.length);
        if (latest) {
          told = Arrays.copyOf(key, length);
        }
        var name = new String(told, StandardCharsets.UTF_8);
        var entry = entry(name, latest, onCurrent ? current : below);
        entries.add(entry);
        last = Optional.of(new Position(name, Optional.of(idOf(entry))));
        (onCurrent ? current : below).next();
      }
      boolean more = current.isValid() || below.isValid();
      return new VersionListing(entries, more ? last : Optional.empty());
    }
  }

  private boolean read(Cursor current, Cursor below) {
    if (current.isValid()) {
      currentLength = RowKeys.keyInto(current.key(), current.keyLength(), currentKey);
    }
    if (below.isValid()) {
      belowLength = RowKeys.keyInto(below.key(), below.keyLength(), belowKey);
    }
    return current.isValid() || below.isValid();
  }

  private boolean onCurrent(Cursor current, Cursor below) {
    if (!current.isValid() || !below.isValid()) {
      return current.isValid();
    }
    return Arrays.compareUnsigned(currentKey, 0, currentLength, belowKey, 0, belowLength) <= 0;
  }

  /**
   * Moves both walks behind a position.
   *
   * @return the key of which a version was told already, or nothing
   */
  private byte[] skip(Position after, Cursor current, Cursor below) {
    var name = after.key().getBytes(StandardCharsets.UTF_8);
    var nothing = new byte[0];
    if (Arrays.compareUnsigned(name, range.prefix()) < 0) {
      return nothing;
    }
    int rolledUp = range.covers(name) ? range.rolledUp(name, name.length) : 0;
    if (rolledUp > 0) {
      var behind = RowKeys.after(RowKeys.objectPrefix(bucket, Arrays.copyOf(name, rolledUp)));
      current.seek(behind);
      below.seek(behind);
      return nothing;
    }
    var object = RowKeys.object(bucket, name);
    if (after.version().isEmpty() || name.length > ObjectKey.MAX_BYTES) {
      current.seek(RowKeys.after(object));
      below.seek(RowKeys.after(object));
      return nothing;
    }
    long number = number(name, after.version().get());
    current.seek(object);
    if (current.isValid()
        && Arrays.equals(current.key(), 0, current.keyLength(), object, 0, object.length)
        && ObjectRow.decodeListed(current).number() >= number) {
      // Else what was told is gone, and an older version has come to light since.
      current.next();
    }
    below.seek(RowKeys.after(RowKeys.version(object, number)));
    return name;
  }

  /**
   * Where a version stood. One that is gone by now still has its number; a null version that is
   * gone was told last, so what is left of its key is left out rather than told twice.
   */
  private long number(byte[] name, VersionId version) {
    return switch (version) {
      case VersionId.Numbered numbered -> numbered.number();
      case VersionId.Null() ->
          new KeyVersions(rows, bucket, new ObjectKey(new String(name, StandardCharsets.UTF_8)))
              .find(version)
              .map(Held::number)
              .orElse(0L);
    };
  }

  private static VersionId idOf(Entry entry) {
    return switch (entry) {
      case Entry.Version version -> version.id();
      case Entry.DeleteMarker marker -> marker.id();
      case Entry.CommonPrefix common -> throw new IllegalStateException("a prefix has no version");
    };
  }

  private static Entry entry(String key, boolean latest, Cursor at) {
    if (at.value()[0] == MarkerRow.KIND) {
      var row = at.row();
      var marker = MarkerRow.decode(row.key(), row.value());
      return new Entry.DeleteMarker(
          key, marker.version(), latest, marker.modified(), marker.owner());
    }
    var row = ObjectRow.decodeListed(at);
    return new Entry.Version(
        key,
        row.version(),
        latest,
        row.etag(),
        row.length(),
        Instant.ofEpochMilli(row.modifiedMillis()),
        row.storageClass(),
        row.owner(),
        row.checksums());
  }
}
