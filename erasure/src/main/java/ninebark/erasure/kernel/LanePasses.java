package ninebark.erasure.kernel;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.BITWISE_BLEND;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector loops: all inputs at one position are read once, and up to four sums stay in
 * registers.
 *
 * <p><b>Tables.</b> A product of a byte with a coefficient is the XOR of what its bits give, so it
 * can be looked up in parts. A shuffle of 64 lanes looks up six bits. Three bytes hold 24 bits, so
 * four look-ups serve a <i>triple</i> of inputs: the low six bits of each, and the top two bits of
 * all three packed into one index. That is a third fewer shuffles than the usual two per byte (low
 * and high nibble), and the shuffle unit is what limits. What is left of k by 3, and everything on
 * machines of 16 lanes, is a <i>single</i> with nibble tables. {@code selectFrom} drops index bits
 * above the table, so nothing needs masking.
 *
 * <p><b>Doubling.</b> Coefficients 1, 2, 4, ... need no tables at all: from the last input to the
 * first the sum is doubled (an addition of bytes, and {@code 1D} where a bit falls out) and the
 * input added. That is faster than any look-up without a multiplying instruction.
 *
 * <p><b>Plain.</b> A first input whose coefficients are all one is what the sums begin with.
 *
 * <p><b>Why it is written out.</b> The JIT compiler stops inlining ordinary methods in a method
 * with this many vector operations (NodeCountInliningCutoff), and one vector operation that is not
 * inlined costs a factor of ten. For the same reason memory is one segment of everything with
 * absolute addresses, and sums start as {@code zero(S)} in place, not as a constant field.
 *
 * <p>Addresses are absolute: the caller has checked every range and keeps the memory alive. Tables
 * are laid out as the loops read them: for each triple and row four vectors, then for each single
 * and row two.
 */
final class LanePasses {
  /** 64 lanes where the CPU shuffles 64 bytes at once, else 16. */
  static final VectorSpecies<Byte> S = Lanes.species();

  /** Bytes of one vector. */
  static final long V = S.vectorByteSize();

  /** The steps of all passes divide this many bytes. */
  static final int STEP_BYTES = 4 * S.vectorByteSize();

  // Restricted because a wrong address would crash the JVM: the callers check every range.
  @SuppressWarnings("restricted")
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** Where the top bits of a triple's second and third byte go in the packed index. */
  private static final long SECOND = 0x0C0C0C0C0C0C0C0CL;

  private static final long THIRD = 0x3030303030303030L;

  /** What x^8 is in the field 11D. */
  private static final byte REDUCE = 0x1D;

  /** What sums begin with where there is no plain input. */
  private static final MemorySegment ZEROS = Arena.global().allocate(4 * V, 64);

  private LanePasses() {}

  /** One output: the XOR of all inputs. */
  static void xor(
      long[] in, int triples, int singles, long tables, long[] out, long from, long to) {
    long o0 = out[0];
    for (long p = from; p < to; p += 4 * V) {
      ByteVector a00 = ByteVector.zero(S);
      ByteVector a01 = ByteVector.zero(S);
      ByteVector a02 = ByteVector.zero(S);
      ByteVector a03 = ByteVector.zero(S);
      int q = 0;
      for (; q < singles; q++) {
        long b = in[q] + p;
        a00 = a00.lanewise(XOR, ByteVector.fromMemorySegment(S, ALL, b, LITTLE_ENDIAN));
        a01 = a01.lanewise(XOR, ByteVector.fromMemorySegment(S, ALL, b + V, LITTLE_ENDIAN));
        a02 = a02.lanewise(XOR, ByteVector.fromMemorySegment(S, ALL, b + 2 * V, LITTLE_ENDIAN));
        a03 = a03.lanewise(XOR, ByteVector.fromMemorySegment(S, ALL, b + 3 * V, LITTLE_ENDIAN));
      }
      a00.intoMemorySegment(ALL, o0 + p, LITTLE_ENDIAN);
      a01.intoMemorySegment(ALL, o0 + p + V, LITTLE_ENDIAN);
      a02.intoMemorySegment(ALL, o0 + p + 2 * V, LITTLE_ENDIAN);
      a03.intoMemorySegment(ALL, o0 + p + 3 * V, LITTLE_ENDIAN);
    }
  }

  /** One output with coefficients of its own. */
  static void rows1(
      long[] in, int triples, int singles, long tables, long[] out, long from, long to) {
    long o0 = out[0];
    for (long p = from; p < to; p += 4 * V) {
      ByteVector a00 = ByteVector.zero(S);
      ByteVector a01 = ByteVector.zero(S);
      ByteVector a02 = ByteVector.zero(S);
      ByteVector a03 = ByteVector.zero(S);
      long t = tables;
      int q = 0;
      for (int g = 0; g < triples; g++) {
        long b0 = in[q] + p;
        long b1 = in[q + 1] + p;
        long b2 = in[q + 2] + p;
        ByteVector x00 = ByteVector.fromMemorySegment(S, ALL, b0, LITTLE_ENDIAN);
        ByteVector x10 = ByteVector.fromMemorySegment(S, ALL, b1, LITTLE_ENDIAN);
        ByteVector x20 = ByteVector.fromMemorySegment(S, ALL, b2, LITTLE_ENDIAN);
        ByteVector h0 =
            x00.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x10.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x20.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        ByteVector x01 = ByteVector.fromMemorySegment(S, ALL, b0 + V, LITTLE_ENDIAN);
        ByteVector x11 = ByteVector.fromMemorySegment(S, ALL, b1 + V, LITTLE_ENDIAN);
        ByteVector x21 = ByteVector.fromMemorySegment(S, ALL, b2 + V, LITTLE_ENDIAN);
        ByteVector h1 =
            x01.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x11.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x21.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        ByteVector x02 = ByteVector.fromMemorySegment(S, ALL, b0 + 2 * V, LITTLE_ENDIAN);
        ByteVector x12 = ByteVector.fromMemorySegment(S, ALL, b1 + 2 * V, LITTLE_ENDIAN);
        ByteVector x22 = ByteVector.fromMemorySegment(S, ALL, b2 + 2 * V, LITTLE_ENDIAN);
        ByteVector h2 =
            x02.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x12.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x22.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        ByteVector x03 = ByteVector.fromMemorySegment(S, ALL, b0 + 3 * V, LITTLE_ENDIAN);
        ByteVector x13 = ByteVector.fromMemorySegment(S, ALL, b1 + 3 * V, LITTLE_ENDIAN);
        ByteVector x23 = ByteVector.fromMemorySegment(S, ALL, b2 + 3 * V, LITTLE_ENDIAN);
        ByteVector h3 =
            x03.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x13.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x23.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        ByteVector s00 = ByteVector.fromMemorySegment(S, ALL, t, LITTLE_ENDIAN);
        ByteVector d00 = ByteVector.fromMemorySegment(S, ALL, t + V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x00.selectFrom(s00).lanewise(XOR, x10.selectFrom(d00)));
        a01 = a01.lanewise(XOR, x01.selectFrom(s00).lanewise(XOR, x11.selectFrom(d00)));
        a02 = a02.lanewise(XOR, x02.selectFrom(s00).lanewise(XOR, x12.selectFrom(d00)));
        a03 = a03.lanewise(XOR, x03.selectFrom(s00).lanewise(XOR, x13.selectFrom(d00)));
        ByteVector s01 = ByteVector.fromMemorySegment(S, ALL, t + 2 * V, LITTLE_ENDIAN);
        ByteVector d01 = ByteVector.fromMemorySegment(S, ALL, t + 3 * V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x20.selectFrom(s01).lanewise(XOR, h0.selectFrom(d01)));
        a01 = a01.lanewise(XOR, x21.selectFrom(s01).lanewise(XOR, h1.selectFrom(d01)));
        a02 = a02.lanewise(XOR, x22.selectFrom(s01).lanewise(XOR, h2.selectFrom(d01)));
        a03 = a03.lanewise(XOR, x23.selectFrom(s01).lanewise(XOR, h3.selectFrom(d01)));
        t += 4 * V;
        q += 3;
      }
      for (int s = 0; s < singles; s++) {
        long b = in[q] + p;
        ByteVector x0 = ByteVector.fromMemorySegment(S, ALL, b, LITTLE_ENDIAN);
        ByteVector h0 = x0.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        ByteVector x1 = ByteVector.fromMemorySegment(S, ALL, b + V, LITTLE_ENDIAN);
        ByteVector h1 = x1.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        ByteVector x2 = ByteVector.fromMemorySegment(S, ALL, b + 2 * V, LITTLE_ENDIAN);
        ByteVector h2 = x2.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        ByteVector x3 = ByteVector.fromMemorySegment(S, ALL, b + 3 * V, LITTLE_ENDIAN);
        ByteVector h3 = x3.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        ByteVector l0 = ByteVector.fromMemorySegment(S, ALL, t, LITTLE_ENDIAN);
        ByteVector u0 = ByteVector.fromMemorySegment(S, ALL, t + V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x0.selectFrom(l0).lanewise(XOR, h0.selectFrom(u0)));
        a01 = a01.lanewise(XOR, x1.selectFrom(l0).lanewise(XOR, h1.selectFrom(u0)));
        a02 = a02.lanewise(XOR, x2.selectFrom(l0).lanewise(XOR, h2.selectFrom(u0)));
        a03 = a03.lanewise(XOR, x3.selectFrom(l0).lanewise(XOR, h3.selectFrom(u0)));
        t += 2 * V;
        q++;
      }
      a00.intoMemorySegment(ALL, o0 + p, LITTLE_ENDIAN);
      a01.intoMemorySegment(ALL, o0 + p + V, LITTLE_ENDIAN);
      a02.intoMemorySegment(ALL, o0 + p + 2 * V, LITTLE_ENDIAN);
      a03.intoMemorySegment(ALL, o0 + p + 3 * V, LITTLE_ENDIAN);
    }
  }

