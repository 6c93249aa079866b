package ninebark.scrubber.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import ninebark.erasure.ShardSet;
import ninebark.metadata.Naming;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.StripeId;

/**
 * The file {@code scrubber/journal} of a data folder: a head, then records without gaps. Numbers
 * are big-endian, times are milliseconds since 1970.
 *
 * <pre>
 *  head    at  bytes
 *           0      4  magic "NBsj"
 *           4      1  version, 1
 *           5      3  zero
 *           8     16  cluster id
 *          24      4  CRC32C of the bytes before
 *
 *  record   0      1  kind
 *           1      1  P, length of the payload
 *           2      P  payload
 *         2+P      4  CRC32C of kind, length and payload, begun with the offset of the record
 *                     in the file (8 bytes)
 *
 *  kind    payload
 *  1 lost     stripe (20), noticed (8), gone (32), wrong (32)
 *  2 mended   stripe (20)
 *  3 marked   disk (16), pass (4), began (8), flags (1), ended (8), pass before: began (8),
 *             ended (8), after: stripe (20), shard (2), bytes (8), shards (8), damage (8)
 *  4 grown    age (4), until (8)
 *  5 paused   until (8)
 *  6 counted  pass (4), began (8), flags (1), ended (8), place (1) as below, counts (14 of 8)
 *  7 lived    since (8), then 8 of 8: disk time, lost disks, their time, shard time, damage,
 *             repairs, time queued, time taken; all times in milliseconds
 *  8 away     disk (16), since (8), counted (1)
 *  9 back     disk (16)
 *
 *  place      0 at the end
 *             1 the index, from its beginning
 *             2 the index, after a content: number (8)
 *             3 the index, after a part: content (8), number (4)
 *             4 the index, before the annotations of a set: set (8)
 *             5 a disk, from its beginning: disk (16)
 *             6 a disk, after a shard: disk (16), stripe (20), shard (2)
 *
 *  stripe     group (4), birth (8), serial (8)
 *  set        one bit for each shard, four words of 64, the lowest bit of the first is shard 0
 *  flags      1 ended is meant, 2 the pass before is meant, 4 after is meant, 8 wrapped
 * </pre>
 *
 * <p>The checksum takes the offset in, so that a record left from a longer journal of an earlier
 * life does not pass in another place.
 */
public final class JournalFormat {
  static final int MAGIC = 0x4E42736A;
  static final int VERSION = 1;
  static final int HEAD_BYTES = 28;
  static final int MAX_RECORD_BYTES = 2 + 255 + 4;

  private static final int LOST = 1;
  private static final int MENDED = 2;
  private static final int MARKED = 3;
  private static final int GROWN = 4;
  private static final int PAUSED = 5;

  private static final int COUNTED = 6;
  private static final int LIVED = 7;
  private static final int AWAY = 8;
  private static final int BACK = 9;

  private static final int ENDED_IS_MEANT = 1;
  private static final int BEFORE_IS_MEANT = 2;
  private static final int AFTER_IS_MEANT = 4;
  private static final int WRAPPED = 8;

  /** What a journal's first bytes say. */
  sealed interface Head {
    record Own() implements Head {}

    record Foreign(UUID cluster) implements Head {}

    /** Nothing that could be trusted. */
    record Damaged() implements Head {}
  }

  private JournalFormat() {}

  static ByteBuffer encodeHead(UUID cluster) {
    var out = ByteBuffer.allocate(HEAD_BYTES);
    out.putInt(MAGIC).put((byte) VERSION).put(new byte[3]);
    out.putLong(cluster.getMostSignificantBits()).putLong(cluster.getLeastSignificantBits());
    out.putInt(crc(0, out.slice(0, HEAD_BYTES - 4)));
    return out.flip();
  }

  /**
   * @throws IOException if the file is whole, but of a newer version
   */
  static Head decodeHead(ByteBuffer head, UUID cluster, String file) throws IOException {
    if (head.remaining() < HEAD_BYTES
        || head.getInt(0) != MAGIC
        || head.getInt(HEAD_BYTES - 4) != crc(0, head.slice(0, HEAD_BYTES - 4))) {
      return new Head.Damaged();
    }
    int version = Byte.toUnsignedInt(head.get(4));
    if (version != VERSION) {
      throw new IOException(
          file + " has version " + version + ", written by a newer Ninebark; this one reads 1");
    }
    var found = new UUID(head.getLong(8), head.getLong(16));
    return found.equals(cluster) ? new Head.Own() : new Head.Foreign(found);
  }

