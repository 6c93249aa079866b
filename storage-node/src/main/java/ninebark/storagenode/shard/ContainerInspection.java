package ninebark.storagenode.shard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.storagenode.DiskInspector.Inspection;
import ninebark.storagenode.ShardKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks containers that are in use from header to header, and mends what is theirs alone.
 *
 * <p>A damaged head is written again: whose container it is has been known since it was opened. A
 * stretch where no header can be read and where no live shard is becomes a filler. If a tombstone
 * stood there, what it erased could come back only with the loss of the whole index, and then as an
 * orphan that reclaim erases.
 *
 * <p>Threads: any; changes are made by the disk's writer.
 */
final class ContainerInspection {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerInspection.class);

  /** How many rows of the index are looked at in one step. */
  private static final int PAGE = 2_000;

  private final String description;
  private final ShardIndex index;
  private final ContainerLog log;
  private final Reclamation.Writer writer;
  private final DiskMetrics metrics;

  ContainerInspection(
      String description,
      ShardIndex index,
      ContainerLog log,
      Reclamation.Writer writer,
      DiskMetrics metrics) {
    this.description = description;
    this.index = index;
    this.log = log;
    this.writer = writer;
    this.metrics = metrics;
  }

  Inspection inspect(int number) throws IOException {
    try {
      return walk(number);
    } catch (ClosedChannelException _) {
      // Dropped under the walk: nothing in it is needed any more.
      return Inspection.NOTHING;
    }
  }

  private Inspection walk(int number) throws IOException {
    var file = log.file(number);
    if (file.isEmpty()) {
      return Inspection.NOTHING;
    }
    // Records that come later are left to the next look.
    long end = log.endOffset(number);
    var found = head(number);
    List<ContainerScan.Gap> gaps = new ArrayList<>();
    long read = 0;
    long at = ContainerFormat.HEADER_BYTES;
    while (at < end) {
      var header = ContainerScan.readHeader(file.get(), new LogPosition(number, at));
      if (header.isPresent() && header.get().end() <= end) {
        read += header.get().headerBytes();
        at = header.get().end();
        continue;
      }
      var next = ContainerScan.nextHeader(file.get(), number, at + RecordFormat.ALIGNMENT, end);
      long to = next.orElse(end);
      gaps.add(new ContainerScan.Gap(at, to));
      read += to - at;
      at = to;
    }
    found = found.and(new Inspection(read, 0, 0));
    if (!gaps.isEmpty()) {
      var live = livePositions(number);
      for (var gap : gaps) {
        found = found.and(gap(number, gap, live));
      }
    }
    return found;
  }

  private Inspection head(int number) throws IOException {
    var head = ByteBuffer.allocate(ContainerFormat.HEADER_BYTES);
    var file = log.file(number);
    if (file.isEmpty()) {
      return Inspection.NOTHING;
    }
    file.get().read(head, 0);
    var verdict = log.judgeHead(number, head.flip());
    int bytes = ContainerFormat.HEADER_BYTES;
    return switch (verdict) {
      case ContainerFormat.Verdict.Own() -> new Inspection(bytes, 0, 0);
      case ContainerFormat.Verdict.Foreign(var whose) -> {
        damage(number, "begins as if it were " + whose + "; its records are used");
        yield new Inspection(bytes, 1, 0);
      }
      case ContainerFormat.Verdict.Damaged(), ContainerFormat.Verdict.Blank() -> {
        damage(number, "has a damaged first block; it is written again");
        task(() -> log.writeHead(number));
        yield new Inspection(bytes, 1, 1);
      }
    };
  }

  private Inspection gap(int number, ContainerScan.Gap gap, List<Long> live) throws IOException {
    boolean holdsLive = live.stream().anyMatch(at -> at >= gap.from() && at < gap.to());
    damage(
        number,
        "cannot be read from "
            + gap.from()
            + " to "
            + gap.to()
            + (holdsLive ? "; a live shard is there" : "; nothing live is there"));
    if (holdsLive
        || gap.bytes() < RecordFormat.FILLER_HEADER_BYTES
        || gap.bytes() > Integer.MAX_VALUE) {
      return new Inspection(0, 1, 0);
    }
    task(() -> log.fillGap(number, gap));
    return new Inspection(0, 1, 1);
  }

  /** Where in a container the live shards begin. */
  private List<Long> livePositions(int number) throws IOException {
    List<Long> positions = new ArrayList<>();
    Optional<ShardKey> after = Optional.empty();
    while (true) {
      var page = index.list(after, PAGE);
      for (var entry : page) {
        var position = entry.location().position();
        if (position.container() == number) {
          positions.add(position.offset());
        }
      }
      if (page.size() < PAGE) {
        return positions;
      }
      after = Optional.of(page.getLast().key());
    }
  }

  private void damage(int number, String what) {
    metrics.damaged.increment();
    LOG.error("{}: {} {}", description, ContainerFormat.fileName(number), what);
  }

  private void task(Request.Action action) throws IOException {
    writer.perform(completion -> new Request.Task(action, completion));
  }
}
