package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.request.S3Request;
import ninebark.metadata.Bucket;
import ninebark.metadata.ObjectKey;

/**
 * The choke point, for what one request does besides its own resource: the source of a copy, the
 * keys of a mass delete.
 */
public interface Guard {
  /**
   * The bucket of that name, if this request may do {@code operation} on {@code key} in it.
   *
   * @throws ninebark.gateway.error.S3Exception {@code AccessDenied}, {@code NoSuchBucket}
   */
  Bucket authorize(S3Request request, S3Operation operation, String bucket, ObjectKey key)
      throws IOException;
}
