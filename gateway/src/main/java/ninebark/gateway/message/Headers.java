package ninebark.gateway.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The headers of one message in the order of the wire. Names are lower case; each char of a value
 * is one byte. Unchangeable.
 */
public final class Headers {
  public static final Headers EMPTY = new Headers(new String[0], new String[0], 0);

  private final String[] names;
  private final String[] values;
  private final int count;

  private Headers(String[] names, String[] values, int count) {
    this.names = names;
    this.values = values;
    this.count = count;
  }

  public static Builder builder() {
    return new Builder();
  }

  public int count() {
    return count;
  }

  public String name(int index) {
    return names[index];
  }

  public String value(int index) {
    return values[index];
  }

  /** The first value under this lower-case name. */
  public Optional<String> first(String name) {
    for (int i = 0; i < count; i++) {
      if (names[i].equals(name)) {
        return Optional.of(values[i]);
      }
    }
    return Optional.empty();
  }

  public boolean has(String name) {
    return first(name).isPresent();
  }

  /** All values under this lower-case name, in order. */
  public List<String> all(String name) {
    var found = new ArrayList<String>(1);
    for (int i = 0; i < count; i++) {
      if (names[i].equals(name)) {
        found.add(values[i]);
      }
    }
    return found;
  }

  /** These headers and those behind them. */
  public Headers and(Headers more) {
    var builder = new Builder();
    for (int i = 0; i < count; i++) {
      builder.add(names[i], values[i]);
    }
    for (int i = 0; i < more.count; i++) {
      builder.add(more.names[i], more.values[i]);
    }
    return builder.build();
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(names[i]).append(": ").append(values[i]).append('\n');
    }
    return text.toString();
  }

  /** Gathers headers. Threads: one. */
  public static final class Builder {
    private String[] names = new String[16];
    private String[] values = new String[16];
    private int count;

    private Builder() {}

    public Builder add(String name, String value) {
      if (count == names.length) {
        names = Arrays.copyOf(names, count * 2);
        values = Arrays.copyOf(values, count * 2);
      }
      names[count] = lower(name);
      values[count++] = value;
      return this;
    }

    public int count() {
      return count;
    }

    public Headers build() {
      return new Headers(names, values, count);
    }

    private static String lower(String name) {
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        if (c >= 'A' && c <= 'Z') {
          return name.toLowerCase(Locale.ROOT);
        }
      }
      return name;
    }
  }
}
