package ninebark.deploy.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The configuration file {@code ninebark.yaml}: what it leaves out keeps its default, what it says
 * wrong is told.
 */
public final class ConfigFile {
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private ConfigFile() {}

  /** Reads {@code file}; all problems come together in one {@link ConfigException}. */
  public static NinebarkConfig read(Path file) throws IOException, ConfigException {
    return parse(Files.readString(file), file.toString());
  }

  static NinebarkConfig parse(String text, String source) throws ConfigException {
    var tree = tree(text, source);
    if (tree.isMissingNode() || tree.isNull()) {
      return NinebarkConfig.DEFAULT;
    }
    var reader = new RecordReader();
    var config = reader.read(tree, NinebarkConfig.DEFAULT, "");
    if (!reader.problems().isEmpty()) {
      throw new ConfigException(source, reader.problems());
    }
    return config;
  }

  static JsonNode tree(String text, String source) throws ConfigException {
    try {
      return YAML.readTree(text);
    } catch (JacksonException notYaml) {
      var where = notYaml.getLocation();
      throw new ConfigException(
          source,
          List.of("line " + where.getLineNr() + ": is not YAML: " + notYaml.getOriginalMessage()));
    }
  }

  /** The shipped file: every key with its default and the reason for it. */
  public static String shipped() {
    try (InputStream in = ConfigFile.class.getResourceAsStream("/ninebark.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException brokenJar) {
      throw new UncheckedIOException(brokenJar);
    }
  }
}
