package ninebark.storagenode.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * The files of one disk. Names are relative, with {@code /} between folder and file.
 *
 * <p>Nothing is durable before it is synced: a file's bytes by {@link DiskFile#force}, its
 * existence by {@link #syncFolder}.
 *
 * <p>Threads: safe for any number.
 */
public interface DiskFiles {
  /** For messages. */
  String description();

  /** Opens a file that exists, for reading and writing. */
  DiskFile open(String name) throws IOException;

  /** Makes and opens a file that did not exist. */
  DiskFile create(String name) throws IOException;

  boolean exists(String name);

  /** The plain names of the files in a folder; none if there is no such folder. */
  List<String> list(String folder) throws IOException;

  void makeFolder(String folder) throws IOException;

  void delete(String name) throws IOException;

  void rename(String from, String to) throws IOException;

  /** Makes the names in a folder durable; {@code ""} is the disk's own folder. */
  void syncFolder(String folder) throws IOException;

  /**
   * Keeps every other process and instance out until closed.
   *
   * @throws IOException if somebody else holds it
   */
  Closeable lock(String name) throws IOException;

  Medium medium();

  /** What the file system has in all. */
  long capacityBytes() throws IOException;

  /** What the file system can still take. */
  long usableBytes() throws IOException;
}
