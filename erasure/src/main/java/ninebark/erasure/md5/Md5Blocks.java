package ninebark.erasure.md5;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.IntVector.SPECIES_128;
import static jdk.incubator.vector.IntVector.SPECIES_256;
import static jdk.incubator.vector.IntVector.SPECIES_512;
import static jdk.incubator.vector.VectorOperators.BITWISE_BLEND;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;

/**
 * MD5 of 4, 8 or 16 streams at once, one stream per lane; RFC 1321 otherwise. Each method reads one
 * block of 64 bytes per stream, turns rows into columns in registers (so that vector w<sub>i</sub>
 * holds word i of every stream), and does the 64 steps.
 *
 * <p><b>Why it is written out.</b> A loop around the steps costs the JIT compiler its registers or
 * its patience, a method of more than 8,000 bytecodes is never compiled, and a method of ours that
 * it does not inline costs a factor of fifty. Each method is one straight line below that size.
 *
 * <p>Addresses are absolute and checked by the caller. {@code states} holds word A of all lanes
 * from index 0, B from 16, C from 32 and D from 48.
 */
final class Md5Blocks {
  // Restricted because a wrong address would crash the JVM: the callers check every range.
  @SuppressWarnings("restricted")
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final int[] LOW4 = transpose(4, false);
  private static final int[] HIGH4 = transpose(4, true);
  private static final int[] LOW8 = transpose(8, false);
  private static final int[] HIGH8 = transpose(8, true);
  private static final int[] LOW16 = transpose(16, false);
  private static final int[] HIGH16 = transpose(16, true);

  private Md5Blocks() {}

  /**
   * Index vectors, one for each stage of a transposition: stage s swaps the blocks of s lanes
   * beside the diagonal between two rows that are s apart. Indexes from {@code lanes} on mean the
   * second row.
   */
  private static int[] transpose(int lanes, boolean secondRow) {
    var indexes = new int[lanes * Integer.numberOfTrailingZeros(lanes)];
    int at = 0;
    for (int distance = 1; distance < lanes; distance *= 2) {
      for (int lane = 0; lane < lanes; lane++) {
        boolean left = (lane & distance) == 0;
        int index =
            secondRow
                ? (left ? lane + distance : lanes + lane)
                : (left ? lane : lanes + lane - distance);
        indexes[at++] = index;
      }
    }
    return indexes;
  }

