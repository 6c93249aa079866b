package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import org.junit.jupiter.api.Test;

class NodeDisksFormatTest {
  private static final List<DiskPlace> PLACES =
      List.of(
          new DiskPlace(new DiskId(new UUID(1, 2)), "node-1", "rack-1", "az-1", 1000),
          new DiskPlace(new DiskId(new UUID(3, 4)), "node-1", "rack-1", "az-1", 2000));

  private static final String GOLDEN =
      """
      ninebark node disks 1
      00000000-0000-0001-0000-000000000002 node-1 rack-1 az-1 1000
      00000000-0000-0003-0000-000000000004 node-1 rack-1 az-1 2000
      crc32c c2e8d2a8
      """;

  @Test
  void the_file_is_as_it_was_when_the_format_was_fixed() throws IOException {
    assertThat(NodeDisksFormat.encode(PLACES)).isEqualTo(GOLDEN);
    assertThat(NodeDisksFormat.decode(GOLDEN, "x")).isEqualTo(PLACES);
  }

  @Test
  void a_file_with_any_character_changed_or_cut_off_is_refused() {
    for (int at = 0; at < GOLDEN.length(); at++) {
      var changed = new StringBuilder(GOLDEN);
      changed.setCharAt(at, (char) (GOLDEN.charAt(at) ^ 1));
      var cut = GOLDEN.substring(0, at);
      assertThatThrownBy(() -> NodeDisksFormat.decode(changed.toString(), "the file"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the file");
      assertThatThrownBy(() -> NodeDisksFormat.decode(cut, "the file"))
          .isInstanceOf(IOException.class);
    }
  }
}
