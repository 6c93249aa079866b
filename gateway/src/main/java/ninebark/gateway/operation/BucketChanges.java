package ninebark.gateway.operation;

import ninebark.gateway.error.S3Error;
import ninebark.metadata.Bucket;
import ninebark.metadata.Reply;

/** What becomes of a change of a bucket's settings. */
final class BucketChanges {
  private BucketChanges() {}

  /**
   * @param conflict what to say if versions and locks do not allow it
   */
  static Bucket changed(Reply.ChangeBucket reply, Bucket bucket, String conflict) {
    return switch (reply) {
      case Reply.ChangeBucket.Changed(var changed) -> changed;
      case Reply.ChangeBucket.InvalidBucketState() ->
          throw S3Error.INVALID_BUCKET_STATE.because(conflict);
      case Reply.ChangeBucket.TooManyDocuments(int limit) ->
          throw S3Error.INVALID_REQUEST.because(
              "A bucket may have at most " + limit + " configurations.");
      case Reply.ChangeBucket.NoSuchBucket() ->
          throw S3Error.NO_SUCH_BUCKET.exception().with("BucketName", bucket.name().value());
    };
  }
}
