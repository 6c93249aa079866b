package ninebark.gateway.operation;

import java.io.IOException;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.Conditions;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Command;
import ninebark.metadata.Precondition;
import ninebark.metadata.Reply;
import ninebark.metadata.VersionId;

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
    var command =
        new Command.DeleteObject(
            bucket.id(), request.key(), ChosenVersion.of(request), precondition, false);
    return switch (backend.index().submit(command)) {
      case Reply.DeleteObject.Deleted(var version, boolean marker) -> deleted(version, marker);
      case Reply.DeleteObject.Marked(var version) -> deleted(Optional.of(version), true);
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

  private static S3Response deleted(Optional<VersionId> version, boolean marker) {
    var headers = Headers.builder();
    version.ifPresent(id -> headers.add("x-amz-version-id", id.text()));
    if (marker) {
      headers.add("x-amz-delete-marker", "true");
    }
    return S3Response.of(204, headers.build());
  }
}