  /** Takes one block of each of 4 streams. */
  static void block4(long[] addresses, int[] states) {
    IntVector w0 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[0], LITTLE_ENDIAN);
    IntVector w1 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[1], LITTLE_ENDIAN);
    IntVector w2 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[2], LITTLE_ENDIAN);
    IntVector w3 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[3], LITTLE_ENDIAN);
    IntVector w4 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[0] + 16, LITTLE_ENDIAN);
    IntVector w5 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[1] + 16, LITTLE_ENDIAN);
    IntVector w6 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[2] + 16, LITTLE_ENDIAN);
    IntVector w7 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[3] + 16, LITTLE_ENDIAN);
    IntVector w8 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[0] + 32, LITTLE_ENDIAN);
    IntVector w9 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[1] + 32, LITTLE_ENDIAN);
    IntVector w10 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[2] + 32, LITTLE_ENDIAN);
    IntVector w11 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[3] + 32, LITTLE_ENDIAN);
    IntVector w12 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[0] + 48, LITTLE_ENDIAN);
    IntVector w13 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[1] + 48, LITTLE_ENDIAN);
    IntVector w14 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[2] + 48, LITTLE_ENDIAN);
    IntVector w15 = IntVector.fromMemorySegment(SPECIES_128, ALL, addresses[3] + 48, LITTLE_ENDIAN);
    IntVector lo1 = IntVector.fromArray(SPECIES_128, LOW4, 0);
    IntVector hi1 = IntVector.fromArray(SPECIES_128, HIGH4, 0);
    IntVector lo2 = IntVector.fromArray(SPECIES_128, LOW4, 4);
    IntVector hi2 = IntVector.fromArray(SPECIES_128, HIGH4, 4);
    IntVector t;
    t = lo1.selectFrom(w0, w1);
    w1 = hi1.selectFrom(w0, w1);
    w0 = t;
    t = lo1.selectFrom(w2, w3);
    w3 = hi1.selectFrom(w2, w3);
    w2 = t;
    t = lo1.selectFrom(w4, w5);
    w5 = hi1.selectFrom(w4, w5);
    w4 = t;
    t = lo1.selectFrom(w6, w7);
    w7 = hi1.selectFrom(w6, w7);
    w6 = t;
    t = lo1.selectFrom(w8, w9);
    w9 = hi1.selectFrom(w8, w9);
    w8 = t;
    t = lo1.selectFrom(w10, w11);
    w11 = hi1.selectFrom(w10, w11);
    w10 = t;
    t = lo1.selectFrom(w12, w13);
    w13 = hi1.selectFrom(w12, w13);
    w12 = t;
    t = lo1.selectFrom(w14, w15);
    w15 = hi1.selectFrom(w14, w15);
    w14 = t;
    t = lo2.selectFrom(w0, w2);
    w2 = hi2.selectFrom(w0, w2);
    w0 = t;
    t = lo2.selectFrom(w1, w3);
    w3 = hi2.selectFrom(w1, w3);
    w1 = t;
    t = lo2.selectFrom(w4, w6);
    w6 = hi2.selectFrom(w4, w6);
    w4 = t;
    t = lo2.selectFrom(w5, w7);
    w7 = hi2.selectFrom(w5, w7);
    w5 = t;
    t = lo2.selectFrom(w8, w10);
    w10 = hi2.selectFrom(w8, w10);
    w8 = t;
    t = lo2.selectFrom(w9, w11);
    w11 = hi2.selectFrom(w9, w11);
    w9 = t;
    t = lo2.selectFrom(w12, w14);
    w14 = hi2.selectFrom(w12, w14);
    w12 = t;
    t = lo2.selectFrom(w13, w15);
    w15 = hi2.selectFrom(w13, w15);
    w13 = t;
    IntVector a = IntVector.fromArray(SPECIES_128, states, 0);
    IntVector b = IntVector.fromArray(SPECIES_128, states, 16);
    IntVector c = IntVector.fromArray(SPECIES_128, states, 32);
    IntVector d = IntVector.fromArray(SPECIES_128, states, 48);
    a = a.add(w0).add(0xd76aa478).add(d.lanewise(BITWISE_BLEND, c, b)).lanewise(ROL, 7).add(b);
    d = d.add(w1).add(0xe8c7b756).add(c.lanewise(BITWISE_BLEND, b, a)).lanewise(ROL, 12).add(a);
    c = c.add(w2).add(0x242070db).add(b.lanewise(BITWISE_BLEND, a, d)).lanewise(ROL, 17).add(d);
    b = b.add(w3).add(0xc1bdceee).add(a.lanewise(BITWISE_BLEND, d, c)).lanewise(ROL, 22).add(c);
    a = a.add(w4).add(0xf57c0faf).add(d.lanewise(BITWISE_BLEND, c, b)).lanewise(ROL, 7).add(b);
    d = d.add(w5).add(0x4787c62a).add(c.lanewise(BITWISE_BLEND, b, a)).lanewise(ROL, 12).add(a);
    c = c.add(w6).add(0xa8304613).add(b.lanewise(BITWISE_BLEND, a, d)).lanewise(ROL, 17).add(d);
    b = b.add(w7).add(0xfd469501).add(a.lanewise(BITWISE_BLEND, d, c)).lanewise(ROL, 22).add(c);
    a = a.add(w8).add(0x698098d8).add(d.lanewise(BITWISE_BLEND, c, b)).lanewise(ROL, 7).add(b);
    d = d.add(w9).add(0x8b44f7af).add(c.lanewise(BITWISE_BLEND, b, a)).lanewise(ROL, 12).add(a);
    c = c.add(w10).add(0xffff5bb1).add(b.lanewise(BITWISE_BLEND, a, d)).lanewise(ROL, 17).add(d);
    b = b.add(w11).add(0x895cd7be).add(a.lanewise(BITWISE_BLEND, d, c)).lanewise(ROL, 22).add(c);
    a = a.add(w12).add(0x6b901122).add(d.lanewise(BITWISE_BLEND, c, b)).lanewise(ROL, 7).add(b);
    d = d.add(w13).add(0xfd987193).add(c.lanewise(BITWISE_BLEND, b, a)).lanewise(ROL, 12).add(a);
    c = c.add(w14).add(0xa679438e).add(b.lanewise(BITWISE_BLEND, a, d)).lanewise(ROL, 17).add(d);
    b = b.add(w15).add(0x49b40821).add(a.lanewise(BITWISE_BLEND, d, c)).lanewise(ROL, 22).add(c);
    a = a.add(w1).add(0xf61e2562).add(c.lanewise(BITWISE_BLEND, b, d)).lanewise(ROL, 5).add(b);
    d = d.add(w6).add(0xc040b340).add(b.lanewise(BITWISE_BLEND, a, c)).lanewise(ROL, 9).add(a);
    c = c.add(w11).add(0x265e5a51).add(a.lanewise(BITWISE_BLEND, d, b)).lanewise(ROL, 14).add(d);
    b = b.add(w0).add(0xe9b6c7aa).add(d.lanewise(BITWISE_BLEND, c, a)).lanewise(ROL, 20).add(c);
    a = a.add(w5).add(0xd62f105d).add(c.lanewise(BITWISE_BLEND, b, d)).lanewise(ROL, 5).add(b);
    d = d.add(w10).add(0x02441453).add(b.lanewise(BITWISE_BLEND, a, c)).lanewise(ROL, 9).add(a);
    c = c.add(w15).add(0xd8a1e681).add(a.lanewise(BITWISE_BLEND, d, b)).lanewise(ROL, 14).add(d);
    b = b.add(w4).add(0xe7d3fbc8).add(d.lanewise(BITWISE_BLEND, c, a)).lanewise(ROL, 20).add(c);
    a = a.add(w9).add(0x21e1cde6).add(c.lanewise(BITWISE_BLEND, b, d)).lanewise(ROL, 5).add(b);
    d = d.add(w14).add(0xc33707d6).add(b.lanewise(BITWISE_BLEND, a, c)).lanewise(ROL, 9).add(a);
    c = c.add(w3).add(0xf4d50d87).add(a.lanewise(BITWISE_BLEND, d, b)).lanewise(ROL, 14).add(d);
    b = b.add(w8).add(0x455a14ed).add(d.lanewise(BITWISE_BLEND, c, a)).lanewise(ROL, 20).add(c);
    a = a.add(w13).add(0xa9e3e905).add(c.lanewise(BITWISE_BLEND, b, d)).lanewise(ROL, 5).add(b);
    d = d.add(w2).add(0xfcefa3f8).add(b.lanewise(BITWISE_BLEND, a, c)).lanewise(ROL, 9).add(a);
    c = c.add(w7).add(0x676f02d9).add(a.lanewise(BITWISE_BLEND, d, b)).lanewise(ROL, 14).add(d);
    b = b.add(w12).add(0x8d2a4c8a).add(d.lanewise(BITWISE_BLEND, c, a)).lanewise(ROL, 20).add(c);
    a = a.add(w5).add(0xfffa3942).add(b.lanewise(XOR, c).lanewise(XOR, d)).lanewise(ROL, 4).add(b);
    d = d.add(w8).add(0x8771f681).add(a.lanewise(XOR, b).lanewise(XOR, c)).lanewise(ROL, 11).add(a);
    c =
        c.add(w11)
            .add(0x6d9d6122)
            .add(d.lanewise(XOR, a).lanewise(XOR, b))
            .lanewise(ROL, 16)
            .add(d);
    b =
        b.add(w14)
            .add(0xfde5380c)
            .add(c.lanewise(XOR, d).lanewise(XOR, a))
            .lanewise(ROL, 23)
            .add(c);
    a = a.add(w1).add(0xa4beea44).add(b.lanewise(XOR, c).lanewise(XOR, d)).lanewise(ROL, 4).add(b);
    d = d.add(w4).add(0x4bdecfa9).add(a.lanewise(XOR, b).lanewise(XOR, c)).lanewise(ROL, 11).add(a);
    c = c.add(w7).add(0xf6bb4b60).add(d.lanewise(XOR, a).lanewise(XOR, b)).lanewise(ROL, 16).add(d);
    b =
        b.add(w10)
            .add(0xbebfbc70)
            .add(c.lanewise(XOR, d).lanewise(XOR, a))
            .lanewise(ROL, 23)
            .add(c);
    a = a.add(w13).add(0x289b7ec6).add(b.lanewise(XOR, c).lanewise(XOR, d)).lanewise(ROL, 4).add(b);
    d = d.add(w0).add(0xeaa127fa).add(a.lanewise(XOR, b).lanewise(XOR, c)).lanewise(ROL, 11).add(a);
    c = c.add(w3).add(0xd4ef3085).add(d.lanewise(XOR, a).lanewise(XOR, b)).lanewise(ROL, 16).add(d);
    b = b.add(w6).add(0x04881d05).add(c.lanewise(XOR, d).lanewise(XOR, a)).lanewise(ROL, 23).add(c);
    a = a.add(w9).add(0xd9d4d039).add(b.lanewise(XOR, c).lanewise(XOR, d)).lanewise(ROL, 4).add(b);
    d =
        d.add(w12)
            .add(0xe6db99e5)
            .add(a.lanewise(XOR, b).lanewise(XOR, c))
            .lanewise(ROL, 11)
            .add(a);
    c =
        c.add(w15)
            .add(0x1fa27cf8)
            .add(d.lanewise(XOR, a).lanewise(XOR, b))
            .lanewise(ROL, 16)
            .add(d);
    b = b.add(w2).add(0xc4ac5665).add(c.lanewise(XOR, d).lanewise(XOR, a)).lanewise(ROL, 23).add(c);
    a = a.add(w0).add(0xf4292244).add(c.lanewise(XOR, b.or(d.not()))).lanewise(ROL, 6).add(b);
    d = d.add(w7).add(0x432aff97).add(b.lanewise(XOR, a.or(c.not()))).lanewise(ROL, 10).add(a);
    c = c.add(w14).add(0xab9423a7).add(a.lanewise(XOR, d.or(b.not()))).lanewise(ROL, 15).add(d);
    b = b.add(w5).add(0xfc93a039).add(d.lanewise(XOR, c.or(a.not()))).lanewise(ROL, 21).add(c);
    a = a.add(w12).add(0x655b59c3).add(c.lanewise(XOR, b.or(d.not()))).lanewise(ROL, 6).add(b);
    d = d.add(w3).add(0x8f0ccc92).add(b.lanewise(XOR, a.or(c.not()))).lanewise(ROL, 10).add(a);
    c = c.add(w10).add(0xffeff47d).add(a.lanewise(XOR, d.or(b.not()))).lanewise(ROL, 15).add(d);
    b = b.add(w1).add(0x85845dd1).add(d.lanewise(XOR, c.or(a.not()))).lanewise(ROL, 21).add(c);
    a = a.add(w8).add(0x6fa87e4f).add(c.lanewise(XOR, b.or(d.not()))).lanewise(ROL, 6).add(b);
    d = d.add(w15).add(0xfe2ce6e0).add(b.lanewise(XOR, a.or(c.not()))).lanewise(ROL, 10).add(a);
    c = c.add(w6).add(0xa3014314).add(a.lanewise(XOR, d.or(b.not()))).lanewise(ROL, 15).add(d);
    b = b.add(w13).add(0x4e0811a1).add(d.lanewise(XOR, c.or(a.not()))).lanewise(ROL, 21).add(c);
    a = a.add(w4).add(0xf7537e82).add(c.lanewise(XOR, b.or(d.not()))).lanewise(ROL, 6).add(b);
    d = d.add(w11).add(0xbd3af235).add(b.lanewise(XOR, a.or(c.not()))).lanewise(ROL, 10).add(a);
    c = c.add(w2).add(0x2ad7d2bb).add(a.lanewise(XOR, d.or(b.not()))).lanewise(ROL, 15).add(d);
    b = b.add(w9).add(0xeb86d391).add(d.lanewise(XOR, c.or(a.not()))).lanewise(ROL, 21).add(c);
    a.add(IntVector.fromArray(SPECIES_128, states, 0)).intoArray(states, 0);
    b.add(IntVector.fromArray(SPECIES_128, states, 16)).intoArray(states, 16);
    c.add(IntVector.fromArray(SPECIES_128, states, 32)).intoArray(states, 32);
    d.add(IntVector.fromArray(SPECIES_128, states, 48)).intoArray(states, 48);
  }

  /** Takes one block of each of 8 streams. */
  static void block8(long[] addresses, int[] states) {
    IntVector w0 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[0], LITTLE_ENDIAN);
    IntVector w1 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[1], LITTLE_ENDIAN);
    IntVector w2 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[2], LITTLE_ENDIAN);
    IntVector w3 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[3], LITTLE_ENDIAN);
    IntVector w4 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[4], LITTLE_ENDIAN);
    IntVector w5 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[5], LITTLE_ENDIAN);
    IntVector w6 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[6], LITTLE_ENDIAN);
    IntVector w7 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[7], LITTLE_ENDIAN);
    IntVector w8 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[0] + 32, LITTLE_ENDIAN);
    IntVector w9 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[1] + 32, LITTLE_ENDIAN);
    IntVector w10 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[2] + 32, LITTLE_ENDIAN);
    IntVector w11 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[3] + 32, LITTLE_ENDIAN);
    IntVector w12 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[4] + 32, LITTLE_ENDIAN);
    IntVector w13 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[5] + 32, LITTLE_ENDIAN);
    IntVector w14 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[6] + 32, LITTLE_ENDIAN);
    IntVector w15 = IntVector.fromMemorySegment(SPECIES_256, ALL, addresses[7] + 32, LITTLE_ENDIAN);
    IntVector lo1 = IntVector.fromArray(SPECIES_256, LOW8, 0);
    IntVector hi1 = IntVector.fromArray(SPECIES_256, HIGH8, 0);
    IntVector lo2 = IntVector.fromArray(SPECIES_256, LOW8, 8);
    IntVector hi2 = IntVector.fromArray(SPECIES_256, HIGH8, 8);
    IntVector lo4 = IntVector.fromArray(SPECIES_256, LOW8, 16);
    IntVector hi4 = IntVector.fromArray(SPECIES_256, HIGH8, 16);
    IntVector t;
    t = lo1.selectFrom(w0, w1);
    w1 = hi1.selectFrom(w0, w1);
    w0 = t;
    t = lo1.selectFrom(w2, w3);
    w3 = hi1.selectFrom(w2, w3);
    w2 = t;
    t = lo1.selectFrom(w4, w5);
    w5 = hi1.selectFrom(w4, w5);
    w4 = t;
    t = lo1.selectFrom(w6, w7);
    w7 = hi1.selectFrom(w6, w7);
    w6 = t;
    t = lo1.selectFrom(w8, w9);
    w9 = hi1.selectFrom(w8, w9);
    w8 = t;
    t = lo1.selectFrom(w10, w11);
    w11 = hi1.selectFrom(w10, w11);
    w10 = t;
    t = lo1.selectFrom(w12, w13);
    w13 = hi1.selectFrom(w12, w13);
    w12 = t;
    t = lo1.selectFrom(w14, w15);
    w15 = hi1.selectFrom(w14, w15);
    w14 = t;
    t = lo2.selectFrom(w0, w2);
    w2 = hi2.selectFrom(w0, w2);
    w0 = t;
    t = lo2.selectFrom(w1, w3);
    w3 = hi2.selectFrom(w1, w3);
    w1 = t;
    t = lo2.selectFrom(w4, w6);
    w6 = hi2.selectFrom(w4, w6);
    w4 = t;
    t = lo2.selectFrom(w5, w7);
    w7 = hi2.selectFrom(w5, w7);
    w5 = t;
    t = lo2.selectFrom(w8, w10);
    w10 = hi2.selectFrom(w8, w10);
    w8 = t;
    t = lo2.selectFrom(w9, w11);
    w11 = hi2.selectFrom(w9, w11);
    w9 = t;
    t = lo2.selectFrom(w12, w14);
    w14 = hi2.selectFrom(w12, w14);
    w12 = t;
    t = lo2.selectFrom(w13, w15);
    w15 = hi2.selectFrom(w13, w15);
    w13 = t;
    t = lo4.selectFrom(w0, w4);
    w4 = hi4.selectFrom(w0, w4);
    w0 = t;
    t = lo4.selectFrom(w1, w5);
    w5 = hi4.selectFrom(w1, w5);
    w1 = t;
    t = lo4.selectFrom(w2, w6);
    w6 = hi4.selectFrom(w2, w6);
    w2 = t;
    t = lo4.selectFrom(w3, w7);
    w7 = hi4.selectFrom(w3, w7);
    w3 = t;
    t = lo4.selectFrom(w8, w12);
    w12 = hi4.selectFrom(w8, w12);
    w8 = t;
    t = lo4.selectFrom(w9, w13);
    w13 = hi4.selectFrom(w9, w13);
    w9 = t;
    t = lo4.selectFrom(w10, w14);
    w14 = hi4.selectFrom(w10, w14);
    w10 = t;
    t = lo4.selectFrom(w11, w15);
    w15 = hi4.selectFrom(w11, w15);
    w11 = t;
    IntVector a = IntVector.fromArray(SPECIES_256, states, 0);
    IntVector b = IntVector.fromArray(SPECIES_256, states, 16);
    IntVector c = IntVector.fromArray(SPECIES_256, states, 32);
    IntVector d = IntVector.fromArray(SPECIES_256, states, 48);
    a = a.add(w0).add(0xd76aa478).add(d.lanewise(BITWISE_BLEND, c, b)).lanewise(ROL, 7).add(b);
    d = d.add(w1).add(0xe8c7b756).add(c.lanewise(BITWISE_BLEND, b, a)).lanewise(ROL, 12).add(a);
    c = c.add(w2).add(0x242070db).add(b.lanewise(BITWISE_BLEND, a, d)).lanewise(ROL, 17).add(d);
    b = b.add(w3).add(0xc1bdceee).add(a.lanewise(BITWISE_BLEND, d, c)).lanewise(ROL, 22).add(c);
    a = a.add(w4).add(0xf57c0faf).add(d.lanewise(BITWISE_BLEND, c, b)).lanewise(ROL, 7).add(b);
    d = d.add(w5).add(0x4787c62a).add(c.lanewise(BITWISE_BLEND, b, a)).lanewise(ROL, 12).add(a);
    c = c.add(w6).add(0xa8304613).add(b.lanewise(BITWISE_BLEND, a, d)).lanewise(ROL, 17).add(d);
    b = b.add(w7).add(0xfd469501).add(a.lanewise(BITWISE_BLEND, d, c)).lanewise(ROL, 22).add(c);
    a = a.add(w8).add(0x698098d8).add(d.lanewise(BITWISE_BLEND, c, b)).lanewise(ROL, 7).add(b);
    d = d.add(w9).add(0x8b44f7af).add(c.lanewise(BITWISE_BLEND, b, a)).lanewise(ROL, 12).add(a);
    c = c.add(w10).add(0xffff5bb1).add(b.lanewise(BITWISE_BLEND, a, d)).lanewise(ROL, 17).add(d);
    b = b.add(w11).add(0x895cd7be).add(a.lanewise(BITWISE_BLEND, d, c)).lanewise(ROL, 22).add(c);
    a = a.add(w12).add(0x6b901122).add(d.lanewise(BITWISE_BLEND, c, b)).lanewise(ROL, 7).add(b);
    d = d.add(w13).add(0xfd987193).add(c.lanewise(BITWISE_BLEND, b, a)).lanewise(ROL, 12).add(a);
    c = c.add(w14).add(0xa679438e).add(b.lanewise(BITWISE_BLEND, a, d)).lanewise(ROL, 17).add(d);
    b = b.add(w15).add(0x49b40821).add(a.lanewise(BITWISE_BLEND, d, c)).lanewise(ROL, 22).add(c);
    a = a.add(w1).add(0xf61e2562).add(c.lanewise(BITWISE_BLEND, b, d)).lanewise(ROL, 5).add(b);
    d = d.add(w6).add(0xc040b340).add(b.lanewise(BITWISE_BLEND, a, c)).lanewise(ROL, 9).add(a);
    c = c.add(w11).add(0x265e5a51).add(a.lanewise(BITWISE_BLEND, d, b)).lanewise(ROL, 14).add(d);
    b = b.add(w0).add(0xe9b6c7aa).add(d.lanewise(BITWISE_BLEND, c, a)).lanewise(ROL, 20).add(c);
    a = a.add(w5).add(0xd62f105d).add(c.lanewise(BITWISE_BLEND, b, d)).lanewise(ROL, 5).add(b);
    d = d.add(w10).add(0x02441453).add(b.lanewise(BITWISE_BLEND, a, c)).lanewise(ROL, 9).add(a);
    c = c.add(w15).add(0xd8a1e681).add(a.lanewise(BITWISE_BLEND, d, b)).lanewise(ROL, 14).add(d);
    b = b.add(w4).add(0xe7d3fbc8).add(d.lanewise(BITWISE_BLEND, c, a)).lanewise(ROL, 20).add(c);
    a = a.add(w9).add(0x21e1cde6).add(c.lanewise(BITWISE_BLEND, b, d)).lanewise(ROL, 5).add(b);
    d = d.add(w14).add(0xc33707d6).add(b.lanewise(BITWISE_BLEND, a, c)).lanewise(ROL, 9).add(a);
    c = c.add(w3).add(0xf4d50d87).add(a.lanewise(BITWISE_BLEND, d, b)).lanewise(ROL, 14).add(d);
    b = b.add(w8).add(0x455a14ed).add(d.lanewise(BITWISE_BLEND, c, a)).lanewise(ROL, 20).add(c);
    a = a.add(w13).add(0xa9e3e905).add(c.lanewise(BITWISE_BLEND, b, d)).lanewise(ROL, 5).add(b);
    d = d.add(w2).add(0xfcefa3f8).add(b.lanewise(BITWISE_BLEND, a, c)).lanewise(ROL, 9).add(a);
    c = c.add(w7).add(0x676f02d9).add(a.lanewise(BITWISE_BLEND, d, b)).lanewise(ROL, 14).add(d);
    b = b.add(w12).add(0x8d2a4c8a).add(d.lanewise(BITWISE_BLEND, c, a)).lanewise(ROL, 20).add(c);
    a = a.add(w5).add(0xfffa3942).add(b.lanewise(XOR, c).lanewise(XOR, d)).lanewise(ROL, 4).add(b);
    d = d.add(w8).add(0x8771f681).add(a.lanewise(XOR, b).lanewise(XOR, c)).lanewise(ROL, 11).add(a);
    c =
        c.add(w11)
            .add(0x6d9d6122)
            .add(d.lanewise(XOR, a).lanewise(XOR, b))
            .lanewise(ROL, 16)
            .add(d);
    b =
        b.add(w14)
            .add(0xfde5380c)
            .add(c.lanewise(XOR, d).lanewise(XOR, a))
            .lanewise(ROL, 23)
            .add(c);
    a = a.add(w1).add(0xa4beea44).add(b.lanewise(XOR, c).lanewise(XOR, d)).lanewise(ROL, 4).add(b);
    d = d.add(w4).add(0x4bdecfa9).add(a.lanewise(XOR, b).lanewise(XOR, c)).lanewise(ROL, 11).add(a);
    c = c.add(w7).add(0xf6bb4b60).add(d.lanewise(XOR, a).lanewise(XOR, b)).lanewise(ROL, 16).add(d);
    b =
        b.add(w10)
            .add(0xbebfbc70)
            .add(c.lanewise(XOR, d).lanewise(XOR, a))
            .lanewise(ROL, 23)
            .add(c);
    a = a.add(w13).add(0x289b7ec6).add(b.lanewise(XOR, c).lanewise(XOR, d)).lanewise(ROL, 4).add(b);
    d = d.add(w0).add(0xeaa127fa).add(a.lanewise(XOR, b).lanewise(XOR, c)).lanewise(ROL, 11).add(a);
    c = c.add(w3).add(0xd4ef3085).add(d.lanewise(XOR, a).lanewise(XOR, b)).lanewise(ROL, 16).add(d);
    b = b.add(w6).add(0x04881d05).add(c.lanewise(XOR, d).lanewise(XOR, a)).lanewise(ROL, 23).add(c);
    a = a.add(w9).add(0xd9d4d039).add(b.lanewise(XOR, c).lanewise(XOR, d)).lanewise(ROL, 4).add(b);
    d =
        d.add(w12)
            .add(0xe6db99e5)
            .add(a.lanewise(XOR, b).lanewise(XOR, c))
            .lanewise(ROL, 11)
            .add(a);
    c =
        c.add(w15)
            .add(0x1fa27cf8)
            .add(d.lanewise(XOR, a).lanewise(XOR, b))
            .lanewise(ROL, 16)
            .add(d);
    b = b.add(w2).add(0xc4ac5665).add(c.lanewise(XOR, d).lanewise(XOR, a)).lanewise(ROL, 23).add(c);
    a = a.add(w0).add(0xf4292244).add(c.lanewise(XOR, b.or(d.not()))).lanewise(ROL, 6).add(b);
    d = d.add(w7).add(0x432aff97).add(b.lanewise(XOR, a.or(c.not()))).lanewise(ROL, 10).add(a);
    c = c.add(w14).add(0xab9423a7).add(a.lanewise(XOR, d.or(b.not()))).lanewise(ROL, 15).add(d);
    b = b.add(w5).add(0xfc93a039).add(d.lanewise(XOR, c.or(a.not()))).lanewise(ROL, 21).add(c);
    a = a.add(w12).add(0x655b59c3).add(c.lanewise(XOR, b.or(d.not()))).lanewise(ROL, 6).add(b);
    d = d.add(w3).add(0x8f0ccc92).add(b.lanewise(XOR, a.or(c.not()))).lanewise(ROL, 10).add(a);
    c = c.add(w10).add(0xffeff47d).add(a.lanewise(XOR, d.or(b.not()))).lanewise(ROL, 15).add(d);
    b = b.add(w1).add(0x85845dd1).add(d.lanewise(XOR, c.or(a.not()))).lanewise(ROL, 21).add(c);
    a = a.add(w8).add(0x6fa87e4f).add(c.lanewise(XOR, b.or(d.not()))).lanewise(ROL, 6).add(b);
    d = d.add(w15).add(0xfe2ce6e0).add(b.lanewise(XOR, a.or(c.not()))).lanewise(ROL, 10).add(a);
    c = c.add(w6).add(0xa3014314).add(a.lanewise(XOR, d.or(b.not()))).lanewise(ROL, 15).add(d);
    b = b.add(w13).add(0x4e0811a1).add(d.lanewise(XOR, c.or(a.not()))).lanewise(ROL, 21).add(c);
    a = a.add(w4).add(0xf7537e82).add(c.lanewise(XOR, b.or(d.not()))).lanewise(ROL, 6).add(b);
    d = d.add(w11).add(0xbd3af235).add(b.lanewise(XOR, a.or(c.not()))).lanewise(ROL, 10).add(a);
    c = c.add(w2).add(0x2ad7d2bb).add(a.lanewise(XOR, d.or(b.not()))).lanewise(ROL, 15).add(d);
    b = b.add(w9).add(0xeb86d391).add(d.lanewise(XOR, c.or(a.not()))).lanewise(ROL, 21).add(c);
    a.add(IntVector.fromArray(SPECIES_256, states, 0)).intoArray(states, 0);
    b.add(IntVector.fromArray(SPECIES_256, states, 16)).intoArray(states, 16);
    c.add(IntVector.fromArray(SPECIES_256, states, 32)).intoArray(states, 32);
    d.add(IntVector.fromArray(SPECIES_256, states, 48)).intoArray(states, 48);
  }

  /** Takes one block of each of 16 streams. */
  static void block16(long[] addresses, int[] states) {
    IntVector w0 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[0], LITTLE_ENDIAN);
    IntVector w1 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[1], LITTLE_ENDIAN);
    IntVector w2 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[2], LITTLE_ENDIAN);
    IntVector w3 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[3], LITTLE_ENDIAN);
    IntVector w4 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[4], LITTLE_ENDIAN);
    IntVector w5 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[5], LITTLE_ENDIAN);
    IntVector w6 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[6], LITTLE_ENDIAN);
    IntVector w7 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[7], LITTLE_ENDIAN);
    IntVector w8 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[8], LITTLE_ENDIAN);
    IntVector w9 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[9], LITTLE_ENDIAN);
    IntVector w10 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[10], LITTLE_ENDIAN);
    IntVector w11 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[11], LITTLE_ENDIAN);
    IntVector w12 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[12], LITTLE_ENDIAN);
    IntVector w13 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[13], LITTLE_ENDIAN);
    IntVector w14 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[14], LITTLE_ENDIAN);
    IntVector w15 = IntVector.fromMemorySegment(SPECIES_512, ALL, addresses[15], LITTLE_ENDIAN);
    IntVector lo1 = IntVector.fromArray(SPECIES_512, LOW16, 0);
    IntVector hi1 = IntVector.fromArray(SPECIES_512, HIGH16, 0);
    IntVector lo2 = IntVector.fromArray(SPECIES_512, LOW16, 16);
    IntVector hi2 = IntVector.fromArray(SPECIES_512, HIGH16, 16);
    IntVector lo4 = IntVector.fromArray(SPECIES_512, LOW16, 32);
    IntVector hi4 = IntVector.fromArray(SPECIES_512, HIGH16, 32);
    IntVector lo8 = IntVector.fromArray(SPECIES_512, LOW16, 48);
    IntVector hi8 = IntVector.fromArray(SPECIES_512, HIGH16, 48);
    IntVector t;
    t = lo1.selectFrom(w0, w1);
    w1 = hi1.selectFrom(w0, w1);
    w0 = t;
    t = lo1.selectFrom(w2, w3);
    w3 = hi1.selectFrom(w2, w3);
    w2 = t;
    t = lo1.selectFrom(w4, w5);
    w5 = hi1.selectFrom(w4, w5);
    w4 = t;
    t = lo1.selectFrom(w6, w7);
    w7 = hi1.selectFrom(w6, w7);
    w6 = t;
    t = lo1.selectFrom(w8, w9);
    w9 = hi1.selectFrom(w8, w9);
    w8 = t;
    t = lo1.selectFrom(w10, w11);
    w11 = hi1.selectFrom(w10, w11);
    w10 = t;
    t = lo1.selectFrom(w12, w13);
    w13 = hi1.selectFrom(w12, w13);
    w12 = t;
    t = lo1.selectFrom(w14, w15);
    w15 = hi1.selectFrom(w14, w15);
    w14 = t;
    t = lo2.selectFrom(w0, w2);
    w2 = hi2.selectFrom(w0, w2);
    w0 = t;
    t = lo2.selectFrom(w1, w3);
    w3 = hi2.selectFrom(w1, w3);
    w1 = t;
    t = lo2.selectFrom(w4, w6);
    w6 = hi2.selectFrom(w4, w6);
    w4 = t;
    t = lo2.selectFrom(w5, w7);
    w7 = hi2.selectFrom(w5, w7);
    w5 = t;
    t = lo2.selectFrom(w8, w10);
    w10 = hi2.selectFrom(w8, w10);
    w8 = t;
    t = lo2.selectFrom(w9, w11);
    w11 = hi2.selectFrom(w9, w11);
    w9 = t;
    t = lo2.selectFrom(w12, w14);
    w14 = hi2.selectFrom(w12, w14);
    w12 = t;
    t = lo2.selectFrom(w13, w15);
    w15 = hi2.selectFrom(w13, w15);
    w13 = t;
    t = lo4.selectFrom(w0, w4);
    w4 = hi4.selectFrom(w0, w4);
    w0 = t;
    t = lo4.selectFrom(w1, w5);
    w5 = hi4.selectFrom(w1, w5);
    w1 = t;
    t = lo4.selectFrom(w2, w6);
    w6 = hi4.selectFrom(w2, w6);
    w2 = t;
    t = lo4.selectFrom(w3, w7);
    w7 = hi4.selectFrom(w3, w7);
    w3 = t;
    t = lo4.selectFrom(w8, w12);
    w12 = hi4.selectFrom(w8, w12);
    w8 = t;
    t = lo4.selectFrom(w9, w13);
    w13 = hi4.selectFrom(w9, w13);
    w9 = t;
    t = lo4.selectFrom(w10, w14);
    w14 = hi4.selectFrom(w10, w14);
    w10 = t;
    t = lo4.selectFrom(w11, w15);
    w15 = hi4.selectFrom(w11, w15);
    w11 = t;
    t = lo8.selectFrom(w0, w8);
    w8 = hi8.selectFrom(w0, w8);
    w0 = t;
    t = lo8.selectFrom(w1, w9);
    w9 = hi8.selectFrom(w1, w9);
    w1 = t;
    t = lo8.selectFrom(w2, w10);
    w10 = hi8.selectFrom(w2, w10);
    w2 = t;
    t = lo8.selectFrom(w3, w11);
    w11 = hi8.selectFrom(w3, w11);
    w3 = t;
    t = lo8.selectFrom(w4, w12);
    w12 = hi8.selectFrom(w4, w12);
    w4 = t;
    t = lo8.selectFrom(w5, w13);
    w13 = hi8.selectFrom(w5, w13);
    w5 = t;
    t = lo8.selectFrom(w6, w14);
    w14 = hi8.selectFrom(w6, w14);
    w6 = t;
    t = lo8.selectFrom(w7, w15);
    w15 = hi8.selectFrom(w7, w15);
    w7 = t;
    IntVector a = IntVector.fromArray(SPECIES_512, states, 0);
    IntVector b = IntVector.fromArray(SPECIES_512, states, 16);
    IntVector c = IntVector.fromArray(SPECIES_512, states, 32);
    IntVector d = IntVector.fromArray(SPECIES_512, states, 48);
    a = a.add(w0).add(0xd76aa478).add(d.lanewise(BITWISE_BLEND, c, b)).lanewise(ROL, 7).add(b);
    d = d.add(w1).add(0xe8c7b756).add(c.lanewise(BITWISE_BLEND, b, a)).lanewise(ROL, 12).add(a);
    c = c.add(w2).add(0x242070db).add(b.lanewise(BITWISE_BLEND, a, d)).lanewise(ROL, 17).add(d);
    b = b.add(w3).add(0xc1bdceee).add(a.lanewise(BITWISE_BLEND, d, c)).lanewise(ROL, 22).add(c);
    a = a.add(w4).add(0xf57c0faf).add(d.lanewise(BITWISE_BLEND, c, b)).lanewise(ROL, 7).add(b);
    d = d.add(w5).add(0x4787c62a).add(c.lanewise(BITWISE_BLEND, b, a)).lanewise(ROL, 12).add(a);
    c = c.add(w6).add(0xa8304613).add(b.lanewise(BITWISE_BLEND, a, d)).lanewise(ROL, 17).add(d);
    b = b.add(w7).add(0xfd469501).add(a.lanewise(BITWISE_BLEND, d, c)).lanewise(ROL, 22).add(c);
    a = a.add(w8).add(0x698098d8).add(d.lanewise(BITWISE_BLEND, c, b)).lanewise(ROL, 7).add(b);
    d = d.add(w9).add(0x8b44f7af).add(c.lanewise(BITWISE_BLEND, b, a)).lanewise(ROL, 12).add(a);
    c = c.add(w10).add(0xffff5bb1).add(b.lanewise(BITWISE_BLEND, a, d)).lanewise(ROL, 17).add(d);
    b = b.add(w11).add(0x895cd7be).add(a.lanewise(BITWISE_BLEND, d, c)).lanewise(ROL, 22).add(c);
    a = a.add(w12).add(0x6b901122).add(d.lanewise(BITWISE_BLEND, c, b)).lanewise(ROL, 7).add(b);
    d = d.add(w13).add(0xfd987193).add(c.lanewise(BITWISE_BLEND, b, a)).lanewise(ROL, 12).add(a);
    c = c.add(w14).add(0xa679438e).add(b.lanewise(BITWISE_BLEND, a, d)).lanewise(ROL, 17).add(d);
    b = b.add(w15).add(0x49b40821).add(a.lanewise(BITWISE_BLEND, d, c)).lanewise(ROL, 22).add(c);
    a = a.add(w1).add(0xf61e2562).add(c.lanewise(BITWISE_BLEND, b, d)).lanewise(ROL, 5).add(b);
    d = d.add(w6).add(0xc040b340).add(b.lanewise(BITWISE_BLEND, a, c)).lanewise(ROL, 9).add(a);
    c = c.add(w11).add(0x265e5a51).add(a.lanewise(BITWISE_BLEND, d, b)).lanewise(ROL, 14).add(d);
    b = b.add(w0).add(0xe9b6c7aa).add(d.lanewise(BITWISE_BLEND, c, a)).lanewise(ROL, 20).add(c);
    a = a.add(w5).add(0xd62f105d).add(c.lanewise(BITWISE_BLEND, b, d)).lanewise(ROL, 5).add(b);
    d = d.add(w10).add(0x02441453).add(b.lanewise(BITWISE_BLEND, a, c)).lanewise(ROL, 9).add(a);
    c = c.add(w15).add(0xd8a1e681).add(a.lanewise(BITWISE_BLEND, d, b)).lanewise(ROL, 14).add(d);
    b = b.add(w4).add(0xe7d3fbc8).add(d.lanewise(BITWISE_BLEND, c, a)).lanewise(ROL, 20).add(c);
    a = a.add(w9).add(0x21e1cde6).add(c.lanewise(BITWISE_BLEND, b, d)).lanewise(ROL, 5).add(b);
    d = d.add(w14).add(0xc33707d6).add(b.lanewise(BITWISE_BLEND, a, c)).lanewise(ROL, 9).add(a);
    c = c.add(w3).add(0xf4d50d87).add(a.lanewise(BITWISE_BLEND, d, b)).lanewise(ROL, 14).add(d);
    b = b.add(w8).add(0x455a14ed).add(d.lanewise(BITWISE_BLEND, c, a)).lanewise(ROL, 20).add(c);
    a = a.add(w13).add(0xa9e3e905).add(c.lanewise(BITWISE_BLEND, b, d)).lanewise(ROL, 5).add(b);
    d = d.add(w2).add(0xfcefa3f8).add(b.lanewise(BITWISE_BLEND, a, c)).lanewise(ROL, 9).add(a);
    c = c.add(w7).add(0x676f02d9).add(a.lanewise(BITWISE_BLEND, d, b)).lanewise(ROL, 14).add(d);
    b = b.add(w12).add(0x8d2a4c8a).add(d.lanewise(BITWISE_BLEND, c, a)).lanewise(ROL, 20).add(c);
    a = a.add(w5).add(0xfffa3942).add(b.lanewise(XOR, c).lanewise(XOR, d)).lanewise(ROL, 4).add(b);
    d = d.add(w8).add(0x8771f681).add(a.lanewise(XOR, b).lanewise(XOR, c)).lanewise(ROL, 11).add(a);
    c =
        c.add(w11)
            .add(0x6d9d6122)
            .add(d.lanewise(XOR, a).lanewise(XOR, b))
            .lanewise(ROL, 16)
            .add(d);
    b =
        b.add(w14)
            .add(0xfde5380c)
            .add(c.lanewise(XOR, d).lanewise(XOR, a))
            .lanewise(ROL, 23)
            .add(c);
    a = a.add(w1).add(0xa4beea44).add(b.lanewise(XOR, c).lanewise(XOR, d)).lanewise(ROL, 4).add(b);
    d = d.add(w4).add(0x4bdecfa9).add(a.lanewise(XOR, b).lanewise(XOR, c)).lanewise(ROL, 11).add(a);
    c = c.add(w7).add(0xf6bb4b60).add(d.lanewise(XOR, a).lanewise(XOR, b)).lanewise(ROL, 16).add(d);
    b =
        b.add(w10)
            .add(0xbebfbc70)
            .add(c.lanewise(XOR, d).lanewise(XOR, a))
            .lanewise(ROL, 23)
            .add(c);
    a = a.add(w13).add(0x289b7ec6).add(b.lanewise(XOR, c).lanewise(XOR, d)).lanewise(ROL, 4).add(b);
    d = d.add(w0).add(0xeaa127fa).add(a.lanewise(XOR, b).lanewise(XOR, c)).lanewise(ROL, 11).add(a);
    c = c.add(w3).add(0xd4ef3085).add(d.lanewise(XOR, a).lanewise(XOR, b)).lanewise(ROL, 16).add(d);
    b = b.add(w6).add(0x04881d05).add(c.lanewise(XOR, d).lanewise(XOR, a)).lanewise(ROL, 23).add(c);
    a = a.add(w9).add(0xd9d4d039).add(b.lanewise(XOR, c).lanewise(XOR, d)).lanewise(ROL, 4).add(b);
    d =
        d.add(w12)
            .add(0xe6db99e5)
            .add(a.lanewise(XOR, b).lanewise(XOR, c))
            .lanewise(ROL, 11)
            .add(a);
    c =
        c.add(w15)
            .add(0x1fa27cf8)
            .add(d.lanewise(XOR, a).lanewise(XOR, b))
            .lanewise(ROL, 16)
            .add(d);
    b = b.add(w2).add(0xc4ac5665).add(c.lanewise(XOR, d).lanewise(XOR, a)).lanewise(ROL, 23).add(c);
    a = a.add(w0).add(0xf4292244).add(c.lanewise(XOR, b.or(d.not()))).lanewise(ROL, 6).add(b);
    d = d.add(w7).add(0x432aff97).add(b.lanewise(XOR, a.or(c.not()))).lanewise(ROL, 10).add(a);
    c = c.add(w14).add(0xab9423a7).add(a.lanewise(XOR, d.or(b.not()))).lanewise(ROL, 15).add(d);
    b = b.add(w5).add(0xfc93a039).add(d.lanewise(XOR, c.or(a.not()))).lanewise(ROL, 21).add(c);
    a = a.add(w12).add(0x655b59c3).add(c.lanewise(XOR, b.or(d.not()))).lanewise(ROL, 6).add(b);
    d = d.add(w3).add(0x8f0ccc92).add(b.lanewise(XOR, a.or(c.not()))).lanewise(ROL, 10).add(a);
    c = c.add(w10).add(0xffeff47d).add(a.lanewise(XOR, d.or(b.not()))).lanewise(ROL, 15).add(d);
    b = b.add(w1).add(0x85845dd1).add(d.lanewise(XOR, c.or(a.not()))).lanewise(ROL, 21).add(c);
    a = a.add(w8).add(0x6fa87e4f).add(c.lanewise(XOR, b.or(d.not()))).lanewise(ROL, 6).add(b);
    d = d.add(w15).add(0xfe2ce6e0).add(b.lanewise(XOR, a.or(c.not()))).lanewise(ROL, 10).add(a);
    c = c.add(w6).add(0xa3014314).add(a.lanewise(XOR, d.or(b.not()))).lanewise(ROL, 15).add(d);
    b = b.add(w13).add(0x4e0811a1).add(d.lanewise(XOR, c.or(a.not()))).lanewise(ROL, 21).add(c);
    a = a.add(w4).add(0xf7537e82).add(c.lanewise(XOR, b.or(d.not()))).lanewise(ROL, 6).add(b);
    d = d.add(w11).add(0xbd3af235).add(b.lanewise(XOR, a.or(c.not()))).lanewise(ROL, 10).add(a);
    c = c.add(w2).add(0x2ad7d2bb).add(a.lanewise(XOR, d.or(b.not()))).lanewise(ROL, 15).add(d);
    b = b.add(w9).add(0xeb86d391).add(d.lanewise(XOR, c.or(a.not()))).lanewise(ROL, 21).add(c);
    a.add(IntVector.fromArray(SPECIES_512, states, 0)).intoArray(states, 0);
    b.add(IntVector.fromArray(SPECIES_512, states, 16)).intoArray(states, 16);
    c.add(IntVector.fromArray(SPECIES_512, states, 32)).intoArray(states, 32);
    d.add(IntVector.fromArray(SPECIES_512, states, 48)).intoArray(states, 48);
  }
}
