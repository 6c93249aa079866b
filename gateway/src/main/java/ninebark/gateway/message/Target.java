package ninebark.gateway.message;

import java.util.Optional;

/**
 * A request target in origin form, exactly as it came: nothing is normalised.
 *
 * @param path begins with a slash
 * @param query what stands behind the first question mark; empty for none
 */
public record Target(String path, String query) {
  public static Optional<Target> parse(String raw) {
    if (raw.isEmpty() || raw.charAt(0) != '/' || raw.indexOf('#') >= 0) {
      return Optional.empty();
    }
    int mark = raw.indexOf('?');
    return Optional.of(
        mark < 0
            ? new Target(raw, "")
            : new Target(raw.substring(0, mark), raw.substring(mark + 1)));
  }
}
