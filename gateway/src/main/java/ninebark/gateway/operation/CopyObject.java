package ninebark.gateway.operation;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import ninebark.gateway.digest.Checksums;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.Conditions;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Checksum;
import ninebark.metadata.Checksum.Algorithm;
import ninebark.metadata.Command;
import ninebark.metadata.Header;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectInfo;
import ninebark.metadata.Reply;

/** PUT /bucket/key with a source: reads it and writes it again. */
final class CopyObject implements Operation {
  private final Backend backend;
  private final Intake intake;
  private final AccessControl control;

  CopyObject(Backend backend) {
    this.backend = backend;
    this.intake = new Intake(backend);
    this.control = new AccessControl(backend);
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var precondition = Conditions.ofWrite(request.headers());
    boolean replace = directive(request).equals("REPLACE");
    var source = CopySource.open(request, backend);
    var info = source.found().info();
    boolean self = source.bucket().id().equals(bucket.id()) && info.key().equals(request.key());
    if (self && !replace && !request.headers().has("x-amz-storage-class")) {
      throw S3Error.INVALID_REQUEST.because(
          "This copy request is illegal because it is trying to copy an object to itself without"
              + " changing the object's metadata, storage class, website redirect location or"
              + " encryption attributes.");
    }
    if (info.length() > backend.limits().maxPutBytes()) {
      throw S3Error.INVALID_REQUEST.because(
          "The specified copy source is larger than the maximum allowable size for a copy source: "
              + backend.limits().maxPutBytes());
    }
    var storageClass = backend.classes().named(request.headers());
    List<Header> headers =
        control.with(
            request,
            replace
                ? StoredHeaders.of(request.headers(), backend.limits().maxMetadataBytes())
                : AccessControl.without(info.headers()));
    var owner = control.ownerOf(request);
    var algorithm = algorithm(request, info);
    PutObject.refuseEarly(backend, request, precondition);

    Intake.Stored stored;
    try (var bytes =
        new ContentReader.Source(
            ContentReader.open(backend, source.found().content(), 0, info.length()))) {
      stored =
          intake.storeCopy(bytes, info.length(), algorithm, bucket, request.key(), storageClass);
    }
    var object =
        new NewObject(
            stored.digests().etag(),
            stored.length(),
            storageClass,
            owner,
            headers,
            List.of(stored.checksum()),
            stored.content());
    var reply =
        backend
            .index()
            .submit(new Command.PutObject(bucket.id(), request.key(), object, precondition));
    return switch (reply) {
      case Reply.PutObject.Stored(var etag, var when, var version) -> {
        var xml = XmlWriter.document("CopyObjectResult", 512);
        xml.text("LastModified", HttpDates.xml(when)).text("ETag", etag.quoted());
        xml.text("ChecksumType", stored.checksum().kind().name());
        xml.text(Checksums.element(stored.checksum().algorithm()), stored.checksum().value());
        yield S3Response.xml(xml.close("CopyObjectResult"));
      }
      case Reply.PutObject.PreconditionFailed(var condition) -> {
        intake.forget(Optional.of(stored));
        throw S3Error.preconditionFailed(condition);
      }
      case Reply.PutObject.NoSuchKey() -> {
        intake.forget(Optional.of(stored));
        throw S3Error.NO_SUCH_KEY.exception().with("Key", request.key().value());
      }
      case Reply.PutObject.NoLocksHere() -> {
        intake.forget(Optional.of(stored));
        throw S3Error.INVALID_REQUEST.because("Bucket is missing Object Lock Configuration");
      }
      case Reply.PutObject.NoSuchBucket() -> {
        intake.forget(Optional.of(stored));
        throw S3Error.NO_SUCH_BUCKET.exception().with("BucketName", bucket.name().value());
      }
      case Reply.PutObject.Fenced() -> {
        intake.forget(Optional.of(stored));
        throw S3Error.SERVICE_UNAVAILABLE.because(
            "The copy took too long to be taken over. Please try again.");
      }
    };
  }

  private static String directive(S3Request request) {
    var directive = request.headers().first("x-amz-metadata-directive").orElse("COPY");
    if (!directive.equals("COPY") && !directive.equals("REPLACE")) {
      throw S3Error.invalidArgument(
          "Unknown metadata directive.", "x-amz-metadata-directive", directive);
    }
    return directive;
  }

  /** The one the request names, else the source's, else S3's default. */
  private static Algorithm algorithm(S3Request request, ObjectInfo source) {
    var named = request.headers().first("x-amz-checksum-algorithm");
    if (named.isPresent()) {
      return Checksums.named(named.get())
          .orElseThrow(
              () ->
                  S3Error.INVALID_REQUEST.because(
                      "Checksum algorithm provided is unsupported. Please try again with any of the"
                          + " valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"));
    }
    return source.checksums().stream()
        .map(Checksum::algorithm)
        .findFirst()
        .orElse(Algorithm.CRC64NVME);
  }
}
