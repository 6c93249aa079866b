package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.document.AccessControlList;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.ObjectInfo;
import ninebark.metadata.Query;

/** GET /bucket/key?acl. */
final class GetObjectAcl implements Operation {
  private final Backend backend;
  private final AccessControl control;

  GetObjectAcl(Backend backend) {
    this.backend = backend;
    this.control = new AccessControl(backend);
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var choice = ChosenVersion.of(request);
    var info =
        ChosenVersion.found(
            backend.index().ask(new Query.HeadObject(bucket.id(), request.key(), choice)),
            request,
            choice);
    var list =
        backend.documents().ownership(bucket).allowsAcls()
            ? kept(info)
            : AccessControlList.ownersOnly(bucket.owner());
    var headers = Headers.builder();
    ChosenVersion.addTo(headers, bucket, info.version());
    return control.answer(list, headers.build());
  }

  private static AccessControlList kept(ObjectInfo info) {
    return info.headers().stream()
        .filter(header -> header.name().equals(AccessControl.KEPT))
        .findFirst()
        .map(header -> AccessControlList.KIND.parser().apply(header.value()))
        .orElseGet(() -> AccessControlList.ownersOnly(info.owner()));
  }
}
