package ninebark.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine of a result, as far as a reader of the result cares; never its name. */
public record Machine(String cpu, int cores, long memoryBytes, String os, String java) {
  public static Machine here() {
    return new Machine(
        field(Path.of("/proc/cpuinfo"), "model name", System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        memory(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + Runtime.version());
  }

  private static long memory() {
    var kib = field(Path.of("/proc/meminfo"), "MemTotal", "0 kB").replaceAll("[^0-9]", "");
    return kib.isEmpty() ? 0 : Long.parseLong(kib) * 1024;
  }

  private static String field(Path file, String name, String otherwise) {
    try {
      for (var line : Files.readAllLines(file)) {
        if (line.startsWith(name) && line.indexOf(':') > 0) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    } catch (IOException notLinux) {
      return otherwise;
    }
    return otherwise;
  }
}
