package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Command;
import ninebark.metadata.Reply;

/** DELETE /bucket/key?annotation&amp;annotationName=N: done also where there is none. */
final class DeleteObjectAnnotation implements Operation {
  private static final String BYPASS = "x-amz-bypass-governance-retention";

  private final Backend backend;

  DeleteObjectAnnotation(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var choice = ChosenVersion.of(request);
    boolean bypass = request.headers().first(BYPASS).map("true"::equalsIgnoreCase).orElse(false);
    if (bypass) {
      var _ =
          backend
              .guard()
              .authorize(
                  request, "s3:BypassGovernanceRetention", bucket.name().value(), request.key());
    }
    var command =
        new Command.DeleteAnnotation(
            bucket.id(),
            request.key(),
            choice,
            AnnotationRequest.name(request),
            bypass,
            AnnotationRequest.precondition(request.headers()));
    var reply = backend.index().submit(command);
    var headers = Headers.builder();
    if (!(reply instanceof Reply.ChangeVersion.NoSuchAnnotation)) {
      AnnotationRequest.addVersion(headers, bucket, ChosenVersion.changed(reply, request, choice));
    }
    return S3Response.of(204, headers.build());
  }
}
