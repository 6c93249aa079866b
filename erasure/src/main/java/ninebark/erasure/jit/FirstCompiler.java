package ninebark.erasure.jit;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the first of the JVM's two compilers (C1) away from methods of many vector operations: it
 * makes nothing good of them, takes seconds for the largest, and leaves them slow while they wait
 * for the second. Given to the running JVM, so that no launcher has to know.
 */
public final class FirstCompiler {
  private static final Logger LOG = LoggerFactory.getLogger(FirstCompiler.class);

  private FirstCompiler() {}

  /**
   * Excludes all methods of a class.
   *
   * @return whether the JVM agreed; without it the methods only take longer to become fast
   */
  public static boolean skip(Class<?> type) {
    var directive =
        "[{match: [\"" + type.getName().replace('.', '/') + ".*\"], c1: {Exclude: true}}]";
    try {
      var file = Files.createTempFile("ninebark-compiler", ".json");
      try {
        Files.writeString(file, directive);
        Object reply =
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "compilerDirectivesAdd",
                    new Object[] {new String[] {file.toString()}},
                    new String[] {String[].class.getName()});
        return String.valueOf(reply).contains("added");
      } finally {
        Files.delete(file);
      }
    } catch (IOException | JMException | RuntimeException e) {
      LOG.debug("the JVM takes no compiler directives, {} will warm up slowly", type.getName(), e);
      return false;
    }
  }
}
