package ninebark.storagenode.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Linux' {@code fallocate}, which Java does not offer: blocks ahead of the writer, so that a sync
 * need neither find space nor move the file's length.
 *
 * <p>Where it is missing (another system, a file system without it) nothing is preallocated, and
 * appends grow the file: slower, equally safe.
 */
final class Preallocation {
  private static final int O_RDWR = 2;
  private static final int ENOSPC = 28;
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final Optional<Calls> CALLS = link();

  private record Calls(MethodHandle open, MethodHandle fallocate, MethodHandle close) {}

  private Preallocation() {}

  static void extend(Path path, long from, long to) throws IOException {
    if (CALLS.isEmpty()) {
      return;
    }
    var calls = CALLS.get();
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(STATE);
      int descriptor = (int) calls.open.invoke(arena.allocateFrom(path.toString()), O_RDWR);
      if (descriptor < 0) {
        return;
      }
      try {
        int result = (int) calls.fallocate.invoke(state, descriptor, 0, from, to - from);
        if (result != 0 && (int) ERRNO.get(state, 0L) == ENOSPC) {
          throw new IOException("No space left on device: " + path);
        }
      } finally {
        int _ = (int) calls.close.invoke(descriptor);
      }
    } catch (IOException failure) {
      throw failure;
    } catch (Throwable bug) {
      throw new AssertionError("fallocate was linked with a wrong signature", bug);
    }
  }

  @SuppressWarnings("restricted") // The signatures below are those of the Linux manual.
  private static Optional<Calls> link() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    var linker = Linker.nativeLinker();
    var names = linker.defaultLookup();
    var open = names.find("open");
    var fallocate = names.find("fallocate");
    var close = names.find("close");
    if (open.isEmpty() || fallocate.isEmpty() || close.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Calls(
            linker.downcallHandle(
                open.get(),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(2)),
            linker.downcallHandle(
                fallocate.get(),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG),
                Linker.Option.captureCallState("errno")),
            linker.downcallHandle(
                close.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))));
  }
}
