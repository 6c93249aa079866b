package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.request.Conditions;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Command;
import ninebark.metadata.Precondition;
import ninebark.metadata.Reply;

/** DELETE /bucket/key. */
final class DeleteObject implements Operation {
  private final Backend backend;

  DeleteObject(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var precondition = Conditions.ofDelete(request.headers());
    if (request.query().has("versionId") && !(precondition instanceof Precondition.None)) {
      throw S3Error.headerNotImplemented("If-Match");
    }
    var version = request.query().first("versionId");
    if (version.isPresent() && !version.get().equals("null")) {
      throw S3Error.invalidArgument("Invalid version id specified", "versionId", version.get());
    }
    var command = new Command.DeleteObject(bucket.id(), request.key(), precondition);
    return switch (backend.index().submit(command)) {
      case Reply.DeleteObject.Deleted deleted -> S3Response.noContent();
      case Reply.DeleteObject.Marked marked -> S3Response.noContent();
      case Reply.DeleteObject.Absent() -> S3Response.noContent();
      case Reply.DeleteObject.Locked() -> throw S3Error.ACCESS_DENIED.exception();
      case Reply.DeleteObject.PreconditionFailed(var condition) ->
          throw S3Error.preconditionFailed(condition);
      case Reply.DeleteObject.NoSuchKey() ->
          throw S3Error.NO_SUCH_KEY.exception().with("Key", request.key().value());
      case Reply.DeleteObject.NoSuchBucket() ->
          throw S3Error.NO_SUCH_BUCKET.exception().with("BucketName", bucket.name().value());
    };
  }
}
