package ninebark.metadata.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import ninebark.storagenode.Extent;

/**
 * One copy of the index' rows, as files of RocksDB in stripes.
 *
 * @param cluster whose index it is
 * @param taken a moment before the copy was made: what was acknowledged before it is in it
 */
public record Snapshot(UUID cluster, Instant taken, List<StoredFile> files) {
  /**
   * @param crc64 CRC64NVME of its bytes
   * @param extents none if it is empty
   */
  public record StoredFile(String name, long bytes, long crc64, List<Extent> extents) {
    public StoredFile {
      extents = List.copyOf(extents);
    }

    /** Whether these are the bytes of a file that was seen to be so. */
    boolean is(String otherName, long otherBytes, long otherCrc64) {
      return name.equals(otherName) && bytes == otherBytes && crc64 == otherCrc64;
    }
  }

  public Snapshot {
    files = List.copyOf(files);
  }

  public long bytes() {
    return files.stream().mapToLong(StoredFile::bytes).sum();
  }
}