  /** Writes a record that is to stand at {@code offset} of the file. */
  static void encode(JournalRecord record, long offset, ByteBuffer out) {
    int start = out.position();
    out.position(start + 2);
    int kind =
        switch (record) {
          case JournalRecord.Lost(var loss) -> {
            put(out, loss.stripe());
            out.putLong(loss.since().toEpochMilli());
            put(out, loss.gone());
            put(out, loss.wrong());
            yield LOST;
          }
          case JournalRecord.Mended(var stripe) -> {
            put(out, stripe);
            yield MENDED;
          }
          case JournalRecord.Marked(var mark) -> {
            put(out, mark);
            yield MARKED;
          }
          case JournalRecord.Grown(var age, var until) -> {
            out.putInt(age).putLong(until.toEpochMilli());
            yield GROWN;
          }
          case JournalRecord.Paused(var until) -> {
            out.putLong(until.toEpochMilli());
            yield PAUSED;
          }
          case JournalRecord.Counted(var mark) -> {
            put(out, mark);
            yield COUNTED;
          }
          case JournalRecord.Experienced(var all) -> {
            put(out, all);
            yield LIVED;
          }
          case JournalRecord.Away(var absence) -> {
            put(out, absence.disk());
            out.putLong(absence.since().toEpochMilli()).put((byte) (absence.counted() ? 1 : 0));
            yield AWAY;
          }
          case JournalRecord.Back(var disk) -> {
            put(out, disk);
            yield BACK;
          }
        };
    int payload = out.position() - start - 2;
    out.put(start, (byte) kind).put(start + 1, (byte) payload);
    out.putInt(crc(offset, out.slice(start, 2 + payload)));
  }

  /**
   * Reads the record at the position of {@code in} and moves past it; empty, without a move, if
   * there is none that is whole.
   *
   * @param offset where in the file it stands
   */
  static Optional<JournalRecord> decode(ByteBuffer in, long offset) {
    int start = in.position();
    if (in.remaining() < 2) {
      return Optional.empty();
    }
    int kind = in.get(start);
    int payload = Byte.toUnsignedInt(in.get(start + 1));
    if (in.remaining() < 2 + payload + 4
        || in.getInt(start + 2 + payload) != crc(offset, in.slice(start, 2 + payload))) {
      return Optional.empty();
    }
    in.position(start + 2);
    JournalRecord record =
        switch (kind) {
          case LOST -> {
            var stripe = stripe(in);
            var since = Instant.ofEpochMilli(in.getLong());
            yield new JournalRecord.Lost(new Loss(stripe, set(in), set(in), since));
          }
          case MENDED -> new JournalRecord.Mended(stripe(in));
          case MARKED -> new JournalRecord.Marked(mark(in));
          case GROWN -> new JournalRecord.Grown(in.getInt(), Instant.ofEpochMilli(in.getLong()));
          case PAUSED -> new JournalRecord.Paused(Instant.ofEpochMilli(in.getLong()));
          case COUNTED -> new JournalRecord.Counted(censusMark(in));
          case LIVED -> new JournalRecord.Experienced(experience(in));
          case AWAY ->
              new JournalRecord.Away(
                  new Absence(disk(in), Instant.ofEpochMilli(in.getLong()), in.get() != 0));
          case BACK -> new JournalRecord.Back(disk(in));
          default ->
              throw new IllegalStateException("a whole record has kind 1 to 9, found " + kind);
        };
    in.position(start + 2 + payload + 4);
    return Optional.of(record);
  }

  private static void put(ByteBuffer out, PatrolMark mark) {
    out.putLong(mark.disk().value().getMostSignificantBits());
    out.putLong(mark.disk().value().getLeastSignificantBits());
    out.putInt(mark.pass()).putLong(mark.began().toEpochMilli());
    int flags =
        (mark.ended().isPresent() ? ENDED_IS_MEANT : 0)
            | (mark.before().isPresent() ? BEFORE_IS_MEANT : 0)
            | (mark.after().isPresent() ? AFTER_IS_MEANT : 0)
            | (mark.wrapped() ? WRAPPED : 0);
    out.put((byte) flags);
    out.putLong(mark.ended().map(Instant::toEpochMilli).orElse(0L));
    out.putLong(mark.before().map(span -> span.began().toEpochMilli()).orElse(0L));
    out.putLong(mark.before().map(span -> span.ended().toEpochMilli()).orElse(0L));
    put(
        out,
        mark.after().map(StripeKey::of).orElse(new StripeKey(new GroupId(0), new StripeId(0, 0))));
    out.putShort((short) (int) mark.after().map(ShardKey::shard).orElse(0));
    out.putLong(mark.bytes()).putLong(mark.shardCount()).putLong(mark.damageCount());
  }

  private static PatrolMark mark(ByteBuffer in) {
    var disk = disk(in);
    int pass = in.getInt();
    var began = Instant.ofEpochMilli(in.getLong());
    int flags = in.get();
    var ended = Instant.ofEpochMilli(in.getLong());
    var before =
        new PatrolMark.Span(Instant.ofEpochMilli(in.getLong()), Instant.ofEpochMilli(in.getLong()));
    var after = stripe(in).shard(in.getShort());
    return new PatrolMark(
        disk,
        pass,
        began,
        (flags & ENDED_IS_MEANT) != 0 ? Optional.of(ended) : Optional.empty(),
        (flags & BEFORE_IS_MEANT) != 0 ? Optional.of(before) : Optional.empty(),
        (flags & AFTER_IS_MEANT) != 0 ? Optional.of(after) : Optional.empty(),
        (flags & WRAPPED) != 0,
        in.getLong(),
        in.getLong(),
        in.getLong());
  }

