package ninebark.deploy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ConfigFileTest {
  @Test
  void the_shipped_file_says_the_defaults() throws Exception {
    assertThat(ConfigFile.parse(ConfigFile.shipped(), "ninebark.yaml"))
        .isEqualTo(NinebarkConfig.DEFAULT);
  }

  @Test
  void the_shipped_file_lists_every_key() throws Exception {
    var tree = ConfigFile.tree(ConfigFile.shipped(), "ninebark.yaml");
    var missing = new ArrayList<String>();
    missingKeys(NinebarkConfig.DEFAULT, tree, "", missing);
    assertThat(missing).isEmpty();
  }

  private static void missingKeys(Record record, JsonNode node, String path, List<String> missing)
      throws ReflectiveOperationException {
    for (var component : record.getClass().getRecordComponents()) {
      var key = RecordReader.key(component.getName());
      var child = node.get(key);
      if (child == null) {
        missing.add(path + key);
      } else if (component.getAccessor().invoke(record) instanceof Record inner) {
        if (child.isObject()) {
          missingKeys(inner, child, path + key + ".", missing);
        }
      }
    }
  }

  @Test
  void every_key_of_the_shipped_file_has_its_reason_before_it() {
    var lines = ConfigFile.shipped().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      var line = lines.get(i);
      if (line.matches("\\s*[a-z-]+:.*") && !line.strip().startsWith("#")) {
        assertThat(i > 0 && lines.get(i - 1).strip().startsWith("#"))
            .describedAs("line " + (i + 1) + ": " + line)
            .isTrue();
      }
    }
  }

  @Test
  void an_empty_file_is_all_defaults() throws Exception {
    assertThat(ConfigFile.parse("", "empty")).isEqualTo(NinebarkConfig.DEFAULT);
    assertThat(ConfigFile.parse("# nothing\n", "empty")).isEqualTo(NinebarkConfig.DEFAULT);
  }

  @Test
  void what_the_file_sets_is_set_and_the_rest_keeps_its_default() throws Exception {
    var config =
        ConfigFile.parse(
            """
            listen: 0.0.0.0:80
            topology: {az-count: 5}
            classes:
              STANDARD: {scheme: "RS(10,4)", survives-disks-count: 4, survives-azs-count: 1}
            reclaim: {grace: 1 h}
            accounts:
              - id: 00000000000000000000000000000000000000000000000000000000000000ab
                display-name: ann
                keys: [{access-key: ANNSKEY, secret-key: annssecret}]
            """,
            "test");
    assertThat(config.listen().getPort()).isEqualTo(80);
    assertThat(config.topology())
        .isEqualTo(new TopologyConfig(5, TopologyConfig.DEFAULT.disksPerAzCount()));
    assertThat(config.classes().get("STANDARD").scheme().k()).isEqualTo(10);
    assertThat(config.reclaim().grace()).hasHours(1);
    assertThat(config.reclaim().interval()).isEqualTo(NinebarkConfig.DEFAULT.reclaim().interval());
    assertThat(config.accounts().getFirst().keys().getFirst().accessKey()).isEqualTo("ANNSKEY");
    assertThat(config.toString()).doesNotContain("annssecret");
  }

  @Test
  void all_problems_come_at_once_each_with_its_place() {
    assertThatThrownBy(
            () ->
                ConfigFile.parse(
                    """
                    listn: 1
                    listen: nowhere
                    topology: 16
                    reclaim:
                      grace: -1 s
                      batch-count: 0
                    classes:
                      STANDARD: {scheme: "RS(30,2)", survives-disks-count: 2, survives-azs-count: 1}
                      COLD: {scheme: "RS(6,2)"}
                    accounts:
                      - id: short
                        display-name: x
                        keys: []
                    """,
                    "bad.yaml"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("bad.yaml")
        .hasMessageContaining("listn: unknown key")
        .hasMessageContaining("listen: expected HOST:PORT, found 'nowhere'")
        .hasMessageContaining("topology: expected keys and values, found '16'")
        .hasMessageContaining("reclaim.grace: expected a duration")
        .hasMessageContaining("classes.STANDARD: the store writes schemes")
        .hasMessageContaining("classes.COLD.survives-disks-count: missing")
        .hasMessageContaining("accounts[0]: an account id is 64 hex digits");
  }

  @Test
  void what_is_not_yaml_is_told_with_its_line() {
    assertThatThrownBy(() -> ConfigFile.parse("listen: [\n", "broken.yaml"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("broken.yaml")
        .hasMessageContaining("line ");
    assertThatThrownBy(() -> ConfigFile.parse("drain: 1 s\ndrain: 2 s\n", "twice.yaml"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("drain");
  }
}
