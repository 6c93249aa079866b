package ninebark.gateway.operation;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import ninebark.gateway.digest.Checksums;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Checksum;
import ninebark.metadata.Command;
import ninebark.metadata.Reply;
import ninebark.metadata.Upload;

/** POST /bucket/key?uploads. */
final class CreateMultipartUpload implements Operation {
  private final Backend backend;
  private final AccessControl control;

  CreateMultipartUpload(Backend backend) {
    this.backend = backend;
    this.control = new AccessControl(backend);
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var choice = choice(request.headers());
    var tags = ObjectTags.authorized(request, backend);
    var lifecycle = LifecycleHeaders.of(request, backend);
    var command =
        new Command.CreateUpload(
            bucket.id(),
            request.key(),
            backend.uploadIds().get(),
            backend.contentIds().getAsLong(),
            backend.classes().named(request.headers()),
            control.ownerOf(request),
            control.with(
                request, StoredHeaders.of(request.headers(), backend.limits().maxMetadataBytes())),
            choice,
            tags,
            LockHeaders.of(request, backend));
    return switch (backend.index().submit(command)) {
      case Reply.CreateUpload.Created(var upload) -> {
        var xml = XmlWriter.document("InitiateMultipartUploadResult", 512);
        xml.text("Bucket", bucket.name().value())
            .text("Key", request.key().value())
            .text("UploadId", upload.id().value());
        var headers = Headers.builder();
        choice.ifPresent(
            each -> {
              headers.add("x-amz-checksum-algorithm", each.algorithm().name());
              headers.add("x-amz-checksum-type", each.kind().name());
            });
        lifecycle.addAbort(headers, upload.initiated());
        yield S3Response.xml(xml.close("InitiateMultipartUploadResult"), headers.build());
      }
      case Reply.CreateUpload.NoLocksHere() ->
          throw S3Error.INVALID_REQUEST.because("Bucket is missing Object Lock Configuration");
      case Reply.CreateUpload.NoSuchBucket() ->
          throw S3Error.NO_SUCH_BUCKET.exception().with("BucketName", bucket.name().value());
    };
  }

  private static Optional<Upload.ChecksumChoice> choice(Headers headers) {
    var named = headers.first("x-amz-checksum-algorithm");
    var type = headers.first("x-amz-checksum-type");
    if (named.isEmpty()) {
      if (type.isPresent()) {
        throw S3Error.INVALID_REQUEST.because(
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm"
                + " header.");
      }
      return Optional.empty();
    }
    var algorithm =
        Checksums.named(named.get())
            .orElseThrow(
                () ->
                    S3Error.INVALID_REQUEST.because(
                        "Checksum algorithm provided is unsupported. Please try again with any of"
                            + " the valid types: "
                            + List.of(Checksum.Algorithm.values())));
    var kind = type.map(CreateMultipartUpload::kind).orElse(Checksums.defaultKind(algorithm));
    boolean possible =
        switch (kind) {
          case FULL_OBJECT -> Checksums.combines(algorithm);
          case COMPOSITE -> algorithm != Checksum.Algorithm.CRC64NVME;
        };
    if (!possible) {
      throw S3Error.INVALID_REQUEST.because(
          "The "
              + kind
              + " checksum type cannot be used with the "
              + algorithm.name().toLowerCase(Locale.ROOT)
              + " checksum algorithm.");
    }
    return Optional.of(new Upload.ChecksumChoice(algorithm, kind));
  }

  private static Checksum.Kind kind(String text) {
    return switch (text) {
      case "FULL_OBJECT" -> Checksum.Kind.FULL_OBJECT;
      case "COMPOSITE" -> Checksum.Kind.COMPOSITE;
      default ->
          throw S3Error.INVALID_REQUEST.because("Value for x-amz-checksum-type header is invalid.");
    };
  }
}
