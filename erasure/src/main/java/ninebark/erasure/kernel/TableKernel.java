package ninebark.erasure.kernel;

import java.lang.foreign.MemorySegment;
import ninebark.erasure.gf.GaloisField;
import ninebark.erasure.gf.Matrix;

/**
 * Portable scalar code: for each input byte one look-up gives its products with up to eight rows at
 * once, packed into a long, one row per byte.
 *
 * <p>Bytes are copied chunk by chunk into {@code long[]} workspaces first. The copy is cheap beside
 * the look-ups, and the loops see one kind of array whatever kind of segment the caller has.
 */
public final class TableKernel implements Kernel {
  /** Rows whose products share one look-up. */
  private static final int LANES = 8;

  private static final int CHUNK_BYTES = 2048;
  private static final int CHUNK_WORDS = CHUNK_BYTES / 8;

  private static final Pool<Workspace> POOL = new Pool<>(16, Workspace::new);

  @Override
  public String name() {
    return "table";
  }

  @Override
  public Transform prepare(Matrix coefficients) {
    return new Tables(coefficients);
  }

  private static final class Workspace {
    final long[] input = new long[CHUNK_WORDS];
    final MemorySegment inputSegment = MemorySegment.ofArray(input);
    final long[] output = new long[CHUNK_WORDS];
    final MemorySegment outputSegment = MemorySegment.ofArray(output);

    /** Sums of up to eight rows for each byte position. */
    final long[] sums = new long[CHUNK_BYTES];
  }

  private static final class Tables implements Transform {
    private final int rowCount;

    /** [group of rows][column][byte]: the products, one per byte of the long. */
    private final long[][][] products;

    Tables(Matrix coefficients) {
      this.rowCount = coefficients.rowCount();
      int groups = (rowCount + LANES - 1) / LANES;
      this.products = new long[groups][coefficients.columnCount()][256];
      for (int row = 0; row < rowCount; row++) {
        for (int column = 0; column < coefficients.columnCount(); column++) {
          long[] table = products[row / LANES][column];
          for (int value = 0; value < 256; value++) {
            long product = GaloisField.multiply(coefficients.at(row, column), value);
            table[value] |= product << (8 * (row % LANES));
          }
        }
      }
    }

    @Override
    public void apply(MemorySegment[] shards, int[] inputs, int[] outputs, long length) {
      var work = POOL.take();
      for (int group = 0; group < products.length; group++) {
        int firstRow = group * LANES;
        int rows = Math.min(LANES, rowCount - firstRow);
        for (long offset = 0; offset < length; offset += CHUNK_BYTES) {
          int bytes = (int) Math.min(CHUNK_BYTES, length - offset);
          sum(work, products[group], shards, inputs, offset, bytes);
          for (int row = 0; row < rows; row++) {
            unpack(work.sums, work.output, 8 * row, words(bytes));
            MemorySegment.copy(
                work.outputSegment, 0, shards[outputs[firstRow + row]], offset, bytes);
          }
        }
      }
      POOL.give(work);
    }

    @Override
    public void add(int column, MemorySegment input, MemorySegment[] outputs, long length) {
      var work = POOL.take();
      for (int group = 0; group < products.length; group++) {
        int firstRow = group * LANES;
        int rows = Math.min(LANES, rowCount - firstRow);
        for (long offset = 0; offset < length; offset += CHUNK_BYTES) {
          int bytes = (int) Math.min(CHUNK_BYTES, length - offset);
          MemorySegment.copy(input, offset, work.inputSegment, 0, bytes);
          start(work.input, work.sums, products[group][column], words(bytes));
          for (int row = 0; row < rows; row++) {
            var output = outputs[firstRow + row];
            unpack(work.sums, work.output, 8 * row, words(bytes));
            MemorySegment.copy(output, offset, work.inputSegment, 0, bytes);
            xor(work.input, work.output, words(bytes));
            MemorySegment.copy(work.outputSegment, 0, output, offset, bytes);
          }
        }
      }
      POOL.give(work);
    }

