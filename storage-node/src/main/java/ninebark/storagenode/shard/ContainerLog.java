package ninebark.storagenode.shard;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import ninebark.storagenode.DiskFullException;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.DiskSuspectException;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.file.DiskFile;
import ninebark.storagenode.file.DiskFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All containers of a disk, one of them open for appending, and the rules by which records get in:
 * write, sync, index, acknowledge, in that order, for everything that waits at once.
 *
 * <p>Threads: the disk's writer, except for what says otherwise. Invariant: the index never points
 * to what is not synced; a container whose write or sync failed is never written again.
 */
final class ContainerLog {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerLog.class);
  private static final int HEADERS_BYTES = 512 << 10;
  private static final int RECORDS_PER_REPLAY_STEP = 4096;
  private static final ByteBuffer PADDING = ByteBuffer.allocateDirect(RecordFormat.ALIGNMENT);

  /** Sums over all containers. */
  record Figures(long usedBytes, long liveBytes, long reclaimableBytes, int containerCount) {}

  private final DiskIdentity identity;
  private final ShardStoreConfig config;
  private final DiskFiles files;
  private final ShardIndex index;
  private final DiskMetrics metrics;
  private final ByteBuffer headers = ByteBuffer.allocateDirect(HEADERS_BYTES);

  /** Read by the readers, changed by the writer. */
  private final ConcurrentMap<Integer, Container> containers = new ConcurrentHashMap<>();

  private final ConcurrentMap<Integer, ContainerStats> stats = new ConcurrentHashMap<>();
  private volatile Set<Integer> interrupted = Set.of();
  private Optional<Container> open = Optional.empty();
  private int lastNumber;
  private long bytesSinceFlush;

  private volatile DiskState state = DiskState.UP;
  private boolean indexLost;

  ContainerLog(
      DiskIdentity identity,
      ShardStoreConfig config,
      DiskFiles files,
      ShardIndex index,
      DiskMetrics metrics) {
    this.identity = identity;
    this.config = config;
    this.files = files;
    this.index = index;
    this.metrics = metrics;
  }

  /** Any thread. */
  DiskState state() {
    return state;
  }

  /** The file of a container, empty if it is gone. Any thread. */
  Optional<DiskFile> file(int number) {
    return Optional.ofNullable(containers.get(number)).map(container -> container.file);
  }

  /** The containers there are, oldest first. Any thread. */
  List<Integer> numbers() {
    return containers.keySet().stream().sorted().toList();
  }

  /** Up to where a container's records are in the index. Any thread. */
  long endOffset(int number) {
    return stats.getOrDefault(number, ContainerStats.EMPTY).endOffset();
  }

  ContainerFormat.Verdict judgeHead(int number, ByteBuffer head) throws IOException {
    return ContainerFormat.decode(head, identity.cluster(), identity.disk(), number);
  }

  /** Writes a container's first block again. Writer only. */
  void writeHead(int number) throws IOException {
    var container = containers.get(number);
    if (container != null) {
      var head = ContainerFormat.encode(identity.cluster(), identity.disk(), number);
      container.file.write(List.of(head), 0);
      container.file.force();
    }
  }

  /** Makes a filler of bytes that nothing live needs and nobody can read. Writer only. */
  void fillGap(int number, ContainerScan.Gap gap) throws IOException {
    var container = containers.get(number);
    if (container != null) {
      fill(container.file, number, gap);
      container.file.force();
    }
  }

  /** Opens what is there and brings the index up to it. Called once, before all else. */
  void recover() throws IOException {
    var known = index.state();
    stats.putAll(known.containers());
    interrupted = Set.copyOf(known.interrupted());
    List<Integer> numbers = new ArrayList<>();
    for (var name : files.list(ContainerFormat.FOLDER)) {
      ContainerFormat.number(name).ifPresent(numbers::add);
    }
    numbers.sort(null);
    lastNumber =
        Math.max(known.indexedUpTo().container(), numbers.isEmpty() ? 0 : numbers.getLast());
    for (int number : numbers) {
      recover(number, known, number == numbers.getLast());
    }
    for (int number : known.containers().keySet()) {
      if (!containers.containsKey(number)) {
        missing(number);
      }
    }
    checkSpace();
  }

  private void recover(int number, ShardIndex.State known, boolean last) throws IOException {
    var name = ContainerFormat.fileName(number);
    var file = files.open(name);
    var header = ByteBuffer.allocate(ContainerFormat.HEADER_BYTES);
    file.read(header, 0);
    boolean usable =
        switch (ContainerFormat.decode(
            header.flip(), identity.cluster(), identity.disk(), number)) {
          case ContainerFormat.Verdict.Own() -> true;
          case ContainerFormat.Verdict.Foreign(var whose) -> {
            damage(name + " is " + whose + "; it is left alone");
            file.close();
            yield false;
          }
          case ContainerFormat.Verdict.Damaged() -> {
            damage(name + " has a damaged first block; its records are used");
            yield true;
          }
          case ContainerFormat.Verdict.Blank() -> {
            // A crash between making the file and its first sync leaves this; so does damage.
            if (known.containers().containsKey(number)) {
              damage(name + " has an erased first block; its records are used");
            }
            yield true;
          }
        };
    if (!usable) {
      return;
    }
    var position = known.indexedUpTo();
    var before = stats.get(number);
    if (number < position.container()) {
      if (before == null) {
        LOG.warn("{}/{} is not in the index; it is left alone", files.description(), name);
        file.close();
        return;
      }
      containers.put(number, new Container(number, file, before.endOffset(), file.length()));
      if (file.length() < before.endOffset()) {
        damage(name + " lost its last " + (before.endOffset() - file.length()) + " bytes");
      }
      return;
    }
    long from = number == position.container() ? position.offset() : ContainerFormat.HEADER_BYTES;
    long acknowledged = before == null ? from : before.endOffset();
    var scan = ContainerScan.scan(file, number, from, acknowledged, !last);
    replay(number, scan);
    for (var gap : scan.damage()) {
      damage(name + " cannot be read from " + gap.from() + " to " + gap.to() + "; it is kept");
    }
    if (scan.tornBytes() > 0) {
      metrics.tornBytes.increment((double) scan.tornBytes());
      LOG.info(
          "{}/{}: trimmed {} bytes that a crash left unfinished, nobody was told they were safe",
          files.description(),
          name,
          scan.tornBytes());
    }
    adopt(number, file, scan, last);
  }

  private void adopt(int number, DiskFile file, ContainerScan scan, boolean last)
      throws IOException {
    boolean whole = last && scan.damage().isEmpty();
    boolean goesOn = whole && scan.end() < config.containerBytes();
    if (whole) {
      // What was read may have been in the page cache only, and the next header will vouch for it.
      file.truncate(scan.end());
      for (var gap : scan.torn()) {
        fill(file, number, gap);
      }
      if (scan.end() <= ContainerFormat.HEADER_BYTES) {
        var header = ContainerFormat.encode(identity.cluster(), identity.disk(), number);
        file.write(List.of(header), 0);
      }
      file.force();
      files.syncFolder(ContainerFormat.FOLDER);
    }
    var container = new Container(number, file, scan.end(), file.length());
    containers.put(number, container);
    stats.putIfAbsent(number, ContainerStats.EMPTY);
    if (goesOn) {
      open = Optional.of(container);
    }
  }

  private static void fill(DiskFile file, int number, ContainerScan.Gap gap) throws IOException {
    int headerBytes = RecordFormat.FILLER_HEADER_BYTES;
    var header = ByteBuffer.allocate(headerBytes);
    var filler = new ContainerRecord.Filler((int) gap.bytes() - headerBytes);
    RecordFormat.encodeHeader(filler, new LogPosition(number, gap.from()), gap.from(), header);
    file.write(List.of(header.flip()), gap.from());
  }

  private void replay(int number, ContainerScan scan) throws IOException {
    var records = scan.records();
    for (int from = 0; from <= records.size(); from += RECORDS_PER_REPLAY_STEP) {
      int to = Math.min(records.size(), from + RECORDS_PER_REPLAY_STEP);
      var change = new PendingChange(index, stats, interrupted);
      for (var header : records.subList(from, to)) {
        change.add(header.record(), header.position(), header.headerBytes());
      }
      long end = to == records.size() ? scan.end() : records.get(to - 1).end();
      change.endContainerAt(number, end);
      index.apply(change.upTo(new LogPosition(number, end)));
      change.updateFigures();
      interrupted = Set.copyOf(change.interrupted());
    }
  }

  private void missing(int number) throws IOException {
    var figure = stats.get(number);
    if (figure.liveBytes() == 0) {
      forget(List.of(number));
    } else {
      damage(
          ContainerFormat.fileName(number)
              + " is gone with "
              + figure.liveBytes()
              + " bytes of live shards");
    }
  }

  private void damage(String what) {
    metrics.damaged.increment();
    LOG.error("{}: {}", files.description(), what);
  }

  /** Does all that waits, in order. */
  void serve(List<Request> requests) {
    var commit = new Commit();
    for (var request : requests) {
      switch (request) {
        case Request.Task task -> {
          commit.finish();
          run(task);
          commit = new Commit();
        }
        case Request.Append _, Request.Erase _, Request.Copy _ -> {
          if (!commit.takes(request)) {
            commit.finish();
            commit = new Commit();
          }
          commit.add(request);
        }
      }
    }
    commit.finish();
  }

  private void run(Request.Task task) {
    try {
      task.action().run();
      task.completion().succeed();
    } catch (IOException failure) {
      task.completion().fail(failure);
    } catch (RuntimeException bug) {
      task.completion().fail(new IOException("a bug stopped the disk's task", bug));
      LOG.error("{}: a bug stopped a task", files.description(), bug);
    }
  }

  /** Records that share one sync. */
  private final class Commit {
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private final List<Request.Completion> completions = new ArrayList<>();
    private final PendingChange change = new PendingChange(index, stats, interrupted);
    private Optional<Container> container = Optional.empty();
    private long start;
    private long end;
    private long requestedBytes;
    private int recordCount;

    Commit() {
      headers.clear();
    }

    boolean takes(Request request) {
      long headerBytes = headerBytes(request);
      long bytes = request.bytes() + headerBytes + RecordFormat.ALIGNMENT;
      return completions.isEmpty()
          || (requestedBytes + bytes <= config.commitBytes()
              && headers.remaining() >= headerBytes
              && end + bytes <= config.containerBytes());
    }

    private static long headerBytes(Request request) {
      int tombstoneBytes = RecordFormat.TOMBSTONE_BYTES;
      return switch (request) {
        // A shard that is replaced takes a tombstone as well.
        case Request.Append append -> RecordFormat.headerBytes(append.record()) + tombstoneBytes;
        case Request.Copy copy -> RecordFormat.headerBytes(copy.record());
        case Request.Erase erase -> (long) tombstoneBytes * erase.keys().size();
        case Request.Task _ -> 0;
      };
    }

    void add(Request request) {
      try {
        if (state == DiskState.SUSPECT) {
          throw new DiskSuspectException(
              files.description() + " takes no writes after a failed one");
        }
        begin(request);
        switch (request) {
          case Request.Append append -> addAppend(append);
          case Request.Erase erase -> addErase(erase);
          case Request.Copy copy -> addCopy(copy);
          case Request.Task _ -> throw new IllegalStateException("a task is not committed");
        }
        requestedBytes += request.bytes();
        completions.add(request.completion());
      } catch (IOException failure) {
        // Nothing of it is in the commit, or some tombstones, which are true by themselves.
        request.completion().fail(failure);
      }
    }

    private void begin(Request request) throws IOException {
      if (container.isEmpty()) {
        long needed = request.bytes() + headerBytes(request) + RecordFormat.ALIGNMENT;
        if (open.isPresent()
            && open.get().end() > ContainerFormat.HEADER_BYTES
            && open.get().end() + needed > config.containerBytes()) {
          roll();
        }
        if (open.isEmpty()) {
          openNext();
        }
        container = open;
        start = open.get().end();
        end = start;
      }
    }

    private void addAppend(Request.Append append) throws IOException {
      var record = append.record();
      growTo(
          end + RecordFormat.recordBytes(RecordFormat.headerBytes(record), record.bodyBytes()) + 80,
          true);
      var before = change.find(record.key());
      var asOf = new LogPosition(container.orElseThrow().number, end);
      write(record, append.body());
      // After the record, so that a crash between them leaves two shards rather than none.
      tombstone(record.key(), before, asOf);
    }

    private void addErase(Request.Erase erase) throws IOException {
      growTo(end + headerBytes(erase), false);
      for (var key : erase.keys()) {
        var asOf = new LogPosition(container.orElseThrow().number, end);
        tombstone(key, change.find(key), asOf);
      }
    }

    private void addCopy(Request.Copy copy) throws IOException {
      var record = copy.record();
      growTo(
          end + RecordFormat.recordBytes(RecordFormat.headerBytes(record), record.bodyBytes()),
          false);
      boolean stillNeeded =
          switch (record) {
            case ContainerRecord.Shard shard ->
                change
                    .find(shard.key())
                    .filter(location -> location.position().equals(copy.from()))
                    .isPresent();
            case ContainerRecord.Tombstone tombstone ->
                isNeeded(tombstone, copy.from().container());
            case ContainerRecord.Filler _ -> false;
          };
      if (stillNeeded) {
        write(record, copy.body());
        metrics.copiedBytes.increment(record.bodyBytes());
      }
    }

    private void tombstone(ShardKey key, Optional<ShardLocation> location, LogPosition asOf)
        throws IOException {
      if (location.isPresent()) {
        int target = location.get().position().container();
        write(new ContainerRecord.Tombstone(key, target, asOf), MemorySegment.NULL);
      }
    }

    private void write(ContainerRecord record, MemorySegment body) throws IOException {
      int headerBytes = RecordFormat.headerBytes(record);
      if (headers.remaining() < headerBytes) {
        throw new IllegalStateException("a commit's headers outgrew their buffer");
      }
      var position = new LogPosition(container.orElseThrow().number, end);
      int at = headers.position();
      RecordFormat.encodeHeader(record, position, start, headers);
      buffers.add(headers.slice(at, headerBytes));
      int padding = 0;
      if (record.bodyBytes() > 0) {
        buffers.add(body.asByteBuffer());
        padding =
            (int)
                (RecordFormat.recordBytes(headerBytes, record.bodyBytes())
                    - headerBytes
                    - record.bodyBytes());
        if (padding > 0) {
          buffers.add(PADDING.slice(0, padding));
        }
      }
      change.add(record, position, headerBytes);
      end += RecordFormat.recordBytes(headerBytes, record.bodyBytes());
      recordCount++;
    }

    private void growTo(long length, boolean keepsReserve) throws IOException {
      var target = container.orElseThrow();
      if (length <= target.preallocated()) {
        return;
      }
      long step = config.preallocationBytes();
      long to = (length + step - 1) / step * step;
      if (keepsReserve && freeBytes() < to - target.preallocated()) {
        state = DiskState.FULL;
        throw new DiskFullException(
            files.description()
                + " is full up to its reserve of "
                + config.reserveBytes()
                + " bytes");
      }
      try {
        target.preallocate(to);
      } catch (IOException failure) {
        throw full(failure).orElseThrow(() -> failure);
      }
    }

    void finish() {
      if (buffers.isEmpty()) {
        completions.forEach(Request.Completion::succeed);
        completions.clear();
        return;
      }
      var target = container.orElseThrow();
      try {
        target.file.write(buffers, start);
      } catch (IOException failure) {
        var full = full(failure);
        if (full.isPresent()) {
          // Nothing was synced, and the next commit writes over what got in.
          state = DiskState.FULL;
          fail(full.get());
        } else {
          seal(failure);
          fail(failure);
        }
        return;
      }
      completions.forEach(Request.Completion::release);
      try {
        metrics.sync.recordCallable(
            () -> {
              target.file.force();
              return true;
            });
      } catch (Exception failure) {
        var cause = new IOException(files.description() + ": a sync failed", failure);
        seal(cause);
        fail(cause);
        return;
      }
      try {
        index.apply(change.upTo(new LogPosition(target.number, end)));
      } catch (IOException failure) {
        // The records are safe, but the index must not skip them: only a new start replays them.
        indexLost = true;
        seal(failure);
        fail(failure);
        return;
      }
      change.updateFigures();
      interrupted = Set.copyOf(change.interrupted());
      target.endsAt(end);
      metrics.writtenBytes.increment((double) (end - start));
      metrics.commitRecords.record(recordCount);
      completions.forEach(Request.Completion::succeed);
      bytesSinceFlush += end - start;
      flushSometimes();
    }

    private void fail(IOException failure) {
      completions.forEach(completion -> completion.fail(failure));
      completions.clear();
      buffers.clear();
    }
  }

  private void flushSometimes() {
    if (bytesSinceFlush < config.replayBytes()) {
      return;
    }
    bytesSinceFlush = 0;
    try {
      index.beginFlush();
    } catch (IOException failure) {
      LOG.warn("{}: the index could not be flushed", files.description(), failure);
    }
  }

  private void seal(IOException failure) {
    metrics.failedSyncs.increment();
    LOG.error(
        "{}: a write or sync failed; container {} is sealed and the disk is suspect",
        files.description(),
        open.map(container -> container.number).orElse(0),
        failure);
    open = Optional.empty();
    state = DiskState.SUSPECT;
  }

  private static Optional<DiskFullException> full(IOException failure) {
    var message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left") || message.contains("quota exceeded")
        ? Optional.of(new DiskFullException("the file system is full", failure))
        : Optional.empty();
  }

  /** Seals the open container; the next record opens another. */
  void roll() throws IOException {
    if (open.isEmpty()) {
      return;
    }
    var sealed = open.get();
    sealed.file.truncate(sealed.end());
    open = Optional.empty();
  }

  private void openNext() throws IOException {
    int number = lastNumber + 1;
    var name = ContainerFormat.fileName(number);
    try {
      var file = files.create(name);
      lastNumber = number;
      file.write(List.of(ContainerFormat.encode(identity.cluster(), identity.disk(), number)), 0);
      file.force();
      files.syncFolder(ContainerFormat.FOLDER);
      var container =
          new Container(number, file, ContainerFormat.HEADER_BYTES, ContainerFormat.HEADER_BYTES);
      containers.put(number, container);
      stats.put(number, ContainerStats.EMPTY);
      open = Optional.of(container);
    } catch (IOException failure) {
      var full = full(failure);
      if (full.isPresent()) {
        throw full.get();
      }
      seal(failure);
      throw failure;
    }
  }

  /** After a bug nothing more is written until the disk is opened again. */
  void giveUp() {
    open = Optional.empty();
    indexLost = true;
    state = DiskState.SUSPECT;
  }

  /** Takes a suspect disk back if a new container can be made and synced. */
  void probe() throws IOException {
    if (state != DiskState.SUSPECT || indexLost) {
      return;
    }
    state = DiskState.UP;
    openNext();
    LOG.info(
        "{}: a probe was written and synced, the disk takes writes again", files.description());
  }

  /** Refuses writes early, and takes them again when there is room. Writer only. */
  void checkSpace() throws IOException {
    boolean room = freeBytes() >= config.preallocationBytes();
    if (state == DiskState.FULL && room) {
      state = DiskState.UP;
    } else if (state == DiskState.UP && !room) {
      state = DiskState.FULL;
    }
  }

  /** What may still be written before the reserve is touched. Any thread. */
  long freeBytes() {
    try {
      long byLimit = config.capacityBytes() - figures().usedBytes();
      return Math.max(0, Math.min(files.usableBytes(), byLimit) - config.reserveBytes());
    } catch (IOException failure) {
      LOG.warn("{}: free space is unknown", files.description(), failure);
      return 0;
    }
  }

  /** Any thread. */
  long capacityBytes() {
    try {
      return Math.min(files.capacityBytes(), config.capacityBytes());
    } catch (IOException failure) {
      LOG.warn("{}: capacity is unknown", files.description(), failure);
      return 0;
    }
  }

  /** The containers that may not be written any more, with their figures. Writer only. */
  Map<Integer, ContainerStats> sealedContainers() {
    Map<Integer, ContainerStats> sealed = new HashMap<>();
    for (int number : containers.keySet()) {
      if (open.map(container -> container.number != number).orElse(true)) {
        sealed.put(number, stats.get(number));
      }
    }
    return sealed;
  }

  /** The open container's figures, empty if none is open. Writer only. */
  Optional<ContainerStats> openFigures() {
    return open.map(container -> stats.get(container.number));
  }

  long openNeededBytes() {
    return open.map(container -> neededBytes(container.number)).orElse(0L);
  }

  long liveBytes(int number) {
    return stats.getOrDefault(number, ContainerStats.EMPTY).liveBytes();
  }

  /** Containers whose copying out has begun and not ended. Writer only. */
  Set<Integer> interrupted() {
    return interrupted;
  }

  /** The bytes of a container that must outlive it. */
  long neededBytes(int number) {
    var figure = stats.getOrDefault(number, ContainerStats.EMPTY);
    long needed = figure.liveBytes();
    for (var entry : figure.tombstoneBytes().entrySet()) {
      if (tombstoneIsNeeded(entry.getKey(), number)) {
        needed += entry.getValue();
      }
    }
    return needed;
  }

  /** Whether a tombstone must outlive the container it stands in. Any thread. */
  boolean isNeeded(ContainerRecord.Tombstone tombstone, int holder) {
    return tombstoneIsNeeded(tombstone.target(), holder);
  }

  private boolean tombstoneIsNeeded(int target, int holder) {
    if (target != holder && stats.containsKey(target)) {
      return true;
    }
    // While copying out is unfinished, an erased shard may stand in two containers, and the
    // tombstone names only one.
    for (int copiedOut : interrupted) {
      if (copiedOut != holder) {
        return true;
      }
    }
    return false;
  }

  /** Notes that a container's records are about to be copied out. */
  void beginCopyingOut(int number) throws IOException {
    Set<Integer> now = new HashSet<>(interrupted);
    now.add(number);
    index.apply(new ShardIndex.Change(Map.of(), Map.of(), Optional.empty(), Optional.of(now)));
    interrupted = Set.copyOf(now);
  }

  /**
   * Deletes containers of which nothing is needed.
   *
   * <p>The index is flushed first: from then on no crash brings back an index that points into
   * them, or that replays from them.
   */
  void drop(List<Integer> numbers) throws IOException {
    index.flush();
    bytesSinceFlush = 0;
    for (int number : numbers) {
      var container = containers.remove(number);
      if (container != null) {
        metrics.reclaimedBytes.increment((double) container.file.length());
        container.file.close();
        files.delete(ContainerFormat.fileName(number));
      }
    }
    files.syncFolder(ContainerFormat.FOLDER);
    forget(numbers);
  }

  private void forget(List<Integer> numbers) throws IOException {
    Map<Integer, Optional<ContainerStats>> gone = new HashMap<>();
    Set<Integer> stillInterrupted = new HashSet<>(interrupted);
    for (int number : numbers) {
      gone.put(number, Optional.empty());
      stillInterrupted.remove(number);
    }
    index.apply(
        new ShardIndex.Change(Map.of(), gone, Optional.empty(), Optional.of(stillInterrupted)));
    numbers.forEach(stats::remove);
    interrupted = Set.copyOf(stillInterrupted);
  }

  /** Sums as they are about now. Any thread. */
  Figures figures() {
    long used = 0;
    long live = 0;
    long reclaimable = 0;
    for (var container : containers.values()) {
      var figure = stats.getOrDefault(container.number, ContainerStats.EMPTY);
      used += Math.max(figure.endOffset(), container.preallocated());
      live += figure.liveBytes();
      reclaimable +=
          figure.endOffset() - ContainerFormat.HEADER_BYTES - neededBytes(container.number);
    }
    return new Figures(used, live, reclaimable, containers.size());
  }

  /** Any thread, after the writer has ended. */
  void close() {
    try {
      roll();
    } catch (IOException failure) {
      LOG.warn("{}: preallocated blocks were not given back", files.description(), failure);
    }
    for (var container : containers.values()) {
      try {
        container.file.close();
      } catch (IOException failure) {
        LOG.warn("{}: a container was not closed", files.description(), failure);
      }
    }
  }
}
