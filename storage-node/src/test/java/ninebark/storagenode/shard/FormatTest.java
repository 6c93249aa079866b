package ninebark.storagenode.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.UUID;
import ninebark.storagenode.Description;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.Owner;
import ninebark.storagenode.ShardLabel;
import org.junit.jupiter.api.Test;

/** The bytes of the formats, as they lie on disks already: a change here loses data. */
class FormatTest {
  private static final UUID CLUSTER = new UUID(0x0102030405060708L, 0x1112131415161718L);
  private static final DiskId DISK = new DiskId(new UUID(0x2122232425262728L, 0x3132333435363738L));

  private static String golden(String name) throws IOException {
    try (var in = FormatTest.class.getResourceAsStream("/golden/" + name + ".hex")) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII)
          .replaceAll("\\s", "");
    }
  }

  private static String hex(ByteBuffer bytes) {
    var copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return HexFormat.of().formatHex(copy);
  }

  private static ByteBuffer header(ContainerRecord record) {
    var bytes = ByteBuffer.allocate(RecordFormat.headerBytes(record));
    RecordFormat.encodeHeader(record, new LogPosition(7, 4096), 1024, bytes);
    return bytes.flip();
  }

  private static ContainerRecord.Shard shard() {
    var content = SimulatedDisk.nativeCopy(SimulatedDisk.content(9, 70_000));
    return new ContainerRecord.Shard(SimulatedDisk.label(9, 70_000), BlockChecksums.of(content));
  }

  private static void isGolden(String name, ContainerRecord record) throws IOException {
    assertThat(hex(header(record))).isEqualTo(golden(name));
    var bytes = ByteBuffer.wrap(HexFormat.of().parseHex(golden(name)));
    var read = RecordFormat.decodeHeader(bytes, new LogPosition(7, 4096), "x").orElseThrow();
    assertThat(read.record()).isEqualTo(record);
    assertThat(read.durableBefore()).isEqualTo(1024);
  }

  @Test
  void aShardsHeaderKeepsItsBytes() throws IOException {
    isGolden("record-shard", shard());
  }

  @Test
  void aShardThatDescribesItsObjectKeepsItsBytes() throws IOException {
    var plain = shard();
    var label = plain.label();
    var owner =
        new Owner(7, "a/ключ", 11, 1L << 40, Description.of(new byte[] {1, 2, 3, (byte) 0xff}));
    isGolden(
        "record-shard-2",
        new ContainerRecord.Shard(
            new ShardLabel(
                label.key(), label.scheme(), label.stripeLength(), label.shardBytes(), owner),
            plain.checksums()));
  }

  @Test
  void aTombstoneKeepsItsBytes() throws IOException {
    isGolden(
        "record-tombstone",
        new ContainerRecord.Tombstone(SimulatedDisk.key(9), 3, new LogPosition(5, 77_000)));
  }

  @Test
  void aFillerKeepsItsBytes() throws IOException {
    isGolden("record-filler", new ContainerRecord.Filler(1000));
  }

  @Test
  void aContainersFirstBytesKeep() throws IOException {
    assertThat(hex(ContainerFormat.encode(CLUSTER, DISK, 7))).isEqualTo(golden("container"));
    var bytes = ByteBuffer.wrap(HexFormat.of().parseHex(golden("container")));
    assertThat(ContainerFormat.decode(bytes, CLUSTER, DISK, 7))
        .isEqualTo(new ContainerFormat.Verdict.Own());
    assertThat(ContainerFormat.decode(bytes, CLUSTER, DISK, 8))
        .isInstanceOf(ContainerFormat.Verdict.Foreign.class);
    bytes.put(20, (byte) 0);
    assertThat(ContainerFormat.decode(bytes, CLUSTER, DISK, 7))
        .isInstanceOf(ContainerFormat.Verdict.Damaged.class);
  }

  @Test
  void anIdentityKeepsItsBytes() throws IOException {
    var identity = new DiskIdentity(CLUSTER, DISK, "node-ä", "az-1");
    assertThat(hex(IdentityFormat.encode(identity))).isEqualTo(golden("identity"));
    var bytes = ByteBuffer.wrap(HexFormat.of().parseHex(golden("identity")));
    assertThat(IdentityFormat.decode(bytes, "f")).isEqualTo(identity);
    bytes.put(9, (byte) 99);
    assertThatThrownBy(() -> IdentityFormat.decode(bytes, "f")).hasMessageContaining("damaged");
  }

  @Test
  void aNewerVersionIsRefusedWithTheFilesName() {
    var newer = header(shard());
    newer.put(4, (byte) 3);
    int crcAt = newer.limit() - 4;
    newer.putInt(crcAt, BlockChecksums.crc(newer.slice(0, crcAt)));
    assertThatThrownBy(
            () -> RecordFormat.decodeHeader(newer, new LogPosition(7, 4096), "containers/7"))
        .isInstanceOf(FormatVersionException.class)
        .hasMessageContaining("containers/7 has format version 3");
  }

  @Test
  void aHeaderElsewhereThanItSaysIsNotAccepted() throws IOException {
    assertThat(RecordFormat.decodeHeader(header(shard()), new LogPosition(7, 4104), "x")).isEmpty();
    assertThat(RecordFormat.decodeHeader(header(shard()), new LogPosition(8, 4096), "x")).isEmpty();
  }
}
