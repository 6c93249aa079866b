package ninebark.metadata.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ninebark.metadata.Content;
import ninebark.metadata.Garbage;
import ninebark.metadata.GarbageId;
import ninebark.metadata.PartInfo;
import ninebark.metadata.Query;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.GarbageRow;
import ninebark.metadata.rows.NumbersRow;
import ninebark.metadata.rows.PartRow;
import ninebark.metadata.rows.Row;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.Rows;
import ninebark.storagenode.Extent;
import ninebark.storagenode.StripeId;

/**
 * What nothing names any more, until it is erased; and how many rows name each stripe.
 *
 * <p>Invariant: a stripe's count is the number of contents, parts and garbage rows that name it. It
 * is given out for erasing only while its garbage row is the last of them.
 */
final class GarbageQueue {
  /** A page of garbage stops here, however many rows were asked for. */
  private static final int MAX_EXTENTS = 100_000;

  private GarbageQueue() {}

  /** A new content or part names these stripes. */
  static void reference(Batch batch, List<Extent> extents) {
    for (var extent : extents) {
      count(batch, extent, 1);
    }
  }

  private static void count(Batch batch, Extent extent, int change) {
    var key = RowKeys.stripe(extent.stripe());
    long count = references(batch.rows(), key) + change;
    if (count > 0) {
      batch.rows().put(Family.STRIPES, key, NumbersRow.encode(key, count));
    } else {
      batch.rows().delete(Family.STRIPES, key);
    }
  }

  private static long references(Rows rows, byte[] stripe) {
    return rows.get(Family.STRIPES, stripe)
        .map(value -> NumbersRow.decode(stripe, value, 1)[0])
        .orElse(0L);
  }

  static boolean isKnown(Rows rows, byte[] stripe) {
    return rows.get(Family.STRIPES, stripe).isPresent();
  }

  /** A content or part that named these stripes is gone. */
  static void discard(Batch batch, Content content) {
    switch (content) {
      case Content.Inline inline -> {}
      case Content.Striped(var extents) -> {
        if (!extents.isEmpty()) {
          put(batch, batch.nextGarbage(1), new GarbageRow.Extents(extents));
          countGarbage(batch, 1, bytes(extents));
        }
      }
      case Content.Parts(long content2, int count) -> discardParts(batch, content2);
    }
  }

  /** All parts under this content id are garbage: one row, however many they are. */
  static void discardParts(Batch batch, long content) {
    var head = PartsHead.read(batch.rows(), content).orElseThrow();
    if (head.parts() == 0) {
      deleteParts(batch, content);
      return;
    }
    put(batch, batch.nextGarbage(PartInfo.MAX_NUMBER + 1), new GarbageRow.Parts(content));
    countGarbage(batch, head.parts(), head.bytes());
  }

  private static void put(Batch batch, long serial, GarbageRow row) {
    var key = RowKeys.garbage(new GarbageId(batch.clock(), serial));
    batch.rows().put(Family.GARBAGE, key, row.encode(key));
  }

  private static void deleteParts(Batch batch, long content) {
    var all = RowKeys.partsAll(content);
    var keys = new ArrayList<byte[]>();
    try (var rows = batch.rows().scan(Family.PARTS, all, RowKeys.after(all))) {
      for (; rows.isValid(); rows.next()) {
        keys.add(rows.row().key());
      }
    }
    keys.forEach(key -> batch.rows().delete(Family.PARTS, key));
  }

  private static long bytes(List<Extent> extents) {
    return extents.stream().mapToLong(Extent::length).sum();
  }

  private static void countGarbage(Batch batch, long rows, long bytes) {
    var key = RowKeys.GARBAGE_COUNTER;
    var now = count(batch.rows());
    batch
        .rows()
        .put(
            Family.COUNTERS,
            key,
            NumbersRow.encode(key, now.objects() + rows, now.bytes() + bytes));
  }

  static Query.Count count(Rows rows) {
    var key = RowKeys.GARBAGE_COUNTER;
    var count =
        rows.get(Family.COUNTERS, key)
            .map(value -> NumbersRow.decode(key, value, 2))
            .orElseGet(() -> new long[2]);
    return new Query.Count(count[0], count[1]);
  }

