package ninebark.metadata.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import ninebark.metadata.snapshot.Snapshot.StoredFile;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.StripeId;
import org.junit.jupiter.api.Test;

class SnapshotFormatTest {
  private static final Snapshot SNAPSHOT =
      new Snapshot(
          new UUID(1, 2),
          Instant.ofEpochMilli(1_767_225_600_000L),
          List.of(
              new StoredFile("CURRENT", 0, 0, List.of()),
              new StoredFile(
                  "000012.sst",
                  100,
                  -3,
                  List.of(new Extent(new StripeId(5, -6), new GroupId(7), 100, 50)))));

  private static byte[] golden() throws IOException {
    try (var in = SnapshotFormatTest.class.getResourceAsStream("/golden/snapshot-1.hex")) {
      return HexFormat.of()
          .parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", ""));
    }
  }

  @Test
  void a_manifest_keeps_its_bytes() throws IOException {
    assertThat(HexFormat.of().formatHex(SnapshotFormat.encode(SNAPSHOT)))
        .isEqualTo(HexFormat.of().formatHex(golden()));
    assertThat(SnapshotFormat.decode(golden(), "x")).isEqualTo(SNAPSHOT);
  }

  @Test
  void each_bit_that_is_turned_over_is_noticed() throws IOException {
    var bytes = golden();
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      var damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> SnapshotFormat.decode(damaged, "x")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void one_that_is_cut_short_is_noticed() throws IOException {
    var bytes = golden();
    for (int length = 0; length < bytes.length; length++) {
      var cut = java.util.Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> SnapshotFormat.decode(cut, "x")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_newer_version_is_refused_by_name() throws IOException {
    var newer = golden();
    newer[4] = 2;
    assertThatThrownBy(() -> SnapshotFormat.decode(newer, "manifests/9"))
        .hasMessageContaining("manifests/9 has version 2");
  }
}