  /** Two outputs with coefficients of their own. */
  static void rows2(
      long[] in, int triples, int singles, long tables, long[] out, long from, long to) {
    long o0 = out[0];
    long o1 = out[1];
    for (long p = from; p < to; p += 4 * V) {
      ByteVector a00 = ByteVector.zero(S);
      ByteVector a10 = ByteVector.zero(S);
      ByteVector a01 = ByteVector.zero(S);
      ByteVector a11 = ByteVector.zero(S);
      ByteVector a02 = ByteVector.zero(S);
      ByteVector a12 = ByteVector.zero(S);
      ByteVector a03 = ByteVector.zero(S);
      ByteVector a13 = ByteVector.zero(S);
      long t = tables;
      int q = 0;
      for (int g = 0; g < triples; g++) {
        long b0 = in[q] + p;
        long b1 = in[q + 1] + p;
        long b2 = in[q + 2] + p;
        ByteVector x00 = ByteVector.fromMemorySegment(S, ALL, b0, LITTLE_ENDIAN);
        ByteVector x10 = ByteVector.fromMemorySegment(S, ALL, b1, LITTLE_ENDIAN);
        ByteVector x20 = ByteVector.fromMemorySegment(S, ALL, b2, LITTLE_ENDIAN);
        ByteVector h0 =
            x00.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x10.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x20.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        ByteVector x01 = ByteVector.fromMemorySegment(S, ALL, b0 + V, LITTLE_ENDIAN);
        ByteVector x11 = ByteVector.fromMemorySegment(S, ALL, b1 + V, LITTLE_ENDIAN);
        ByteVector x21 = ByteVector.fromMemorySegment(S, ALL, b2 + V, LITTLE_ENDIAN);
        ByteVector h1 =
            x01.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x11.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x21.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        ByteVector x02 = ByteVector.fromMemorySegment(S, ALL, b0 + 2 * V, LITTLE_ENDIAN);
        ByteVector x12 = ByteVector.fromMemorySegment(S, ALL, b1 + 2 * V, LITTLE_ENDIAN);
        ByteVector x22 = ByteVector.fromMemorySegment(S, ALL, b2 + 2 * V, LITTLE_ENDIAN);
        ByteVector h2 =
            x02.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x12.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x22.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        ByteVector x03 = ByteVector.fromMemorySegment(S, ALL, b0 + 3 * V, LITTLE_ENDIAN);
        ByteVector x13 = ByteVector.fromMemorySegment(S, ALL, b1 + 3 * V, LITTLE_ENDIAN);
        ByteVector x23 = ByteVector.fromMemorySegment(S, ALL, b2 + 3 * V, LITTLE_ENDIAN);
        ByteVector h3 =
            x03.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x13.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x23.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        ByteVector s00 = ByteVector.fromMemorySegment(S, ALL, t, LITTLE_ENDIAN);
        ByteVector d00 = ByteVector.fromMemorySegment(S, ALL, t + V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x00.selectFrom(s00).lanewise(XOR, x10.selectFrom(d00)));
        a01 = a01.lanewise(XOR, x01.selectFrom(s00).lanewise(XOR, x11.selectFrom(d00)));
        a02 = a02.lanewise(XOR, x02.selectFrom(s00).lanewise(XOR, x12.selectFrom(d00)));
        a03 = a03.lanewise(XOR, x03.selectFrom(s00).lanewise(XOR, x13.selectFrom(d00)));
        ByteVector s01 = ByteVector.fromMemorySegment(S, ALL, t + 2 * V, LITTLE_ENDIAN);
        ByteVector d01 = ByteVector.fromMemorySegment(S, ALL, t + 3 * V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x20.selectFrom(s01).lanewise(XOR, h0.selectFrom(d01)));
        a01 = a01.lanewise(XOR, x21.selectFrom(s01).lanewise(XOR, h1.selectFrom(d01)));
        a02 = a02.lanewise(XOR, x22.selectFrom(s01).lanewise(XOR, h2.selectFrom(d01)));
        a03 = a03.lanewise(XOR, x23.selectFrom(s01).lanewise(XOR, h3.selectFrom(d01)));
        ByteVector s10 = ByteVector.fromMemorySegment(S, ALL, t + 4 * V, LITTLE_ENDIAN);
        ByteVector d10 = ByteVector.fromMemorySegment(S, ALL, t + 5 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x00.selectFrom(s10).lanewise(XOR, x10.selectFrom(d10)));
        a11 = a11.lanewise(XOR, x01.selectFrom(s10).lanewise(XOR, x11.selectFrom(d10)));
        a12 = a12.lanewise(XOR, x02.selectFrom(s10).lanewise(XOR, x12.selectFrom(d10)));
        a13 = a13.lanewise(XOR, x03.selectFrom(s10).lanewise(XOR, x13.selectFrom(d10)));
        ByteVector s11 = ByteVector.fromMemorySegment(S, ALL, t + 6 * V, LITTLE_ENDIAN);
        ByteVector d11 = ByteVector.fromMemorySegment(S, ALL, t + 7 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x20.selectFrom(s11).lanewise(XOR, h0.selectFrom(d11)));
        a11 = a11.lanewise(XOR, x21.selectFrom(s11).lanewise(XOR, h1.selectFrom(d11)));
        a12 = a12.lanewise(XOR, x22.selectFrom(s11).lanewise(XOR, h2.selectFrom(d11)));
        a13 = a13.lanewise(XOR, x23.selectFrom(s11).lanewise(XOR, h3.selectFrom(d11)));
        t += 8 * V;
        q += 3;
      }
      for (int s = 0; s < singles; s++) {
        long b = in[q] + p;
        ByteVector x0 = ByteVector.fromMemorySegment(S, ALL, b, LITTLE_ENDIAN);
        ByteVector h0 = x0.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        ByteVector x1 = ByteVector.fromMemorySegment(S, ALL, b + V, LITTLE_ENDIAN);
        ByteVector h1 = x1.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        ByteVector x2 = ByteVector.fromMemorySegment(S, ALL, b + 2 * V, LITTLE_ENDIAN);
        ByteVector h2 = x2.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        ByteVector x3 = ByteVector.fromMemorySegment(S, ALL, b + 3 * V, LITTLE_ENDIAN);
        ByteVector h3 = x3.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        ByteVector l0 = ByteVector.fromMemorySegment(S, ALL, t, LITTLE_ENDIAN);
        ByteVector u0 = ByteVector.fromMemorySegment(S, ALL, t + V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x0.selectFrom(l0).lanewise(XOR, h0.selectFrom(u0)));
        a01 = a01.lanewise(XOR, x1.selectFrom(l0).lanewise(XOR, h1.selectFrom(u0)));
        a02 = a02.lanewise(XOR, x2.selectFrom(l0).lanewise(XOR, h2.selectFrom(u0)));
        a03 = a03.lanewise(XOR, x3.selectFrom(l0).lanewise(XOR, h3.selectFrom(u0)));
        ByteVector l1 = ByteVector.fromMemorySegment(S, ALL, t + 2 * V, LITTLE_ENDIAN);
        ByteVector u1 = ByteVector.fromMemorySegment(S, ALL, t + 3 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x0.selectFrom(l1).lanewise(XOR, h0.selectFrom(u1)));
        a11 = a11.lanewise(XOR, x1.selectFrom(l1).lanewise(XOR, h1.selectFrom(u1)));
        a12 = a12.lanewise(XOR, x2.selectFrom(l1).lanewise(XOR, h2.selectFrom(u1)));
        a13 = a13.lanewise(XOR, x3.selectFrom(l1).lanewise(XOR, h3.selectFrom(u1)));
        t += 4 * V;
        q++;
      }
      a00.intoMemorySegment(ALL, o0 + p, LITTLE_ENDIAN);
      a01.intoMemorySegment(ALL, o0 + p + V, LITTLE_ENDIAN);
      a02.intoMemorySegment(ALL, o0 + p + 2 * V, LITTLE_ENDIAN);
      a03.intoMemorySegment(ALL, o0 + p + 3 * V, LITTLE_ENDIAN);
      a10.intoMemorySegment(ALL, o1 + p, LITTLE_ENDIAN);
      a11.intoMemorySegment(ALL, o1 + p + V, LITTLE_ENDIAN);
      a12.intoMemorySegment(ALL, o1 + p + 2 * V, LITTLE_ENDIAN);
      a13.intoMemorySegment(ALL, o1 + p + 3 * V, LITTLE_ENDIAN);
    }
  }

