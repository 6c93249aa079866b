package ninebark.metadata;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A multipart upload that is open.
 *
 * @param checksum the algorithm and kind fixed at its creation, if any
 * @param contentId what the stripes of its parts name as their content
 * @param tags what the finished object will carry
 * @param lock what the client asked for the finished object
 */
public record Upload(
    ObjectKey key,
    UploadId id,
    Instant initiated,
    String storageClass,
    AccountId owner,
    List<Header> headers,
    Optional<ChecksumChoice> checksum,
    long contentId,
    List<Tag> tags,
    ObjectLock lock) {
  /** Which checksum the finished object will carry. */
  public record ChecksumChoice(Checksum.Algorithm algorithm, Checksum.Kind kind) {}

  public Upload {
    headers = List.copyOf(headers);
    tags = List.copyOf(tags);
  }
}
