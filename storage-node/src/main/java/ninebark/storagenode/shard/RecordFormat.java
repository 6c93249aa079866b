package ninebark.storagenode.shard;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import ninebark.erasure.Scheme;
import ninebark.storagenode.Description;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.Owner;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.StripeId;

/**
 * One record of a container: a header, then the shard's bytes, then zeros up to a multiple of 8.
 * All numbers are big-endian and unsigned.
 *
 * <pre>
 *   at  bytes  all kinds
 *    0      4  magic "NBsh"
 *    4      1  version, 1; 2 for a shard with a description
 *    5      1  kind: 1 shard, 2 tombstone, 3 filler
 *    6      2  H, the header's length, a multiple of 8
 *    8      4  number of the container the record was written to
 *   12      4  bytes of the body after the header (tombstone: 0)
 *   16      8  offset in the container that the record was written at
 *   24      8  durable before: all of the container below this offset had been synced
 *              when the record was written
 *   32      8  stripe: birth in milliseconds since 1970
 *   40      8  stripe: serial
 *   48      4  placement group
 *   52      2  shard index
 *
 *              shard                                   tombstone
 *   54      2  S, length of the scheme's format name   54  2  zero
 *   56      4  length of the stripe                    56  4  container of the erased record
 *   60      2  K, length of the object's key           60  4  as of: container
 *   62      2  D, length of the description             64  8  as of: offset
 *   64      8  owner: bucket id                        72  4  zero
 *   72      8  owner: content id
 *   80      8  owner: offset of the stripe in the content
 *   88      S  scheme's format name, ASCII
 * 88+S      K  object's key, UTF-8
 *  ...      D  what the stripe tells of its object or part
 *  ...    4*B  CRC32C of each 64 KiB block of the shard
 *  ...         zeros
 *  H-4      4  CRC32C of the header before here
 * </pre>
 *
 * <p>A filler has zeros for stripe, group and shard, and nothing after them but the checksum; its
 * body is whatever stood there.
 *
 * <p>The checksums of the blocks stand in the header and not between the blocks, so that a range of
 * a shard is read with one call straight to where it is wanted, and so that a block from elsewhere
 * cannot bring its own valid checksum. Container and offset are in the header so that a record
 * written to the wrong place, or left from an older use of the place, does not pass.
 */
final class RecordFormat {
  static final int MAGIC = 0x4E427368;
  static final int VERSION = 2;

  /** Of everything that has no description: older programs read it. */
  private static final int PLAIN_VERSION = 1;

  /** The part whose place is the same in every version: tells the header's length. */
  static final int PREFIX_BYTES = 8;

  static final int ALIGNMENT = 8;
  static final int MAX_HEADER_BYTES = 0xFFF8;
  static final int MAX_OWNER_KEY_BYTES = 4096;

  private static final int KIND_SHARD = 1;
  private static final int KIND_TOMBSTONE = 2;
  private static final int KIND_FILLER = 3;
  private static final int SHARD_FIXED_BYTES = 88;
  private static final int TOMBSTONE_FIXED_BYTES = 76;
  private static final int CRC_BYTES = 4;

  /** A whole tombstone. */
  static final int TOMBSTONE_BYTES = TOMBSTONE_FIXED_BYTES + CRC_BYTES;

  /** Fits into the smallest gap, which once was to be a tombstone. */
  static final int FILLER_HEADER_BYTES = 64;

  /** What stands in the key's place where there is none. */
  private static final ShardKey NO_KEY = new ShardKey(new GroupId(0), new StripeId(0, 0), 0);

  /** A header that was read and found whole. */
  record Header(ContainerRecord record, LogPosition position, long durableBefore, int headerBytes) {
    /** Header, body and padding. */
    long recordBytes() {
      return RecordFormat.recordBytes(headerBytes, record.bodyBytes());
    }

    long end() {
      return position.offset() + recordBytes();
    }
  }

  private RecordFormat() {}

  static long recordBytes(int headerBytes, int bodyBytes) {
    return align((long) headerBytes + bodyBytes);
  }

  static int headerBytes(ContainerRecord record) {
    return switch (record) {
      case ContainerRecord.Shard shard -> {
        int key = shard.label().owner().key().getBytes(StandardCharsets.UTF_8).length;
        if (key > MAX_OWNER_KEY_BYTES) {
          throw new IllegalArgumentException(
              "an owner's key has at most " + MAX_OWNER_KEY_BYTES + " bytes, found " + key);
        }
        long bytes =
            align(
                (long) SHARD_FIXED_BYTES
                    + shard.label().scheme().formatName().length()
                    + key
                    + shard.label().owner().description().length()
                    + 4L * shard.checksums().count()
                    + CRC_BYTES);
        if (bytes > MAX_HEADER_BYTES) {
          throw new IllegalArgumentException(
              "a shard of " + shard.label().shardBytes() + " bytes is too long for one record");
        }
        yield (int) bytes;
      }
      case ContainerRecord.Tombstone _ -> TOMBSTONE_BYTES;
      case ContainerRecord.Filler _ -> FILLER_HEADER_BYTES;
    };
  }

