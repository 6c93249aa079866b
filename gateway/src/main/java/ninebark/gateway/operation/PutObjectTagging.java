package ninebark.gateway.operation;

import java.io.IOException;
import java.util.List;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Command;
import ninebark.metadata.Tag;

/** PUT and DELETE /bucket/key?tagging: they differ in what the tags are afterwards. */
final class PutObjectTagging implements Operation {
  private final Backend backend;
  private final boolean withTags;

  private PutObjectTagging(Backend backend, boolean withTags) {
    this.backend = backend;
    this.withTags = withTags;
  }

  static PutObjectTagging put(Backend backend) {
    return new PutObjectTagging(backend, true);
  }

  static PutObjectTagging delete(Backend backend) {
    return new PutObjectTagging(backend, false);
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var choice = ChosenVersion.of(request);
    var command =
        new Command.SetTags(
            bucket.id(), request.key(), choice, withTags ? tags(request) : List.of());
    var version = ChosenVersion.changed(backend.index().submit(command), request, choice);
    var headers = Headers.builder();
    ChosenVersion.addTo(headers, bucket, version);
    return S3Response.of(withTags ? 200 : 204, headers.build());
  }

  private List<Tag> tags(S3Request request) throws IOException {
    return ObjectTags.ofDocument(
        Documents.read(request, backend).orElseThrow(S3Error.MALFORMED_XML::exception));
  }
}
