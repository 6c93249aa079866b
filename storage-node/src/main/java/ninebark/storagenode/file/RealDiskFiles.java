package ninebark.storagenode.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A folder of the file system. */
public final class RealDiskFiles implements DiskFiles {
  private final Path root;

  public RealDiskFiles(Path root) {
    this.root = root;
  }

  @Override
  public String description() {
    return root.toString();
  }

  @Override
  public DiskFile open(String name) throws IOException {
    var path = root.resolve(name);
    return new RealDiskFile(
        path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public DiskFile create(String name) throws IOException {
    var path = root.resolve(name);
    return new RealDiskFile(
        path,
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE_NEW));
  }

  @Override
  public boolean exists(String name) {
    return Files.exists(root.resolve(name));
  }

  @Override
  public List<String> list(String folder) throws IOException {
    try (var entries = Files.list(root.resolve(folder))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  @Override
  public void makeFolder(String folder) throws IOException {
    Files.createDirectories(root.resolve(folder));
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(root.resolve(name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void syncFolder(String folder) throws IOException {
    // On Linux a folder opened for reading can be synced.
    try (var channel = FileChannel.open(root.resolve(folder), StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public Closeable lock(String name) throws IOException {
    var channel =
        FileChannel.open(root.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException _) {
      // This process holds it already, through another instance: refused like any other holder.
    } catch (IOException failure) {
      channel.close();
      throw failure;
    }
    channel.close();
    throw new IOException(root + " is in use by another Ninebark process; stop that one first");
  }

  @Override
  public Medium medium() {
    return Medium.of(root);
  }

  @Override
  public long capacityBytes() throws IOException {
    return Files.getFileStore(root).getTotalSpace();
  }

  @Override
  public long usableBytes() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  /** A file behind a channel. */
  private record RealDiskFile(Path path, FileChannel channel) implements DiskFile {
    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      int start = into.position();
      while (into.hasRemaining()) {
        if (channel.read(into, position + into.position() - start) < 0) {
          break;
        }
      }
      return into.position() - start;
    }

    @Override
    public void write(List<ByteBuffer> from, long position) throws IOException {
      long left = 0;
      for (var buffer : from) {
        left += buffer.remaining();
      }
      var buffers = from.toArray(ByteBuffer[]::new);
      channel.position(position);
      int first = 0;
      while (left > 0) {
        while (!buffers[first].hasRemaining()) {
          first++;
        }
        left -= channel.write(buffers, first, buffers.length - first);
      }
    }

    @Override
    public void preallocate(long length) throws IOException {
      long now = channel.size();
      if (now < length) {
        Preallocation.extend(path, now, length);
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public long length() throws IOException {
      return channel.size();
    }

    @Override
    public void truncate(long length) throws IOException {
      channel.truncate(length);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
