package ninebark.deploy.config;

import java.util.List;

/** A configuration that cannot be used; carries every problem found, not only the first. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  public ConfigException(String source, List<String> problems) {
    super(source + " cannot be used:\n  " + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
