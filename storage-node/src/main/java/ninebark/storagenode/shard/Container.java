package ninebark.storagenode.shard;

import java.io.IOException;
import ninebark.storagenode.file.DiskFile;

/**
 * An open container file.
 *
 * <p>Threads: any read; the disk's writer appends. Invariant: what is below {@link #end} is synced.
 */
final class Container {
  final int number;
  final DiskFile file;
  private long end;
  private long preallocated;

  Container(int number, DiskFile file, long end, long preallocated) {
    this.number = number;
    this.file = file;
    this.end = end;
    this.preallocated = preallocated;
  }

  /** Where the next record goes. Only the disk's writer may ask. */
  long end() {
    return end;
  }

  void endsAt(long offset) {
    end = offset;
    preallocated = Math.max(preallocated, offset);
  }

  long preallocated() {
    return preallocated;
  }

  void preallocate(long length) throws IOException {
    file.preallocate(length);
    preallocated = length;
  }
}
