package ninebark.erasure.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import ninebark.erasure.gf.Matrix;

/**
 * What transforms that work on absolute addresses have in common: native segments are read and
 * written in place, heap segments are copied piece by piece through a native workspace, and what is
 * shorter than one step goes to the table coder.
 *
 * <p>The caller must not close a segment during a call; segments of automatic arenas are kept
 * alive.
 */
abstract class AddressTransform implements Transform {
  /** A piece small enough that all shards' pieces stay in the nearest caches. */
  static final int CHUNK_BYTES = 4096;

  private static final TableKernel TABLE = new TableKernel();
  private static final Pool<Workspace> POOL = new Pool<>(16, Workspace::new);

  private final Matrix coefficients;
  private final int stepBytes;
  private final int pieceBytes;

  /** Each column as a matrix of its own, for {@link #add}; made when first used. */
  private final AddressTransform[] columns;

  /** Two inputs, one output, both coefficients 1; made when first used. */
  private volatile AddressTransform sum;

  /** For what is shorter than one step; made when first used. */
  private volatile Transform table;

  static final class Workspace {
    /**
     * Bytes between the rows of the scratch: not a power of two, so that rows do not share cache
     * sets.
     */
    static final int STRIDE_BYTES = CHUNK_BYTES + 192;

    final long[] in = new long[256];
    final long[] out = new long[256];

    /** For kernels that call foreign code: room for the same addresses outside the heap. */
    final MemorySegment foreign = Arena.ofAuto().allocate(2 * 256 * 8L, 8);

    final MemorySegment outPointers = foreign.asSlice(256 * 8L);

    /** A pass's share of the outputs. */
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

  /**
   * @param stepBytes what {@link #run} works in multiples of; divides {@link #CHUNK_BYTES}
   * @param pieceBytes how much of each shard one {@link #run} is given at most
   */
  AddressTransform(Matrix coefficients, int stepBytes, int pieceBytes) {
    this.coefficients = coefficients;
    this.stepBytes = stepBytes;
    this.pieceBytes = pieceBytes;
    this.columns = new AddressTransform[coefficients.columnCount()];
  }

  /**
   * Multiplies bytes {@code from} to {@code to} behind the addresses in {@code work.in}, one per
   * column, into those behind {@code work.out}, one per row.
   */
  abstract void run(Workspace work, long from, long to);

  /** The same kind of transform for another matrix. */
  abstract AddressTransform alike(Matrix other);

  private Transform table() {
    var made = table;
    if (made == null) {
      made = TABLE.prepare(coefficients);
      table = made;
    }
    return made;
  }

  private AddressTransform column(int column) {
    var made = columns[column];
    if (made == null) {
      made =
          alike(
              Matrix.of(
                  coefficients.rowCount(), 1, (row, ignored) -> coefficients.at(row, column)));
      columns[column] = made;
    }
    return made;
  }

  private AddressTransform sum() {
    var made = sum;
    if (made == null) {
      made = alike(Matrix.of(1, 2, (row, column) -> 1));
      sum = made;
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
    if (length < stepBytes) {
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
      int piece = pieceBytes;
      long whole = length - length % stepBytes;
      for (long from = 0; from < whole; from += piece) {
        run(work, from, Math.min(whole, from + piece));
      }
      if (whole < length) {
        // The last step overlaps the one before it, and writes the same bytes there again.
        run(work, length - stepBytes, length);
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
    var sum = sum();
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
        work.out[0] = work.row(slot);
        sum.run(work, 0, wholeSteps(bytes));
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
    if (length < stepBytes) {
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
      if (inPlace && bytes % stepBytes == 0) {
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

  /** Copies a piece of each input into the workspace, behind the rows of the outputs. */
  private void stage(Workspace work, MemorySegment[] shards, int[] inputs, long from, int bytes) {
    int firstRow = coefficients.rowCount();
    for (int i = 0; i < inputs.length; i++) {
      MemorySegment.copy(shards[inputs[i]], from, work.scratch, scratchOffset(firstRow + i), bytes);
      work.in[i] = work.row(firstRow + i);
    }
  }

  private static long scratchOffset(int row) {
    return (long) row * Workspace.STRIDE_BYTES;
  }

  /** Rounds up: a row of the workspace always has room for a last whole step. */
  private long wholeSteps(int bytes) {
    return (bytes + stepBytes - 1L) / stepBytes * stepBytes;
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
