package ninebark.storagenode.shard;

import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.regex.Pattern;
import ninebark.storagenode.DiskId;

/**
 * A container file {@code containers/00000001.nbc}: 64 bytes that say whose it is, then records
 * ({@link RecordFormat}) without gaps, then zeros where blocks were preallocated. Big-endian.
 *
 * <pre>
 *   at  bytes
 *    0      4  magic "NBco"
 *    4      1  version, 1
 *    5      3  zero
 *    8      4  the container's number, the same as in its name
 *   12      4  zero
 *   16     16  disk id
 *   32     16  cluster id
 *   48     12  zero
 *   60      4  CRC32C of the bytes before
 * </pre>
 */
final class ContainerFormat {
  static final String FOLDER = "containers";
  static final int MAGIC = 0x4E42636F;
  static final int VERSION = 1;
  static final int HEADER_BYTES = 64;

  private static final Pattern NAME = Pattern.compile("(\\d{8,10})\\.nbc");

  /** What a container's first bytes say. */
  sealed interface Verdict {
    /** It is what its name says. */
    record Own() implements Verdict {}

    /** Whole, but of another disk, cluster or number. */
    record Foreign(String whose) implements Verdict {}

    /** Not readable; the records may be. */
    record Damaged() implements Verdict {}

    /** Nothing was ever written, or nothing reached the disk. */
    record Blank() implements Verdict {}
  }

  private ContainerFormat() {}

  static String fileName(int number) {
    return String.format("%s/%08d.nbc", FOLDER, number);
  }

  static OptionalInt number(String plainName) {
    var match = NAME.matcher(plainName);
    return match.matches() ? OptionalInt.of(Integer.parseInt(match.group(1))) : OptionalInt.empty();
  }

  static ByteBuffer encode(UUID cluster, DiskId disk, int number) {
    var out = ByteBuffer.allocate(HEADER_BYTES);
    out.putInt(MAGIC).put((byte) VERSION).put(new byte[3]).putInt(number).putInt(0);
    put(out, disk.value());
    put(out, cluster);
    out.put(new byte[12]);
    out.putInt(BlockChecksums.crc(out.slice(0, HEADER_BYTES - 4)));
    return out.flip();
  }

  static Verdict decode(ByteBuffer header, UUID cluster, DiskId disk, int number)
      throws FormatVersionException {
    boolean blank = true;
    for (int at = header.position(); at < header.limit(); at++) {
      blank &= header.get(at) == 0;
    }
    if (blank) {
      return new Verdict.Blank();
    }
    if (header.remaining() < HEADER_BYTES
        || header.getInt(0) != MAGIC
        || header.getInt(HEADER_BYTES - 4)
            != BlockChecksums.crc(header.slice(0, HEADER_BYTES - 4))) {
      return new Verdict.Damaged();
    }
    int version = Byte.toUnsignedInt(header.get(4));
    if (version != VERSION) {
      throw new FormatVersionException(fileName(number), version, VERSION);
    }
    int foundNumber = header.getInt(8);
    var foundDisk = new UUID(header.getLong(16), header.getLong(24));
    var foundCluster = new UUID(header.getLong(32), header.getLong(40));
    if (foundNumber == number && foundDisk.equals(disk.value()) && foundCluster.equals(cluster)) {
      return new Verdict.Own();
    }
    return new Verdict.Foreign(
        "container " + foundNumber + " of disk " + foundDisk + " in cluster " + foundCluster);
  }

  private static void put(ByteBuffer out, UUID id) {
    out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }
}
