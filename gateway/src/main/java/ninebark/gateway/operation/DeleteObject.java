package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.Conditions;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Command;
import ninebark.metadata.Precondition;
import ninebark.metadata.Reply;
import ninebark.metadata.VersionChoice;
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
    var choice = ChosenVersion.of(request);
    var precondition = Conditions.ofDelete(request.headers());
    if (choice instanceof VersionChoice.Exactly && !(precondition instanceof Precondition.None)) {
      throw S3Error.headerNotImplemented("If-Match");
    }
    var command =
        new Command.DeleteObject(
            bucket.id(),
            request.key(),
            choice,
            precondition,
            LockHeaders.bypasses(request, backend));
    return switch (backend.index().submit(command)) {
      case Reply.DeleteObject.Deleted(var version, boolean marker) ->
          gone(version.map(VersionId::text).orElse(""), marker);
      case Reply.DeleteObject.Marked(var version) -> gone(version.text(), true);
      case Reply.DeleteObject.Absent() ->
          choice instanceof VersionChoice.Exactly(var id)
              ? gone(id.text(), false)
              : S3Response.noContent();
      case Reply.DeleteObject.Locked() -> throw locked();
      case Reply.DeleteObject.PreconditionFailed(var condition) ->
          throw S3Error.preconditionFailed(condition);
      case Reply.DeleteObject.NoSuchKey() ->
          throw S3Error.NO_SUCH_KEY.exception().with("Key", request.key().value());
      case Reply.DeleteObject.NoSuchBucket() ->
          throw S3Error.NO_SUCH_BUCKET.exception().with("BucketName", bucket.name().value());
    };
  }

  static RuntimeException locked() {
    return S3Error.ACCESS_DENIED.because("Access Denied because object protected by object lock.");
  }

  private static S3Response gone(String version, boolean marker) {
    var headers = Headers.builder();
    if (!version.isEmpty()) {
      headers.add("x-amz-version-id", version);
    }
    if (marker) {
      headers.add("x-amz-delete-marker", "true");
    }
    return S3Response.of(204, headers.build());
  }
}
