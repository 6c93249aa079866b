package ninebark.erasure.gf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MatrixTest {
  @Property(tries = 200)
  void aMatrixTimesItsInverseIsTheIdentity(
      @ForAll @IntRange(min = 1, max = 24) int size, @ForAll long seed) {
    var random = new Random(seed);
    var matrix = Matrix.of(size, size, (row, column) -> random.nextInt(256));
    var inverse = matrix.inverse();
    assertThat(inverse.isPresent()).isEqualTo(matrix.rank() == size);
    inverse.ifPresent(
        found -> {
          assertThat(matrix.times(found)).isEqualTo(Matrix.identity(size));
          assertThat(found.times(matrix)).isEqualTo(Matrix.identity(size));
        });
  }

  @Test
  void aSingularMatrixHasNoInverse() {
    var matrix = Matrix.of(2, 3, (row, column) -> row == 0 ? column + 1 : 9 - column);
    assertThat(matrix.selectRows(0, 1, 0).inverse()).isEmpty();
    assertThat(matrix.selectRows(0, 1, 0).rank()).isEqualTo(2);
  }

  @Test
  void shapesThatDoNotFitAreRefusedWithBoth() {
    assertThatThrownBy(() -> Matrix.identity(3).times(Matrix.identity(4)))
        .hasMessage("a matrix of 3 columns cannot multiply one of 4 rows");
    assertThatThrownBy(() -> Matrix.of(2, 3, (row, column) -> 1).inverse())
        .hasMessage("only a square matrix has an inverse, found 2 rows and 3 columns");
  }
}