  /** Writes the header of {@code record} at the position of {@code into}. */
  static void encodeHeader(
      ContainerRecord record, LogPosition position, long durableBefore, ByteBuffer into) {
    int start = into.position();
    int headerBytes = headerBytes(record);
    into.putInt(MAGIC).put((byte) version(record));
    into.put(
        (byte)
            switch (record) {
              case ContainerRecord.Shard _ -> KIND_SHARD;
              case ContainerRecord.Tombstone _ -> KIND_TOMBSTONE;
              case ContainerRecord.Filler _ -> KIND_FILLER;
            });
    var key =
        switch (record) {
          case ContainerRecord.Shard shard -> shard.key();
          case ContainerRecord.Tombstone tombstone -> tombstone.key();
          case ContainerRecord.Filler _ -> NO_KEY;
        };
    into.putShort((short) headerBytes).putInt(position.container()).putInt(record.bodyBytes());
    into.putLong(position.offset()).putLong(durableBefore);
    into.putLong(key.stripe().birthMillis()).putLong(key.stripe().serial());
    into.putInt(key.group().value()).putShort((short) key.shard());
    switch (record) {
      case ContainerRecord.Shard(var label, var checksums) -> {
        var scheme = label.scheme().formatName().getBytes(StandardCharsets.US_ASCII);
        var ownerKey = label.owner().key().getBytes(StandardCharsets.UTF_8);
        into.putShort((short) scheme.length).putInt(label.stripeLength());
        var description = label.owner().description();
        into.putShort((short) ownerKey.length).putShort((short) description.length());
        into.putLong(label.owner().bucket()).putLong(label.owner().content());
        into.putLong(label.owner().offset()).put(scheme).put(ownerKey);
        into.put(description.bytes());
        checksums.write(into);
      }
      case ContainerRecord.Tombstone(var _, var target, var asOf) ->
          into.putShort((short) 0)
              .putInt(target)
              .putInt(asOf.container())
              .putLong(asOf.offset())
              .putInt(0);
      case ContainerRecord.Filler _ -> into.putShort((short) 0);
    }
    while (into.position() < start + headerBytes - CRC_BYTES) {
      into.put((byte) 0);
    }
    into.putInt(BlockChecksums.crc(into.slice(start, headerBytes - CRC_BYTES)));
  }

  /**
   * The length of the header that begins at the position of {@code prefix}, empty if none does.
   * Only a guess until {@link #decodeHeader} has seen the checksum.
   */
  static Optional<Integer> headerBytes(ByteBuffer prefix) {
    int at = prefix.position();
    if (prefix.remaining() < PREFIX_BYTES || prefix.getInt(at) != MAGIC) {
      return Optional.empty();
    }
    int bytes = Short.toUnsignedInt(prefix.getShort(at + 6));
    boolean possible = bytes >= FILLER_HEADER_BYTES && bytes % ALIGNMENT == 0;
    return possible ? Optional.of(bytes) : Optional.empty();
  }

  /**
   * Reads the header that fills the remaining bytes of {@code header}.
   *
   * @param position where it was found
   * @return empty if the bytes are not a whole header, or one that belongs elsewhere
   * @throws FormatVersionException if it is whole, but newer than this class
   */
  static Optional<Header> decodeHeader(ByteBuffer header, LogPosition position, String file)
      throws FormatVersionException {
    int start = header.position();
    int headerBytes = header.remaining();
    if (!headerBytes(header).equals(Optional.of(headerBytes))) {
      return Optional.empty();
    }
    int crc = BlockChecksums.crc(header.slice(start, headerBytes - CRC_BYTES));
    if (crc != header.getInt(start + headerBytes - CRC_BYTES)) {
      return Optional.empty();
    }
    var in = header.duplicate();
    in.position(start + 4);
    int version = Byte.toUnsignedInt(in.get());
    if (version != VERSION && version != PLAIN_VERSION) {
      throw new FormatVersionException(file, version, VERSION);
    }
    int kind = in.get();
    in.getShort();
    int container = in.getInt();
    int bodyBytes = in.getInt();
    long offset = in.getLong();
    long durableBefore = in.getLong();
    if (!new LogPosition(container, offset).equals(position)) {
      return Optional.empty();
    }
    var stripe = new StripeId(in.getLong(), in.getLong());
    var key = new ShardKey(new GroupId(in.getInt()), stripe, in.getShort());
    var record =
        switch (kind) {
          case KIND_SHARD -> decodeShard(in, key, bodyBytes);
          case KIND_TOMBSTONE -> {
            in.getShort();
            yield new ContainerRecord.Tombstone(
                key, in.getInt(), new LogPosition(in.getInt(), in.getLong()));
          }
          case KIND_FILLER -> new ContainerRecord.Filler(bodyBytes);
          default ->
              throw new IllegalStateException("a whole header has kind 1 to 3, found " + kind);
        };
    return Optional.of(new Header(record, position, durableBefore, headerBytes));
  }

  private static int version(ContainerRecord record) {
    return record instanceof ContainerRecord.Shard(var label, var _)
            && !label.owner().description().isEmpty()
        ? VERSION
        : PLAIN_VERSION;
  }

  private static Description description(ByteBuffer in, int bytes) {
    var description = new byte[bytes];
    in.get(description);
    return Description.of(description);
  }

  private static ContainerRecord decodeShard(ByteBuffer in, ShardKey shard, int shardBytes) {
    int schemeBytes = in.getShort();
    int stripeLength = in.getInt();
    int keyBytes = in.getShort();
    int descriptionBytes = in.getShort();
    long bucket = in.getLong();
    long content = in.getLong();
    long contentOffset = in.getLong();
    var scheme = Scheme.parseFormatName(text(in, schemeBytes));
    var key = text(in, keyBytes);
    var owner = new Owner(bucket, key, content, contentOffset, description(in, descriptionBytes));
    var checksums = BlockChecksums.read(in, BlockChecksums.blockCount(shardBytes));
    return new ContainerRecord.Shard(
        new ShardLabel(shard, scheme, stripeLength, shardBytes, owner), checksums);
  }

  private static String text(ByteBuffer in, int bytes) {
    var utf8 = new byte[bytes];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
