package ninebark.metadata.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import ninebark.erasure.Scheme;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.PlacementGroup;
import org.junit.jupiter.api.Test;

/** A map in which something moves is written as it always was, and read as it was meant. */
class MovingMapTest {
  private static final byte[] KEY = {1, 2, 3};

  private static ClusterMap map() {
    var disks =
        IntStream.range(0, 4)
            .mapToObj(i -> new DiskPlace(new DiskId(new UUID(0, i)), "n" + i, "r", "az-" + i, 9))
            .toList();
    var members = disks.stream().map(DiskPlace::disk).limit(3).toList();
    var scheme = new Scheme(Scheme.Generator.CAUCHY, 2, 1);
    var group = new PlacementGroup(new GroupId(1), scheme, members);
    return new ClusterMap(
        new UUID(5, 6),
        7,
        disks,
        List.of(group.moved(1, disks.getLast().disk())),
        Set.of(members.get(1)),
        true);
  }

  @Test
  void aMovingMapIsWrittenAsItAlwaysWasAndReadAsItWasMeant() throws Exception {
    var written = MapRow.encode(KEY, map());
    try (var in = MovingMapTest.class.getResourceAsStream("/golden/map-moving.txt")) {
      var golden = new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
      assertThat(HexFormat.of().formatHex(written)).isEqualTo(golden);
      assertThat(MapRow.decode(KEY, HexFormat.of().parseHex(golden))).isEqualTo(map());
    }
  }
}