  /** Three outputs with coefficients of their own. */
  static void rows3(
      long[] in, int triples, int singles, long tables, long[] out, long from, long to) {
    long o0 = out[0];
    long o1 = out[1];
    long o2 = out[2];
    for (long p = from; p < to; p += 2 * V) {
      ByteVector a00 = ByteVector.zero(S);
      ByteVector a10 = ByteVector.zero(S);
      ByteVector a20 = ByteVector.zero(S);
      ByteVector a01 = ByteVector.zero(S);
      ByteVector a11 = ByteVector.zero(S);
      ByteVector a21 = ByteVector.zero(S);
      long t = tables;
      int q = 0;
      for (int g = 0; g < triples; g++) {
        long b0 = in[q] + p;
        long b1 = in[q + 1] + p;
        long b2 = in[q + 2] + p;
        ByteVector x00 = ByteVector.fromMemorySegment(S, ALL, b0, LITTLE_ENDIAN);
        ByteVector x10 = ByteVector.fromMemorySegment(S, ALL, b1, LITTLE_ENDIAN);
        ByteVector x20 = ByteVector.fromMemorySegment(S, ALL, b2, LITTLE_ENDIAN);
        ByteVector h0 =
            x00.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x10.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x20.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        ByteVector x01 = ByteVector.fromMemorySegment(S, ALL, b0 + V, LITTLE_ENDIAN);
        ByteVector x11 = ByteVector.fromMemorySegment(S, ALL, b1 + V, LITTLE_ENDIAN);
        ByteVector x21 = ByteVector.fromMemorySegment(S, ALL, b2 + V, LITTLE_ENDIAN);
        ByteVector h1 =
            x01.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x11.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x21.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        ByteVector s00 = ByteVector.fromMemorySegment(S, ALL, t, LITTLE_ENDIAN);
        ByteVector d00 = ByteVector.fromMemorySegment(S, ALL, t + V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x00.selectFrom(s00).lanewise(XOR, x10.selectFrom(d00)));
        a01 = a01.lanewise(XOR, x01.selectFrom(s00).lanewise(XOR, x11.selectFrom(d00)));
        ByteVector s01 = ByteVector.fromMemorySegment(S, ALL, t + 2 * V, LITTLE_ENDIAN);
        ByteVector d01 = ByteVector.fromMemorySegment(S, ALL, t + 3 * V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x20.selectFrom(s01).lanewise(XOR, h0.selectFrom(d01)));
        a01 = a01.lanewise(XOR, x21.selectFrom(s01).lanewise(XOR, h1.selectFrom(d01)));
        ByteVector s10 = ByteVector.fromMemorySegment(S, ALL, t + 4 * V, LITTLE_ENDIAN);
        ByteVector d10 = ByteVector.fromMemorySegment(S, ALL, t + 5 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x00.selectFrom(s10).lanewise(XOR, x10.selectFrom(d10)));
        a11 = a11.lanewise(XOR, x01.selectFrom(s10).lanewise(XOR, x11.selectFrom(d10)));
        ByteVector s11 = ByteVector.fromMemorySegment(S, ALL, t + 6 * V, LITTLE_ENDIAN);
        ByteVector d11 = ByteVector.fromMemorySegment(S, ALL, t + 7 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x20.selectFrom(s11).lanewise(XOR, h0.selectFrom(d11)));
        a11 = a11.lanewise(XOR, x21.selectFrom(s11).lanewise(XOR, h1.selectFrom(d11)));
        ByteVector s20 = ByteVector.fromMemorySegment(S, ALL, t + 8 * V, LITTLE_ENDIAN);
        ByteVector d20 = ByteVector.fromMemorySegment(S, ALL, t + 9 * V, LITTLE_ENDIAN);
        a20 = a20.lanewise(XOR, x00.selectFrom(s20).lanewise(XOR, x10.selectFrom(d20)));
        a21 = a21.lanewise(XOR, x01.selectFrom(s20).lanewise(XOR, x11.selectFrom(d20)));
        ByteVector s21 = ByteVector.fromMemorySegment(S, ALL, t + 10 * V, LITTLE_ENDIAN);
        ByteVector d21 = ByteVector.fromMemorySegment(S, ALL, t + 11 * V, LITTLE_ENDIAN);
        a20 = a20.lanewise(XOR, x20.selectFrom(s21).lanewise(XOR, h0.selectFrom(d21)));
        a21 = a21.lanewise(XOR, x21.selectFrom(s21).lanewise(XOR, h1.selectFrom(d21)));
        t += 12 * V;
        q += 3;
      }
      for (int s = 0; s < singles; s++) {
        long b = in[q] + p;
        ByteVector x0 = ByteVector.fromMemorySegment(S, ALL, b, LITTLE_ENDIAN);
        ByteVector h0 = x0.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        ByteVector x1 = ByteVector.fromMemorySegment(S, ALL, b + V, LITTLE_ENDIAN);
        ByteVector h1 = x1.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        ByteVector l0 = ByteVector.fromMemorySegment(S, ALL, t, LITTLE_ENDIAN);
        ByteVector u0 = ByteVector.fromMemorySegment(S, ALL, t + V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x0.selectFrom(l0).lanewise(XOR, h0.selectFrom(u0)));
        a01 = a01.lanewise(XOR, x1.selectFrom(l0).lanewise(XOR, h1.selectFrom(u0)));
        ByteVector l1 = ByteVector.fromMemorySegment(S, ALL, t + 2 * V, LITTLE_ENDIAN);
        ByteVector u1 = ByteVector.fromMemorySegment(S, ALL, t + 3 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x0.selectFrom(l1).lanewise(XOR, h0.selectFrom(u1)));
        a11 = a11.lanewise(XOR, x1.selectFrom(l1).lanewise(XOR, h1.selectFrom(u1)));
        ByteVector l2 = ByteVector.fromMemorySegment(S, ALL, t + 4 * V, LITTLE_ENDIAN);
        ByteVector u2 = ByteVector.fromMemorySegment(S, ALL, t + 5 * V, LITTLE_ENDIAN);
        a20 = a20.lanewise(XOR, x0.selectFrom(l2).lanewise(XOR, h0.selectFrom(u2)));
        a21 = a21.lanewise(XOR, x1.selectFrom(l2).lanewise(XOR, h1.selectFrom(u2)));
        t += 6 * V;
        q++;
      }
      a00.intoMemorySegment(ALL, o0 + p, LITTLE_ENDIAN);
      a01.intoMemorySegment(ALL, o0 + p + V, LITTLE_ENDIAN);
      a10.intoMemorySegment(ALL, o1 + p, LITTLE_ENDIAN);
      a11.intoMemorySegment(ALL, o1 + p + V, LITTLE_ENDIAN);
      a20.intoMemorySegment(ALL, o2 + p, LITTLE_ENDIAN);
      a21.intoMemorySegment(ALL, o2 + p + V, LITTLE_ENDIAN);
    }
  }

