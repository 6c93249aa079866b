package ninebark.metadata;

import java.time.Instant;
import java.util.List;

/**
 * All that is known of one stored object but its bytes.
 *
 * @param partCount 0 for an object of one PUT, else how many parts it was completed from
 * @param version what its version is called
 * @param annotationCount how many named payloads stand beside it
 * @param headers system headers and user metadata, as given
 */
public record ObjectInfo(
    ObjectKey key,
    VersionId version,
    ETag etag,
    long length,
    Instant lastModified,
    String storageClass,
    AccountId owner,
    int partCount,
    List<Header> headers,
    List<Checksum> checksums,
    List<Tag> tags,
    ObjectLock lock,
    int annotationCount) {
  public ObjectInfo {
    headers = List.copyOf(headers);
    checksums = List.copyOf(checksums);
    tags = List.copyOf(tags);
  }
}
