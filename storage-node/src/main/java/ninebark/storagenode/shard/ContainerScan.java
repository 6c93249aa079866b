package ninebark.storagenode.shard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import ninebark.storagenode.file.DiskFile;

/**
 * The records of a container as they are found after a crash, and what stands between them.
 *
 * <p>A record that fails is either the tail of the last commit, which nobody was told about, or
 * damage. Each header says up to where the container was synced before it was written, so
 * everything below the highest such offset was acknowledged: what fails there is damage and stays;
 * what fails above is torn.
 *
 * @param records whole headers, in order; only of those that may be torn were the bodies looked at
 * @param damage acknowledged regions where no record can be read
 * @param torn what was begun and never acknowledged, between whole records
 * @param end where the next record may be written
 * @param tailBytes what was begun and never acknowledged, after the end
 */
record ContainerScan(
    List<RecordFormat.Header> records, List<Gap> damage, List<Gap> torn, long end, long tailBytes) {
  private static final int HEADER_GUESS_BYTES = 4 << 10;
  private static final int SEARCH_BYTES = 1 << 20;

  /** Bytes from an offset (inclusive) to another (exclusive). */
  record Gap(long from, long to) {
    long bytes() {
      return to - from;
    }
  }

  long tornBytes() {
    return tailBytes + torn.stream().mapToLong(Gap::bytes).sum();
  }

  /**
   * @param from where a record begins
   * @param acknowledged an offset below which all is known to have been synced
   * @param sealed whether a later container exists: then all of this one was synced, unless a sync
   *     failed, and what cannot be read is damage
   */
  static ContainerScan scan(DiskFile file, int number, long from, long acknowledged, boolean sealed)
      throws IOException {
    long length = file.length();
    List<RecordFormat.Header> records = new ArrayList<>();
    List<Gap> gaps = new ArrayList<>();
    long at = from;
    while (at < length) {
      var header = readHeader(file, new LogPosition(number, at));
      if (header.isPresent() && header.get().end() <= length) {
        records.add(header.get());
        at = header.get().end();
        continue;
      }
      var next = nextHeader(file, number, at + RecordFormat.ALIGNMENT, length);
      if (next.isEmpty()) {
        break;
      }
      gaps.add(new Gap(at, next.getAsLong()));
      at = next.getAsLong();
    }
    long durable = acknowledged;
    for (var header : records) {
      durable = Math.max(durable, header.durableBefore());
    }
    return judge(file, from, records, gaps, durable, length, sealed);
  }

  private static ContainerScan judge(
      DiskFile file,
      long from,
      List<RecordFormat.Header> records,
      List<Gap> gaps,
      long durable,
      long length,
      boolean sealed)
      throws IOException {
    List<RecordFormat.Header> good = new ArrayList<>();
    List<Gap> bad = new ArrayList<>(gaps);
    long end = Math.max(from, Math.min(durable, length));
    for (var header : records) {
      if (header.position().offset() < durable
          || (bodyIsWhole(file, header) && hasCompanion(header, durable, good))) {
        good.add(header);
        end = Math.max(end, header.end());
      } else {
        bad.add(new Gap(header.position().offset(), header.end()));
      }
    }
    List<Gap> damage = new ArrayList<>();
    List<Gap> torn = new ArrayList<>();
    for (var gap : bad) {
      if (sealed || gap.from < durable) {
        damage.add(gap);
      } else if (gap.from < end) {
        torn.add(gap);
      }
    }
    if (length < from && from > ContainerFormat.HEADER_BYTES) {
      damage.add(new Gap(length, from));
    }
    long lastEnd = records.isEmpty() ? from : records.getLast().end();
    if (lastEnd < durable) {
      damage.add(new Gap(lastEnd, durable));
    }
    long tail = Math.max(0, lastNonZero(file, end, length) - end);
    return new ContainerScan(good, damage, torn, end, tail);
  }

  /**
   * A shard that was written again comes with a tombstone for its older record. Without the new
   * record the tombstone must not count, or the shard would be gone.
   */
  private static boolean hasCompanion(
      RecordFormat.Header header, long durable, List<RecordFormat.Header> good) {
    if (!(header.record() instanceof ContainerRecord.Tombstone tombstone)) {
      return true;
    }
    var asOf = tombstone.asOf();
    if (asOf.container() != header.position().container()
        || asOf.offset() < durable
        || asOf.equals(header.position())) {
      return true;
    }
    return good.stream().anyMatch(other -> other.position().equals(asOf));
  }

  /** The header that begins at a position, empty if none does that is whole and belongs there. */
  static Optional<RecordFormat.Header> readHeader(DiskFile file, LogPosition position)
      throws IOException {
    var guess = ByteBuffer.allocate(HEADER_GUESS_BYTES);
    file.read(guess, position.offset());
    guess.flip();
    var headerBytes = RecordFormat.headerBytes(guess);
    if (headerBytes.isEmpty()) {
      return Optional.empty();
    }
    return readHeader(file, position, headerBytes.get(), guess);
  }

  private static Optional<RecordFormat.Header> readHeader(
      DiskFile file, LogPosition position, int headerBytes, ByteBuffer guess) throws IOException {
    var header = guess;
    if (headerBytes > guess.limit()) {
      header = ByteBuffer.allocate(headerBytes);
      file.read(header, position.offset());
      header.flip();
      if (header.limit() < headerBytes) {
        return Optional.empty();
      }
    }
    return RecordFormat.decodeHeader(
        header.slice(0, headerBytes), position, ContainerFormat.fileName(position.container()));
  }

  static boolean bodyIsWhole(DiskFile file, RecordFormat.Header header) throws IOException {
    if (!(header.record() instanceof ContainerRecord.Shard shard)) {
      return true;
    }
    int bytes = shard.bodyBytes();
    long bodyAt = header.position().offset() + header.headerBytes();
    var block = ByteBuffer.allocate(BlockChecksums.BLOCK_BYTES);
    for (int index = 0; index < shard.checksums().count(); index++) {
      int from = index * BlockChecksums.BLOCK_BYTES;
      block.clear().limit(Math.min(BlockChecksums.BLOCK_BYTES, bytes - from));
      file.read(block, bodyAt + from);
      if (block.hasRemaining() || !shard.checksums().matches(index, block.flip())) {
        return false;
      }
    }
    return true;
  }

  /** The first whole header at or after an offset. */
  static OptionalLong nextHeader(DiskFile file, int number, long from, long length)
      throws IOException {
    var window = ByteBuffer.allocate(SEARCH_BYTES);
    for (long at = from; at < length; at += SEARCH_BYTES) {
      window.clear();
      file.read(window, at);
      window.flip();
      for (int offset = 0; offset + 4 <= window.limit(); offset += RecordFormat.ALIGNMENT) {
        if (window.getInt(offset) == RecordFormat.MAGIC) {
          var header = readHeader(file, new LogPosition(number, at + offset));
          if (header.isPresent() && header.get().end() <= length) {
            return OptionalLong.of(at + offset);
          }
        }
      }
    }
    return OptionalLong.empty();
  }

  private static long lastNonZero(DiskFile file, long from, long length) throws IOException {
    var window = ByteBuffer.allocate(SEARCH_BYTES);
    long last = from;
    for (long at = from; at < length; at += SEARCH_BYTES) {
      window.clear();
      file.read(window, at);
      window.flip();
      int zeros = window.mismatch(ByteBuffer.allocate(window.limit()));
      if (zeros >= 0) {
        for (int offset = window.limit() - 1; offset >= zeros; offset--) {
          if (window.get(offset) != 0) {
            last = at + offset + 1;
            break;
          }
        }
      }
    }
    return last;
  }
}
