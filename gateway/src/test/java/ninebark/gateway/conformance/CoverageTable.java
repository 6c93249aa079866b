package ninebark.gateway.conformance;

import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import ninebark.erasure.Scheme;
import ninebark.gateway.TestStore;
import ninebark.gateway.digest.Md5;
import ninebark.gateway.document.BucketDocuments;
import ninebark.gateway.operation.Backend;
import ninebark.gateway.operation.Guard;
import ninebark.gateway.operation.Limits;
import ninebark.gateway.operation.Operations;
import ninebark.gateway.operation.StorageClasses;
import ninebark.gateway.request.Coverage;
import ninebark.gateway.request.S3Operation;
import ninebark.metadata.Index;
import ninebark.metadata.UploadId;
import ninebark.metadata.lifecycle.DayLength;
import ninebark.storagenode.Stripes;

/**
 * The README's table of operations, made of what there is: a row of {@link S3Operation} works if
 * {@link Operations} has a handler for it, and is proved by the tests that say {@link Covers}.
 * {@link #main} writes it into the README.
 */
final class CoverageTable {
  static final String BEGIN =
      "<!-- generated from the table of operations; to make it anew: ./ninebark test -pl gateway -am"
          + " -Dtest=CoverageTableTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dninebark.coverage=write -->";
  static final String END = "<!-- end of the generated table -->";

  private CoverageTable() {}

  /** Rows that have a handler. */
  static Set<S3Operation> handled() {
    var index = nobody(Index.class);
    var operations =
        new Operations(
            new Backend(
                index,
                new BucketDocuments(index, 0),
                nobody(Stripes.class),
                StorageClasses.of(Map.of(StorageClasses.STANDARD, Scheme.rs(6, 2))),
                TestStore.accounts(),
                nobody(Guard.class),
                Md5.JDK,
                () -> 1,
                () -> new UploadId("0".repeat(32)),
                DayLength.REAL,
                nobody(Counter.class),
                Limits.DEFAULT,
                false));
    var handled = EnumSet.noneOf(S3Operation.class);
    for (var operation : S3Operation.values()) {
      if (operations.of(operation).isPresent()) {
        handled.add(operation);
      }
    }
    return handled;
  }

  /** Something that handlers are built upon and never call while they are built. */
  private static <T> T nobody(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new IllegalStateException(method + " was called by a constructor");
            }));
  }

  /** The test classes of this module that say they prove an operation. */
  static Map<S3Operation, Set<String>> covering() throws IOException {
    var covering = new EnumMap<S3Operation, Set<String>>(S3Operation.class);
    var root = folder();
    List<Path> files;
    try (var walk = Files.walk(root)) {
      files = walk.filter(path -> path.toString().endsWith("Test.class")).toList();
    }
    for (var file : files) {
      var name = root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), ".");
      var type = load(name.substring(0, name.length() - ".class".length()));
      for (var covers : annotations(type)) {
        for (var operation : covers.value()) {
          covering.computeIfAbsent(operation, each -> new TreeSet<>()).add(type.getSimpleName());
        }
      }
    }
    return covering;
  }

  private static List<Covers> annotations(Class<?> type) {
    var found = new ArrayList<Covers>();
    if (type.isAnnotationPresent(Covers.class)) {
      found.add(type.getAnnotation(Covers.class));
    }
    for (var method : type.getDeclaredMethods()) {
      if (method.isAnnotationPresent(Covers.class)) {
        found.add(method.getAnnotation(Covers.class));
      }
    }
    return found;
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, CoverageTable.class.getClassLoader());
    } catch (ClassNotFoundException moved) {
      throw new IllegalStateException(moved);
    }
  }

  private static Path folder() {
    try {
      return Path.of(Covers.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** What becomes of a row, in words. */
  static String state(S3Operation operation, boolean handled) {
    if (!handled) {
      return "refused: 501 NotImplemented";
    }
    return switch (operation.coverage()) {
      case Coverage.Works() -> "works";
      case Coverage.WorksBut(var missing) -> "works: but " + missing;
      case Coverage.StoredOnly(var missing) -> "stored only: " + missing;
      case Coverage.DefaultOnly(var missing) -> "default only: " + missing;
    };
  }

  /** The whole section, markers included. */
  static String text() throws IOException {
    var handled = handled();
    var covering = covering();
    var states =
        List.of(S3Operation.values()).stream()
            .map(operation -> state(operation, handled.contains(operation)))
            .map(state -> state.replaceFirst(":.*", ""))
            .collect(Collectors.groupingBy(state -> state, Collectors.counting()));
    var text = new StringBuilder(BEGIN);
    text.append("\nOf ").append(S3Operation.values().length).append(" operations ");
    text.append(states.getOrDefault("works", 0L)).append(" work, ");
    text.append(states.getOrDefault("stored only", 0L))
        .append(" validate, store and return what another part will act upon, ");
    text.append(states.getOrDefault("default only", 0L))
        .append(" answer the default and refuse to change it, and ");
    text.append(states.getOrDefault("refused", 0L)).append(" are refused.\n");
    text.append("\n| operation | state | proved by |\n|---|---|---|\n");
    for (var operation : S3Operation.values()) {
      boolean works = handled.contains(operation);
      text.append("| ").append(operation.label());
      text.append(" | ").append(state(operation, works));
      text.append(" | ")
          .append(String.join(", ", covering.getOrDefault(operation, Set.of())))
          .append(" |\n");
    }
    return text.append(END).toString();
  }

  /** {@code README.md}, seen from the module's folder, where tests run. */
  static Path readme() {
    return Path.of("..", "README.md").toAbsolutePath().normalize();
  }

  /** The README with its section made anew. */
  static String renewed(String readme) throws IOException {
    int begin = readme.indexOf(BEGIN);
    int end = readme.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(
          readme() + " lacks the two markers of the coverage table:\n" + BEGIN + "\n" + END);
    }
    return readme.substring(0, begin) + text() + readme.substring(end + END.length());
  }

  public static void main(String[] arguments) throws IOException {
    Files.writeString(readme(), renewed(Files.readString(readme())));
  }
}
