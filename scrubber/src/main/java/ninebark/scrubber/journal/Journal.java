package ninebark.scrubber.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.file.DiskFile;
import ninebark.storagenode.file.DiskFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only file of what the scrubber must remember, written anew when most of it is history.
 *
 * <p>A write that a crash cut short is trimmed at the next opening. A journal whose head is damaged
 * is set aside and a new one begun, because what it held can be found again; one of another cluster
 * or of a newer version is refused.
 *
 * <p>After a failed write or sync the file is not trusted any more: the next append writes a new
 * one.
 *
 * <p>Threads: safe; appends wait for each other and for the disk.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final String FILE = "journal";
  private static final String DRAFT = "journal.new";
  private static final String DAMAGED = "journal.damaged";

  /** Below it, history is not worth the rewriting. */
  private static final long MIN_REWRITE_BYTES = 256 << 10;

  /** A journal is written anew when it has grown to so many times its length then. */
  private static final int REWRITE_GROWTH = 4;

  private static final int REWRITE_BUFFER_BYTES = 64 << 10;

  /** What a journal says in the end. */
  public record Memory(
      Map<StripeKey, Loss> losses,
      Map<DiskId, PatrolMark> marks,
      Map<Integer, Instant> grown,
      Optional<Instant> pausedUntil,
      Optional<CensusMark> census,
      Optional<CensusMark> censusBefore,
      Optional<Experience> experience,
      Map<DiskId, Absence> away) {}

  private final DiskFiles files;
  private final UUID cluster;
  private final Supplier<? extends Collection<? extends JournalRecord>> everything;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<DiskFile> file;
  private long end;
  private long endAfterRewrite;

  private Journal(
      DiskFiles files,
      UUID cluster,
      Supplier<? extends Collection<? extends JournalRecord>> everything,
      Opened opened) {
    this.files = files;
    this.cluster = cluster;
    this.everything = everything;
    file = Optional.of(opened.file);
    end = opened.end;
    endAfterRewrite = opened.end;
  }

  /** A journal with what was in it. */
  public record Reopened(Journal journal, Memory memory) {}

  private record Opened(DiskFile file, long end, Memory memory) {}

  /**
   * Opens the journal in a folder, or begins one.
   *
   * @param everything all that is to be remembered now; asked under the journal's lock when the
   *     file is written anew, so nobody may append while holding a lock that this takes
   * @throws IOException if it is of another cluster or of a newer version, or cannot be read
   */
  public static Reopened open(
      DiskFiles files,
      UUID cluster,
      Supplier<? extends Collection<? extends JournalRecord>> everything)
      throws IOException {
    files.makeFolder("");
    files.delete(DRAFT);
    if (!files.exists(FILE)) {
      begin(files, cluster);
    }
    var found = read(files, cluster);
    if (found.isEmpty()) {
      LOG.error(
          "{}: the scrubber's journal is damaged and set aside as {}; losses are found again by"
              + " roll call and patrol",
          files.description(),
          DAMAGED);
      files.rename(FILE, DAMAGED);
      begin(files, cluster);
      found = read(files, cluster);
    }
    var opened =
        found.orElseThrow(() -> new IOException(files.description() + ": no journal can be kept"));
    return new Reopened(new Journal(files, cluster, everything, opened), opened.memory);
  }

  private static void begin(DiskFiles files, UUID cluster) throws IOException {
    write(files, cluster, List.of()).close();
  }

  private static Optional<Opened> read(DiskFiles files, UUID cluster) throws IOException {
    var file = files.open(FILE);
    try {
      var bytes = ByteBuffer.allocate(Math.toIntExact(file.length()));
      file.read(bytes, 0);
      bytes.flip();
      var head = JournalFormat.decodeHead(bytes, cluster, files.description() + "/" + FILE);
      switch (head) {
        case JournalFormat.Head.Own() -> bytes.position(JournalFormat.HEAD_BYTES);
        case JournalFormat.Head.Damaged() -> {
          file.close();
          return Optional.empty();
        }
        case JournalFormat.Head.Foreign(var other) ->
            throw new IOException(
                files.description()
                    + "/"
                    + FILE
                    + " belongs to cluster "
                    + other
                    + ", this is "
                    + cluster);
      }
      var memory = replay(bytes);
      if (bytes.hasRemaining()) {
        LOG.info(
            "{}: trimmed {} bytes from the end of the scrubber's journal",
            files.description(),
            bytes.remaining());
        file.truncate(bytes.position());
        file.force();
      }
      return Optional.of(new Opened(file, bytes.position(), memory));
    } catch (IOException | RuntimeException refused) {
      file.close();
      throw refused;
    }
  }

  /** Reads whole records from the buffer's position, and leaves it where the first is not. */
  private static Memory replay(ByteBuffer bytes) {
    Map<StripeKey, Loss> losses = new LinkedHashMap<>();
    Map<DiskId, PatrolMark> marks = new HashMap<>();
    Map<Integer, Instant> grown = new HashMap<>();
    Optional<Instant> paused = Optional.empty();
    Optional<CensusMark> census = Optional.empty();
    Optional<CensusMark> censusBefore = Optional.empty();
    Optional<Experience> experience = Optional.empty();
    Map<DiskId, Absence> away = new HashMap<>();
    var record = JournalFormat.decode(bytes, bytes.position());
    while (record.isPresent()) {
      switch (record.get()) {
        case JournalRecord.Lost(var loss) -> losses.put(loss.stripe(), loss);
        case JournalRecord.Mended(var stripe) -> losses.remove(stripe);
        case JournalRecord.Marked(var mark) -> marks.put(mark.disk(), mark);
        case JournalRecord.Grown(var age, var until) -> grown.put(age, until);
        case JournalRecord.Paused(var until) -> paused = Optional.of(until);
        case JournalRecord.Counted(var mark) -> {
          if (census.isPresent() && census.get().isDone() && census.get().pass() < mark.pass()) {
            censusBefore = census;
          }
          census = Optional.of(mark);
        }
        case JournalRecord.Experienced(var all) -> experience = Optional.of(all);
        case JournalRecord.Away(var absence) -> away.put(absence.disk(), absence);
        case JournalRecord.Back(var disk) -> away.remove(disk);
      }
      record = JournalFormat.decode(bytes, bytes.position());
    }
    return new Memory(losses, marks, grown, paused, census, censusBefore, experience, away);
  }

  /** Adds records; they are durable when this returns. */
  public void append(Collection<? extends JournalRecord> records) throws IOException {
    if (records.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      if (file.isEmpty() || end > Math.max(MIN_REWRITE_BYTES, REWRITE_GROWTH * endAfterRewrite)) {
        rewrite();
        // What is written anew holds these records too, if their maker had noted them before;
        // saying them again does no harm.
      }
      var current = file.orElseThrow();
      var out = ByteBuffer.allocate(records.size() * JournalFormat.MAX_RECORD_BYTES);
      for (var record : records) {
        JournalFormat.encode(record, end + out.position(), out);
      }
      out.flip();
      int bytes = out.remaining();
      try {
        current.write(List.of(out), end);
        current.force();
      } catch (IOException failure) {
        giveUp(current);
        throw failure;
      }
      end += bytes;
    } finally {
      lock.unlock();
    }
  }

  private void giveUp(DiskFile broken) {
    file = Optional.empty();
    try {
      broken.close();
    } catch (IOException failure) {
      LOG.debug("a broken journal was not closed", failure);
    }
  }

  private void rewrite() throws IOException {
    file.ifPresent(this::giveUp);
    var records = List.copyOf(everything.get());
    files.delete(DRAFT);
    var written = write(files, cluster, records);
    file = Optional.of(written);
    end = written.length();
    endAfterRewrite = end;
  }

  /** Writes a whole journal under another name and puts it in the place of the one before. */
  private static DiskFile write(
      DiskFiles files, UUID cluster, Collection<? extends JournalRecord> records)
      throws IOException {
    var draft = files.create(DRAFT);
    try {
      var head = JournalFormat.encodeHead(cluster);
      draft.write(List.of(head), 0);
      long at = JournalFormat.HEAD_BYTES;
      var out = ByteBuffer.allocate(REWRITE_BUFFER_BYTES);
      for (var record : records) {
        if (out.remaining() < JournalFormat.MAX_RECORD_BYTES) {
          at += flush(draft, out, at);
        }
        JournalFormat.encode(record, at + out.position(), out);
      }
      flush(draft, out, at);
      draft.force();
      files.rename(DRAFT, FILE);
      files.syncFolder("");
      return draft;
    } catch (IOException failure) {
      draft.close();
      throw failure;
    }
  }

  private static int flush(DiskFile draft, ByteBuffer out, long at) throws IOException {
    int bytes = out.flip().remaining();
    draft.write(List.of(out), at);
    out.clear();
    return bytes;
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      if (file.isPresent()) {
        file.get().close();
        file = Optional.empty();
      }
    } finally {
      lock.unlock();
    }
  }
}
