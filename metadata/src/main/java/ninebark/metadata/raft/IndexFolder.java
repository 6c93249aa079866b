package ninebark.metadata.raft;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The folder of an index replica, locked for this process, and its identity.
 *
 * <pre>
 * lock        held while the replica is open
 * identity    text: "ninebark-index 1", "group UUID", "replica NAME", "crc32c HEX" of the lines before
 * log/        the Raft log, as Ratis keeps it
 * rows/       RocksDB
 * </pre>
 */
final class IndexFolder implements AutoCloseable {
  private static final int VERSION = 1;
  private static final Pattern IDENTITY =
      Pattern.compile(
          "(ninebark-index \\d+\ngroup ([0-9a-f-]{36})\nreplica (\\S+)\n)crc32c ([0-9a-f]{8})\n");

  private static final Pattern VERSION_LINE = Pattern.compile("ninebark-index (\\d{1,9})\n");

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
    var body = "ninebark-index " + VERSION + "\ngroup " + group + "\nreplica " + replica + "\n";
    var text = body + "crc32c " + checksum(body) + "\n";
    var temporary = file.resolveSibling("identity.new");
    Files.writeString(temporary, text);
    sync(temporary);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    sync(file.toAbsolutePath().getParent());
    sync(file.toAbsolutePath().getParent().getParent());
  }

  private static UUID read(Path file, String replica) throws IOException {
    var text = Files.readString(file);
    var version = VERSION_LINE.matcher(text);
    if (version.lookingAt() && Integer.parseInt(version.group(1)) > VERSION) {
      throw new IOException(
          file
              + " says version "
              + version.group(1)
              + ", this program knows up to "
              + VERSION
              + ": the folder was written by a newer Ninebark");
    }
    var match = IDENTITY.matcher(text);
    if (!match.matches() || !checksum(match.group(1)).equals(match.group(4))) {
      throw new IOException(file + " is damaged: it is not what Ninebark wrote");
    }
    if (!match.group(3).equals(replica)) {
      throw new IOException(
          file + " belongs to replica " + match.group(3) + ", this process is " + replica);
    }
    return UUID.fromString(match.group(2));
  }

  private static String checksum(String text) {
    var crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
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

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
