package ninebark.metadata.state;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import ninebark.metadata.AgePage;
import ninebark.metadata.AgePage.Position;
import ninebark.metadata.AgePage.Within;
import ninebark.metadata.AgedVersion;
import ninebark.metadata.AgedVersion.Kind;
import ninebark.metadata.AgedVersion.Standing;
import ninebark.metadata.BucketId;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.rows.Cursor;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.Rows;

/**
 * A page of versions with their age: two walks side by side, as in {@link VersionWalk}, but without
 * delimiters, and with what each version's newer ones tell of it. Threads: one.
 */
final class AgeWalk {
  private final Rows rows;
  private final BucketId bucket;
  private final byte[] prefix;

  /** The key under each walk. */
  private final byte[] currentKey = new byte[ObjectKey.MAX_BYTES];

  private final byte[] belowKey = new byte[ObjectKey.MAX_BYTES];
  private int currentLength;
  private int belowLength;

  /** The key in hand, and what was told of it. */
  private byte[] key = new byte[0];

  private Optional<Within> told = Optional.empty();

  AgeWalk(Rows rows, BucketId bucket, String prefix) {
    this.rows = rows;
    this.bucket = bucket;
    this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
  }

  AgePage page(Optional<Position> after, int limit) {
    var versions = new ArrayList<AgedVersion>();
    var all = RowKeys.objectPrefix(bucket, prefix);
    var until = RowKeys.after(all);
    try (var current = rows.scan(Family.OBJECTS, all, until);
        var below = rows.scan(Family.VERSIONS, all, until)) {
      after.ifPresent(position -> skip(position, current, below));
      read(current, below);
      while ((current.isValid() || below.isValid()) && versions.size() < limit) {
        boolean onCurrent = onCurrent(current, below);
        var at = onCurrent ? current : below;
        takeKey(onCurrent ? currentKey : belowKey, onCurrent ? currentLength : belowLength);
        var held = KeyVersions.held(at, onCurrent);
        at.next();
        read(current, below);
        versions.add(aged(held, below));
      }
      boolean more = current.isValid() || below.isValid();
      return new AgePage(
          versions,
          more && !versions.isEmpty()
              ? Optional.of(
                  new Position(versions.getLast().key(), isInHand(below) ? told : Optional.empty()))
              : Optional.empty());
    }
  }

  private void skip(Position after, Cursor current, Cursor below) {
    var name = after.key().utf8();
    var object = RowKeys.object(bucket, name);
    // What of this key came to light since it was told waits for the next walk.
    current.seek(RowKeys.after(object));
    if (after.within().isEmpty()) {
      below.seek(RowKeys.after(object));
      return;
    }
    below.seek(RowKeys.after(RowKeys.version(object, after.within().get().number())));
    key = name;
    told = after.within();
  }

  private void read(Cursor current, Cursor below) {
    if (current.isValid()) {
      currentLength = RowKeys.keyInto(current.key(), current.keyLength(), currentKey);
    }
    if (below.isValid()) {
      belowLength = RowKeys.keyInto(below.key(), below.keyLength(), belowKey);
    }
  }

  private boolean onCurrent(Cursor current, Cursor below) {
    if (!current.isValid() || !below.isValid()) {
      return current.isValid();
    }
    return Arrays.compareUnsigned(currentKey, 0, currentLength, belowKey, 0, belowLength) <= 0;
  }

  private void takeKey(byte[] found, int length) {
    if (!Arrays.equals(found, 0, length, key, 0, key.length)) {
      key = Arrays.copyOf(found, length);
      told = Optional.empty();
    }
  }

  /** Whether the next version below is of the key in hand. */
  private boolean isInHand(Cursor below) {
    return below.isValid() && Arrays.equals(belowKey, 0, belowLength, key, 0, key.length);
  }

  private AgedVersion aged(Held held, Cursor below) {
    Standing standing =
        told.<Standing>map(newer -> new Standing.Noncurrent(newer.born(), newer.objectCount()))
            .orElseGet(() -> new Standing.Current(!isInHand(below)));
    var kind = kind(held);
    boolean counts = standing instanceof Standing.Noncurrent && kind instanceof Kind.Stored;
    var born = Instant.ofEpochMilli(held.modifiedMillis());
    told =
        Optional.of(
            new Within(
                held.number(), born, told.map(Within::objectCount).orElse(0) + (counts ? 1 : 0)));
    return new AgedVersion(
        new ObjectKey(new String(key, StandardCharsets.UTF_8)), held.id(), born, standing, kind);
  }

  private static Kind kind(Held held) {
    return switch (held) {
      case Held.Marker marker -> new Kind.Marker();
      case Held.Stored(var row, boolean current) ->
          new Kind.Stored(
              row.etag(), row.length(), row.tags(), row.lock(), Optional.of(row.storageClass()));
    };
  }
}
