package ninebark.erasure.kernel;

import ninebark.erasure.gf.Matrix;

/**
 * One way of multiplying a matrix over GF(2^8) with rows of bytes. Threads: safe for any number.
 */
public interface Kernel {
  /** The name of the coder that is made of this kernel. */
  String name();

  /** Prepares the tables for one matrix. */
  Transform prepare(Matrix coefficients);
}