    @Override
    public boolean matches(MemorySegment[] shards, int[] inputs, int[] outputs, long length) {
      var work = POOL.take();
      boolean same = true;
      for (int group = 0; same && group < products.length; group++) {
        int firstRow = group * LANES;
        int rows = Math.min(LANES, rowCount - firstRow);
        for (long offset = 0; same && offset < length; offset += CHUNK_BYTES) {
          int bytes = (int) Math.min(CHUNK_BYTES, length - offset);
          sum(work, products[group], shards, inputs, offset, bytes);
          for (int row = 0; same && row < rows; row++) {
            unpack(work.sums, work.output, 8 * row, words(bytes));
            same =
                MemorySegment.mismatch(
                        work.outputSegment,
                        0,
                        bytes,
                        shards[outputs[firstRow + row]],
                        offset,
                        offset + bytes)
                    < 0;
          }
        }
      }
      POOL.give(work);
      return same;
    }

    private static void sum(
        Workspace work,
        long[][] tables,
        MemorySegment[] shards,
        int[] inputs,
        long offset,
        int bytes) {
      for (int column = 0; column < tables.length; column++) {
        MemorySegment.copy(shards[inputs[column]], offset, work.inputSegment, 0, bytes);
        if (column == 0) {
          start(work.input, work.sums, tables[column], words(bytes));
        } else {
          accumulate(work.input, work.sums, tables[column], words(bytes));
        }
      }
    }

    private static int words(int bytes) {
      return (bytes + 7) >>> 3;
    }

    private static void start(long[] input, long[] sums, long[] table, int words) {
      for (int word = 0; word < words; word++) {
        long x = input[word];
        int at = word << 3;
        sums[at] = table[(int) x & 0xFF];
        sums[at + 1] = table[(int) (x >>> 8) & 0xFF];
        sums[at + 2] = table[(int) (x >>> 16) & 0xFF];
        sums[at + 3] = table[(int) (x >>> 24) & 0xFF];
        sums[at + 4] = table[(int) (x >>> 32) & 0xFF];
        sums[at + 5] = table[(int) (x >>> 40) & 0xFF];
        sums[at + 6] = table[(int) (x >>> 48) & 0xFF];
        sums[at + 7] = table[(int) (x >>> 56)];
      }
    }

    private static void accumulate(long[] input, long[] sums, long[] table, int words) {
      for (int word = 0; word < words; word++) {
        long x = input[word];
        int at = word << 3;
        sums[at] ^= table[(int) x & 0xFF];
        sums[at + 1] ^= table[(int) (x >>> 8) & 0xFF];
        sums[at + 2] ^= table[(int) (x >>> 16) & 0xFF];
        sums[at + 3] ^= table[(int) (x >>> 24) & 0xFF];
        sums[at + 4] ^= table[(int) (x >>> 32) & 0xFF];
        sums[at + 5] ^= table[(int) (x >>> 40) & 0xFF];
        sums[at + 6] ^= table[(int) (x >>> 48) & 0xFF];
        sums[at + 7] ^= table[(int) (x >>> 56)];
      }
    }

    /** Gathers one row's byte of eight sums into one word. */
    private static void unpack(long[] sums, long[] output, int shift, int words) {
      for (int word = 0; word < words; word++) {
        int at = word << 3;
        output[word] =
            ((sums[at] >>> shift) & 0xFF)
                | (((sums[at + 1] >>> shift) & 0xFF) << 8)
                | (((sums[at + 2] >>> shift) & 0xFF) << 16)
                | (((sums[at + 3] >>> shift) & 0xFF) << 24)
                | (((sums[at + 4] >>> shift) & 0xFF) << 32)
                | (((sums[at + 5] >>> shift) & 0xFF) << 40)
                | (((sums[at + 6] >>> shift) & 0xFF) << 48)
                | (((sums[at + 7] >>> shift) & 0xFF) << 56);
      }
    }

    private static void xor(long[] from, long[] into, int words) {
      for (int word = 0; word < words; word++) {
        into[word] ^= from[word];
      }
    }
  }
}
