package ninebark.metadata.raft;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The folder of an index replica, locked for this process, and its identity.
 *
 * <pre>
 * lock        held while the replica is open
 * identity    text: "ninebark-index 1", "group UUID", "replica NAME", "crc32c HEX" of the lines before
 * log/        the Raft log, as Ratis keeps it
 * rows/       RocksDB
 * term-and-vote, installed, checkpoints/, incoming/, rows.new/    of replicas with a network: see
 *             {@link TermAndVote}, {@link ReplicaRows} and {@link Checkpoints}
 * </pre>
 */
final class IndexFolder implements AutoCloseable {
  private static final int VERSION = 1;
  private static final Pattern IDENTITY =
      Pattern.compile("ninebark-index 1\ngroup ([0-9a-f-]{36})\nreplica (\\S+)\n");

  private final Path folder;
  private final FileChannel lock;
  private final UUID group;

  private IndexFolder(Path folder, FileChannel lock, UUID group) {
    this.folder = folder;
    this.lock = lock;
    this.group = group;
  }

  /**
   * Opens and locks a folder; a new one becomes a replica of {@code newGroup}.
   *
   * @throws IOException if another process has it, or it is not such a folder, or a newer one
   */
  static IndexFolder open(Path folder, String replica, UUID newGroup) throws IOException {
    Files.createDirectories(folder);
    var channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      lock(folder, channel);
      var file = folder.resolve("identity");
      if (Files.notExists(file)) {
        requireEmpty(folder);
        write(file, replica, newGroup);
      }
      return new IndexFolder(folder, channel, read(file, replica));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void lock(Path folder, FileChannel channel) throws IOException {
    try {
      if (channel.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      // The same as a lock of another process: refused below.
    }
    throw new IOException(
        "the index folder "
            + folder
            + " is in use: another Ninebark has it open. One folder serves one process");
  }

  private static void requireEmpty(Path folder) throws IOException {
    for (var part : new String[] {"log", "rows"}) {
      if (Files.exists(folder.resolve(part))) {
        throw new IOException(
            "the index folder "
                + folder
                + " has a "
                + part
                + " but no identity file: the file was lost, or this is not an index folder");
      }
    }
  }

  private static void write(Path file, String replica, UUID group) throws IOException {
    CheckedText.write(
        file, "ninebark-index " + VERSION + "\ngroup " + group + "\nreplica " + replica + "\n");
    sync(file.toAbsolutePath().getParent().getParent());
  }

  private static UUID read(Path file, String replica) throws IOException {
    var lines = CheckedText.read(file, VERSION, IDENTITY);
    if (!lines.group(2).equals(replica)) {
      throw new IOException(
          file + " belongs to replica " + lines.group(2) + ", this process is " + replica);
    }
    return UUID.fromString(lines.group(1));
  }

  /** Makes a file, or the names in a folder, survive a power cut. */
  static void sync(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** The Raft group that this replica belongs to. */
  UUID group() {
    return group;
  }

  Path log() {
    return folder.resolve("log");
  }

  /** Where Ratis keeps the segments and its term and vote. */
  Path segments() {
    return log().resolve(group.toString()).resolve("current");
  }

  Path rows() {
    return folder.resolve("rows");
  }

  Path termAndVote() {
    return folder.resolve("term-and-vote");
  }

  /** Which snapshot of another replica took the place of the rows. */
  Path installed() {
    return folder.resolve("installed");
  }

  /** Copies of the rows that may be sent to other replicas. */
  Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  /** What another replica sends, until it is whole. */
  Path incoming() {
    return folder.resolve("incoming");
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
