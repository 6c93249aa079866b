package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.document.LoggingDocument;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Query;

/** PUT /bucket?logging: an empty document turns logging off. */
final class PutBucketLogging implements Operation {
  /** What every bucket answers that does not log. */
  static final String OFF =
      XmlWriter.document(LoggingDocument.ROOT, 256).close(LoggingDocument.ROOT).string();

  private final Backend backend;

  PutBucketLogging(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var text = Documents.text(request, backend);
    var document = LoggingDocument.KIND.parser().apply(text);
    var bucket = request.inBucket();
    var name = LoggingDocument.KIND.name();
    if (document.target().isEmpty()) {
      DocumentHandlers.remove(backend, bucket, name);
      return S3Response.of(200, Headers.EMPTY);
    }
    checkTarget(document, bucket);
    DocumentHandlers.store(backend, bucket, name, text);
    return S3Response.of(200, Headers.EMPTY);
  }

  private void checkTarget(LoggingDocument document, Bucket bucket) throws IOException {
    var name = document.target().orElse("");
    var target =
        BucketName.isLegal(name)
            ? backend.index().ask(new Query.FindBucket(new BucketName(name)))
            : java.util.Optional.<Bucket>empty();
    if (target.isEmpty()) {
      throw S3Error.INVALID_TARGET_BUCKET_FOR_LOGGING
          .because("The target bucket for logging does not exist")
          .with("TargetBucket", name);
    }
    if (!target.get().owner().equals(bucket.owner())) {
      throw S3Error.INVALID_TARGET_BUCKET_FOR_LOGGING
          .because("The owner for the bucket to be logged and the target bucket must be the same.")
          .with("TargetBucket", name);
    }
    if (!target.get().region().equals(bucket.region())) {
      throw S3Error.INVALID_TARGET_BUCKET_FOR_LOGGING
          .because("The target bucket for logging is not in the region of the bucket to be logged.")
          .with("TargetBucket", name);
    }
    if (document.grants() && !backend.documents().ownership(target.get()).allowsAcls()) {
      throw S3Error.INVALID_ARGUMENT.because(
          "Bucket ACLs are disabled for the target bucket, so TargetGrants cannot be set.");
    }
  }
}
