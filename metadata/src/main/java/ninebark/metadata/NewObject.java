package ninebark.metadata;

import java.util.List;

/**
 * An object about to be committed; its bytes are durable already (or inline). Its time is the state
 * machine's.
 *
 * @param lock what the client asked for; where it asked for no retention, the bucket's default
 *     comes in the state machine
 * @param content never {@link Content.Parts}: only completing an upload makes those
 */
public record NewObject(
    ETag etag,
    long length,
    String storageClass,
    AccountId owner,
    List<Header> headers,
    List<Checksum> checksums,
    List<Tag> tags,
    ObjectLock lock,
    Content content) {
  /** Without tags and locks. */
  public NewObject(
      ETag etag,
      long length,
      String storageClass,
      AccountId owner,
      List<Header> headers,
      List<Checksum> checksums,
      Content content) {
    this(
        etag, length, storageClass, owner, headers, checksums, List.of(), ObjectLock.NONE, content);
  }

  public NewObject {
    headers = List.copyOf(headers);
    checksums = List.copyOf(checksums);
    tags = List.copyOf(tags);
  }
}
