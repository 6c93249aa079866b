package ninebark.erasure.gf;

/**
 * The two systematic generator matrices: k+m rows of k columns, the first k of them the identity,
 * and any k of them invertible. Multiplied by the k data bytes of one position they give its k+m
 * shard bytes.
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
}
