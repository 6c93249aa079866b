package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Query;

/** GET /bucket/key?tagging. */
final class GetObjectTagging implements Operation {
  private final Backend backend;

  GetObjectTagging(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var choice = ChosenVersion.of(request);
    var lookup = backend.index().ask(new Query.HeadObject(bucket.id(), request.key(), choice));
    var info = ChosenVersion.found(lookup, request, choice);
    var headers = Headers.builder();
    ChosenVersion.addTo(headers, bucket, info.version());
    return S3Response.xml(ObjectTags.document(info.tags()), headers.build());
  }
}
