package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Content;
import ninebark.metadata.Query;

/** GET /bucket/key?annotation&amp;annotationName=N. */
final class GetObjectAnnotation implements Operation {
  private final Backend backend;

  GetObjectAnnotation(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var name = AnnotationRequest.name(request);
    var choice = ChosenVersion.of(request);
    var lookup =
        backend.index().ask(new Query.ReadAnnotation(bucket.id(), request.key(), choice, name));
    var annotation =
        ChosenVersion.found(lookup, request, choice)
            .orElseThrow(() -> S3Error.NO_SUCH_ANNOTATION.exception().with("AnnotationName", name));
    var info = annotation.info();
    var response = S3Response.etag(info.etag());
    response.add("last-modified", HttpDates.http(info.lastModified()));
    response.add("content-type", "binary/octet-stream");
    AnnotationRequest.addVersion(response, bucket, annotation.version());
    ObjectResponse.addChecksums(response, request, info.checksums());
    return new S3Response(200, response.build(), body(annotation.content(), info.length()));
  }

  private S3Response.Body body(Content content, long length) throws IOException {
    if (content instanceof Content.Inline(var bytes)) {
      return new S3Response.Body.Whole(bytes);
    }
    return new S3Response.Body.Streamed(length, ContentReader.open(backend, content, 0, length));
  }
}
