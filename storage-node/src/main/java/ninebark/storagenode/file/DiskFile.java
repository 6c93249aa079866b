package ninebark.storagenode.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** An open file. Threads: any may read; one writes. */
public interface DiskFile extends Closeable {
  /** Reads until {@code into} is full or the file ends; returns how many bytes. */
  int read(ByteBuffer into, long position) throws IOException;

  /** Writes all the remaining bytes of the buffers one after the other from {@code position}. */
  void write(List<ByteBuffer> from, long position) throws IOException;

  /** Makes sure that the file is at least so long and its blocks are there; new bytes are zero. */
  void preallocate(long length) throws IOException;

  /** Makes the bytes durable. After a failure nothing is known about what was not synced before. */
  void force() throws IOException;

  long length() throws IOException;

  void truncate(long length) throws IOException;

  @Override
  void close() throws IOException;
}
