package ninebark.erasure.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import ninebark.erasure.gf.GaloisField;
import ninebark.erasure.gf.Matrix;

/**
 * The JDK's Vector API, with the loops of {@link LanePasses}. Needs the module {@code
 * jdk.incubator.vector}; ask {@link #available} before anything else.
 *
 * <p>Native segments are read in place by absolute address; the caller must not close them during
 * the call. Heap segments are copied piece by piece through native workspaces.
 */
public final class VectorKernel implements Kernel {
  /** What one pass reads of each input when one pass does all. */
  private static final int PIECE_BYTES = 16384;

  /** More doublings than this cost more than tables. */
  private static final int MOST_DOUBLINGS = 32;

  /** Whether this JVM was started with the Vector API. */
  public static boolean available() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /** The width of the vectors used, in bits. */
  public static int bits() {
    return LanePasses.S.vectorBitSize();
  }

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public Transform prepare(Matrix coefficients) {
    return new Passes(coefficients);
  }

  /** Which loop computes a pass. */
  private enum Loop {
    XOR(0),
    ROWS1(1),
    ROWS2(2),
    ROWS3(3),
    ROWS4(4),
    ONES1(1),
    ONES2(2),
    ONES3(3),
    POWERS(0),
    POWERS_AND_ONES(0),
    TWO_LOST(1);

    /** Outputs with tables; the ones need none. */
    final int rowCount;

    Loop(int rowCount) {
      this.rowCount = rowCount;
    }
  }

  /** Some of the matrix's rows, computed together. */
  private static final class Pass {
    final Loop loop;

    /** Rows of the matrix in the order of the loop's outputs; a row of ones is last. */
    final int[] rows;

    final MemorySegment tables;

    /** Whether all outputs take the first input as it is, without tables. */
    final boolean plain;

    final int triples;
    final int singles;

    /** For {@link Loop#TWO_LOST} how far apart the powers of its inputs are, else empty. */
    final int[] doublings;

    Pass(Loop loop, int[] rows, Matrix coefficients) {
      this(loop, rows, coefficients, new int[0]);
    }

    private Pass(Loop loop, int[] rows, Matrix coefficients, int[] doublings) {
      this.loop = loop;
      this.doublings = doublings;
      this.rows = rows;
      int columns = coefficients.columnCount();
      this.plain =
          (loop == Loop.ONES2 || loop == Loop.ONES3)
              && Arrays.stream(rows).allMatch(row -> coefficients.at(row, 0) == 1);
      int tabled = plain ? columns - 1 : columns;
      boolean tripled = LanePasses.V == 64 && loop.rowCount > 0;
      this.triples = tripled ? tabled / 3 : 0;
      this.singles = tabled - 3 * triples;
      this.tables = tables(coefficients);
    }

    /** See {@link LanePasses#twoLost}; the tables are only those of what both parities leave. */
    static Pass twoLost(Matrix coefficients, int[] doublings) {
      int sum = doublings.length;
      var left = Matrix.of(1, 2, (row, column) -> coefficients.at(0, sum + column));
      return new Pass(Loop.TWO_LOST, new int[] {0, 1}, left, doublings);
    }

    private MemorySegment tables(Matrix coefficients) {
      int lanes = LanePasses.S.length();
      long vectors = (long) loop.rowCount * (4L * triples + 2L * singles);
      var made = Arena.ofAuto().allocate(Math.max(1, vectors) * lanes, 64);
      long at = 0;
      int first = plain ? 1 : 0;
      for (int triple = 0; triple < triples; triple++) {
        for (int i = 0; i < loop.rowCount; i++, at += 4L * lanes) {
          int a = coefficients.at(rows[i], first + 3 * triple);
          int b = coefficients.at(rows[i], first + 3 * triple + 1);
          int c = coefficients.at(rows[i], first + 3 * triple + 2);
          for (int index = 0; index < lanes; index++) {
            put(made, at + index, GaloisField.multiply(a, index));
            put(made, at + lanes + index, GaloisField.multiply(b, index));
            put(made, at + 2L * lanes + index, GaloisField.multiply(c, index));
            int tops =
                GaloisField.multiply(a, (index & 3) << 6)
                    ^ GaloisField.multiply(b, ((index >>> 2) & 3) << 6)
                    ^ GaloisField.multiply(c, (index >>> 4) << 6);
            put(made, at + 3L * lanes + index, tops);
          }
        }
      }
      for (int single = 0; single < singles; single++) {
        for (int i = 0; i < loop.rowCount; i++, at += 2L * lanes) {
          int a = coefficients.at(rows[i], first + 3 * triples + single);
          for (int index = 0; index < lanes; index++) {
            // Repeats every 16 lanes, so index bits above the nibble do no harm.
            put(made, at + index, GaloisField.multiply(a, index & 15));
            put(made, at + lanes + index, GaloisField.multiply(a, (index & 15) << 4));
          }
        }
      }
      return made;
    }

    private static void put(MemorySegment tables, long at, int value) {
      tables.set(ValueLayout.JAVA_BYTE, at, (byte) value);
    }

