package ninebark.erasure.gf;

import java.util.BitSet;

/**
 * The systematic generator matrices: k+m rows of k columns, the first k of them the identity, and
 * any k of them invertible. Multiplied by the k data bytes of one position they give its k+m shard
 * bytes.
 */
public final class GeneratorMatrix {
  private GeneratorMatrix() {}

  /**
   * Rows of powers (row r is 1, r, r^2, ...), multiplied by the inverse of their top square so that
   * the data come out unchanged. The matrix of Backblaze's JavaReedSolomon and of klauspost's Go
   * library.
   */
  public static Matrix vandermonde(int k, int m) {
    var powers = Matrix.of(k + m, k, GaloisField::power);
    var top = new int[k];
    for (int row = 0; row < k; row++) {
      top[row] = row;
    }
    // Distinct evaluation points make the top square invertible.
    return powers.times(powers.selectRows(top).inverse().orElseThrow());
  }

  /**
   * The Cauchy matrix 1 / ((k + i) + j) with each column multiplied so that its first parity row is
   * all ones. A Cauchy matrix has no singular square part, and multiplying a column by anything but
   * zero keeps that, so any k rows still rebuild; the first parity becomes the XOR of the data.
   */
  public static Matrix cauchy(int k, int m) {
    return Matrix.of(
        k + m,
        k,
        (row, column) ->
            row < k ? (row == column ? 1 : 0) : GaloisField.divide(k ^ column, row ^ column));
  }

  /**
   * A Cauchy matrix, scaled and extended by a column: the first parity row and the first column are
   * all ones, and the second parity row is 1, 2, 4, 8, ... (as in RAID 6).
   *
   * <p>Parity row r has the point x(r), data column j > 0 the point y(j), the element is y / (x +
   * y), which is the Cauchy element 1 / (x + y) with its column multiplied by y. With x(0) = 0 the
   * first row becomes ones; with x(1) = 1 and y(j) = 2^j / (1 + 2^j) the second becomes 2^j; the
   * further x are the smallest numbers not used as points yet. Column 0 belongs to the point at
   * infinity, whose elements are all alike. No square part of such a matrix is singular, so any k
   * rows rebuild.
   */
  public static Matrix power(int k, int m) {
    var y = new int[k];
    var taken = new BitSet();
    taken.set(0, 2);
    for (int column = 1; column < k; column++) {
      int power = GaloisField.power(2, column);
      y[column] = GaloisField.divide(power, 1 ^ power);
      taken.set(y[column]);
    }
    var x = new int[m];
    for (int row = 0; row < m; row++) {
      x[row] = row < 2 ? row : taken.nextClearBit(0);
      taken.set(x[row]);
    }
    return Matrix.of(
        k + m,
        k,
        (row, column) -> {
          if (row < k) {
            return row == column ? 1 : 0;
          }
          return column == 0 ? 1 : GaloisField.divide(y[column], x[row - k] ^ y[column]);
        });
  }
}
