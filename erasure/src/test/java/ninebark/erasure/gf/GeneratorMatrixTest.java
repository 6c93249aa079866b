package ninebark.erasure.gf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A systematic code rebuilds from any k shards exactly if every square part of its parity rows is
 * invertible: choosing j parities in place of j data shards leaves that j by j part to be solved.
 */
class GeneratorMatrixTest {
  @Test
  void theFirstCauchyParityRowIsAllOnes() {
    for (int k = 1; k <= 20; k++) {
      var parity = GeneratorMatrix.cauchy(k, 8);
      for (int column = 0; column < k; column++) {
        assertThat(parity.at(k, column)).isEqualTo(1);
      }
    }
  }

  @Test
  void thePowerMatrixBeginsWithOnesAndDoubles() {
    for (int k = 1; k <= 20; k++) {
      var parity = GeneratorMatrix.power(k, 8);
      for (int column = 0; column < k; column++) {
        assertThat(parity.at(k, column)).isEqualTo(1);
        assertThat(parity.at(k + 1, column)).isEqualTo(GaloisField.power(2, column));
      }
      for (int row = 0; row < 8; row++) {
        assertThat(parity.at(k + row, 0)).isEqualTo(1);
      }
    }
  }

  @Test
  void theTopOfEveryMatrixIsTheIdentity() {
    for (int k = 1; k <= 20; k++) {
      var top = new int[k];
      for (int row = 0; row < k; row++) {
        top[row] = row;
      }
      assertThat(GeneratorMatrix.cauchy(k, 8).selectRows(top)).isEqualTo(Matrix.identity(k));
      assertThat(GeneratorMatrix.vandermonde(k, 8).selectRows(top)).isEqualTo(Matrix.identity(k));
      assertThat(GeneratorMatrix.power(k, 8).selectRows(top)).isEqualTo(Matrix.identity(k));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,1", "2,2", "4,2", "6,2", "6,3", "5,4", "8,4", "10,4", "17,3", "20,4", "11,5", "6,8"
  })
  void anyKRowsOfEveryMatrixAreIndependent(int k, int m) {
    everySquarePartIsInvertible(GeneratorMatrix::cauchy, k, m);
    everySquarePartIsInvertible(GeneratorMatrix::vandermonde, k, m);
    everySquarePartIsInvertible(GeneratorMatrix::power, k, m);
  }

  private static void everySquarePartIsInvertible(
      BiFunction<Integer, Integer, Matrix> generator, int k, int m) {
    var matrix = generator.apply(k, m);
    for (int rows = 1; rows < 1 << m; rows++) {
      int size = Integer.bitCount(rows);
      if (size > k) {
        continue;
      }
      for (int columns = (1 << size) - 1; columns < 1 << k; columns = nextOfSameSize(columns)) {
        if (!invertible(matrix, k, rows, columns, size)) {
          assertThat(false)
              .as(
                  "parity rows %s with columns %s of (%d,%d) are singular",
                  Integer.toBinaryString(rows), Integer.toBinaryString(columns), k, m)
              .isTrue();
        }
      }
    }
  }

  private static boolean invertible(Matrix matrix, int k, int rows, int columns, int size) {
    int[] row = bits(rows, size);
    int[] column = bits(columns, size);
    return Matrix.of(size, size, (r, c) -> matrix.at(k + row[r], column[c])).rank() == size;
  }

  private static int[] bits(int set, int size) {
    var found = new int[size];
    int rest = set;
    for (int i = 0; i < size; i++) {
      found[i] = Integer.numberOfTrailingZeros(rest);
      rest &= rest - 1;
    }
    return found;
  }

  /** Gosper's hack: the next larger number with as many one bits. */
  private static int nextOfSameSize(int set) {
    int lowest = set & -set;
    int ripple = set + lowest;
    return (((ripple ^ set) >>> 2) / lowest) | ripple;
  }
}
