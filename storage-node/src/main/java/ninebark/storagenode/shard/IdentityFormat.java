package ninebark.storagenode.shard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.file.DiskFiles;

/**
 * The file {@code identity} of a disk. Big-endian.
 *
 * <pre>
 *   at  bytes
 *    0      4  magic "NBid"
 *    4      1  version, 1
 *    5      3  zero
 *    8     16  cluster id
 *   24     16  disk id
 *   40      2  N, length of the node's name, then the name, UTF-8
 * 42+N      2  A, length of the AZ's name, then the name, UTF-8
 *  ...      4  CRC32C of the bytes before
 * </pre>
 */
final class IdentityFormat {
  static final String FILE = "identity";
  static final int MAGIC = 0x4E426964;
  static final int VERSION = 1;

  private static final String UNFINISHED_FILE = "identity.new";
  private static final int MAX_BYTES = 4096;

  private IdentityFormat() {}

  /** Writes the identity so that after a crash it is there whole, or not at all. */
  static void write(DiskFiles files, DiskIdentity identity) throws IOException {
    files.delete(UNFINISHED_FILE);
    try (var file = files.create(UNFINISHED_FILE)) {
      file.write(List.of(encode(identity)), 0);
      file.force();
    }
    files.rename(UNFINISHED_FILE, FILE);
    files.syncFolder("");
  }

  static DiskIdentity read(DiskFiles files) throws IOException {
    var bytes = ByteBuffer.allocate(MAX_BYTES);
    try (var file = files.open(FILE)) {
      file.read(bytes, 0);
    }
    return decode(bytes.flip(), files.description() + "/" + FILE);
  }

  static ByteBuffer encode(DiskIdentity identity) {
    var out = ByteBuffer.allocate(MAX_BYTES);
    out.putInt(MAGIC).put((byte) VERSION).put(new byte[3]);
    for (var id : List.of(identity.cluster(), identity.disk().value())) {
      out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }
    for (var name : List.of(identity.node(), identity.az())) {
      var utf8 = name.getBytes(StandardCharsets.UTF_8);
      if (utf8.length > 1024) {
        throw new IllegalArgumentException("a node's or AZ's name has at most 1024 bytes: " + name);
      }
      out.putShort((short) utf8.length).put(utf8);
    }
    out.putInt(BlockChecksums.crc(out.slice(0, out.position())));
    return out.flip();
  }

  static DiskIdentity decode(ByteBuffer bytes, String file) throws IOException {
    int crcAt = bytes.limit() - 4;
    if (bytes.limit() < 48
        || bytes.getInt(0) != MAGIC
        || BlockChecksums.crc(bytes.slice(0, crcAt)) != bytes.getInt(crcAt)) {
      throw new IOException(
          file + " is damaged, so nobody knows whose disk this is; the disk is not used");
    }
    int version = Byte.toUnsignedInt(bytes.get(4));
    if (version != VERSION) {
      throw new FormatVersionException(file, version, VERSION);
    }
    var in = bytes.duplicate().position(8);
    var cluster = new UUID(in.getLong(), in.getLong());
    var disk = new DiskId(new UUID(in.getLong(), in.getLong()));
    return new DiskIdentity(cluster, disk, text(in), text(in));
  }

  private static String text(ByteBuffer in) {
    var utf8 = new byte[in.getShort()];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