    /** Computes bytes {@code from} to {@code to} behind the addresses; a whole number of steps. */
    void run(long[] in, long[] allOut, long[] passOut, long from, long to) {
      for (int i = 0; i < rows.length; i++) {
        passOut[i] = allOut[rows[i]];
      }
      long address = tables.address();
      try {
        switch (loop) {
          case XOR -> LanePasses.xor(in, triples, singles, address, passOut, from, to);
          case ROWS1 -> LanePasses.rows1(in, triples, singles, address, passOut, from, to);
          case ROWS2 -> LanePasses.rows2(in, triples, singles, address, passOut, from, to);
          case ROWS3 -> LanePasses.rows3(in, triples, singles, address, passOut, from, to);
          case ROWS4 -> LanePasses.rows4(in, triples, singles, address, passOut, from, to);
          case ONES1 -> LanePasses.ones1(in, triples, singles, address, passOut, from, to);
          case ONES2 -> LanePasses.ones2(in, plain, triples, singles, address, passOut, from, to);
          case ONES3 -> LanePasses.ones3(in, plain, triples, singles, address, passOut, from, to);
          case TWO_LOST ->
              LanePasses.twoLost(in, doublings.length, doublings, address, passOut, from, to);
          case POWERS -> LanePasses.powers(in, singles, passOut, from, to);
          case POWERS_AND_ONES -> LanePasses.powersAndOnes(in, singles, passOut, from, to);
        }
      } finally {
        Reference.reachabilityFence(tables);
      }
    }
  }

  private static final class Passes extends AddressTransform {
    private final Pass[] passes;

    Passes(Matrix coefficients) {
      this(coefficients, plan(coefficients));
    }

    private Passes(Matrix coefficients, Pass[] passes) {
      super(coefficients, LanePasses.STEP_BYTES, passes.length == 1 ? PIECE_BYTES : CHUNK_BYTES);
      this.passes = passes;
    }

    @Override
    void run(Workspace work, long from, long to) {
      for (var pass : passes) {
        pass.run(work.in, work.out, work.passOut, from, to);
      }
    }

    @Override
    AddressTransform alike(Matrix other) {
      return new Passes(other);
    }

    private static Pass[] plan(Matrix coefficients) {
      int rowCount = coefficients.rowCount();
      var doublings = doublings(coefficients);
      if (doublings.length > 0) {
        return new Pass[] {Pass.twoLost(coefficients, doublings)};
      }
      var general = new int[rowCount];
      var ones = new int[rowCount];
      int generalCount = 0;
      int onesCount = 0;
      for (int row = 0; row < rowCount; row++) {
        if (isOnes(coefficients, row)) {
          ones[onesCount++] = row;
        } else {
          general[generalCount++] = row;
        }
      }
      var plan = new ArrayList<Pass>();
      if (generalCount == 1 && onesCount <= 1 && isPowers(coefficients, general[0])) {
        return new Pass[] {
          onesCount == 0
              ? new Pass(Loop.POWERS, new int[] {general[0]}, coefficients)
              : new Pass(Loop.POWERS_AND_ONES, new int[] {general[0], ones[0]}, coefficients)
        };
      }
      int at = 0;
      for (int i = 0; i < onesCount; i++) {
        int with = Math.min(3, generalCount - at);
        var rows = new int[with + 1];
        System.arraycopy(general, at, rows, 0, with);
        rows[with] = ones[i];
        at += with;
        var loop =
            switch (with) {
              case 0 -> Loop.XOR;
              case 1 -> Loop.ONES1;
              case 2 -> Loop.ONES2;
              default -> Loop.ONES3;
            };
        plan.add(new Pass(loop, rows, coefficients));
      }
      while (at < generalCount) {
        var rows = Arrays.copyOfRange(general, at, Math.min(generalCount, at + 4));
        var loop =
            switch (rows.length) {
              case 1 -> Loop.ROWS1;
              case 2 -> Loop.ROWS2;
              case 3 -> Loop.ROWS3;
              default -> Loop.ROWS4;
            };
        plan.add(new Pass(loop, rows, coefficients));
        at += rows.length;
      }
      return plan.toArray(Pass[]::new);
    }

    /**
     * How far apart the powers of two are, if these rows rebuild two data shards from others, their
     * sum, and their sum with powers of two as coefficients; else empty. Such rows A (1, 2^e) have
     * the columns of A itself last.
     */
    private static int[] doublings(Matrix coefficients) {
      int data = coefficients.columnCount() - 2;
      var none = new int[0];
      if (coefficients.rowCount() != 2 || data < 1) {
        return none;
      }
      int sum = coefficients.at(0, data);
      int powers = coefficients.at(0, data + 1);
      if (powers == 0
          || (coefficients.at(1, data) ^ sum) != 1
          || coefficients.at(1, data + 1) != powers) {
        return none;
      }
      var doublings = new int[data];
      int before = 0;
      for (int column = 0; column < data; column++) {
        int a = coefficients.at(0, column);
        int exponent = exponent(GaloisField.divide(a ^ sum, powers));
        boolean bothRowsAddToOne = (a ^ coefficients.at(1, column)) == 1;
        if (!bothRowsAddToOne || exponent < before) {
          return none;
        }
        doublings[column] = exponent - before;
        before = exponent;
      }
      return doublings;
    }

    /** Which power of two this is, up to those a store's stripe has; -1 if none of them. */
    private static int exponent(int power) {
      for (int exponent = 0; exponent < MOST_DOUBLINGS; exponent++) {
        if (GaloisField.power(2, exponent) == power) {
          return exponent;
        }
      }
      return -1;
    }

    /** 1, 2, 4, ...; a single 1 is a row of ones. */
    private static boolean isPowers(Matrix coefficients, int row) {
      for (int column = 0; column < coefficients.columnCount(); column++) {
        if (coefficients.at(row, column) != GaloisField.power(2, column)) {
          return false;
        }
      }
      return true;
    }

    private static boolean isOnes(Matrix coefficients, int row) {
      for (int column = 0; column < coefficients.columnCount(); column++) {
        if (coefficients.at(row, column) != 1) {
          return false;
        }
      }
      return true;
    }
  }
}
