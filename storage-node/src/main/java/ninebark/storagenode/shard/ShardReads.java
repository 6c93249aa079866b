package ninebark.storagenode.shard;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import ninebark.storagenode.DiskAwayException;
import ninebark.storagenode.ShardDamagedException;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.ShardMissingException;
import ninebark.storagenode.StoredShard;
import ninebark.storagenode.file.DiskFile;

/**
 * A disk's reading side: looks a shard up, reads what is wanted, and lets nothing pass that is not
 * that shard, whole.
 *
 * <p>Reads run on a few threads of the disk's own, because a virtual thread that reads a file holds
 * one of the process' few carriers, and a stalled disk would take them all.
 */
final class ShardReads {
  /** How often a shard may move away under a read before that is called damage. */
  private static final int ATTEMPTS = 3;

  private final DiskIdentity identity;
  private final ShardIndex index;
  private final ContainerLog log;
  private final DiskMetrics metrics;
  private final ThreadPoolExecutor readers;
  private final Semaphore waiting;

  /** One block, to check what is wanted only in part. */
  private final ThreadLocal<ByteBuffer> block =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BlockChecksums.BLOCK_BYTES));

  ShardReads(
      DiskIdentity identity,
      ShardStoreConfig config,
      ShardIndex index,
      ContainerLog log,
      DiskMetrics metrics) {
    this.identity = identity;
    this.index = index;
    this.log = log;
    this.metrics = metrics;
    waiting = new Semaphore(config.readerThreads() + config.readQueueLength());
    var name = "disk-" + identity.az() + "-" + identity.disk().toString().substring(0, 8);
    readers =
        new ThreadPoolExecutor(
            config.readerThreads(),
            config.readerThreads(),
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name(name + "-reader-", 0).daemon().factory());
    readers.allowCoreThreadTimeOut(true);
  }

  void read(ShardKey key, int offset, MemorySegment into) throws IOException {
    onReader(
        () -> {
          var bytes = into.asByteBuffer();
          attempt(key, (file, location, header) -> read(file, location, header, offset, bytes));
          metrics.readBytes.increment((double) into.byteSize());
          return true;
        });
  }

  ShardLabel label(ShardKey key) throws IOException {
    return onReader(() -> attempt(key, (_, _, shard) -> shard.label()));
  }

  boolean attests(ShardKey key, MemorySegment bytes) throws IOException {
    var checksums = BlockChecksums.of(bytes);
    return onReader(
        () ->
            attempt(
                key,
                (_, _, shard) ->
                    shard.bodyBytes() == bytes.byteSize() && shard.checksums().equals(checksums)));
  }

  List<StoredShard> list(Optional<ShardKey> after, int limit) throws IOException {
    return onReader(
        () ->
            index.list(after, limit).stream()
                .map(entry -> new StoredShard(entry.key(), entry.location().shardBytes()))
                .toList());
  }

  /** Runs other reading where the disk's reads run, so that it waits its turn as they do. */
  <T> T aside(Callable<T> work) throws IOException {
    return onReader(work);
  }

  void close() {
    readers.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        if (readers.awaitTermination(1, TimeUnit.DAYS)) {
          break;
        }
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What to do with a record that was found. */
  private interface Use<T> {
    T with(DiskFile file, ShardLocation location, ContainerRecord.Shard shard) throws IOException;
  }

  private <T> T attempt(ShardKey key, Use<T> use) throws IOException {
    for (int attempt = 1; ; attempt++) {
      var location =
          index
              .find(key)
              .orElseThrow(
                  () -> new ShardMissingException(identity.disk() + " does not hold " + key));
      var file = log.file(location.position().container());
      try {
        if (file.isPresent()) {
          return use.with(file.get(), location, header(file.get(), location, key));
        }
      } catch (ClosedChannelException _) {
        // The container was dropped under the read; the shard, if it lives, has moved.
      }
      if (attempt == ATTEMPTS) {
        throw damaged(key, "its container " + location.position().container() + " is gone");
      }
    }
  }

  private ContainerRecord.Shard header(DiskFile file, ShardLocation location, ShardKey key)
      throws IOException {
    var bytes = ByteBuffer.allocate(location.headerBytes());
    file.read(bytes, location.position().offset());
    if (bytes.hasRemaining()) {
      throw damaged(key, "its container ends before it");
    }
    var name = ContainerFormat.fileName(location.position().container());
    var header = RecordFormat.decodeHeader(bytes.flip(), location.position(), name);
    if (header.isPresent()
        && header.get().record() instanceof ContainerRecord.Shard shard
        && shard.key().equals(key)
        && shard.bodyBytes() == location.shardBytes()) {
      return shard;
    }
    throw damaged(key, "its header is not what was written");
  }

  private boolean read(
      DiskFile file,
      ShardLocation location,
      ContainerRecord.Shard shard,
      int offset,
      ByteBuffer into)
      throws IOException {
    int length = into.remaining();
    if (offset < 0 || length < 0 || offset > shard.bodyBytes() - length) {
      throw new IllegalArgumentException(
          "bytes " + offset + " to " + (offset + length) + " of a shard of " + shard.bodyBytes());
    }
    long body = location.position().offset() + location.headerBytes();
    int blockBytes = BlockChecksums.BLOCK_BYTES;
    int at = offset;
    int stop = offset + length;
    while (at < stop) {
      int blockStart = at / blockBytes * blockBytes;
      int blockEnd = Math.min(blockStart + blockBytes, shard.bodyBytes());
      if (at == blockStart && blockEnd <= stop) {
        // Whole blocks go straight to where they are wanted.
        int wholeEnd = stop == shard.bodyBytes() ? stop : stop / blockBytes * blockBytes;
        var target = into.slice(at - offset, wholeEnd - at);
        readFully(file, target, body + at, shard.key());
        for (int from = at; from < wholeEnd; from += blockBytes) {
          int bytes = Math.min(blockBytes, wholeEnd - from);
          check(shard, from / blockBytes, target.slice(from - at, bytes));
        }
        at = wholeEnd;
      } else {
        var whole = block.get().clear().limit(blockEnd - blockStart);
        readFully(file, whole, body + blockStart, shard.key());
        check(shard, blockStart / blockBytes, whole.flip());
        int partEnd = Math.min(stop, blockEnd);
        into.put(at - offset, whole, at - blockStart, partEnd - at);
        at = partEnd;
      }
    }
    return true;
  }

  private void readFully(DiskFile file, ByteBuffer into, long position, ShardKey key)
      throws IOException {
    int wanted = into.remaining();
    if (file.read(into.duplicate(), position) < wanted) {
      throw damaged(key, "its container ends within it");
    }
    into.position(into.limit());
  }

  private void check(ContainerRecord.Shard shard, int index, ByteBuffer bytes)
      throws ShardDamagedException {
    if (!shard.checksums().matches(index, bytes)) {
      throw damaged(shard.key(), "block " + index + " is not what was written");
    }
  }

  private ShardDamagedException damaged(ShardKey key, String how) {
    metrics.damaged.increment();
    return new ShardDamagedException(identity.disk() + ": shard " + key + ": " + how);
  }

  private <T> T onReader(Callable<T> work) throws IOException {
    try {
      waiting.acquire();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the disk's readers");
    }
    try {
      var task = new FutureTask<>(work);
      readers.execute(task);
      return uninterrupted(task);
    } catch (RejectedExecutionException _) {
      throw new DiskAwayException(identity.disk() + " is closed");
    } finally {
      waiting.release();
    }
  }

  /** Waits to the end, because until then the reader writes into the caller's memory. */
  private static <T> T uninterrupted(FutureTask<T> task) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    } catch (ExecutionException failure) {
      switch (failure.getCause()) {
        case IOException expected -> throw expected;
        case RuntimeException bug -> throw bug;
        default -> throw new IOException(failure.getCause());
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