  /** Four outputs with coefficients of their own. */
  static void rows4(
      long[] in, int triples, int singles, long tables, long[] out, long from, long to) {
    long o0 = out[0];
    long o1 = out[1];
    long o2 = out[2];
    long o3 = out[3];
    for (long p = from; p < to; p += 2 * V) {
      ByteVector a00 = ByteVector.zero(S);
      ByteVector a10 = ByteVector.zero(S);
      ByteVector a20 = ByteVector.zero(S);
      ByteVector a30 = ByteVector.zero(S);
      ByteVector a01 = ByteVector.zero(S);
      ByteVector a11 = ByteVector.zero(S);
      ByteVector a21 = ByteVector.zero(S);
      ByteVector a31 = ByteVector.zero(S);
      long t = tables;
      int q = 0;
      for (int g = 0; g < triples; g++) {
        long b0 = in[q] + p;
        long b1 = in[q + 1] + p;
        long b2 = in[q + 2] + p;
        ByteVector x00 = ByteVector.fromMemorySegment(S, ALL, b0, LITTLE_ENDIAN);
        ByteVector x10 = ByteVector.fromMemorySegment(S, ALL, b1, LITTLE_ENDIAN);
        ByteVector x20 = ByteVector.fromMemorySegment(S, ALL, b2, LITTLE_ENDIAN);
        ByteVector h0 =
            x00.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x10.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x20.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        ByteVector x01 = ByteVector.fromMemorySegment(S, ALL, b0 + V, LITTLE_ENDIAN);
        ByteVector x11 = ByteVector.fromMemorySegment(S, ALL, b1 + V, LITTLE_ENDIAN);
        ByteVector x21 = ByteVector.fromMemorySegment(S, ALL, b2 + V, LITTLE_ENDIAN);
        ByteVector h1 =
            x01.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x11.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x21.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        ByteVector s00 = ByteVector.fromMemorySegment(S, ALL, t, LITTLE_ENDIAN);
        ByteVector d00 = ByteVector.fromMemorySegment(S, ALL, t + V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x00.selectFrom(s00).lanewise(XOR, x10.selectFrom(d00)));
        a01 = a01.lanewise(XOR, x01.selectFrom(s00).lanewise(XOR, x11.selectFrom(d00)));
        ByteVector s01 = ByteVector.fromMemorySegment(S, ALL, t + 2 * V, LITTLE_ENDIAN);
        ByteVector d01 = ByteVector.fromMemorySegment(S, ALL, t + 3 * V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x20.selectFrom(s01).lanewise(XOR, h0.selectFrom(d01)));
        a01 = a01.lanewise(XOR, x21.selectFrom(s01).lanewise(XOR, h1.selectFrom(d01)));
        ByteVector s10 = ByteVector.fromMemorySegment(S, ALL, t + 4 * V, LITTLE_ENDIAN);
        ByteVector d10 = ByteVector.fromMemorySegment(S, ALL, t + 5 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x00.selectFrom(s10).lanewise(XOR, x10.selectFrom(d10)));
        a11 = a11.lanewise(XOR, x01.selectFrom(s10).lanewise(XOR, x11.selectFrom(d10)));
        ByteVector s11 = ByteVector.fromMemorySegment(S, ALL, t + 6 * V, LITTLE_ENDIAN);
        ByteVector d11 = ByteVector.fromMemorySegment(S, ALL, t + 7 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x20.selectFrom(s11).lanewise(XOR, h0.selectFrom(d11)));
        a11 = a11.lanewise(XOR, x21.selectFrom(s11).lanewise(XOR, h1.selectFrom(d11)));
        ByteVector s20 = ByteVector.fromMemorySegment(S, ALL, t + 8 * V, LITTLE_ENDIAN);
        ByteVector d20 = ByteVector.fromMemorySegment(S, ALL, t + 9 * V, LITTLE_ENDIAN);
        a20 = a20.lanewise(XOR, x00.selectFrom(s20).lanewise(XOR, x10.selectFrom(d20)));
        a21 = a21.lanewise(XOR, x01.selectFrom(s20).lanewise(XOR, x11.selectFrom(d20)));
        ByteVector s21 = ByteVector.fromMemorySegment(S, ALL, t + 10 * V, LITTLE_ENDIAN);
        ByteVector d21 = ByteVector.fromMemorySegment(S, ALL, t + 11 * V, LITTLE_ENDIAN);
        a20 = a20.lanewise(XOR, x20.selectFrom(s21).lanewise(XOR, h0.selectFrom(d21)));
        a21 = a21.lanewise(XOR, x21.selectFrom(s21).lanewise(XOR, h1.selectFrom(d21)));
        ByteVector s30 = ByteVector.fromMemorySegment(S, ALL, t + 12 * V, LITTLE_ENDIAN);
        ByteVector d30 = ByteVector.fromMemorySegment(S, ALL, t + 13 * V, LITTLE_ENDIAN);
        a30 = a30.lanewise(XOR, x00.selectFrom(s30).lanewise(XOR, x10.selectFrom(d30)));
        a31 = a31.lanewise(XOR, x01.selectFrom(s30).lanewise(XOR, x11.selectFrom(d30)));
        ByteVector s31 = ByteVector.fromMemorySegment(S, ALL, t + 14 * V, LITTLE_ENDIAN);
        ByteVector d31 = ByteVector.fromMemorySegment(S, ALL, t + 15 * V, LITTLE_ENDIAN);
        a30 = a30.lanewise(XOR, x20.selectFrom(s31).lanewise(XOR, h0.selectFrom(d31)));
        a31 = a31.lanewise(XOR, x21.selectFrom(s31).lanewise(XOR, h1.selectFrom(d31)));
        t += 16 * V;
        q += 3;
      }
      for (int s = 0; s < singles; s++) {
        long b = in[q] + p;
        ByteVector x0 = ByteVector.fromMemorySegment(S, ALL, b, LITTLE_ENDIAN);
        ByteVector h0 = x0.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        ByteVector x1 = ByteVector.fromMemorySegment(S, ALL, b + V, LITTLE_ENDIAN);
        ByteVector h1 = x1.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        ByteVector l0 = ByteVector.fromMemorySegment(S, ALL, t, LITTLE_ENDIAN);
        ByteVector u0 = ByteVector.fromMemorySegment(S, ALL, t + V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x0.selectFrom(l0).lanewise(XOR, h0.selectFrom(u0)));
        a01 = a01.lanewise(XOR, x1.selectFrom(l0).lanewise(XOR, h1.selectFrom(u0)));
        ByteVector l1 = ByteVector.fromMemorySegment(S, ALL, t + 2 * V, LITTLE_ENDIAN);
        ByteVector u1 = ByteVector.fromMemorySegment(S, ALL, t + 3 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x0.selectFrom(l1).lanewise(XOR, h0.selectFrom(u1)));
        a11 = a11.lanewise(XOR, x1.selectFrom(l1).lanewise(XOR, h1.selectFrom(u1)));
        ByteVector l2 = ByteVector.fromMemorySegment(S, ALL, t + 4 * V, LITTLE_ENDIAN);
        ByteVector u2 = ByteVector.fromMemorySegment(S, ALL, t + 5 * V, LITTLE_ENDIAN);
        a20 = a20.lanewise(XOR, x0.selectFrom(l2).lanewise(XOR, h0.selectFrom(u2)));
        a21 = a21.lanewise(XOR, x1.selectFrom(l2).lanewise(XOR, h1.selectFrom(u2)));
        ByteVector l3 = ByteVector.fromMemorySegment(S, ALL, t + 6 * V, LITTLE_ENDIAN);
        ByteVector u3 = ByteVector.fromMemorySegment(S, ALL, t + 7 * V, LITTLE_ENDIAN);
        a30 = a30.lanewise(XOR, x0.selectFrom(l3).lanewise(XOR, h0.selectFrom(u3)));
        a31 = a31.lanewise(XOR, x1.selectFrom(l3).lanewise(XOR, h1.selectFrom(u3)));
        t += 8 * V;
        q++;
      }
      a00.intoMemorySegment(ALL, o0 + p, LITTLE_ENDIAN);
      a01.intoMemorySegment(ALL, o0 + p + V, LITTLE_ENDIAN);
      a10.intoMemorySegment(ALL, o1 + p, LITTLE_ENDIAN);
      a11.intoMemorySegment(ALL, o1 + p + V, LITTLE_ENDIAN);
      a20.intoMemorySegment(ALL, o2 + p, LITTLE_ENDIAN);
      a21.intoMemorySegment(ALL, o2 + p + V, LITTLE_ENDIAN);
      a30.intoMemorySegment(ALL, o3 + p, LITTLE_ENDIAN);
      a31.intoMemorySegment(ALL, o3 + p + V, LITTLE_ENDIAN);
    }
  }

