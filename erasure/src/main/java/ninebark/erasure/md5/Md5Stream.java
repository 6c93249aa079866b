package ninebark.erasure.md5;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The MD5 of one upload. Threads: one at a time; made for virtual threads, for which waiting is
 * cheap.
 */
public interface Md5Stream extends AutoCloseable {
  /**
   * Whether another thread does the work of {@link #submit}, and the caller's is free meanwhile.
   */
  boolean hashesElsewhere();

  /** Takes all bytes of a segment, heap or native. They are the caller's again on return. */
  void update(MemorySegment bytes);

  /** Takes the bytes from the buffer's position to its limit, and moves the position there. */
  default void update(ByteBuffer bytes) {
    update(MemorySegment.ofBuffer(bytes));
    bytes.position(bytes.limit());
  }

  /**
   * Like {@link #update(MemorySegment)}, but may return before the bytes are taken: they are lent
   * until {@link #await} or any other method of this stream returns. Work done between runs beside
   * the hashing.
   */
  void submit(MemorySegment bytes);

  /** Waits until what was submitted is taken. */
  void await();

  /** The 16 bytes of the digest; no more updates after this. */
  byte[] digest();

  /** Gives the stream's place back. Does nothing the second time. */
  @Override
  void close();
}
