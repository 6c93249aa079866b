package ninebark.bench.ceiling;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import ninebark.bench.report.Report.Ceiling;

/**
 * What the device below a folder can do. Files are written before they are measured, so that a sync
 * moves data and no extents, as in a preallocated container or log; reads go past the page cache
 * where the file system allows it.
 */
final class DiskCeiling {
  private static final int SMALL_BYTES = 4096;
  private static final int LARGE_BYTES = 4 << 20;
  private static final int LOG_BYTES = 16 << 20;

  private final Path folder;
  private final long fileBytes;
  private final Trials trials;

  DiskCeiling(Path folder, long fileBytes, Trials trials) {
    this.folder = folder;
    this.fileBytes = Math.max(LARGE_BYTES, fileBytes / LARGE_BYTES * LARGE_BYTES);
    this.trials = trials;
  }

  List<Ceiling> measure() throws IOException, InterruptedException {
    Files.createDirectories(folder);
    var work = Files.createTempDirectory(folder, "bench-disk-");
    try {
      var ceilings = new ArrayList<Ceiling>();
      for (int writers : new int[] {1, 4, 16}) {
        ceilings.add(syncs(work, writers));
      }
      var file = work.resolve("large");
      ceilings.add(sequentialWrite(file, false));
      ceilings.add(sequentialWrite(file, true));
      ceilings.addAll(reads(file));
      return ceilings;
    } finally {
      delete(work);
    }
  }

  private Ceiling syncs(Path work, int writers) throws IOException, InterruptedException {
    var logs = new ArrayList<FileChannel>();
    try {
      for (int i = 0; i < writers; i++) {
        logs.add(preallocated(work.resolve("log-" + i)));
      }
      return trials.rate(
          "fdatasync of 4 KiB, " + writers + (writers == 1 ? " writer" : " writers"),
          1,
          "sync/s",
          until -> inParallel(writers, writer -> append(logs.get(writer), until)));
    } finally {
      for (var log : logs) {
        log.close();
      }
    }
  }

  private static FileChannel preallocated(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    var zeros = ByteBuffer.allocateDirect(1 << 20);
    for (long at = 0; at < LOG_BYTES; at += zeros.capacity()) {
      writeFully(channel, zeros.clear(), at);
    }
    channel.force(true);
    return channel;
  }

  private static long append(FileChannel log, long untilNanos) throws IOException {
    var record = random(SMALL_BYTES);
    long done = 0;
    while (System.nanoTime() - untilNanos < 0) {
      writeFully(log, record.clear(), done * SMALL_BYTES % LOG_BYTES);
      log.force(false);
      done++;
    }
    return done;
  }

  private Ceiling sequentialWrite(Path file, boolean syncEach)
      throws IOException, InterruptedException {
    var block = random(LARGE_BYTES);
    return trials.rate(
        syncEach
            ? "sequential write, 4 MiB at a time, each synced"
            : "sequential write of " + (fileBytes >> 20) + " MiB, one sync",
        1e6,
        "MB/s",
        until -> {
          try (var channel =
              FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long at = 0;
            // All of the file if there is one sync, so that it has as much to do as it says.
            while (at < fileBytes && (!syncEach || System.nanoTime() - until < 0)) {
              writeFully(channel, block.clear(), at);
              at += LARGE_BYTES;
              if (syncEach) {
                channel.force(false);
              }
            }
            channel.force(false);
            return at;
          }
        });
  }

  private List<Ceiling> reads(Path file) throws IOException, InterruptedException {
    var direct = direct();
    if (direct.isEmpty()) {
      return List.of();
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, direct.get())) {
      int align = Math.toIntExact(Files.getFileStore(file).getBlockSize());
      var ceilings = new ArrayList<Ceiling>();
      var block = ByteBuffer.allocateDirect(LARGE_BYTES + align).alignedSlice(align);
      ceilings.add(
          trials.rate(
              "sequential read, past the page cache",
              1e6,
              "MB/s",
              until -> {
                long at = 0;
                while (System.nanoTime() - until < 0) {
                  at += readFully(channel, block.clear().limit(LARGE_BYTES), at % fileBytes);
                }
                return at;
              }));
      for (int readers : new int[] {1, 16}) {
        ceilings.add(
            trials.rate(
                "random read of 4 KiB, past the page cache, "
                    + readers
                    + (readers == 1 ? " reader" : " readers"),
                1,
                "read/s",
                until ->
                    inParallel(readers, reader -> randomReads(channel, align, reader, until))));
      }
      return ceilings;
    } catch (UnsupportedOperationException | IOException noDirectReads) {
      return List.of();
    }
  }

  /** Past the page cache; named at run time, because it belongs to the JDK and not to Java. */
  private static Optional<OpenOption> direct() {
    try {
      for (var option : Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
        if (option.toString().equals("DIRECT")) {
          return Optional.of((OpenOption) option);
        }
      }
    } catch (ClassNotFoundException otherJdk) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private long randomReads(FileChannel channel, int align, int reader, long untilNanos)
      throws IOException {
    int bytes = Math.max(SMALL_BYTES, align);
    var block = ByteBuffer.allocateDirect(bytes + align).alignedSlice(align);
    var random = new SplittableRandom(System.nanoTime() + reader);
    long done = 0;
    while (System.nanoTime() - untilNanos < 0) {
      readFully(channel, block.clear().limit(bytes), random.nextLong(fileBytes / bytes) * bytes);
      done++;
    }
    return done;
  }

  /** One writer's or reader's share. */
  private interface Share {
    long of(int index) throws IOException;
  }

  private static double inParallel(int count, Share share)
      throws IOException, InterruptedException {
    var sum = new LongAdder();
    var failures = new DoubleAdder();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < count; i++) {
      int index = i;
      threads.add(
          Thread.ofPlatform()
              .name("bench-disk-" + i)
              .start(
                  () -> {
                    try {
                      sum.add(share.of(index));
                    } catch (IOException failed) {
                      failures.add(1);
                    }
                  }));
    }
    for (var thread : threads) {
      thread.join();
    }
    if (failures.sum() > 0) {
      throw new IOException("the disk refused what was measured");
    }
    return sum.sum();
  }

  private static ByteBuffer random(int bytes) {
    var content = new byte[bytes];
    new SplittableRandom(bytes).nextBytes(content);
    return ByteBuffer.allocateDirect(bytes).put(content);
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes, long at)
      throws IOException {
    long position = at;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  private static int readFully(FileChannel channel, ByteBuffer into, long at) throws IOException {
    int done = 0;
    while (into.hasRemaining()) {
      int count = channel.read(into, at + done);
      if (count < 0) {
        break;
      }
      done += count;
    }
    return done;
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
