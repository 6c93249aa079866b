package ninebark.metadata;

import java.util.List;

/**
 * An object about to be committed; its bytes are durable already (or inline). Its time is the state
 * machine's.
 *
 * @param content never {@link Content.Parts}: only completing an upload makes those
 */
public record NewObject(
    ETag etag,
    long length,
    String storageClass,
    AccountId owner,
    List<Header> headers,
    List<Checksum> checksums,
    Content content) {
  public NewObject {
    headers = List.copyOf(headers);
    checksums = List.copyOf(checksums);
  }
}
