package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.request.S3Request;
import ninebark.metadata.Bucket;
import ninebark.metadata.ObjectKey;

/**
 * The choke point, for what one request does besides its own resource: the source of a copy, the
 * keys of a mass delete.
 */
public interface Guard {
  /**
   * The bucket of that name, if this request may do {@code action} on {@code key} in it.
   *
   * @param action as IAM calls it: {@link ninebark.gateway.request.S3Operation#action()}, its
   *     variant for a named version, or one that no operation has of itself
   * @throws ninebark.gateway.error.S3Exception {@code AccessDenied}, {@code NoSuchBucket}
   */
  Bucket authorize(S3Request request, String action, String bucket, ObjectKey key)
      throws IOException;
}
