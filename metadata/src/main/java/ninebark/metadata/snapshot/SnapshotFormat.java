package ninebark.metadata.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import ninebark.erasure.checksum.Crc;
import ninebark.metadata.snapshot.Snapshot.StoredFile;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.StripeId;

/**
 * The manifest of a snapshot. Big-endian.
 *
 * <pre>
 *  at  bytes
 *   0      4  magic "NBis"
 *   4      1  version, 1
 *   5      3  zero
 *   8     16  cluster
 *  24      8  taken, milliseconds since 1970
 *  32      4  how many files
 *  36         each: length of its name (2), name in UTF-8, bytes (8), CRC64NVME (8), how many
 *             extents (4), each: birth of the stripe (8), its serial (8), group (4), length (4),
 *             shard length (4)
 * ...      8  CRC64NVME of all before
 * </pre>
 */
public final class SnapshotFormat {
  private static final int MAGIC = 0x4E426973;
  private static final int VERSION = 1;
  private static final int CRC_BYTES = 8;

  private SnapshotFormat() {}

  public static byte[] encode(Snapshot snapshot) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeByte(VERSION);
      out.write(new byte[3]);
      out.writeLong(snapshot.cluster().getMostSignificantBits());
      out.writeLong(snapshot.cluster().getLeastSignificantBits());
      out.writeLong(snapshot.taken().toEpochMilli());
      out.writeInt(snapshot.files().size());
      for (var file : snapshot.files()) {
        var name = file.name().getBytes(StandardCharsets.UTF_8);
        out.writeShort(name.length);
        out.write(name);
        out.writeLong(file.bytes());
        out.writeLong(file.crc64());
        out.writeInt(file.extents().size());
        for (var extent : file.extents()) {
          out.writeLong(extent.stripe().birthMillis());
          out.writeLong(extent.stripe().serial());
          out.writeInt(extent.group().value());
          out.writeInt(extent.length());
          out.writeInt(extent.shardBytes());
        }
      }
      out.writeLong(Crc.CRC64NVME.of(bytes.toByteArray()));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /**
   * @param where what the bytes were read from
   * @throws IOException if they are of a newer version, or not what was written
   */
  public static Snapshot decode(byte[] bytes, String where) throws IOException {
    var in = ByteBuffer.wrap(bytes);
    if (bytes.length < 8 + CRC_BYTES || in.getInt() != MAGIC) {
      throw new IOException(where + " is not the manifest of an index snapshot");
    }
    int version = in.get();
    if (version > VERSION) {
      throw new IOException(
          where + " has version " + version + ", this program knows up to " + VERSION);
    }
    var crc = Crc.CRC64NVME.start();
    crc.update(bytes, 0, bytes.length - CRC_BYTES);
    if (crc.value() != in.getLong(bytes.length - CRC_BYTES)) {
      throw new IOException(where + " is damaged");
    }
    try {
      in.position(8);
      var cluster = new UUID(in.getLong(), in.getLong());
      var taken = Instant.ofEpochMilli(in.getLong());
      int count = in.getInt();
      var files = new ArrayList<StoredFile>();
      for (int i = 0; i < count; i++) {
        files.add(file(in));
      }
      return new Snapshot(cluster, taken, files);
    } catch (BufferUnderflowException | IllegalArgumentException nonsense) {
      throw new IOException(where + " makes no sense", nonsense);
    }
  }

  private static StoredFile file(ByteBuffer in) {
    var name = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(name);
    long bytes = in.getLong();
    long crc64 = in.getLong();
    int count = in.getInt();
    List<Extent> extents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      extents.add(
          new Extent(
              new StripeId(in.getLong(), in.getLong()),
              new GroupId(in.getInt()),
              in.getInt(),
              in.getInt()));
    }
    return new StoredFile(new String(name, StandardCharsets.UTF_8), bytes, crc64, extents);
  }
}