  /** One output with coefficients, then the XOR of all inputs. */
  static void ones1(
      long[] in, int triples, int singles, long tables, long[] out, long from, long to) {
    long o0 = out[0];
    long o1 = out[1];
    for (long p = from; p < to; p += 4 * V) {
      ByteVector a00 = ByteVector.zero(S);
      ByteVector a10 = ByteVector.zero(S);
      ByteVector a01 = ByteVector.zero(S);
      ByteVector a11 = ByteVector.zero(S);
      ByteVector a02 = ByteVector.zero(S);
      ByteVector a12 = ByteVector.zero(S);
      ByteVector a03 = ByteVector.zero(S);
      ByteVector a13 = ByteVector.zero(S);
      long t = tables;
      int q = 0;
      for (int g = 0; g < triples; g++) {
        long b0 = in[q] + p;
        long b1 = in[q + 1] + p;
        long b2 = in[q + 2] + p;
        ByteVector x00 = ByteVector.fromMemorySegment(S, ALL, b0, LITTLE_ENDIAN);
        ByteVector x10 = ByteVector.fromMemorySegment(S, ALL, b1, LITTLE_ENDIAN);
        ByteVector x20 = ByteVector.fromMemorySegment(S, ALL, b2, LITTLE_ENDIAN);
        ByteVector h0 =
            x00.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x10.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x20.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        a10 = a10.lanewise(XOR, x00).lanewise(XOR, x10.lanewise(XOR, x20));
        ByteVector x01 = ByteVector.fromMemorySegment(S, ALL, b0 + V, LITTLE_ENDIAN);
        ByteVector x11 = ByteVector.fromMemorySegment(S, ALL, b1 + V, LITTLE_ENDIAN);
        ByteVector x21 = ByteVector.fromMemorySegment(S, ALL, b2 + V, LITTLE_ENDIAN);
        ByteVector h1 =
            x01.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x11.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x21.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        a11 = a11.lanewise(XOR, x01).lanewise(XOR, x11.lanewise(XOR, x21));
        ByteVector x02 = ByteVector.fromMemorySegment(S, ALL, b0 + 2 * V, LITTLE_ENDIAN);
        ByteVector x12 = ByteVector.fromMemorySegment(S, ALL, b1 + 2 * V, LITTLE_ENDIAN);
        ByteVector x22 = ByteVector.fromMemorySegment(S, ALL, b2 + 2 * V, LITTLE_ENDIAN);
        ByteVector h2 =
            x02.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x12.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x22.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        a12 = a12.lanewise(XOR, x02).lanewise(XOR, x12.lanewise(XOR, x22));
        ByteVector x03 = ByteVector.fromMemorySegment(S, ALL, b0 + 3 * V, LITTLE_ENDIAN);
        ByteVector x13 = ByteVector.fromMemorySegment(S, ALL, b1 + 3 * V, LITTLE_ENDIAN);
        ByteVector x23 = ByteVector.fromMemorySegment(S, ALL, b2 + 3 * V, LITTLE_ENDIAN);
        ByteVector h3 =
            x03.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x13.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x23.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        a13 = a13.lanewise(XOR, x03).lanewise(XOR, x13.lanewise(XOR, x23));
        ByteVector s00 = ByteVector.fromMemorySegment(S, ALL, t, LITTLE_ENDIAN);
        ByteVector d00 = ByteVector.fromMemorySegment(S, ALL, t + V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x00.selectFrom(s00).lanewise(XOR, x10.selectFrom(d00)));
        a01 = a01.lanewise(XOR, x01.selectFrom(s00).lanewise(XOR, x11.selectFrom(d00)));
        a02 = a02.lanewise(XOR, x02.selectFrom(s00).lanewise(XOR, x12.selectFrom(d00)));
        a03 = a03.lanewise(XOR, x03.selectFrom(s00).lanewise(XOR, x13.selectFrom(d00)));
        ByteVector s01 = ByteVector.fromMemorySegment(S, ALL, t + 2 * V, LITTLE_ENDIAN);
        ByteVector d01 = ByteVector.fromMemorySegment(S, ALL, t + 3 * V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x20.selectFrom(s01).lanewise(XOR, h0.selectFrom(d01)));
        a01 = a01.lanewise(XOR, x21.selectFrom(s01).lanewise(XOR, h1.selectFrom(d01)));
        a02 = a02.lanewise(XOR, x22.selectFrom(s01).lanewise(XOR, h2.selectFrom(d01)));
        a03 = a03.lanewise(XOR, x23.selectFrom(s01).lanewise(XOR, h3.selectFrom(d01)));
        t += 4 * V;
        q += 3;
      }
      for (int s = 0; s < singles; s++) {
        long b = in[q] + p;
        ByteVector x0 = ByteVector.fromMemorySegment(S, ALL, b, LITTLE_ENDIAN);
        ByteVector h0 = x0.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        a10 = a10.lanewise(XOR, x0);
        ByteVector x1 = ByteVector.fromMemorySegment(S, ALL, b + V, LITTLE_ENDIAN);
        ByteVector h1 = x1.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        a11 = a11.lanewise(XOR, x1);
        ByteVector x2 = ByteVector.fromMemorySegment(S, ALL, b + 2 * V, LITTLE_ENDIAN);
        ByteVector h2 = x2.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        a12 = a12.lanewise(XOR, x2);
        ByteVector x3 = ByteVector.fromMemorySegment(S, ALL, b + 3 * V, LITTLE_ENDIAN);
        ByteVector h3 = x3.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        a13 = a13.lanewise(XOR, x3);
        ByteVector l0 = ByteVector.fromMemorySegment(S, ALL, t, LITTLE_ENDIAN);
        ByteVector u0 = ByteVector.fromMemorySegment(S, ALL, t + V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x0.selectFrom(l0).lanewise(XOR, h0.selectFrom(u0)));
        a01 = a01.lanewise(XOR, x1.selectFrom(l0).lanewise(XOR, h1.selectFrom(u0)));
        a02 = a02.lanewise(XOR, x2.selectFrom(l0).lanewise(XOR, h2.selectFrom(u0)));
        a03 = a03.lanewise(XOR, x3.selectFrom(l0).lanewise(XOR, h3.selectFrom(u0)));
        t += 2 * V;
        q++;
      }
      a00.intoMemorySegment(ALL, o0 + p, LITTLE_ENDIAN);
      a01.intoMemorySegment(ALL, o0 + p + V, LITTLE_ENDIAN);
      a02.intoMemorySegment(ALL, o0 + p + 2 * V, LITTLE_ENDIAN);
      a03.intoMemorySegment(ALL, o0 + p + 3 * V, LITTLE_ENDIAN);
      a10.intoMemorySegment(ALL, o1 + p, LITTLE_ENDIAN);
      a11.intoMemorySegment(ALL, o1 + p + V, LITTLE_ENDIAN);
      a12.intoMemorySegment(ALL, o1 + p + 2 * V, LITTLE_ENDIAN);
      a13.intoMemorySegment(ALL, o1 + p + 3 * V, LITTLE_ENDIAN);
    }
  }

