package ninebark.gateway.request;

import java.time.Instant;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import ninebark.metadata.Bucket;
import ninebark.metadata.ObjectKey;

/**
 * A request that was authenticated and authorised.
 *
 * @param bucketName as it came, present for all but service operations
 * @param bucket present when the operation needs one that exists
 * @param headers with those hoisted into a presigned query among them
 */
public record S3Request(
    S3Operation operation,
    String requestId,
    Principal principal,
    Optional<String> bucketName,
    Optional<Bucket> bucket,
    Optional<ObjectKey> objectKey,
    QueryParameters query,
    Headers headers,
    Payload payload,
    Instant now) {

  /** The bucket that is acted upon. */
  public Bucket inBucket() {
    return bucket.orElseThrow(S3Error.NO_SUCH_BUCKET::exception);
  }

  /** The key that is acted upon. */
  public ObjectKey key() {
    return objectKey.orElseThrow(
        () -> new IllegalStateException(operation + " was routed without a key"));
  }

  /** {@code /bucket/key}, as errors name it. */
  public String resource() {
    return bucketName.map(name -> "/" + name).orElse("/")
        + objectKey.map(key -> "/" + key.value()).orElse("");
  }
}
