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
 * @param end where the next record may be written
 * @param tornBytes what was begun and never acknowledged
 */
record ContainerScan(
    List<RecordFormat.Header> records, List<Gap> damage, long end, long tornBytes) {
  private static final int HEADER_GUESS_BYTES = 4 << 10;
  private static final int SEARCH_BYTES = 1 << 20;

  /** Bytes from an offset (inclusive) to another (exclusive). */
  record Gap(long from, long to) {
    long bytes() {
      return to - from;
    }
  }

  /**
   * @param from where a record begins
   * @param acknowledged an offset below which all is known to have been synced
   * @param sealed whether a later container exists, so that all of this one was acknowledged
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
      durable = Math.max(durable, sealed ? header.end() : header.durableBefore());
    }
    return judge(file, from, records, gaps, durable, length);
  }

  private static ContainerScan judge(
      DiskFile file,
      long from,
      List<RecordFormat.Header> records,
      List<Gap> gaps,
      long durable,
      long length)
      throws IOException {
    List<RecordFormat.Header> good = new ArrayList<>();
    long end = Math.max(from, Math.min(durable, length));
    long torn = 0;
    for (var header : records) {
      if (header.position().offset() < durable || bodyIsWhole(file, header)) {
        good.add(header);
        end = Math.max(end, header.end());
      } else {
        torn += header.recordBytes();
      }
    }
    List<Gap> damage = new ArrayList<>();
    for (var gap : gaps) {
      if (gap.from < durable) {
        damage.add(gap);
      }
    }
    if (length < from) {
      damage.add(new Gap(length, from));
    }
    long lastEnd = records.isEmpty() ? from : records.getLast().end();
    if (lastEnd < durable) {
      damage.add(new Gap(lastEnd, durable));
    }
    torn += Math.max(0, lastNonZero(file, Math.max(end, lastEnd), length) - Math.max(end, lastEnd));
    return new ContainerScan(good, damage, end, torn);
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