  private static void put(ByteBuffer out, CensusMark mark) {
    out.putInt(mark.pass()).putLong(mark.began().toEpochMilli());
    out.put((byte) (mark.ended().isPresent() ? ENDED_IS_MEANT : 0));
    out.putLong(mark.ended().map(Instant::toEpochMilli).orElse(0L));
    put(out, mark.at());
    var counts = mark.counts();
    out.putLong(counts.stripeCount()).putLong(counts.namedBytes()).putLong(counts.neededBytes());
    out.putLong(counts.missingCount()).putLong(counts.lostCount()).putLong(counts.unseenCount());
    out.putLong(counts.shardCount()).putLong(counts.heldBytes());
    out.putLong(counts.orphanCount()).putLong(counts.orphanBytes());
    out.putLong(counts.youngCount()).putLong(counts.youngBytes());
    out.putLong(counts.misplacedCount()).putLong(counts.movedCount());
  }

  private static void put(ByteBuffer out, CensusMark.Place place) {
    switch (place) {
      case CensusMark.Place.AtEnd() -> out.put((byte) 0);
      case CensusMark.Place.OfIndex(var after) -> {
        if (after.isEmpty()) {
          out.put((byte) 1);
        } else {
          put(out, after.get());
        }
      }
      case CensusMark.Place.OfDisk(var disk, var after) -> {
        out.put((byte) (after.isEmpty() ? 5 : 6));
        out.putLong(disk.value().getMostSignificantBits());
        out.putLong(disk.value().getLeastSignificantBits());
        if (after.isPresent()) {
          put(out, StripeKey.of(after.get()));
          out.putShort((short) after.get().shard());
        }
      }
    }
  }

  private static void put(ByteBuffer out, Naming after) {
    switch (after) {
      case Naming.OfContent(long number) -> out.put((byte) 2).putLong(number);
      case Naming.OfPart(long content, int number) ->
          out.put((byte) 3).putLong(content).putInt(number);
      // A name may be longer than a record: the annotations of the set are counted again.
      case Naming.OfAnnotation(long set, var _) -> out.put((byte) 4).putLong(set);
    }
  }

  private static CensusMark censusMark(ByteBuffer in) {
    int pass = in.getInt();
    var began = Instant.ofEpochMilli(in.getLong());
    boolean hasEnded = (in.get() & ENDED_IS_MEANT) != 0;
    var ended = Instant.ofEpochMilli(in.getLong());
    var place = place(in);
    var counts =
        new CensusMark.Counts(
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong());
    return new CensusMark(
        pass, began, hasEnded ? Optional.of(ended) : Optional.empty(), place, counts);
  }

  private static CensusMark.Place place(ByteBuffer in) {
    int kind = in.get();
    return switch (kind) {
      case 0 -> new CensusMark.Place.AtEnd();
      case 1 -> new CensusMark.Place.OfIndex(Optional.empty());
      case 2 -> after(new Naming.OfContent(in.getLong()));
      case 3 -> after(new Naming.OfPart(in.getLong(), in.getInt()));
      case 4 -> after(new Naming.OfAnnotation(in.getLong(), ""));
      case 5 -> new CensusMark.Place.OfDisk(disk(in), Optional.empty());
      case 6 -> {
        var disk = disk(in);
        yield new CensusMark.Place.OfDisk(disk, Optional.of(stripe(in).shard(in.getShort())));
      }
      default -> throw new IllegalStateException("a census is at a place 0 to 6, found " + kind);
    };
  }

  private static CensusMark.Place after(Naming naming) {
    return new CensusMark.Place.OfIndex(Optional.of(naming));
  }

  private static void put(ByteBuffer out, Experience all) {
    out.putLong(all.since().toEpochMilli()).putLong(all.diskMillis());
    out.putLong(all.lostDiskCount()).putLong(all.lostMillis()).putLong(all.shardMillis());
    out.putLong(all.damageCount()).putLong(all.repairCount());
    out.putLong(all.queuedMillis()).putLong(all.tookMillis());
  }

  private static Experience experience(ByteBuffer in) {
    return new Experience(
        Instant.ofEpochMilli(in.getLong()),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong());
  }

  private static void put(ByteBuffer out, DiskId disk) {
    out.putLong(disk.value().getMostSignificantBits());
    out.putLong(disk.value().getLeastSignificantBits());
  }

  private static DiskId disk(ByteBuffer in) {
    return new DiskId(new UUID(in.getLong(), in.getLong()));
  }

  private static void put(ByteBuffer out, StripeKey stripe) {
    out.putInt(stripe.group().value());
    out.putLong(stripe.stripe().birthMillis()).putLong(stripe.stripe().serial());
  }

  private static StripeKey stripe(ByteBuffer in) {
    return new StripeKey(new GroupId(in.getInt()), new StripeId(in.getLong(), in.getLong()));
  }

  private static void put(ByteBuffer out, ShardSet set) {
    out.putLong(set.w0()).putLong(set.w1()).putLong(set.w2()).putLong(set.w3());
  }

  private static ShardSet set(ByteBuffer in) {
    return new ShardSet(in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }

  private static int crc(long offset, ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(8).putLong(0, offset));
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
