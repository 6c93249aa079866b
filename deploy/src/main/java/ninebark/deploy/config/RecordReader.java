package ninebark.deploy.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import ninebark.erasure.Scheme;
import tools.jackson.databind.JsonNode;

/**
 * Turns a parsed file into a tree of records: every key of the file must be a component of its
 * record, and what the file leaves out keeps its default. All problems are collected, each with its
 * path in the file.
 *
 * <p>A component {@code idleDeadline} is the key {@code idle-deadline}. A {@code long} or {@code
 * int} whose name has {@code Bytes} in it is written as a size, a {@link Duration} with its unit.
 */
final class RecordReader {
  private final List<String> problems = new ArrayList<>();

  List<String> problems() {
    return problems;
  }

  /**
   * Reads {@code node} over {@code defaults}; where something is wrong, the default stands and a
   * problem is noted.
   */
  <R extends Record> R read(JsonNode node, R defaults, String path) {
    @SuppressWarnings("unchecked") // getClass of an R gives a Class of R
    var type = (Class<R>) defaults.getClass();
    return read(node, type, Optional.of(defaults), path).orElse(defaults);
  }

  private <R extends Record> Optional<R> read(
      JsonNode node, Class<R> type, Optional<R> defaults, String path) {
    if (!node.isObject()) {
      problems.add(at(path) + "expected keys and values, found " + describe(node));
      return Optional.empty();
    }
    var components = type.getRecordComponents();
    var known =
        Arrays.stream(components)
            .map(component -> key(component.getName()))
            .collect(Collectors.toSet());
    for (var name : node.propertyNames()) {
      if (!known.contains(name)) {
        problems.add(
            at(join(path, name))
                + "unknown key; known here: "
                + String.join(", ", known.stream().sorted().toList()));
      }
    }
    var values = new Object[components.length];
    int before = problems.size();
    for (int i = 0; i < components.length; i++) {
      var component = components[i];
      var childPath = join(path, key(component.getName()));
      var child = node.get(key(component.getName()));
      Optional<Object> inherited = defaults.map(record -> component(component, record));
      Optional<Object> found =
          child == null || child.isNull()
              ? Optional.empty()
              : value(child, component.getName(), component.getGenericType(), inherited, childPath);
      if (found.isEmpty() && inherited.isEmpty()) {
        if (component.getType() == Optional.class) {
          found = Optional.of(Optional.empty());
        } else if (child == null) {
          problems.add(at(childPath) + "missing");
        }
      }
      values[i] = found.or(() -> inherited).orElse(null);
    }
    if (problems.size() > before && Arrays.stream(values).anyMatch(value -> value == null)) {
      return Optional.empty();
    }
    return construct(type, components, values, path);
  }

  private Optional<Object> value(
      JsonNode node, String name, Type type, Optional<Object> inherited, String path) {
    if (type instanceof ParameterizedType generic) {
      return generic(node, name, generic, inherited, path);
    }
    if (type instanceof Class<?> raw) {
      return plain(node, name, raw, inherited, path);
    }
    throw new IllegalStateException("no way to read a " + type + " at " + path);
  }

  private Optional<Object> generic(
      JsonNode node, String name, ParameterizedType type, Optional<Object> inherited, String path) {
    var arguments = type.getActualTypeArguments();
    if (type.getRawType() == List.class) {
      if (!node.isArray()) {
        problems.add(at(path) + "expected a list, found " + describe(node));
        return Optional.empty();
      }
      var list = new ArrayList<Object>();
      int index = 0;
      for (var child : node) {
        value(child, name, arguments[0], Optional.empty(), path + "[" + index++ + "]")
            .ifPresent(list::add);
      }
      return Optional.of(List.copyOf(list));
    }
    if (type.getRawType() == Map.class) {
      if (!node.isObject()) {
        problems.add(at(path) + "expected names and values, found " + describe(node));
        return Optional.empty();
      }
      var map = new LinkedHashMap<String, Object>();
      for (var entry : node.properties()) {
        // An entry that has a default of its own keeps what the file leaves out, as a record does.
        var known = inherited.map(Map.class::cast).map(defaults -> defaults.get(entry.getKey()));
        value(entry.getValue(), name, arguments[1], known, join(path, entry.getKey()))
            .ifPresent(value -> map.put(entry.getKey(), value));
      }
      return Optional.of(java.util.Collections.unmodifiableMap(map));
    }
    if (type.getRawType() == Optional.class) {
      return value(node, name, arguments[0], Optional.empty(), path).map(Optional::of);
    }
    throw new IllegalStateException("no way to read a " + type + " at " + path);
  }