  /** Two outputs with coefficients, then the XOR of all inputs. */
  static void ones2(
      long[] in,
      boolean plain,
      int triples,
      int singles,
      long tables,
      long[] out,
      long from,
      long to) {
    long first = plain ? in[0] : ZEROS.address();
    long advance = plain ? -1 : 0;
    long o0 = out[0];
    long o1 = out[1];
    long o2 = out[2];
    for (long p = from; p < to; p += 2 * V) {
      long b = first + (p & advance);
      ByteVector f0 = ByteVector.fromMemorySegment(S, ALL, b, LITTLE_ENDIAN);
      ByteVector f1 = ByteVector.fromMemorySegment(S, ALL, b + V, LITTLE_ENDIAN);
      ByteVector a00 = f0;
      ByteVector a10 = f0;
      ByteVector a20 = f0;
      ByteVector a01 = f1;
      ByteVector a11 = f1;
      ByteVector a21 = f1;
      long t = tables;
      int q = plain ? 1 : 0;
      for (int g = 0; g < triples; g++) {
        long b0 = in[q] + p;
        long b1 = in[q + 1] + p;
        long b2 = in[q + 2] + p;
        ByteVector x00 = ByteVector.fromMemorySegment(S, ALL, b0, LITTLE_ENDIAN);
        ByteVector x10 = ByteVector.fromMemorySegment(S, ALL, b1, LITTLE_ENDIAN);
        ByteVector x20 = ByteVector.fromMemorySegment(S, ALL, b2, LITTLE_ENDIAN);
        ByteVector h0 =
            x00.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x10.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x20.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        a20 = a20.lanewise(XOR, x00).lanewise(XOR, x10.lanewise(XOR, x20));
        ByteVector x01 = ByteVector.fromMemorySegment(S, ALL, b0 + V, LITTLE_ENDIAN);
        ByteVector x11 = ByteVector.fromMemorySegment(S, ALL, b1 + V, LITTLE_ENDIAN);
        ByteVector x21 = ByteVector.fromMemorySegment(S, ALL, b2 + V, LITTLE_ENDIAN);
        ByteVector h1 =
            x01.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x11.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x21.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        a21 = a21.lanewise(XOR, x01).lanewise(XOR, x11.lanewise(XOR, x21));
        ByteVector s00 = ByteVector.fromMemorySegment(S, ALL, t, LITTLE_ENDIAN);
        ByteVector d00 = ByteVector.fromMemorySegment(S, ALL, t + V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x00.selectFrom(s00).lanewise(XOR, x10.selectFrom(d00)));
        a01 = a01.lanewise(XOR, x01.selectFrom(s00).lanewise(XOR, x11.selectFrom(d00)));
        ByteVector s01 = ByteVector.fromMemorySegment(S, ALL, t + 2 * V, LITTLE_ENDIAN);
        ByteVector d01 = ByteVector.fromMemorySegment(S, ALL, t + 3 * V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x20.selectFrom(s01).lanewise(XOR, h0.selectFrom(d01)));
        a01 = a01.lanewise(XOR, x21.selectFrom(s01).lanewise(XOR, h1.selectFrom(d01)));
        ByteVector s10 = ByteVector.fromMemorySegment(S, ALL, t + 4 * V, LITTLE_ENDIAN);
        ByteVector d10 = ByteVector.fromMemorySegment(S, ALL, t + 5 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x00.selectFrom(s10).lanewise(XOR, x10.selectFrom(d10)));
        a11 = a11.lanewise(XOR, x01.selectFrom(s10).lanewise(XOR, x11.selectFrom(d10)));
        ByteVector s11 = ByteVector.fromMemorySegment(S, ALL, t + 6 * V, LITTLE_ENDIAN);
        ByteVector d11 = ByteVector.fromMemorySegment(S, ALL, t + 7 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x20.selectFrom(s11).lanewise(XOR, h0.selectFrom(d11)));
        a11 = a11.lanewise(XOR, x21.selectFrom(s11).lanewise(XOR, h1.selectFrom(d11)));
        t += 8 * V;
        q += 3;
      }
      for (int s = 0; s < singles; s++) {
        long c = in[q] + p;
        ByteVector x0 = ByteVector.fromMemorySegment(S, ALL, c, LITTLE_ENDIAN);
        ByteVector h0 = x0.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        a20 = a20.lanewise(XOR, x0);
        ByteVector x1 = ByteVector.fromMemorySegment(S, ALL, c + V, LITTLE_ENDIAN);
        ByteVector h1 = x1.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        a21 = a21.lanewise(XOR, x1);
        ByteVector l0 = ByteVector.fromMemorySegment(S, ALL, t, LITTLE_ENDIAN);
        ByteVector u0 = ByteVector.fromMemorySegment(S, ALL, t + V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x0.selectFrom(l0).lanewise(XOR, h0.selectFrom(u0)));
        a01 = a01.lanewise(XOR, x1.selectFrom(l0).lanewise(XOR, h1.selectFrom(u0)));
        ByteVector l1 = ByteVector.fromMemorySegment(S, ALL, t + 2 * V, LITTLE_ENDIAN);
        ByteVector u1 = ByteVector.fromMemorySegment(S, ALL, t + 3 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x0.selectFrom(l1).lanewise(XOR, h0.selectFrom(u1)));
        a11 = a11.lanewise(XOR, x1.selectFrom(l1).lanewise(XOR, h1.selectFrom(u1)));
        t += 4 * V;
        q++;
      }
      a00.intoMemorySegment(ALL, o0 + p, LITTLE_ENDIAN);
      a01.intoMemorySegment(ALL, o0 + p + V, LITTLE_ENDIAN);
      a10.intoMemorySegment(ALL, o1 + p, LITTLE_ENDIAN);
      a11.intoMemorySegment(ALL, o1 + p + V, LITTLE_ENDIAN);
      a20.intoMemorySegment(ALL, o2 + p, LITTLE_ENDIAN);
      a21.intoMemorySegment(ALL, o2 + p + V, LITTLE_ENDIAN);
    }
  }

