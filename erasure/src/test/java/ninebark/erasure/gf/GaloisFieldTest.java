package ninebark.erasure.gf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GaloisFieldTest {
  @Test
  void productsEqualSchoolMultiplicationOfPolynomials() {
    for (int a = 0; a < 256; a++) {
      for (int b = 0; b < 256; b++) {
        int product = 0;
        for (int bit = 0; bit < 8; bit++) {
          if ((b >> bit & 1) != 0) {
            product ^= a << bit;
          }
        }
        for (int bit = 15; bit >= 8; bit--) {
          if ((product >> bit & 1) != 0) {
            product ^= GaloisField.POLYNOMIAL << (bit - 8);
          }
        }
        assertThat(GaloisField.multiply(a, b)).isEqualTo(product);
      }
    }
  }

  @Test
  void divisionUndoesMultiplication() {
    for (int a = 0; a < 256; a++) {
      for (int b = 1; b < 256; b++) {
        assertThat(GaloisField.divide(GaloisField.multiply(a, b), b)).isEqualTo(a);
      }
    }
    assertThatThrownBy(() -> GaloisField.divide(7, 0)).hasMessage("7 divided by 0 in GF(2^8)");
  }

  @Test
  void powersAreRepeatedProducts() {
    for (int base = 0; base < 256; base++) {
      int expected = 1;
      for (int exponent = 0; exponent < 300; exponent++) {
        assertThat(GaloisField.power(base, exponent)).isEqualTo(expected);
        expected = GaloisField.multiply(expected, base);
      }
    }
  }
}
