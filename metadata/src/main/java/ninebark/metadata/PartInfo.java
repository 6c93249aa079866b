package ninebark.metadata;

import java.time.Instant;
import java.util.List;

/** One part of a multipart upload, or of the object completed from it. */
public record PartInfo(
    int number, ETag etag, long length, Instant lastModified, List<Checksum> checksums) {
  public static final int MAX_NUMBER = 10_000;

  public PartInfo {
    checksums = List.copyOf(checksums);
    if (number < 1 || number > MAX_NUMBER) {
      throw new IllegalArgumentException(
          "a part number is 1 to " + MAX_NUMBER + ", found " + number);
    }
  }
}
