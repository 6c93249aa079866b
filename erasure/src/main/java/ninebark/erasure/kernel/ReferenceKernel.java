package ninebark.erasure.kernel;

import com.backblaze.erasure.CodingLoop;
import com.backblaze.erasure.InputOutputByteTableCodingLoop;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import ninebark.erasure.gf.Matrix;

/**
 * The Backblaze coder: its fastest loop, given our matrices. It works on arrays from their start,
 * so every call copies; at its speed that is not felt.
 */
public final class ReferenceKernel implements Kernel {
  private static final CodingLoop LOOP = new InputOutputByteTableCodingLoop();

  /** A longer stripe is coded in pieces of this size per shard. */
  private static final int PIECE_BYTES = 1 << 16;

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Transform prepare(Matrix coefficients) {
    var rows = new byte[coefficients.rowCount()][coefficients.columnCount()];
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < rows[row].length; column++) {
        rows[row][column] = (byte) coefficients.at(row, column);
      }
    }
    return new Rows(rows);
  }

  private static final class Rows implements Transform {
    private final byte[][] rows;

    Rows(byte[][] rows) {
      this.rows = rows;
    }

    @Override
    public void apply(MemorySegment[] shards, int[] inputs, int[] outputs, long length) {
      for (long from = 0; from < length; from += PIECE_BYTES) {
        int bytes = (int) Math.min(PIECE_BYTES, length - from);
        var products = new byte[outputs.length][bytes];
        LOOP.codeSomeShards(
            rows,
            read(shards, inputs, from, bytes),
            inputs.length,
            products,
            outputs.length,
            0,
            bytes);
        for (int i = 0; i < outputs.length; i++) {
          MemorySegment.copy(
              products[i], 0, shards[outputs[i]], ValueLayout.JAVA_BYTE, from, bytes);
        }
      }
    }

    @Override
    public void add(int column, MemorySegment input, MemorySegment[] outputs, long length) {
      var coefficients = new byte[rows.length][1];
      for (int row = 0; row < rows.length; row++) {
        coefficients[row][0] = rows[row][column];
      }
      for (long from = 0; from < length; from += PIECE_BYTES) {
        int bytes = (int) Math.min(PIECE_BYTES, length - from);
        var products = new byte[rows.length][bytes];
        byte[][] delta = {input.asSlice(from, bytes).toArray(ValueLayout.JAVA_BYTE)};
        LOOP.codeSomeShards(coefficients, delta, 1, products, rows.length, 0, bytes);
        for (int row = 0; row < rows.length; row++) {
          var old = outputs[row].asSlice(from, bytes).toArray(ValueLayout.JAVA_BYTE);
          for (int at = 0; at < bytes; at++) {
            products[row][at] ^= old[at];
          }
          MemorySegment.copy(products[row], 0, outputs[row], ValueLayout.JAVA_BYTE, from, bytes);
        }
      }
    }

    @Override
    public boolean matches(MemorySegment[] shards, int[] inputs, int[] outputs, long length) {
      for (long from = 0; from < length; from += PIECE_BYTES) {
        int bytes = (int) Math.min(PIECE_BYTES, length - from);
        var scratch = new byte[bytes];
        if (!LOOP.checkSomeShards(
            rows,
            read(shards, inputs, from, bytes),
            inputs.length,
            read(shards, outputs, from, bytes),
            outputs.length,
            0,
            bytes,
            scratch)) {
          return false;
        }
      }
      return true;
    }

    private static byte[][] read(MemorySegment[] shards, int[] indexes, long from, int bytes) {
      var read = new byte[indexes.length][];
      for (int i = 0; i < indexes.length; i++) {
        read[i] = shards[indexes[i]].asSlice(from, bytes).toArray(ValueLayout.JAVA_BYTE);
      }
      return read;
    }
  }
}
