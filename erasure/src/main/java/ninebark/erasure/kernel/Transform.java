package ninebark.erasure.kernel;

import java.lang.foreign.MemorySegment;

/**
 * One matrix, ready to be multiplied with rows of bytes. Arguments are checked by the caller: every
 * named segment holds at least {@code length} bytes, outputs are writable and overlap nothing.
 *
 * <p>Threads: safe for any number.
 */
public interface Transform {
  /**
   * Row i of the product goes to {@code shards[outputs[i]]}; column j of the matrix multiplies
   * {@code shards[inputs[j]]}.
   */
  void apply(MemorySegment[] shards, int[] inputs, int[] outputs, long length);

  /** Adds column {@code column} times {@code input} to the outputs, one segment per row. */
  void add(int column, MemorySegment input, MemorySegment[] outputs, long length);

  /** Whether the product is what {@code shards[outputs[i]]} already hold. */
  boolean matches(MemorySegment[] shards, int[] inputs, int[] outputs, long length);
}