  /** Three outputs with coefficients, then the XOR of all inputs. */
  static void ones3(
      long[] in,
      boolean plain,
      int triples,
      int singles,
      long tables,
      long[] out,
      long from,
      long to) {
    long first = plain ? in[0] : ZEROS.address();
    long advance = plain ? -1 : 0;
    long o0 = out[0];
    long o1 = out[1];
    long o2 = out[2];
    long o3 = out[3];
    for (long p = from; p < to; p += 2 * V) {
      long b = first + (p & advance);
      ByteVector f0 = ByteVector.fromMemorySegment(S, ALL, b, LITTLE_ENDIAN);
      ByteVector f1 = ByteVector.fromMemorySegment(S, ALL, b + V, LITTLE_ENDIAN);
      ByteVector a00 = f0;
      ByteVector a10 = f0;
      ByteVector a20 = f0;
      ByteVector a30 = f0;
      ByteVector a01 = f1;
      ByteVector a11 = f1;
      ByteVector a21 = f1;
      ByteVector a31 = f1;
      long t = tables;
      int q = plain ? 1 : 0;
      for (int g = 0; g < triples; g++) {
        long b0 = in[q] + p;
        long b1 = in[q + 1] + p;
        long b2 = in[q + 2] + p;
        ByteVector x00 = ByteVector.fromMemorySegment(S, ALL, b0, LITTLE_ENDIAN);
        ByteVector x10 = ByteVector.fromMemorySegment(S, ALL, b1, LITTLE_ENDIAN);
        ByteVector x20 = ByteVector.fromMemorySegment(S, ALL, b2, LITTLE_ENDIAN);
        ByteVector h0 =
            x00.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x10.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x20.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        a30 = a30.lanewise(XOR, x00).lanewise(XOR, x10.lanewise(XOR, x20));
        ByteVector x01 = ByteVector.fromMemorySegment(S, ALL, b0 + V, LITTLE_ENDIAN);
        ByteVector x11 = ByteVector.fromMemorySegment(S, ALL, b1 + V, LITTLE_ENDIAN);
        ByteVector x21 = ByteVector.fromMemorySegment(S, ALL, b2 + V, LITTLE_ENDIAN);
        ByteVector h1 =
            x01.reinterpretAsLongs()
                .lanewise(LSHR, 6)
                .lanewise(BITWISE_BLEND, x11.reinterpretAsLongs().lanewise(LSHR, 4), SECOND)
                .lanewise(BITWISE_BLEND, x21.reinterpretAsLongs().lanewise(LSHR, 2), THIRD)
                .reinterpretAsBytes();
        a31 = a31.lanewise(XOR, x01).lanewise(XOR, x11.lanewise(XOR, x21));
        ByteVector s00 = ByteVector.fromMemorySegment(S, ALL, t, LITTLE_ENDIAN);
        ByteVector d00 = ByteVector.fromMemorySegment(S, ALL, t + V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x00.selectFrom(s00).lanewise(XOR, x10.selectFrom(d00)));
        a01 = a01.lanewise(XOR, x01.selectFrom(s00).lanewise(XOR, x11.selectFrom(d00)));
        ByteVector s01 = ByteVector.fromMemorySegment(S, ALL, t + 2 * V, LITTLE_ENDIAN);
        ByteVector d01 = ByteVector.fromMemorySegment(S, ALL, t + 3 * V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x20.selectFrom(s01).lanewise(XOR, h0.selectFrom(d01)));
        a01 = a01.lanewise(XOR, x21.selectFrom(s01).lanewise(XOR, h1.selectFrom(d01)));
        ByteVector s10 = ByteVector.fromMemorySegment(S, ALL, t + 4 * V, LITTLE_ENDIAN);
        ByteVector d10 = ByteVector.fromMemorySegment(S, ALL, t + 5 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x00.selectFrom(s10).lanewise(XOR, x10.selectFrom(d10)));
        a11 = a11.lanewise(XOR, x01.selectFrom(s10).lanewise(XOR, x11.selectFrom(d10)));
        ByteVector s11 = ByteVector.fromMemorySegment(S, ALL, t + 6 * V, LITTLE_ENDIAN);
        ByteVector d11 = ByteVector.fromMemorySegment(S, ALL, t + 7 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x20.selectFrom(s11).lanewise(XOR, h0.selectFrom(d11)));
        a11 = a11.lanewise(XOR, x21.selectFrom(s11).lanewise(XOR, h1.selectFrom(d11)));
        ByteVector s20 = ByteVector.fromMemorySegment(S, ALL, t + 8 * V, LITTLE_ENDIAN);
        ByteVector d20 = ByteVector.fromMemorySegment(S, ALL, t + 9 * V, LITTLE_ENDIAN);
        a20 = a20.lanewise(XOR, x00.selectFrom(s20).lanewise(XOR, x10.selectFrom(d20)));
        a21 = a21.lanewise(XOR, x01.selectFrom(s20).lanewise(XOR, x11.selectFrom(d20)));
        ByteVector s21 = ByteVector.fromMemorySegment(S, ALL, t + 10 * V, LITTLE_ENDIAN);
        ByteVector d21 = ByteVector.fromMemorySegment(S, ALL, t + 11 * V, LITTLE_ENDIAN);
        a20 = a20.lanewise(XOR, x20.selectFrom(s21).lanewise(XOR, h0.selectFrom(d21)));
        a21 = a21.lanewise(XOR, x21.selectFrom(s21).lanewise(XOR, h1.selectFrom(d21)));
        t += 12 * V;
        q += 3;
      }
      for (int s = 0; s < singles; s++) {
        long c = in[q] + p;
        ByteVector x0 = ByteVector.fromMemorySegment(S, ALL, c, LITTLE_ENDIAN);
        ByteVector h0 = x0.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        a30 = a30.lanewise(XOR, x0);
        ByteVector x1 = ByteVector.fromMemorySegment(S, ALL, c + V, LITTLE_ENDIAN);
        ByteVector h1 = x1.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
        a31 = a31.lanewise(XOR, x1);
        ByteVector l0 = ByteVector.fromMemorySegment(S, ALL, t, LITTLE_ENDIAN);
        ByteVector u0 = ByteVector.fromMemorySegment(S, ALL, t + V, LITTLE_ENDIAN);
        a00 = a00.lanewise(XOR, x0.selectFrom(l0).lanewise(XOR, h0.selectFrom(u0)));
        a01 = a01.lanewise(XOR, x1.selectFrom(l0).lanewise(XOR, h1.selectFrom(u0)));
        ByteVector l1 = ByteVector.fromMemorySegment(S, ALL, t + 2 * V, LITTLE_ENDIAN);
        ByteVector u1 = ByteVector.fromMemorySegment(S, ALL, t + 3 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x0.selectFrom(l1).lanewise(XOR, h0.selectFrom(u1)));
        a11 = a11.lanewise(XOR, x1.selectFrom(l1).lanewise(XOR, h1.selectFrom(u1)));
        ByteVector l2 = ByteVector.fromMemorySegment(S, ALL, t + 4 * V, LITTLE_ENDIAN);
        ByteVector u2 = ByteVector.fromMemorySegment(S, ALL, t + 5 * V, LITTLE_ENDIAN);
        a20 = a20.lanewise(XOR, x0.selectFrom(l2).lanewise(XOR, h0.selectFrom(u2)));
        a21 = a21.lanewise(XOR, x1.selectFrom(l2).lanewise(XOR, h1.selectFrom(u2)));
        t += 6 * V;
        q++;
      }
      a00.intoMemorySegment(ALL, o0 + p, LITTLE_ENDIAN);
      a01.intoMemorySegment(ALL, o0 + p + V, LITTLE_ENDIAN);
      a10.intoMemorySegment(ALL, o1 + p, LITTLE_ENDIAN);
      a11.intoMemorySegment(ALL, o1 + p + V, LITTLE_ENDIAN);
      a20.intoMemorySegment(ALL, o2 + p, LITTLE_ENDIAN);
      a21.intoMemorySegment(ALL, o2 + p + V, LITTLE_ENDIAN);
      a30.intoMemorySegment(ALL, o3 + p, LITTLE_ENDIAN);
      a31.intoMemorySegment(ALL, o3 + p + V, LITTLE_ENDIAN);
    }
  }

  /**
   * One output with the coefficients 1, 2, 4, ...: doubled and added, from the last input to the
   * first.
   */
  static void powers(long[] in, int inputs, long[] out, long from, long to) {
    long o0 = out[0];
    for (long p = from; p < to; p += 4 * V) {
      ByteVector a00 = ByteVector.zero(S);
      ByteVector a01 = ByteVector.zero(S);
      ByteVector a02 = ByteVector.zero(S);
      ByteVector a03 = ByteVector.zero(S);
      for (int q = inputs - 1; q >= 0; q--) {
        long b = in[q] + p;
        ByteVector x0 = ByteVector.fromMemorySegment(S, ALL, b, LITTLE_ENDIAN);
        ByteVector x1 = ByteVector.fromMemorySegment(S, ALL, b + V, LITTLE_ENDIAN);
        ByteVector x2 = ByteVector.fromMemorySegment(S, ALL, b + 2 * V, LITTLE_ENDIAN);
        ByteVector x3 = ByteVector.fromMemorySegment(S, ALL, b + 3 * V, LITTLE_ENDIAN);
        ByteVector r0 = ByteVector.zero(S).blend(REDUCE, a00.compare(LT, (byte) 0));
        a00 = a00.lanewise(ADD, a00).lanewise(XOR, r0).lanewise(XOR, x0);
        ByteVector r1 = ByteVector.zero(S).blend(REDUCE, a01.compare(LT, (byte) 0));
        a01 = a01.lanewise(ADD, a01).lanewise(XOR, r1).lanewise(XOR, x1);
        ByteVector r2 = ByteVector.zero(S).blend(REDUCE, a02.compare(LT, (byte) 0));
        a02 = a02.lanewise(ADD, a02).lanewise(XOR, r2).lanewise(XOR, x2);
        ByteVector r3 = ByteVector.zero(S).blend(REDUCE, a03.compare(LT, (byte) 0));
        a03 = a03.lanewise(ADD, a03).lanewise(XOR, r3).lanewise(XOR, x3);
      }
      a00.intoMemorySegment(ALL, o0 + p, LITTLE_ENDIAN);
      a01.intoMemorySegment(ALL, o0 + p + V, LITTLE_ENDIAN);
      a02.intoMemorySegment(ALL, o0 + p + 2 * V, LITTLE_ENDIAN);
      a03.intoMemorySegment(ALL, o0 + p + 3 * V, LITTLE_ENDIAN);
    }
  }

  /** One output with the coefficients 1, 2, 4, ..., then the XOR of all inputs. */
  static void powersAndOnes(long[] in, int inputs, long[] out, long from, long to) {
    long o0 = out[0];
    long o1 = out[1];
    for (long p = from; p < to; p += 4 * V) {
      ByteVector a00 = ByteVector.zero(S);
      ByteVector a10 = ByteVector.zero(S);
      ByteVector a01 = ByteVector.zero(S);
      ByteVector a11 = ByteVector.zero(S);
      ByteVector a02 = ByteVector.zero(S);
      ByteVector a12 = ByteVector.zero(S);
      ByteVector a03 = ByteVector.zero(S);
      ByteVector a13 = ByteVector.zero(S);
      for (int q = inputs - 1; q >= 0; q--) {
        long b = in[q] + p;
        ByteVector x0 = ByteVector.fromMemorySegment(S, ALL, b, LITTLE_ENDIAN);
        ByteVector x1 = ByteVector.fromMemorySegment(S, ALL, b + V, LITTLE_ENDIAN);
        ByteVector x2 = ByteVector.fromMemorySegment(S, ALL, b + 2 * V, LITTLE_ENDIAN);
        ByteVector x3 = ByteVector.fromMemorySegment(S, ALL, b + 3 * V, LITTLE_ENDIAN);
        a10 = a10.lanewise(XOR, x0);
        a11 = a11.lanewise(XOR, x1);
        a12 = a12.lanewise(XOR, x2);
        a13 = a13.lanewise(XOR, x3);
        ByteVector r0 = ByteVector.zero(S).blend(REDUCE, a00.compare(LT, (byte) 0));
        a00 = a00.lanewise(ADD, a00).lanewise(XOR, r0).lanewise(XOR, x0);
        ByteVector r1 = ByteVector.zero(S).blend(REDUCE, a01.compare(LT, (byte) 0));
        a01 = a01.lanewise(ADD, a01).lanewise(XOR, r1).lanewise(XOR, x1);
        ByteVector r2 = ByteVector.zero(S).blend(REDUCE, a02.compare(LT, (byte) 0));
        a02 = a02.lanewise(ADD, a02).lanewise(XOR, r2).lanewise(XOR, x2);
        ByteVector r3 = ByteVector.zero(S).blend(REDUCE, a03.compare(LT, (byte) 0));
        a03 = a03.lanewise(ADD, a03).lanewise(XOR, r3).lanewise(XOR, x3);
      }
      a00.intoMemorySegment(ALL, o0 + p, LITTLE_ENDIAN);
      a10.intoMemorySegment(ALL, o1 + p, LITTLE_ENDIAN);
      a01.intoMemorySegment(ALL, o0 + p + V, LITTLE_ENDIAN);
      a11.intoMemorySegment(ALL, o1 + p + V, LITTLE_ENDIAN);
      a02.intoMemorySegment(ALL, o0 + p + 2 * V, LITTLE_ENDIAN);
      a12.intoMemorySegment(ALL, o1 + p + 2 * V, LITTLE_ENDIAN);
      a03.intoMemorySegment(ALL, o0 + p + 3 * V, LITTLE_ENDIAN);
      a13.intoMemorySegment(ALL, o1 + p + 3 * V, LITTLE_ENDIAN);
    }
  }

