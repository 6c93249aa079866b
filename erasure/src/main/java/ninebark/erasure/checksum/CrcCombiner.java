package ninebark.erasure.checksum;

/**
 * Combines the CRCs of two pieces into that of both. Appending n zero bytes multiplies a CRC by
 * x^(8n) modulo the polynomial; powers x^(8 * 2^i) are kept, so that takes one product for each bit
 * of n.
 *
 * <p>Polynomials are reflected: the highest bit of the word is the coefficient of x^0. Source:
 * zlib's crc32_combine, in Mark Adler's second form.
 */
final class CrcCombiner {
  static final CrcCombiner CRC32 = new CrcCombiner(32, 0xEDB88320L);
  static final CrcCombiner CRC32C = new CrcCombiner(32, 0x82F63B78L);
  static final CrcCombiner CRC64NVME = new CrcCombiner(64, Crc64Nvme.POLYNOMIAL);

  private final long polynomial;
  private final long one;
  private final long mask;

  /** Entry i is x^(8 * 2^i). */
  private final long[] powers = new long[63];

  private CrcCombiner(int width, long polynomial) {
    this.polynomial = polynomial;
    this.one = 1L << (width - 1);
    this.mask = width == 64 ? -1L : (1L << width) - 1;
    // x^8, eight places below the bit of x^0.
    powers[0] = one >>> 8;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = multiply(powers[i - 1], powers[i - 1]);
    }
  }

  long combine(long first, long second, long secondLength) {
    long shift = one;
    long rest = secondLength;
    for (int i = 0; rest != 0; i++, rest >>>= 1) {
      if ((rest & 1) != 0) {
        shift = multiply(powers[i], shift);
      }
    }
    return (multiply(shift, first & mask) ^ second) & mask;
  }

  private long multiply(long a, long b) {
    long product = 0;
    long shifted = b;
    for (long bit = one; bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= shifted;
      }
      shifted = (shifted & 1) != 0 ? (shifted >>> 1) ^ polynomial : shifted >>> 1;
    }
    return product;
  }
}
