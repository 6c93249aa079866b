package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.request.S3Request;
import ninebark.metadata.PartInfo;
import ninebark.metadata.Query;
import ninebark.metadata.Upload;
import ninebark.metadata.UploadId;

/** What the requests about one multipart upload have in common. */
final class UploadRequest {
  private UploadRequest() {}

  static UploadId id(S3Request request) {
    var text = request.query().first("uploadId").orElse("");
    if (!UploadId.isLegal(text)) {
      throw noSuchUpload(text);
    }
    return new UploadId(text);
  }

  static Upload find(S3Request request, Backend backend) throws IOException {
    var id = id(request);
    return backend
        .index()
        .ask(new Query.FindUpload(request.inBucket().id(), request.key(), id))
        .orElseThrow(() -> noSuchUpload(id.value()));
  }

  static int partNumber(S3Request request) {
    return Parameters.number(request.query(), "partNumber", 1, PartInfo.MAX_NUMBER)
        .orElseThrow(
            () ->
                S3Error.invalidArgument(
                    "Part number must be an integer between 1 and 10000, inclusive",
                    "partNumber",
                    ""));
  }

  static S3Exception noSuchUpload(String id) {
    return S3Error.NO_SUCH_UPLOAD.exception().with("UploadId", id);
  }
}