  /**
   * Two lost data shards from the others, the XOR parity and the parity of powers of two: the sum
   * and the doubled sum of what is there, taken out of both parities, leave {@code a + b} and
   * {@code 2^i a + 2^j b}; the first lost shard is a product of these two, and the second what is
   * left of their sum.
   *
   * @param in the data in order, then both parities
   * @param doublings how often the sum is doubled after each of the data was added to it
   * @param tables both products, low and high nibbles
   */
  static void twoLost(
      long[] in, int data, int[] doublings, long tables, long[] out, long from, long to) {
    long o0 = out[0];
    long o1 = out[1];
    for (long p = from; p < to; p += 4 * V) {
      ByteVector s0 = ByteVector.zero(S);
      ByteVector t0 = ByteVector.zero(S);
      ByteVector s1 = ByteVector.zero(S);
      ByteVector t1 = ByteVector.zero(S);
      ByteVector s2 = ByteVector.zero(S);
      ByteVector t2 = ByteVector.zero(S);
      ByteVector s3 = ByteVector.zero(S);
      ByteVector t3 = ByteVector.zero(S);
      for (int q = data - 1; q >= 0; q--) {
        long b = in[q] + p;
        ByteVector x0 = ByteVector.fromMemorySegment(S, ALL, b, LITTLE_ENDIAN);
        s0 = s0.lanewise(XOR, x0);
        t0 = t0.lanewise(XOR, x0);
        ByteVector x1 = ByteVector.fromMemorySegment(S, ALL, b + V, LITTLE_ENDIAN);
        s1 = s1.lanewise(XOR, x1);
        t1 = t1.lanewise(XOR, x1);
        ByteVector x2 = ByteVector.fromMemorySegment(S, ALL, b + 2 * V, LITTLE_ENDIAN);
        s2 = s2.lanewise(XOR, x2);
        t2 = t2.lanewise(XOR, x2);
        ByteVector x3 = ByteVector.fromMemorySegment(S, ALL, b + 3 * V, LITTLE_ENDIAN);
        s3 = s3.lanewise(XOR, x3);
        t3 = t3.lanewise(XOR, x3);
        for (int left = doublings[q]; left > 0; left--) {
          ByteVector r0 = ByteVector.zero(S).blend(REDUCE, t0.compare(LT, (byte) 0));
          t0 = t0.lanewise(ADD, t0).lanewise(XOR, r0);
          ByteVector r1 = ByteVector.zero(S).blend(REDUCE, t1.compare(LT, (byte) 0));
          t1 = t1.lanewise(ADD, t1).lanewise(XOR, r1);
          ByteVector r2 = ByteVector.zero(S).blend(REDUCE, t2.compare(LT, (byte) 0));
          t2 = t2.lanewise(ADD, t2).lanewise(XOR, r2);
          ByteVector r3 = ByteVector.zero(S).blend(REDUCE, t3.compare(LT, (byte) 0));
          t3 = t3.lanewise(ADD, t3).lanewise(XOR, r3);
        }
      }
      long first = in[data] + p;
      long second = in[data + 1] + p;
      ByteVector l0 = ByteVector.fromMemorySegment(S, ALL, tables, LITTLE_ENDIAN);
      ByteVector h0 = ByteVector.fromMemorySegment(S, ALL, tables + V, LITTLE_ENDIAN);
      ByteVector l1 = ByteVector.fromMemorySegment(S, ALL, tables + 2 * V, LITTLE_ENDIAN);
      ByteVector h1 = ByteVector.fromMemorySegment(S, ALL, tables + 3 * V, LITTLE_ENDIAN);
      s0 = s0.lanewise(XOR, ByteVector.fromMemorySegment(S, ALL, first, LITTLE_ENDIAN));
      t0 = t0.lanewise(XOR, ByteVector.fromMemorySegment(S, ALL, second, LITTLE_ENDIAN));
      ByteVector y0 = s0.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
      ByteVector z0 = t0.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
      ByteVector a0 =
          s0.selectFrom(l0)
              .lanewise(XOR, y0.selectFrom(h0))
              .lanewise(XOR, t0.selectFrom(l1).lanewise(XOR, z0.selectFrom(h1)));
      a0.intoMemorySegment(ALL, o0 + p, LITTLE_ENDIAN);
      a0.lanewise(XOR, s0).intoMemorySegment(ALL, o1 + p, LITTLE_ENDIAN);
      s1 = s1.lanewise(XOR, ByteVector.fromMemorySegment(S, ALL, first + V, LITTLE_ENDIAN));
      t1 = t1.lanewise(XOR, ByteVector.fromMemorySegment(S, ALL, second + V, LITTLE_ENDIAN));
      ByteVector y1 = s1.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
      ByteVector z1 = t1.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
      ByteVector a1 =
          s1.selectFrom(l0)
              .lanewise(XOR, y1.selectFrom(h0))
              .lanewise(XOR, t1.selectFrom(l1).lanewise(XOR, z1.selectFrom(h1)));
      a1.intoMemorySegment(ALL, o0 + p + V, LITTLE_ENDIAN);
      a1.lanewise(XOR, s1).intoMemorySegment(ALL, o1 + p + V, LITTLE_ENDIAN);
      s2 = s2.lanewise(XOR, ByteVector.fromMemorySegment(S, ALL, first + 2 * V, LITTLE_ENDIAN));
      t2 = t2.lanewise(XOR, ByteVector.fromMemorySegment(S, ALL, second + 2 * V, LITTLE_ENDIAN));
      ByteVector y2 = s2.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
      ByteVector z2 = t2.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
      ByteVector a2 =
          s2.selectFrom(l0)
              .lanewise(XOR, y2.selectFrom(h0))
              .lanewise(XOR, t2.selectFrom(l1).lanewise(XOR, z2.selectFrom(h1)));
      a2.intoMemorySegment(ALL, o0 + p + 2 * V, LITTLE_ENDIAN);
      a2.lanewise(XOR, s2).intoMemorySegment(ALL, o1 + p + 2 * V, LITTLE_ENDIAN);
      s3 = s3.lanewise(XOR, ByteVector.fromMemorySegment(S, ALL, first + 3 * V, LITTLE_ENDIAN));
      t3 = t3.lanewise(XOR, ByteVector.fromMemorySegment(S, ALL, second + 3 * V, LITTLE_ENDIAN));
      ByteVector y3 = s3.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
      ByteVector z3 = t3.reinterpretAsLongs().lanewise(LSHR, 4).reinterpretAsBytes();
      ByteVector a3 =
          s3.selectFrom(l0)
              .lanewise(XOR, y3.selectFrom(h0))
              .lanewise(XOR, t3.selectFrom(l1).lanewise(XOR, z3.selectFrom(h1)));
      a3.intoMemorySegment(ALL, o0 + p + 3 * V, LITTLE_ENDIAN);
      a3.lanewise(XOR, s3).intoMemorySegment(ALL, o1 + p + 3 * V, LITTLE_ENDIAN);
    }
  }
}
