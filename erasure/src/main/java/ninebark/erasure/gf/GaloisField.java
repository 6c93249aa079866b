package ninebark.erasure.gf;

/**
 * GF(2^8) with the polynomial x^8 + x^4 + x^3 + x^2 + 1 (0x11D) and the generator 2: the field of
 * the Backblaze coder, of ISA-L and of most storage codes. Elements are ints from 0 to 255;
 * addition and subtraction are XOR.
 */
public final class GaloisField {
  /** What is subtracted when a product of two bytes grows a ninth bit. */
  public static final int POLYNOMIAL = 0x11D;

  private static final int[] LOG = new int[256];
  private static final int[] EXP = new int[510];
  private static final byte[][] PRODUCTS = new byte[256][256];

  static {
    int power = 1;
    for (int exponent = 0; exponent < 255; exponent++) {
      EXP[exponent] = power;
      EXP[exponent + 255] = power;
      LOG[power] = exponent;
      power <<= 1;
      if (power > 255) {
        power ^= POLYNOMIAL;
      }
    }
    for (int a = 1; a < 256; a++) {
      for (int b = 1; b < 256; b++) {
        PRODUCTS[a][b] = (byte) EXP[LOG[a] + LOG[b]];
      }
    }
  }

  private GaloisField() {}

  public static int multiply(int a, int b) {
    return PRODUCTS[a][b] & 0xFF;
  }

  /** The element that {@code b} must be multiplied by to give {@code a}. */
  public static int divide(int a, int b) {
    if (b == 0) {
      throw new ArithmeticException(a + " divided by 0 in GF(2^8)");
    }
    return a == 0 ? 0 : EXP[LOG[a] + 255 - LOG[b]];
  }

  public static int inverse(int a) {
    return divide(1, a);
  }

  /** {@code base} multiplied by itself {@code exponent} times; anything to the power 0 is 1. */
  public static int power(int base, int exponent) {
    if (exponent == 0) {
      return 1;
    }
    return base == 0 ? 0 : EXP[(int) ((long) LOG[base] * exponent % 255)];
  }
}