  private Optional<Object> plain(
      JsonNode node, String name, Class<?> type, Optional<Object> inherited, String path) {
    if (type.isRecord() && type != Scheme.class) {
      return record(node, type.asSubclass(Record.class), inherited, path).map(Object.class::cast);
    }
    if (node.isObject() || node.isArray()) {
      problems.add(at(path) + "expected one value, found " + describe(node));
      return Optional.empty();
    }
    var text = node.asString();
    Optional<? extends Object> found;
    String expected;
    if (type == Duration.class) {
      found = TimeSpan.parse(text);
      expected = "a duration such as 250 ms, 20 s, 15 min, 1 h or 7 d";
    } else if ((type == long.class || type == int.class) && name.contains("Bytes")) {
      found =
          ByteSize.parse(text).filter(bytes -> type == long.class || bytes <= Integer.MAX_VALUE);
      if (type == int.class) {
        found = found.map(bytes -> Math.toIntExact((Long) bytes));
      }
      expected = "a size such as 64 KiB or 4 MiB";
    } else if (type == long.class) {
      found = number(text);
      expected = "a whole number";
    } else if (type == int.class) {
      found = number(text).filter(n -> n == n.intValue()).map(Long::intValue);
      expected = "a whole number";
    } else if (type == double.class) {
      found = node.isNumber() ? Optional.of(node.asDouble()) : Optional.empty();
      expected = "a number";
    } else if (type == boolean.class) {
      found = node.isBoolean() ? Optional.of(node.asBoolean()) : Optional.empty();
      expected = "true or false";
    } else if (type == String.class) {
      found = Optional.of(text);
      expected = "text";
    } else if (type == Path.class) {
      found = text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
      expected = "a path";
    } else if (type == InetSocketAddress.class) {
      found = HostPort.parse(text);
      expected = "HOST:PORT";
    } else if (type == Scheme.class) {
      found = scheme(text);
      expected = "a scheme such as RS(6,2), with k + m <= " + Scheme.MAX_SHARDS;
    } else if (type.isEnum()) {
      var constants = type.getEnumConstants();
      found =
          Arrays.stream(constants)
              .filter(
                  constant -> key(constant.toString()).equals(key(text.toUpperCase(Locale.ROOT))))
              .findFirst();
      expected = "one of " + Arrays.toString(constants);
    } else {
      throw new IllegalStateException("no way to read a " + type + " at " + path);
    }
    if (found.isEmpty()) {
      problems.add(at(path) + "expected " + expected + ", found '" + text + "'");
    }
    return found.map(Object.class::cast);
  }

  private <R extends Record> Optional<R> record(
      JsonNode node, Class<R> type, Optional<Object> inherited, String path) {
    return read(node, type, inherited.map(type::cast), path);
  }

  private <R extends Record> Optional<R> construct(
      Class<R> type, RecordComponent[] components, Object[] values, String path) {
    try {
      var constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      return Optional.of(constructor.newInstance(values));
    } catch (InvocationTargetException refused) {
      problems.add(at(path) + refused.getCause().getMessage());
      return Optional.empty();
    } catch (ReflectiveOperationException bug) {
      throw new IllegalStateException(type + " is not a public record", bug);
    }
  }

  private static Object component(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException bug) {
      throw new IllegalStateException(component + " cannot be read", bug);
    }
  }

  private static Optional<Long> number(String text) {
    try {
      return Optional.of(Long.parseLong(text.replace("_", "")));
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }

  private static Optional<Scheme> scheme(String text) {
    try {
      return Optional.of(Scheme.parse(text));
    } catch (IllegalArgumentException notAScheme) {
      return Optional.empty();
    }
  }

  /**
   * The key of a component: {@code idleDeadline} is {@code idle-deadline}; names of constants
   * likewise.
   */
  static String key(String component) {
    if (component.equals(component.toUpperCase(Locale.ROOT))) {
      return component.replace('_', '-').toLowerCase(Locale.ROOT);
    }
    return component.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static String at(String path) {
    return path.isEmpty() ? "" : path + ": ";
  }

  private static String describe(JsonNode node) {
    return node.isObject() ? "keys" : node.isArray() ? "a list" : "'" + node.asString() + "'";
  }
}
