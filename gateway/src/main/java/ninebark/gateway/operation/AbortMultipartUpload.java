package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Command;
import ninebark.metadata.Reply;

/** DELETE /bucket/key?uploadId=U. */
final class AbortMultipartUpload implements Operation {
  private final Backend backend;

  AbortMultipartUpload(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var id = UploadRequest.id(request);
    var command = new Command.AbortUpload(request.inBucket().id(), request.key(), id);
    return switch (backend.index().submit(command)) {
      case Reply.AbortUpload.Aborted() -> S3Response.noContent();
      case Reply.AbortUpload.NoSuchUpload() -> throw UploadRequest.noSuchUpload(id.value());
      case Reply.AbortUpload.NoSuchBucket() ->
          throw S3Error.NO_SUCH_BUCKET
              .exception()
              .with("BucketName", request.inBucket().name().value());
    };
  }
}
