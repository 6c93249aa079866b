package ninebark.metadata.wire;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import ninebark.metadata.AgedVersion;
import ninebark.metadata.ObjectInfo;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.PlacementGroup;

/**
 * Writes and reads values by the types that the code declares: the bytes name no class that is not
 * a case of a sealed interface already expected there.
 *
 * <pre>
 * boolean     1 byte          int   4 bytes          long  8 bytes (big-endian)
 * String      length (4), UTF-8                      byte[] length (4), bytes
 * Instant     seconds (8), nanoseconds (4)           UUID  16 bytes
 * enum        its name, as a String
 * Optional    0, or 1 and the value                  List, Set  count (4), values
 * record      count of fields (1), the fields in order; those that a record has got since it was
 *             first sent are left out from the end while they say nothing: false, empty
 * sealed      the simple name of the case, as a String, then the case
 * </pre>
 */
final class RecordCodec {
  private static final Map<Class<?>, Map<String, Class<?>>> CASES = new ConcurrentHashMap<>();

  /** Records that have grown, and how many fields they had. */
  private static final Map<Class<?>, Integer> FIRST_FIELDS =
      Map.of(
          ClusterMap.class, 4,
          PlacementGroup.class, 3,
          ObjectInfo.class, 13,
          AgedVersion.Kind.Stored.class, 4);

  private RecordCodec() {}

  static void write(DataOutputStream to, Type type, Object value) throws IOException {
    switch (value) {
      case Boolean b -> to.writeBoolean(b);
      case Integer i -> to.writeInt(i);
      case Long l -> to.writeLong(l);
      case String text -> bytes(to, text.getBytes(StandardCharsets.UTF_8));
      case byte[] bytes -> bytes(to, bytes);
      case Instant instant -> {
        to.writeLong(instant.getEpochSecond());
        to.writeInt(instant.getNano());
      }
      case UUID uuid -> {
        to.writeLong(uuid.getMostSignificantBits());
        to.writeLong(uuid.getLeastSignificantBits());
      }
      case Enum<?> constant -> bytes(to, constant.name().getBytes(StandardCharsets.UTF_8));
      case Optional<?> optional -> {
        to.writeBoolean(optional.isPresent());
        if (optional.isPresent()) {
          write(to, argument(type), optional.get());
        }
      }
      case Collection<?> values -> {
        to.writeInt(values.size());
        var element = argument(type);
        for (var each : values) {
          write(to, element, each);
        }
      }
      case Record record -> {
        var raw = raw(type);
        if (raw.isSealed()) {
          bytes(to, record.getClass().getSimpleName().getBytes(StandardCharsets.UTF_8));
          writeFields(to, record, caseType(record.getClass(), type));
        } else {
          writeFields(to, record, type);
        }
      }
      default -> throw new IllegalArgumentException("no way to write a " + value.getClass());
    }
  }

  private static void bytes(DataOutputStream to, byte[] bytes) throws IOException {
    to.writeInt(bytes.length);
    to.write(bytes);
  }

  private static void writeFields(DataOutputStream to, Record record, Type type)
      throws IOException {
    var components = record.getClass().getRecordComponents();
    var bindings = bindings(type);
    int count = components.length;
    int least = FIRST_FIELDS.getOrDefault(record.getClass(), count);
    while (count > least && saysNothing(value(record, components[count - 1]))) {
      count--;
    }
    to.writeByte(count);
    for (int at = 0; at < count; at++) {
      write(to, resolve(components[at].getGenericType(), bindings), value(record, components[at]));
    }
  }

  private static boolean saysNothing(Object value) {
    return value.equals(false) || value.equals(Optional.empty()) || value.equals(Set.of());
  }

  private static Object nothing(Class<?> type) {
    if (type == boolean.class) {
      return false;
    } else if (type == Optional.class) {
      return Optional.empty();
    } else if (type == Set.class) {
      return Set.of();
    }
    throw new IllegalStateException("a record grew by a " + type + ", which cannot be left out");
  }

