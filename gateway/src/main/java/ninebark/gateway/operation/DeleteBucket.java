package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Command;
import ninebark.metadata.Reply;

/** DELETE /bucket. */
final class DeleteBucket implements Operation {
  private final Backend backend;

  DeleteBucket(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    return switch (backend.index().submit(new Command.DeleteBucket(bucket.id()))) {
      case Reply.DeleteBucket.Deleted() -> S3Response.noContent();
      case Reply.DeleteBucket.NotEmpty() ->
          throw S3Error.BUCKET_NOT_EMPTY.exception().with("BucketName", bucket.name().value());
      case Reply.DeleteBucket.NoSuchBucket() ->
          throw S3Error.NO_SUCH_BUCKET.exception().with("BucketName", bucket.name().value());
    };
  }
}
