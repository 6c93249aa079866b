package ninebark.gateway.operation;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.request.S3Request;
import ninebark.metadata.Checksum;
import ninebark.metadata.Checksum.Algorithm;
import ninebark.metadata.Command;
import ninebark.metadata.Reply;
import ninebark.metadata.Upload;
import ninebark.metadata.rows.DescriptionFormat;
import ninebark.storagenode.Description;

/** Names a part whose bytes are durable: the last step of UploadPart and UploadPartCopy. */
final class PartCommit {
  private PartCommit() {}

  /**
   * An upload that names no algorithm becomes an object with S3's default checksum, so its parts
   * keep that besides what their client sent.
   */
  private static List<Checksum> checksums(Upload upload, Intake.Stored stored) {
    var kept = new ArrayList<Checksum>();
    kept.add(stored.checksum());
    if (upload.checksum().isEmpty() && stored.checksum().algorithm() != Algorithm.CRC64NVME) {
      stored.digests().checksum(Algorithm.CRC64NVME).ifPresent(kept::add);
    }
    return kept;
  }

  private static Command.PutPart command(
      S3Request request, Upload upload, int number, Intake.Stored stored) {
    return new Command.PutPart(
        request.inBucket().id(),
        request.key(),
        upload.id(),
        number,
        stored.digests().etag(),
        stored.length(),
        checksums(upload, stored),
        stored.content());
  }

  /** A part tells of its upload too: the upload itself has no stripes. */
  static Description describe(S3Request request, Upload upload, int number, Intake.Stored arrived) {
    return DescriptionFormat.encode(
        request.inBucket(),
        new Command.CreateUpload(
            request.inBucket().id(),
            request.key(),
            upload.id(),
            upload.contentId(),
            upload.storageClass(),
            upload.owner(),
            upload.headers(),
            upload.checksum(),
            upload.tags(),
            upload.lock()),
        command(request, upload, number, arrived));
  }

  static Instant commit(
      S3Request request,
      Backend backend,
      Intake intake,
      Upload upload,
      int number,
      Intake.Stored stored)
      throws IOException {
    var bucket = request.inBucket();
    return switch (backend.index().submit(command(request, upload, number, stored))) {
      case Reply.PutPart.Stored(var when) -> when;
      case Reply.PutPart.NoSuchUpload() -> {
        intake.forget(Optional.of(stored));
        throw UploadRequest.noSuchUpload(upload.id().value());
      }
      case Reply.PutPart.NoSuchBucket() -> {
        intake.forget(Optional.of(stored));
        throw S3Error.NO_SUCH_BUCKET.exception().with("BucketName", bucket.name().value());
      }
      case Reply.PutPart.Fenced() -> {
        intake.forget(Optional.of(stored));
        throw S3Error.SERVICE_UNAVAILABLE.because(
            "The upload took too long to be taken over. Please try again.");
      }
    };
  }
}
