package ninebark.metadata;

import java.time.Instant;
import java.util.List;

/** A named payload beside a version, without its bytes. */
public record AnnotationInfo(
    String name, ETag etag, long length, Instant lastModified, List<Checksum> checksums) {
  public static final int MAX_PER_VERSION = 1_000;

  public AnnotationInfo {
    checksums = List.copyOf(checksums);
  }
}
