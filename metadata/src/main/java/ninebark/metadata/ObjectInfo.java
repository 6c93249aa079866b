package ninebark.metadata;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that is known of one stored object but its bytes.
 *
 * @param partCount 0 for an object of one PUT, else how many parts it was completed from
 * @param version what its version is called
 * @param annotationCount how many named payloads stand beside it
 * @param restore the newest of a version in an archive class, which may be over
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
    int annotationCount,
    Optional<Restore> restore) {
  public ObjectInfo {
    headers = List.copyOf(headers);
    checksums = List.copyOf(checksums);
    tags = List.copyOf(tags);
  }
}
