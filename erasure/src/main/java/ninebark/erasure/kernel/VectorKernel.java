package ninebark.erasure.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayList;
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
  /**
   * What one pass reads of each input when outputs need several passes: stays in the first cache.
   */
  private static final int CHUNK_BYTES = 4096;

  /** What one pass reads of each input when one pass does all. */
  private static final int PIECE_BYTES = 16384;

  private static final TableKernel TABLE = new TableKernel();
  private static final Pool<Workspace> POOL = new Pool<>(16, Workspace::new);

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

  private static final class Workspace {
    /**
     * Bytes between the rows of the scratch: not a power of two, so that rows do not share cache
     * sets.
     */
    static final int STRIDE_BYTES = CHUNK_BYTES + 192;

    final long[] in = new long[256];
    final long[] out = new long[256];
    final long[] passOut = new long[4];
    MemorySegment scratch = Arena.ofAuto().allocate(16L * STRIDE_BYTES, 64);

    /** Makes room for that many rows. */
    void reserve(int rowCount) {
      if (scratch.byteSize() < (long) rowCount * STRIDE_BYTES) {
        scratch = Arena.ofAuto().allocate((long) rowCount * STRIDE_BYTES, 64);
      }
    }

    long row(int index) {
      return scratch.address() + (long) index * STRIDE_BYTES;
    }
  }

  /** Which loop computes a pass. */
  private enum Loop {
    XOR(0),
    ROWS1(1),
    ROWS2(2),
    ONES1(1),
    ONES2(2),
    ONES3(3);

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
    final int triples;
    final int singles;

    Pass(Loop loop, int[] rows, Matrix coefficients) {
      this.loop = loop;
      this.rows = rows;
      int columns = coefficients.columnCount();
      boolean tripled = LanePasses.V == 64 && loop != Loop.XOR;
      this.triples = tripled ? columns / 3 : 0;
      this.singles = columns - 3 * triples;
      this.tables = tables(coefficients);
    }

    private MemorySegment tables(Matrix coefficients) {
      int lanes = LanePasses.S.length();
      long vectors = (long) loop.rowCount * (4L * triples + 2L * singles);
      var made = Arena.ofAuto().allocate(Math.max(1, vectors) * lanes, 64);
      long at = 0;
      for (int triple = 0; triple < triples; triple++) {
        for (int i = 0; i < loop.rowCount; i++, at += 4L * lanes) {
          int a = coefficients.at(rows[i], 3 * triple);
          int b = coefficients.at(rows[i], 3 * triple + 1);
          int c = coefficients.at(rows[i], 3 * triple + 2);
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
          int a = coefficients.at(rows[i], 3 * triples + single);
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
          case ONES1 -> LanePasses.ones1(in, triples, singles, address, passOut, from, to);
          case ONES2 -> LanePasses.ones2(in, triples, singles, address, passOut, from, to);
          case ONES3 -> LanePasses.ones3(in, triples, singles, address, passOut, from, to);
        }
      } finally {
        Reference.reachabilityFence(tables);
      }
    }
  }

  private static final class Passes implements Transform {
    private final Matrix coefficients;
    private final Pass[] passes;

    /** Each column as a matrix of its own, for {@link #add}; made when first used. */
    private final Passes[] columns;

    /** For what is shorter than one step; made when first used. */
    private volatile Transform table;

    Passes(Matrix coefficients) {
      this.coefficients = coefficients;
      this.columns = new Passes[coefficients.columnCount()];
      this.passes = plan(coefficients);
    }

    private static Pass[] plan(Matrix coefficients) {
      int rowCount = coefficients.rowCount();
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
        if (generalCount - at >= 2) {
          plan.add(new Pass(Loop.ROWS2, new int[] {general[at], general[at + 1]}, coefficients));
          at += 2;
        } else {
          plan.add(new Pass(Loop.ROWS1, new int[] {general[at]}, coefficients));
          at += 1;
        }
      }
      return plan.toArray(Pass[]::new);
    }

    private static boolean isOnes(Matrix coefficients, int row) {
      for (int column = 0; column < coefficients.columnCount(); column++) {
        if (coefficients.at(row, column) != 1) {
          return false;
        }
      }
      return true;
    }

    private Transform table() {
      var made = table;
      if (made == null) {
        made = TABLE.prepare(coefficients);
        table = made;
      }
      return made;
    }

    private Passes column(int column) {
      var made = columns[column];
      if (made == null) {
        made =
            new Passes(
                Matrix.of(
                    coefficients.rowCount(), 1, (row, ignored) -> coefficients.at(row, column)));
        columns[column] = made;
      }
      return made;
    }

    @Override
    public void apply(MemorySegment[] shards, int[] inputs, int[] outputs, long length) {
      try {
        applyAlive(shards, inputs, outputs, length);
      } finally {
        // The array keeps segments of automatic arenas alive while only addresses are in use.
        Reference.reachabilityFence(shards);
      }
    }

    private void applyAlive(MemorySegment[] shards, int[] inputs, int[] outputs, long length) {
      if (length < LanePasses.STEP_BYTES) {
        table().apply(shards, inputs, outputs, length);
        return;
      }
      var work = POOL.take();
      if (allNative(shards, inputs) && allNative(shards, outputs)) {
        for (int i = 0; i < inputs.length; i++) {
          work.in[i] = shards[inputs[i]].address();
        }
        for (int i = 0; i < outputs.length; i++) {
          work.out[i] = shards[outputs[i]].address();
        }
        int piece = passes.length == 1 ? PIECE_BYTES : CHUNK_BYTES;
        long whole = length - length % LanePasses.STEP_BYTES;
        for (long from = 0; from < whole; from += piece) {
          run(work, from, Math.min(whole, from + piece));
        }
        if (whole < length) {
          // The last step overlaps the one before it, and writes the same bytes there again.
          run(work, length - LanePasses.STEP_BYTES, length);
        }
      } else {
        work.reserve(outputs.length + inputs.length);
        for (long from = 0; from < length; from += CHUNK_BYTES) {
          int bytes = (int) Math.min(CHUNK_BYTES, length - from);
          stage(work, shards, inputs, from, bytes);
          for (int i = 0; i < outputs.length; i++) {
            work.out[i] = work.row(i);
          }
          run(work, 0, wholeSteps(bytes));
          for (int i = 0; i < outputs.length; i++) {
            MemorySegment.copy(work.scratch, scratchOffset(i), shards[outputs[i]], from, bytes);
          }
        }
      }
      POOL.give(work);
    }

    @Override
    public void add(int column, MemorySegment input, MemorySegment[] outputs, long length) {
      var products = column(column);
      var work = POOL.take();
      work.reserve(outputs.length + 1);
      for (long from = 0; from < length; from += CHUNK_BYTES) {
        int bytes = (int) Math.min(CHUNK_BYTES, length - from);
        int slot = outputs.length;
        MemorySegment.copy(input, from, work.scratch, scratchOffset(slot), bytes);
        work.in[0] = work.row(slot);
        for (int i = 0; i < outputs.length; i++) {
          work.out[i] = work.row(i);
        }
        products.run(work, 0, wholeSteps(bytes));
        for (int i = 0; i < outputs.length; i++) {
          MemorySegment.copy(outputs[i], from, work.scratch, scratchOffset(slot), bytes);
          work.in[0] = work.row(i);
          work.in[1] = work.row(slot);
          work.passOut[0] = work.row(slot);
          LanePasses.xor(work.in, 0, 2, 0, work.passOut, 0, wholeSteps(bytes));
          MemorySegment.copy(work.scratch, scratchOffset(slot), outputs[i], from, bytes);
        }
      }
      POOL.give(work);
    }

    @Override
    public boolean matches(MemorySegment[] shards, int[] inputs, int[] outputs, long length) {
      try {
        return matchesAlive(shards, inputs, outputs, length);
      } finally {
        Reference.reachabilityFence(shards);
      }
    }

    private boolean matchesAlive(MemorySegment[] shards, int[] inputs, int[] outputs, long length) {
      if (length < LanePasses.STEP_BYTES) {
        return table().matches(shards, inputs, outputs, length);
      }
      var work = POOL.take();
      work.reserve(outputs.length + inputs.length);
      boolean inPlace = allNative(shards, inputs);
      boolean same = true;
      for (int i = 0; i < outputs.length; i++) {
        work.out[i] = work.row(i);
      }
      for (long from = 0; same && from < length; from += CHUNK_BYTES) {
        int bytes = (int) Math.min(CHUNK_BYTES, length - from);
        if (inPlace && bytes % LanePasses.STEP_BYTES == 0) {
          for (int i = 0; i < inputs.length; i++) {
            work.in[i] = shards[inputs[i]].address() + from;
          }
        } else {
          stage(work, shards, inputs, from, bytes);
        }
        run(work, 0, wholeSteps(bytes));
        for (int i = 0; same && i < outputs.length; i++) {
          long at = scratchOffset(i);
          same =
              MemorySegment.mismatch(
                      work.scratch, at, at + bytes, shards[outputs[i]], from, from + bytes)
                  < 0;
        }
      }
      POOL.give(work);
      return same;
    }

    private void run(Workspace work, long from, long to) {
      for (var pass : passes) {
        pass.run(work.in, work.out, work.passOut, from, to);
      }
    }

    /** Copies a piece of each input into the workspace, behind the rows of the outputs. */
    private void stage(Workspace work, MemorySegment[] shards, int[] inputs, long from, int bytes) {
      int firstRow = coefficients.rowCount();
      for (int i = 0; i < inputs.length; i++) {
        MemorySegment.copy(
            shards[inputs[i]], from, work.scratch, scratchOffset(firstRow + i), bytes);
        work.in[i] = work.row(firstRow + i);
      }
    }

    private static long scratchOffset(int row) {
      return (long) row * Workspace.STRIDE_BYTES;
    }

    /** Rounds up: a row of the workspace always has room for a last whole step. */
    private static long wholeSteps(int bytes) {
      return (bytes + LanePasses.STEP_BYTES - 1L) / LanePasses.STEP_BYTES * LanePasses.STEP_BYTES;
    }

    private static boolean allNative(MemorySegment[] shards, int[] indexes) {
      for (int index : indexes) {
        if (!shards[index].isNative()) {
          return false;
        }
      }
      return true;
    }
  }
}
