package ninebark.storagenode.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
  private static final UUID CLUSTER = new UUID(1, 2);
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  @TempDir Path folder;
  private ClusterAuthority authority;

  @BeforeEach
  void init() throws IOException {
    authority = ClusterAuthority.init(folder.resolve("ca"), CLUSTER, now);
  }

  private ClusterAuthority.Issued issue(ClusterAuthority by, String node, Role... roles)
      throws IOException {
    return by.issue(
        folder.resolve("certs"),
        node,
        EnumSet.copyOf(List.of(roles)),
        List.of("localhost", "127.0.0.1"),
        Duration.ofDays(30),
        now);
  }

  @Test
  void a_certificate_names_its_node_its_roles_and_its_cluster() throws IOException {
    var issued = issue(ClusterAuthority.open(folder.resolve("ca")), "n1", Role.INDEX, Role.GATEWAY);
    var read = Credentials.open(authority.certificateFile(), issued.certificate(), issued.key());
    assertThat(read.name())
        .isEqualTo(new NodeName(CLUSTER, "n1", Set.of(Role.GATEWAY, Role.INDEX)));
    assertThat(read.certificate().getNotAfter().toInstant())
        .isEqualTo(now.plus(Duration.ofDays(30)))
        .isEqualTo(issued.notAfter());
  }

  @Test
  void private_keys_are_readable_by_their_owner_only() throws IOException {
    var issued = issue(authority, "n1", Role.STORAGE);
    for (var key : List.of(issued.key(), folder.resolve("ca/ca.key"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void an_authority_is_never_replaced_in_its_place() {
    assertThatThrownBy(() -> ClusterAuthority.init(folder.resolve("ca"), CLUSTER, now))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("never replaced");
  }

  @Test
  void files_that_do_not_fit_together_are_refused() throws IOException {
    var first = issue(authority, "n1", Role.STORAGE);
    var second = issue(authority, "n2", Role.STORAGE);
    assertThatThrownBy(
            () -> Credentials.open(authority.certificateFile(), first.certificate(), second.key()))
        .hasMessageContaining("is not the key of");
    var foreign = ClusterAuthority.init(folder.resolve("ca-2"), new UUID(3, 4), now);
    assertThatThrownBy(
            () -> Credentials.open(foreign.certificateFile(), first.certificate(), first.key()))
        .hasMessageContaining("is of cluster " + CLUSTER);
    assertThatThrownBy(
            () ->
                Credentials.open(
                    authority.certificateFile(), authority.certificateFile(), first.key()))
        .hasMessageContaining("names no node");
  }

  @Test
  void what_cannot_be_read_anew_leaves_what_was_read_before() throws IOException {
    var issued = issue(authority, "n1", Role.STORAGE);
    var read = Credentials.open(authority.certificateFile(), issued.certificate(), issued.key());
    var serial = read.certificate().getSerialNumber();
    var key = Files.readString(issued.key());
    Files.writeString(issued.key(), key.substring(0, 80));
    assertThat(read.certificate().getSerialNumber()).isEqualTo(serial);

    var renewed = issue(authority, "n1b", Role.STORAGE);
    Files.move(renewed.certificate(), issued.certificate(), StandardCopyOption.REPLACE_EXISTING);
    Files.move(renewed.key(), issued.key(), StandardCopyOption.REPLACE_EXISTING);
    assertThat(read.name().node()).isEqualTo("n1b");
  }

  @Test
  void a_node_has_a_name_that_fits_a_certificate() {
    for (var bad : List.of("", "a/b", "-x", "a b", "x".repeat(64))) {
      assertThatThrownBy(() -> new NodeName(CLUSTER, bad, Set.of(Role.STORAGE)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
