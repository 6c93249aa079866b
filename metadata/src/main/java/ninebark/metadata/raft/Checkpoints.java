package ninebark.metadata.raft;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import ninebark.metadata.rocks.Applied;
import ninebark.metadata.rocks.RocksRowStore;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;

/**
 * Copies of the rows as they were at one position, made of hard links, for replicas that the log no
 * longer reaches; and the place where such a copy arrives.
 *
 * <pre>
 * checkpoints/TERM-INDEX/     RocksDB's files
 * incoming/                   Ratis gathers one here and then makes it the folder checkpoints/
 * </pre>
 *
 * <p>Threads: safe. Invariant: the newest copy stays, and one that was handed out stays for {@link
 * #LENT}, since it may still be on its way.
 */
final class Checkpoints implements StateMachineStorage {
  private static final Duration LENT = Duration.ofMinutes(30);
  private static final Pattern NAME = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

  private final Path folder;
  private final Path incoming;
  private final Map<Applied, Long> lentUntilNanos = new HashMap<>();

  Checkpoints(IndexFolder folder) {
    this.folder = folder.checkpoints();
    this.incoming = folder.incoming();
  }

  private Path place(Applied position) {
    return folder.resolve(position.term() + "-" + position.index());
  }

  /** Copies the rows as they are, if that is not done. Threads: the one that writes the rows. */
  synchronized void take(RocksRowStore rows) throws IOException {
    var position = rows.flushed();
    if (position.index() < 0 || Files.exists(place(position))) {
      return;
    }
    Files.createDirectories(folder);
    var part = folder.resolve("part");
    ReplicaRows.delete(part);
    rows.checkpoint(part);
    Files.move(part, place(position));
    long now = System.nanoTime();
    lentUntilNanos.values().removeIf(until -> until - now < 0);
    for (var old : list()) {
      if (!old.equals(position) && !lentUntilNanos.containsKey(old)) {
        ReplicaRows.delete(place(old));
      }
    }
  }

  /** A snapshot as Ratis sends it: its files are looked up when it begins to. */
  SnapshotInfo at(Applied position) {
    return new Copy(position);
  }

  private final class Copy implements SnapshotInfo {
    private final Applied position;

    Copy(Applied position) {
      this.position = position;
    }

    @Override
    public TermIndex getTermIndex() {
      return TermIndex.valueOf(position.term(), position.index());
    }

    @Override
    public List<FileInfo> getFiles() {
      return lend(position);
    }
  }

  private synchronized List<FileInfo> lend(Applied position) {
    lentUntilNanos.put(position, System.nanoTime() + LENT.toNanos());
    var files = new ArrayList<FileInfo>();
    try (var found = Files.newDirectoryStream(place(position))) {
      for (var file : found) {
        files.add(new FileInfo(file.toAbsolutePath(), null));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("no copy of the rows at " + position, e);
    }
    files.sort(Comparator.comparing(file -> file.getPath().toString()));
    return files;
  }

  /** A copy of another replica's rows. */
  record Arrived(Path folder, Applied position) {}

  /** The newest that has arrived, without what Ratis adds to it. */
  synchronized Optional<Arrived> arrived() throws IOException {
    var newest = list().stream().max(Comparator.comparingLong(Applied::index));
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    var place = place(newest.get());
    try (var digests = Files.newDirectoryStream(place, "*.md5")) {
      for (var digest : digests) {
        Files.delete(digest);
      }
    }
    return Optional.of(new Arrived(place, newest.get()));
  }

  private List<Applied> list() throws IOException {
    var found = new ArrayList<Applied>();
    if (Files.isDirectory(folder)) {
      try (var places = Files.newDirectoryStream(folder)) {
        for (var place : places) {
          var name = NAME.matcher(place.getFileName().toString());
          if (name.matches()) {
            found.add(new Applied(Long.parseLong(name.group(1)), Long.parseLong(name.group(2))));
          }
        }
      }
    }
    return found;
  }

  @Override
  public void init(RaftStorage raftStorage) {}

  /** Ratis says "none" with null, and asks the state machine, not this. */
  @Override
  public SnapshotInfo getLatestSnapshot() {
    return null;
  }

  @Override
  public void format() {}

  @Override
  public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) {}

  @Override
  public File getSnapshotDir() {
    return folder.toAbsolutePath().toFile();
  }

  @Override
  public File getTmpDir() {
    return incoming.toAbsolutePath().toFile();
  }
}
