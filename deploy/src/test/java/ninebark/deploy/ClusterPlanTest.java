package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import ninebark.deploy.config.ConfigFile;
import ninebark.deploy.config.NinebarkConfig;
import ninebark.erasure.Scheme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterPlanTest {
  private static final UUID CLUSTER = new UUID(0, 1);

  @TempDir Path folder;

  private Path write(String yaml) throws IOException {
    return Files.writeString(folder.resolve("ninebark.yaml"), yaml);
  }

  @Test
  void sixteen_disks_in_four_AZs_offer_every_class_of_the_defaults() throws Exception {
    var config = NinebarkConfig.DEFAULT;
    var map = ClusterPlan.first(CLUSTER, ClusterPlan.imagined(config.topology()), config);
    assertThat(ClusterPlan.refusals(map, config)).isEmpty();
    assertThat(map.groups())
        .extracting(group -> group.scheme())
        .contains(Scheme.rs(6, 2), Scheme.rs(10, 4));
    assertThat(ClusterPlan.sentences(map, config))
        .hasSize(2)
        .anySatisfy(
            sentence ->
                assertThat(sentence)
                    .startsWith("STANDARD_IA, ONEZONE_IA, GLACIER_IR, GLACIER, DEEP_ARCHIVE ="));
  }

  @Test
  void a_class_that_the_disks_cannot_give_is_withheld_with_the_reason_and_the_rest_is_offered()
      throws Exception {
    var config = ConfigFile.read(write("topology: {az-count: 4, disks-per-az-count: 2}"));
    var map = ClusterPlan.first(CLUSTER, ClusterPlan.imagined(config.topology()), config);
    assertThat(map.groups()).allMatch(group -> group.scheme().equals(Scheme.rs(6, 2)));
    assertThat(ClusterPlan.refusals(map, config))
        .containsOnlyKeys("STANDARD_IA", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")
        .allSatisfy((name, why) -> assertThat(why).contains(name).contains("RS(10,4)"));
  }

  @Test
  void what_was_planned_once_is_not_planned_anew() throws Exception {
    var config = NinebarkConfig.DEFAULT;
    var map = ClusterPlan.first(CLUSTER, ClusterPlan.imagined(config.topology()), config);
    assertThat(ClusterPlan.extend(map, config)).isEqualTo(map);
  }
}
