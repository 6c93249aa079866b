package ninebark.erasure;

import java.lang.foreign.MemorySegment;

/** What every segment must be before a kernel sees its address. */
final class Segments {
  private Segments() {}

  static void checkReadable(MemorySegment segment, String what, int index, long length) {
    if (segment.byteSize() < length) {
      throw new IllegalArgumentException(
          what
              + " "
              + index
              + " has "
              + segment.byteSize()
              + " bytes, but the length is "
              + length);
    }
    if (!segment.scope().isAlive() || !segment.isAccessibleBy(Thread.currentThread())) {
      throw new IllegalStateException(
          what
              + " "
              + index
              + " is closed, or belongs to another thread than "
              + Thread.currentThread().getName());
    }
  }

  static void checkWritable(MemorySegment segment, String what, int index, long length) {
    checkReadable(segment, what, index, length);
    if (segment.isReadOnly()) {
      throw new IllegalArgumentException(
          what + " " + index + " is to be written, but is read-only");
    }
  }
}
