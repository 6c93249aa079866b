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

  static Instant commit(
      S3Request request,
      Backend backend,
      Intake intake,
      Upload upload,
      int number,
      Intake.Stored stored)
      throws IOException {
    var bucket = request.inBucket();
    var command =
        new Command.PutPart(
            bucket.id(),
            request.key(),
            upload.id(),
            number,
            stored.digests().etag(),
            stored.length(),
            checksums(upload, stored),
            stored.content());
    return switch (backend.index().submit(command)) {
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