  /** The extents of this id are erased. Asking twice does nothing. */
  static void forget(Batch batch, GarbageId id) {
    var key = RowKeys.garbage(id);
    var atLeast =
        RowKeys.garbage(
            new GarbageId(id.sinceMillis(), Math.max(0, id.serial() - PartInfo.MAX_NUMBER)));
    var found =
        batch
            .rows()
            .get(Family.GARBAGE, key)
            .map(value -> new Row(key, value))
            .or(() -> batch.rows().last(Family.GARBAGE, key, atLeast));
    if (found.isEmpty()) {
      return;
    }
    var row = found.get();
    long ahead = id.serial() - RowKeys.garbageOf(row.key()).serial();
    switch (GarbageRow.decode(row.key(), row.value())) {
      case GarbageRow.Extents(var extents) -> {
        if (ahead == 0) {
          batch.rows().delete(Family.GARBAGE, row.key());
          extents.forEach(extent -> count(batch, extent, -1));
          countGarbage(batch, -1, -bytes(extents));
        }
      }
      case GarbageRow.Parts(long content) -> {
        if (ahead > 0) {
          forgetPart(batch, row.key(), content, (int) ahead);
        }
      }
    }
  }

  private static void forgetPart(Batch batch, byte[] garbage, long content, int number) {
    var key = RowKeys.part(content, number);
    var value = batch.rows().get(Family.PARTS, key);
    if (value.isEmpty()) {
      return;
    }
    var part = PartRow.decode(key, value.get());
    batch.rows().delete(Family.PARTS, key);
    extentsOf(part.content()).forEach(extent -> count(batch, extent, -1));
    countGarbage(batch, -1, -part.length());
    var head = PartsHead.read(batch.rows(), content).orElseThrow().plus(-1, -part.length());
    head.write(batch.rows(), content);
    if (head.parts() == 0) {
      deleteParts(batch, content);
      batch.rows().delete(Family.GARBAGE, garbage);
    }
  }

  private static List<Extent> extentsOf(Content content) {
    return content instanceof Content.Striped(var extents) ? extents : List.of();
  }

  /** What became garbage before this moment, oldest first. */
  static List<Garbage> list(Rows rows, long beforeMillis, int limit) {
    var found = new ArrayList<Garbage>();
    var named = new HashMap<StripeId, Integer>();
    int extents = 0;
    try (var queue =
        rows.scan(Family.GARBAGE, RowKeys.garbageSince(0), RowKeys.garbageSince(beforeMillis))) {
      for (; queue.isValid() && found.size() < limit && extents < MAX_EXTENTS; queue.next()) {
        var row = queue.row();
        var id = RowKeys.garbageOf(row.key());
        switch (GarbageRow.decode(row.key(), row.value())) {
          case GarbageRow.Extents(var list) -> {
            found.add(new Garbage(id, erasable(rows, list, named)));
            extents += list.size();
          }
          case GarbageRow.Parts(long content) -> {
            var parts = RowKeys.parts(content);
            try (var walk = rows.scan(Family.PARTS, parts, RowKeys.after(parts))) {
              for (; walk.isValid() && found.size() < limit && extents < MAX_EXTENTS; walk.next()) {
                var part = walk.row();
                var list = extentsOf(PartRow.decode(part.key(), part.value()).content());
                int number = RowKeys.partNumberOf(part.key());
                found.add(
                    new Garbage(
                        new GarbageId(id.sinceMillis(), id.serial() + number),
                        erasable(rows, list, named)));
                extents += list.size();
              }
            }
          }
        }
      }
    }
    return found;
  }

  /**
   * Those that nothing else names but rows of the same page before this one, which are forgotten
   * with it: the last of them gives a stripe out.
   */
  private static List<Extent> erasable(
      Rows rows, List<Extent> extents, Map<StripeId, Integer> named) {
    return extents.stream()
        .filter(
            extent ->
                named.merge(extent.stripe(), 1, Integer::sum)
                    == references(rows, RowKeys.stripe(extent.stripe())))
        .toList();
  }

  /**
   * How many parts stand under a content id, and their bytes.
   *
   * @param shared how many objects share them beside the first
   */
  record PartsHead(long parts, long bytes, long shared) {
    static Optional<PartsHead> read(Rows rows, long content) {
      var key = RowKeys.partsHead(content);
      return rows.get(Family.PARTS, key)
          .map(value -> NumbersRow.decode(key, value, 2, 3))
          .map(numbers -> new PartsHead(numbers[0], numbers[1], numbers[2]));
    }

    PartsHead plus(long moreParts, long moreBytes) {
      return new PartsHead(parts + moreParts, bytes + moreBytes, shared);
    }

    PartsHead sharedBy(int more) {
      return new PartsHead(parts, bytes, shared + more);
    }

    void write(Draft rows, long content) {
      var key = RowKeys.partsHead(content);
      rows.put(
          Family.PARTS,
          key,
          shared == 0
              ? NumbersRow.encode(key, parts, bytes)
              : NumbersRow.encode(key, parts, bytes, shared));
    }
  }
}
