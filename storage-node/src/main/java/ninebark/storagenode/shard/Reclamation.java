package ninebark.storagenode.shard;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.file.DiskFile;
import ninebark.storagenode.file.DiskFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the space of erased shards: drops containers of which nothing is needed, and copies
 * the live rest out of those that are mostly garbage.
 *
 * <p>Each step may be the last before a crash. A copy is synced before the index points to it; the
 * index is durable before the original is deleted; a tombstone lives as long as what it erased can
 * still be found in a container. So an index rebuilt at any moment shows what was acknowledged.
 *
 * <p>Threads: one at a time (the disk's upkeep); what must not run beside commits is handed to the
 * writer.
 */
final class Reclamation {
  private static final Logger LOG = LoggerFactory.getLogger(Reclamation.class);

  /** Hands a request to the disk's writer and waits until it is done. */
  interface Writer {
    void perform(ShardStore.RequestMaker maker) throws IOException;
  }

  private final ShardStoreConfig config;
  private final DiskFiles files;
  private final ShardIndex index;
  private final ContainerLog log;
  private final Writer writer;
  private final DiskMetrics metrics;

  /**
   * Containers that could not be copied out because a live record in them is damaged, with their
   * live bytes then: not tried again before that has changed.
   */
  private final Map<Integer, Long> stuck = new HashMap<>();

  Reclamation(
      ShardStoreConfig config,
      DiskFiles files,
      ShardIndex index,
      ContainerLog log,
      Writer writer,
      DiskMetrics metrics) {
    this.config = config;
    this.files = files;
    this.index = index;
    this.log = log;
    this.writer = writer;
    this.metrics = metrics;
  }

  /** What a round begins with, seen by the writer at one moment. */
  private record Plan(List<Integer> droppable, Optional<Integer> toCopyOut, long liveBytes) {}

  /**
   * @return whether there is more to do
   */
  boolean round() throws IOException {
    long copied = 0;
    while (true) {
      var plan = plan();
      if (!plan.droppable.isEmpty()) {
        task(() -> log.drop(plan.droppable));
        continue;
      }
      if (plan.toCopyOut.isEmpty()) {
        return false;
      }
      if (copied >= config.reclaimBytesPerRound()) {
        return true;
      }
      copyOut(plan.toCopyOut.get(), plan.liveBytes);
      copied += Math.max(1, plan.liveBytes);
    }
  }

  private Plan plan() throws IOException {
    var made = new ArrayList<Plan>();
    task(() -> made.add(makePlan()));
    return made.getFirst();
  }

  private Plan makePlan() throws IOException {
    var open = log.openFigures();
    if (open.isPresent()
        && open.get().endOffset() > ContainerFormat.HEADER_BYTES
        && log.openNeededBytes() == 0) {
      log.roll();
    }
    List<Integer> droppable = new ArrayList<>();
    Optional<Integer> toCopyOut = Optional.empty();
    long leastLivePercent = config.compactBelowLivePercent();
    for (var entry : log.sealedContainers().entrySet()) {
      int number = entry.getKey();
      long needed = log.neededBytes(number);
      if (needed == 0) {
        droppable.add(number);
        continue;
      }
      if (stuck.getOrDefault(number, -1L) == entry.getValue().liveBytes()) {
        continue;
      }
      stuck.remove(number);
      long length = Math.max(1, entry.getValue().endOffset() - ContainerFormat.HEADER_BYTES);
      long livePercent = log.interrupted().contains(number) ? -1 : needed * 100 / length;
      if (livePercent < leastLivePercent) {
        leastLivePercent = livePercent;
        toCopyOut = Optional.of(number);
      }
    }
    return new Plan(droppable, toCopyOut, toCopyOut.map(log::neededBytes).orElse(0L));
  }

  private void copyOut(int number, long neededBytes) throws IOException {
    LOG.debug("{}: copying {} bytes out of container {}", files.description(), neededBytes, number);
    task(() -> log.beginCopyingOut(number));
    var file = log.file(number);
    if (file.isEmpty()) {
      return;
    }
    long end = file.get().length();
    long at = ContainerFormat.HEADER_BYTES;
    while (at < end) {
      var header = ContainerScan.readHeader(file.get(), new LogPosition(number, at));
      if (header.isPresent() && header.get().end() <= end) {
        copy(file.get(), header.get());
        at = header.get().end();
      } else {
        var next = ContainerScan.nextHeader(file.get(), number, at + RecordFormat.ALIGNMENT, end);
        if (next.isEmpty()) {
          break;
        }
        at = next.getAsLong();
      }
    }
    task(
        () -> {
          // The tombstones that are still needed have been copied, too.
          if (log.liveBytes(number) == 0) {
            log.drop(List.of(number));
          } else {
            stuck.put(number, log.liveBytes(number));
            LOG.error(
                "{}: container {} keeps {} live bytes that cannot be read; it stays until they are"
                    + " repaired or erased",
                files.description(),
                number,
                log.liveBytes(number));
          }
        });
  }

  private void copy(DiskFile file, RecordFormat.Header header) throws IOException {
    switch (header.record()) {
      case ContainerRecord.Shard shard -> {
        if (!isLive(shard.key(), header.position())) {
          return;
        }
        try (var arena = Arena.ofShared()) {
          var body = arena.allocate(shard.bodyBytes());
          var bytes = body.asByteBuffer();
          file.read(bytes, header.position().offset() + header.headerBytes());
          if (bytes.hasRemaining() || !BlockChecksums.of(body).equals(shard.checksums())) {
            metrics.damaged.increment();
            return;
          }
          writer.perform(
              completion -> new Request.Copy(shard, header.position(), body, completion));
        }
      }
      case ContainerRecord.Filler _ -> {
        // Nothing to keep.
      }
      case ContainerRecord.Tombstone tombstone -> {
        if (log.isNeeded(tombstone, header.position().container())) {
          writer.perform(
              completion ->
                  new Request.Copy(tombstone, header.position(), MemorySegment.NULL, completion));
        }
      }
    }
  }

  private boolean isLive(ShardKey key, LogPosition position) throws IOException {
    return index.find(key).filter(location -> location.position().equals(position)).isPresent();
  }

  private void task(Request.Action action) throws IOException {
    writer.perform(completion -> new Request.Task(action, completion));
  }
}
