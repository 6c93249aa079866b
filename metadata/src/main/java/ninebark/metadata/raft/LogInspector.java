package ninebark.metadata.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import ninebark.metadata.rocks.Applied;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the log before Ratis opens it, and tells a torn tail from damage.
 *
 * <p>A crash may leave the last write half done; nobody was told of it, and it is trimmed. Anything
 * else that is wrong was once whole, and perhaps acknowledged: it is never trimmed, and the replica
 * does not start.
 *
 * <pre>
 * segment     "RaftLog1", entries, zeros up to the end of the file
 * entry       length as a varint, so many bytes, CRC-32C of both (4, big-endian)
 *             the bytes are a protobuf message that begins 08 term-varint 10 index-varint
 *             (a zero is left out with its tag)
 * file names  log_FIRST-LAST when closed, log_inprogress_FIRST the last one
 * </pre>
 */
final class LogInspector {
  private static final Logger LOG = LoggerFactory.getLogger(LogInspector.class);
  private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_(\\d+)|(\\d+)-(\\d+))");

  private LogInspector() {}

  /** A file of the log; an open one has no last index yet. */
  private record Segment(Path file, long first, OptionalLong last) {}

  /** One entry in a segment. */
  private record Entry(int offset, int end, long term, long index) {}

  /**
   * Checks the log in this folder against what the rows have applied.
   *
   * @param installed what the rows got as a snapshot of another replica: once they have it, the log
   *     may lack all up to there
   * @throws IOException with a sentence for the operator, if the log is damaged or incomplete
   */
  static void inspect(Path folder, Applied applied, Applied installed) throws IOException {
    var segments = Files.isDirectory(folder) ? segments(folder) : new ArrayList<Segment>();
    long spared = applied.index() >= installed.index() ? installed.index() : -1;
    dropBefore(segments, spared);
    if (segments.isEmpty()) {
      if (applied.index() > spared) {
        throw new IOException(
            "the index's log in "
                + folder
                + " is gone, but its rows reach entry "
                + applied.index()
                + ": refusing to start on half an index");
      }
      return;
    }
    if (Files.notExists(folder.resolve("raft-meta"))) {
      throw new IOException(
          "the file raft-meta is missing in "
              + folder
              + ": without its term and vote this replica could vote twice; restore it");
    }
    if (segments.getFirst().first > applied.index() + 1) {
      throw new IOException(
          "the index's log in "
              + folder
              + " begins at entry "
              + segments.getFirst().first
              + ", but its rows reach only entry "
              + applied.index()
              + ": entries between are missing");
    }
    long next = segments.getFirst().first;
    for (var segment : segments) {
      if (segment.first != next) {
        throw new IOException(
            "the index's log lacks the entries "
                + next
                + " to "
                + (segment.first - 1)
                + " before "
                + segment.file);
      }
      next = inspect(segment, applied);
    }
    if (next <= applied.index() && applied.index() > spared) {
      throw new IOException(
          "the index's log in "
              + folder
              + " ends at entry "
              + (next - 1)
              + ", but its rows reach entry "
              + applied.index()
              + ": the end of the log is missing");
    }
  }

  /**
   * Checks the log of a replica that runs: closed segments whole, and in the open one what was
   * applied. Nothing is trimmed.
   *
   * @param damage gets a sentence for each segment that is not what was written
   * @return how many bytes were read
   */
  static long patrol(Path folder, Applied applied, List<String> damage) throws IOException {
    long read = 0;
    for (var segment : Files.isDirectory(folder) ? segments(folder) : List.<Segment>of()) {
      byte[] bytes;
      try {
        bytes = Files.readAllBytes(segment.file);
      } catch (NoSuchFileException closedOrPurged) {
        // It has another name by now, or is needed no more; the next look sees.
        continue;
      }
      read += bytes.length;
      wrong(segment, bytes, applied).ifPresent(damage::add);
    }
    return read;
  }

  private static Optional<String> wrong(Segment segment, byte[] bytes, Applied applied) {
    long last = segment.last.orElse(applied.index());
    if (last < segment.first) {
      return Optional.empty();
    }
    if (!beginsWithHeader(bytes)) {
      return Optional.of(damaged(segment, 0, "its header is wrong").getMessage());
    }
    int at = HEADER.length;
    for (long next = segment.first; next <= last; next++) {
      var entry = at < bytes.length ? entryAt(bytes, at, next) : Optional.<Entry>empty();
      if (entry.isEmpty()) {
        return Optional.of(damaged(segment, at, "entry " + next + " is damaged").getMessage());
      }
      at = entry.get().end;
    }
    return segment.last.isPresent() && !isZero(bytes, at)
        ? Optional.of(damaged(segment, at, "something stands behind its end").getMessage())
        : Optional.empty();
  }

  /**
   * A snapshot came and the replica stopped before Ratis had removed what the snapshot stands for:
   * the rest of that is removed, if the log goes on behind it.
   */
  private static void dropBefore(List<Segment> segments, long spared) throws IOException {
    for (int at = segments.size() - 1; at > 0; at--) {
      var before = segments.get(at - 1);
      boolean gap = before.last.isPresent() && before.last.getAsLong() + 1 < segments.get(at).first;
      if (gap && segments.get(at).first <= spared + 1) {
        for (var covered : List.copyOf(segments.subList(0, at))) {
          Files.delete(covered.file);
          segments.remove(covered);
        }
        return;
      }
    }
  }

  private static List<Segment> segments(Path folder) throws IOException {
    var segments = new ArrayList<Segment>();
    try (var files = Files.newDirectoryStream(folder)) {
      for (var file : files) {
        var match = SEGMENT.matcher(file.getFileName().toString());
        if (match.matches()) {
          segments.add(
              match.group(1) != null
                  ? new Segment(file, Long.parseLong(match.group(1)), OptionalLong.empty())
                  : new Segment(
                      file,
                      Long.parseLong(match.group(2)),
                      OptionalLong.of(Long.parseLong(match.group(3)))));
        }
      }
    }
    segments.sort(Comparator.comparingLong(Segment::first));
    return segments;
  }

  /** Returns the index after the segment's last entry. */
  private static long inspect(Segment segment, Applied applied) throws IOException {
    var bytes = Files.readAllBytes(segment.file);
    int at = HEADER.length;
    if (!beginsWithHeader(bytes)) {
      // An open segment whose header never reached the disk holds nothing yet.
      if (segment.last.isEmpty() && isZero(bytes, 0) && segment.first > applied.index()) {
        return segment.first;
      }
      throw damaged(segment, 0, "its header is wrong");
    }
    long next = segment.first;
    while (at < bytes.length && bytes[at] != 0) {
      var entry = entryAt(bytes, at, next);
      if (entry.isEmpty()) {
        break;
      }
      at = entry.get().end;
      next++;
    }
    if (isZero(bytes, at)) {
      if (segment.last.isPresent() && next != segment.last.getAsLong() + 1) {
        throw damaged(segment, at, "it ends after entry " + (next - 1));
      }
      return next;
    }
    if (segment.last.isPresent()) {
      throw damaged(segment, at, "entry " + next + " is damaged, and the segment was closed");
    }
    if (next <= applied.index()) {
      throw damaged(segment, at, "entry " + next + " is damaged, and the rows have applied it");
    }
    var later = entryBehind(bytes, at + 1, next);
    if (later.isPresent()) {
      throw damaged(
          segment,
          at,
          "entry "
              + next
              + " is damaged, but entry "
              + later.get().index
              + " behind it is whole, so this is no torn tail");
    }
    trim(segment.file, at);
    LOG.warn(
        "{} had a torn last write at byte {}: trimmed to end after entry {}; nobody was told of"
            + " what it held",
        segment.file,
        at,
        next - 1);
    return next;
  }

  private static boolean beginsWithHeader(byte[] bytes) {
    return bytes.length >= HEADER.length
        && java.util.Arrays.equals(bytes, 0, HEADER.length, HEADER, 0, HEADER.length);
  }

  private static boolean isZero(byte[] bytes, int from) {
    for (int at = from; at < bytes.length; at++) {
      if (bytes[at] != 0) {
        return false;
      }
    }
    return true;
  }

  private static Optional<Entry> entryBehind(byte[] bytes, int from, long damaged) {
    for (int at = from; at < bytes.length; at++) {
      if (bytes[at] != 0) {
        var entry = entryAt(bytes, at, -1);
        if (entry.isPresent() && entry.get().index > damaged) {
          return entry;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The entry that begins here, if one does: whole, by its checksum.
   *
   * @param index which it must be, -1 for any
   */
  private static Optional<Entry> entryAt(byte[] bytes, int at, long index) {
    var buffer = ByteBuffer.wrap(bytes, at, bytes.length - at);
    long length = varint(buffer);
    if (length <= 0 || length > buffer.remaining() - 4L) {
      return Optional.empty();
    }
    int body = buffer.position();
    int end = body + (int) length;
    long term = field(buffer, 0x08);
    long found = field(buffer, 0x10);
    if (term < 0 || found < 0 || (index >= 0 && found != index)) {
      return Optional.empty();
    }
    var crc = new CRC32C();
    crc.update(bytes, at, end - at);
    if ((int) crc.getValue() != buffer.getInt(end)) {
      return Optional.empty();
    }
    return Optional.of(new Entry(at, end + 4, term, found));
  }

  /** A field of a protobuf message that is left out when zero. */
  private static long field(ByteBuffer buffer, int tag) {
    if (!buffer.hasRemaining() || buffer.get(buffer.position()) != tag) {
      return 0;
    }
    buffer.get();
    return varint(buffer);
  }

  private static long varint(ByteBuffer buffer) {
    long value = 0;
    for (int shift = 0; shift < 63 && buffer.hasRemaining(); shift += 7) {
      byte b = buffer.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    return -1;
  }

  private static void trim(Path file, int length) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
      channel.force(true);
    }
  }

  private static IOException damaged(Segment segment, int offset, String why) {
    return new IOException(
        "the index's log file "
            + segment.file
            + " is damaged at byte "
            + offset
            + ": "
            + why
            + ". It may hold acknowledged changes and is not trimmed; restore the file");
  }
}