  private static Object value(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  static Object read(DataInputStream from, Type type) throws IOException {
    var raw = raw(type);
    if (raw == boolean.class || raw == Boolean.class) {
      return from.readBoolean();
    } else if (raw == int.class || raw == Integer.class) {
      return from.readInt();
    } else if (raw == long.class || raw == Long.class) {
      return from.readLong();
    } else if (raw == String.class) {
      return text(from);
    } else if (raw == byte[].class) {
      return bytes(from);
    } else if (raw == Instant.class) {
      return Instant.ofEpochSecond(from.readLong(), from.readInt());
    } else if (raw == UUID.class) {
      return new UUID(from.readLong(), from.readLong());
    } else if (raw.isEnum()) {
      return constant(raw, text(from));
    } else if (raw == Optional.class) {
      return from.readBoolean() ? Optional.of(read(from, argument(type))) : Optional.empty();
    } else if (raw == List.class) {
      return values(from, argument(type));
    } else if (raw == Set.class) {
      return new LinkedHashSet<>(values(from, argument(type)));
    } else if (raw.isSealed()) {
      var name = text(from);
      var found = cases(raw).get(name);
      if (found == null) {
        throw new IOException("'" + name + "' is no " + raw.getSimpleName() + " known here");
      }
      return readFields(from, caseType(found, type));
    } else if (raw.isRecord()) {
      return readFields(from, type);
    }
    throw new IllegalArgumentException("no way to read a " + type);
  }

  private static String text(DataInputStream from) throws IOException {
    return new String(bytes(from), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(DataInputStream from) throws IOException {
    return from.readNBytes(length(from));
  }

  /** A count of things of at least a byte each: no more than there are bytes. */
  private static int length(DataInputStream from) throws IOException {
    int length = from.readInt();
    if (length < 0 || length > from.available()) {
      throw new IOException("a message says " + length + " where " + from.available() + " remain");
    }
    return length;
  }

  private static List<Object> values(DataInputStream from, Type element) throws IOException {
    int count = length(from);
    var values = new ArrayList<>(count);
    for (int at = 0; at < count; at++) {
      values.add(read(from, element));
    }
    return values;
  }

  private static Object constant(Class<?> type, String name) throws IOException {
    for (var constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new IOException("'" + name + "' is no " + type.getSimpleName() + " known here");
  }

  private static Object readFields(DataInputStream from, Type type) throws IOException {
    var raw = raw(type);
    var components = raw.getRecordComponents();
    int count = from.readUnsignedByte();
    if (count > components.length || count < FIRST_FIELDS.getOrDefault(raw, components.length)) {
      throw new IOException(
          "a "
              + raw.getSimpleName()
              + " has "
              + count
              + " fields, here "
              + components.length
              + ": it comes from another version of Ninebark");
    }
    var bindings = bindings(type);
    var arguments = new Object[components.length];
    for (int at = 0; at < arguments.length; at++) {
      arguments[at] =
          at < count
              ? read(from, resolve(components[at].getGenericType(), bindings))
              : nothing(components[at].getType());
    }
    try {
      var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return raw.getDeclaredConstructor(types).newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new IOException("a " + raw.getSimpleName() + " is not legal: " + e.getCause(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + raw, e);
    }
  }

  private static Class<?> raw(Type type) {
    return switch (type) {
      case Class<?> plain -> plain;
      case ParameterizedType generic -> (Class<?>) generic.getRawType();
      default -> throw new IllegalArgumentException("no class for " + type);
    };
  }

  private static Type argument(Type type) {
    if (type instanceof ParameterizedType generic && generic.getActualTypeArguments().length == 1) {
      return generic.getActualTypeArguments()[0];
    }
    throw new IllegalArgumentException(type + " does not say of what");
  }

  private static Map<TypeVariable<?>, Type> bindings(Type type) {
    if (!(type instanceof ParameterizedType generic)) {
      return Map.of();
    }
    var bindings = new HashMap<TypeVariable<?>, Type>();
    var variables = raw(type).getTypeParameters();
    for (int at = 0; at < variables.length; at++) {
      bindings.put(variables[at], generic.getActualTypeArguments()[at]);
    }
    return bindings;
  }

  /** The type with its variables replaced by what they stand for. */
  private static Type resolve(Type type, Map<TypeVariable<?>, Type> bindings) {
    return switch (type) {
      case TypeVariable<?> variable -> bindings.get(variable);
      case ParameterizedType generic ->
          new Generic(
              raw(generic),
              Arrays.stream(generic.getActualTypeArguments())
                  .map(argument -> resolve(argument, bindings))
                  .toList());
      default -> type;
    };
  }

  /** A case of a sealed interface, with the interface's arguments carried over to it. */
  private static Type caseType(Class<?> found, Type sealed) {
    if (found.getTypeParameters().length == 0) {
      return found;
    }
    for (var declared : found.getGenericInterfaces()) {
      if (declared instanceof ParameterizedType generic && raw(generic) == raw(sealed)) {
        var outer = ((ParameterizedType) sealed).getActualTypeArguments();
        var bindings = new HashMap<Type, Type>();
        for (int at = 0; at < outer.length; at++) {
          bindings.put(generic.getActualTypeArguments()[at], outer[at]);
        }
        return new Generic(
            found, Arrays.stream(found.getTypeParameters()).<Type>map(bindings::get).toList());
      }
    }
    throw new IllegalArgumentException(found + " is not a case of " + sealed);
  }

  private static Map<String, Class<?>> cases(Class<?> sealed) {
    return CASES.computeIfAbsent(
        sealed,
        type -> {
          var cases = new HashMap<String, Class<?>>();
          collect(type, cases);
          return cases;
        });
  }

  private static void collect(Class<?> sealed, Map<String, Class<?>> cases) {
    for (var permitted : sealed.getPermittedSubclasses()) {
      if (permitted.isSealed()) {
        collect(permitted, cases);
      } else {
        cases.put(permitted.getSimpleName(), permitted);
      }
    }
  }

  /** A class and what its variables stand for. */
  private record Generic(Class<?> raw, List<Type> arguments) implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(Type[]::new);
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public Type getOwnerType() {
      return raw.getDeclaringClass();
    }
  }
}
