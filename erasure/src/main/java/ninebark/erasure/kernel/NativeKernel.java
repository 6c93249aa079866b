package ninebark.erasure.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import ninebark.erasure.gf.Matrix;

/**
 * Intel's ISA-L through the Foreign Function and Memory API, when the system has it. Nothing of it
 * is shipped.
 *
 * <p>Version 2.30 and older are refused: they lack the GFNI loops, and are slower than our own. The
 * library cannot tell its version, so it is known by a function that came with 2.31.
 */
public final class NativeKernel implements Kernel {
  private static final String NEW_IN_2_31 = "crc64_rocksoft_refl";
  private static final int PIECE_BYTES = 1 << 20;

  private final MethodHandle initTables;
  private final MethodHandle encodeData;

  /** What looking for the library came to. */
  public sealed interface Search {
    record Found(NativeKernel kernel) implements Search {}

    record Refused(String reason) implements Search {}
  }

  // Restricted because a wrong signature would crash the JVM: these are those of erasure_code.h.
  @SuppressWarnings("restricted")
  private NativeKernel(MemorySegment initTables, MemorySegment encodeData) {
    var linker = Linker.nativeLinker();
    var pointer = ValueLayout.ADDRESS;
    var integer = ValueLayout.JAVA_INT;
    this.initTables =
        linker.downcallHandle(
            initTables, FunctionDescriptor.ofVoid(integer, integer, pointer, pointer));
    this.encodeData =
        linker.downcallHandle(
            encodeData,
            FunctionDescriptor.ofVoid(integer, integer, integer, pointer, pointer, pointer));
  }

  /** Looks for the library under the system's usual name. */
  public static Search search() {
    return search("libisal.so.2");
  }

  /** Looks for the library under a name or path. */
  @SuppressWarnings("restricted") // loads foreign code, as the class says
  public static Search search(String library) {
    try {
      return search(SymbolLookup.libraryLookup(library, Arena.global()));
    } catch (IllegalArgumentException | IllegalCallerException | UnsupportedOperationException e) {
      return new Search.Refused("no " + library + ": " + e.getMessage());
    }
  }

  static Search search(SymbolLookup symbols) {
    var initTables = symbols.find("ec_init_tables");
    var encodeData = symbols.find("ec_encode_data");
    if (initTables.isEmpty() || encodeData.isEmpty()) {
      return new Search.Refused("not ISA-L: ec_init_tables or ec_encode_data is missing");
    }
    if (symbols.find(NEW_IN_2_31).isEmpty()) {
      return new Search.Refused("ISA-L is older than 2.31: " + NEW_IN_2_31 + " is missing");
    }
    return new Search.Found(new NativeKernel(initTables.get(), encodeData.get()));
  }

  @Override
  public String name() {
    return "native";
  }

  @Override
  public Transform prepare(Matrix coefficients) {
    return new Tables(coefficients);
  }

  private final class Tables extends AddressTransform {
    private final int k;
    private final int rowCount;
    private final MemorySegment tables;

    Tables(Matrix coefficients) {
      super(coefficients, 1, PIECE_BYTES);
      this.k = coefficients.columnCount();
      this.rowCount = coefficients.rowCount();
      this.tables = Arena.ofAuto().allocate(Math.max(1, 32L * k * rowCount), 64);
      try (var arena = Arena.ofConfined()) {
        var matrix = arena.allocate(Math.max(1, (long) k * rowCount));
        for (int row = 0; row < rowCount; row++) {
          for (int column = 0; column < k; column++) {
            matrix.set(
                ValueLayout.JAVA_BYTE,
                (long) row * k + column,
                (byte) coefficients.at(row, column));
          }
        }
        initTables.invokeExact(k, rowCount, matrix, tables);
      } catch (Throwable e) {
        throw foreignFailure(e);
      }
    }

    @Override
    void run(Workspace work, long from, long to) {
      var pointers = work.foreign;
      for (int i = 0; i < k; i++) {
        pointers.setAtIndex(ValueLayout.JAVA_LONG, i, work.in[i] + from);
      }
      for (int i = 0; i < rowCount; i++) {
        pointers.setAtIndex(ValueLayout.JAVA_LONG, 256L + i, work.out[i] + from);
      }
      try {
        encodeData.invokeExact((int) (to - from), k, rowCount, tables, pointers, work.outPointers);
      } catch (Throwable e) {
        throw foreignFailure(e);
      } finally {
        Reference.reachabilityFence(work);
      }
    }

    @Override
    AddressTransform alike(Matrix other) {
      return new Tables(other);
    }
  }

  /** C code throws nothing; what comes out of a downcall is the JVM's. */
  private static Error foreignFailure(Throwable thrown) {
    return thrown instanceof Error error ? error : new AssertionError(thrown);
  }
}
