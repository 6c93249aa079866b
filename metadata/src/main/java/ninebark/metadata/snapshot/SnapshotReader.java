package ninebark.metadata.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import ninebark.erasure.checksum.Crc;
import ninebark.metadata.snapshot.Snapshot.StoredFile;
import ninebark.storagenode.Extent;
import ninebark.storagenode.Stripes;

/** Brings snapshots back from stripes. */
public final class SnapshotReader {
  /** Far more than the manifest of any index has. */
  private static final long MAX_MANIFEST_BYTES = 256L << 20;

  private final Stripes stripes;

  public SnapshotReader(Stripes stripes) {
    this.stripes = stripes;
  }

  public Snapshot manifest(List<Extent> extents, String where) throws IOException {
    long length = extents.stream().mapToLong(Extent::length).sum();
    if (length > MAX_MANIFEST_BYTES) {
      throw new IOException(where + " has " + length + " bytes, more than a manifest");
    }
    var bytes = new ByteArrayOutputStream();
    read(extents, length, Channels.newChannel(bytes));
    return SnapshotFormat.decode(bytes.toByteArray(), where);
  }

  /**
   * Puts all files into a folder that is made for them.
   *
   * @throws IOException if one cannot be read, or is not what was stored
   */
  public void restore(Snapshot snapshot, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (var file : snapshot.files()) {
      restore(file, folder);
    }
  }

  private void restore(StoredFile file, Path folder) throws IOException {
    var path = folder.resolve(file.name()).normalize();
    if (!folder.normalize().equals(path.getParent())) {
      throw new IOException("a snapshot names the file '" + file.name() + "'");
    }
    try (var out =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long crc64 = read(file.extents(), file.bytes(), out);
      if (crc64 != file.crc64()) {
        throw new IOException(
            "the file " + file.name() + " of the snapshot is not what was stored");
      }
      out.force(true);
    }
  }

  private long read(List<Extent> extents, long length, WritableByteChannel into)
      throws IOException {
    var crc = Crc.CRC64NVME.start();
    try (var reader = stripes.read(extents, 0, length)) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        try (var piece = next.get()) {
          ByteBuffer bytes = piece.bytes();
          crc.update(bytes.duplicate());
          while (bytes.hasRemaining()) {
            into.write(bytes);
          }
        }
      }
    }
    return crc.value();
  }
}
