package ninebark.deploy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The folder that holds everything a process keeps, locked by one process at a time.
 *
 * <p>Its file {@code FORMAT} is two lines of text, {@code ninebark data format N} and {@code
 * cluster UUID}: a folder written by a newer version is refused before anything in it is read.
 * {@code LOCK} is locked while a process lives; its content means nothing.
 */
final class DataFolder implements AutoCloseable {
  static final int FORMAT = 1;

  private static final Pattern FORMAT_TEXT =
      Pattern.compile("ninebark data format (\\d{1,9})(?:\ncluster ([0-9a-f-]{36}))?\n?");

  private final Path root;
  private final FileChannel lock;
  private final UUID cluster;

  private DataFolder(Path root, FileChannel lock, UUID cluster) {
    this.root = root;
    this.lock = lock;
    this.cluster = cluster;
  }

  /**
   * Creates the folder if there is none, locks it and checks its format.
   *
   * @throws IOException if another process has it, if it is of a newer version, or if it is not a
   *     data folder at all
   */
  static DataFolder open(Path root) throws IOException {
    return open(root, Optional.empty());
  }

  /**
   * @param wanted the cluster it must be of, and is made for; any, and a new one, if empty
   */
  static DataFolder open(Path root, Optional<UUID> wanted) throws IOException {
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw new IOException("the data folder " + root + " is a file");
    }
    Files.createDirectories(root);
    var lock = lock(root);
    try {
      var cluster = cluster(root, wanted.orElseGet(UUID::randomUUID));
      if (wanted.isPresent() && !wanted.get().equals(cluster)) {
        throw new IOException(
            "the data folder "
                + root
                + " is of cluster "
                + cluster
                + ", this process of cluster "
                + wanted.get());
      }
      return new DataFolder(root, lock, cluster);
    } catch (IOException | RuntimeException refused) {
      lock.close();
      throw refused;
    }
  }

  private static FileChannel lock(Path root) throws IOException {
    var channel =
        FileChannel.open(root.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException heldByThisProcess) {
      // Said below, the same as for any other process.
    }
    channel.close();
    throw new IOException("the data folder " + root + " is in use by another Ninebark server");
  }

  private static UUID cluster(Path root, UUID made) throws IOException {
    var file = root.resolve("FORMAT");
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException fresh) {
      refuseForeign(root);
      Durably.write(file, "ninebark data format " + FORMAT + "\ncluster " + made + "\n");
      return made;
    }
    var match = FORMAT_TEXT.matcher(text);
    if (!match.lookingAt()) {
      throw new IOException(file + " is not a Ninebark format file: '" + text.strip() + "'");
    }
    int found = Integer.parseInt(match.group(1));
    if (found > FORMAT) {
      throw new IOException(
          "the data folder "
              + root
              + " has format "
              + found
              + ", written by a newer Ninebark; this one reads up to "
              + FORMAT);
    }
    if (!match.matches() || match.group(2) == null) {
      throw new IOException(file + " does not name its cluster: '" + text.strip() + "'");
    }
    return UUID.fromString(match.group(2));
  }

  /** A folder without a FORMAT file must be empty: never settle in somebody's home by accident. */
  private static void refuseForeign(Path root) throws IOException {
    try (var entries = Files.list(root)) {
      var stranger =
          entries
              .filter(entry -> !entry.getFileName().toString().equals("LOCK"))
              .filter(entry -> !entry.getFileName().toString().startsWith("FORMAT"))
              .findFirst();
      if (stranger.isPresent()) {
        throw new IOException(
            "the data folder "
                + root
                + " has no FORMAT file but is not empty (found "
                + stranger.get().getFileName()
                + "); point --data at a new or a Ninebark folder");
      }
    }
  }

  /** The identity that every disk of this folder must have. */
  UUID cluster() {
    return cluster;
  }

  Path root() {
    return root;
  }

  Path index() {
    return root.resolve("index");
  }

  /** Where the index is copied to on its way to the disks. */
  Path indexCopy() {
    return root.resolve("index-copy");
  }

  /** Where a lost index is made again before it takes its place. */
  Path indexRecovery() {
    return root.resolve("index-recovery");
  }

  Path disks() {
    return root.resolve("disks");
  }

  Path scrubber() {
    return root.resolve("scrubber");
  }

  /** Which disks a storage node has. */
  Path places() {
    return root.resolve("node-disks");
  }

  Path credentials() {
    return root.resolve("credentials");
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  /** Small files that must be there, whole, after a power cut. */
  static final class Durably {
    private Durably() {}

    static void write(Path file, String text) throws IOException {
      var draft = file.resolveSibling(file.getFileName() + ".new");
      try (var channel =
          FileChannel.open(
              draft,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        var bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      move(draft, file);
    }

    static void move(Path draft, Path file) throws IOException {
      Files.move(draft, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
      try (var folder =
          FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
        folder.force(true);
      }
    }
  }
}
