package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Command;
import ninebark.metadata.Query;
import ninebark.metadata.VersionChoice;

/** PUT /bucket/key?acl: a canned name, grant headers or a document. */
final class PutObjectAcl implements Operation {
  private final Backend backend;
  private final AccessControl control;

  PutObjectAcl(Backend backend) {
    this.backend = backend;
    this.control = new AccessControl(backend);
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    control.expectAcls(bucket);
    var choice = ChosenVersion.of(request);
    var info =
        ChosenVersion.found(
            backend.index().ask(new Query.HeadObject(bucket.id(), request.key(), choice)),
            request,
            choice);
    var list = control.put(request, info.owner());
    // The very version whose owner was looked at, whatever became the current one meanwhile.
    var exactly = new VersionChoice.Exactly(info.version());
    var version =
        ChosenVersion.changed(
            backend
                .index()
                .submit(
                    new Command.SetHeader(
                        bucket.id(), request.key(), exactly, AccessControl.kept(list))),
            request,
            choice);
    var headers = Headers.builder();
    ChosenVersion.addTo(headers, bucket, version);
    return S3Response.of(200, headers.build());
  }
}
